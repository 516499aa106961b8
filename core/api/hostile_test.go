package api_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/picture"
	"mobilenet/core/tflite/tflitetest"
)

// Requests made to take much memory take a few times what a body may have, and what one picture may take, however many they bring.
func TestHostileRequests(t *testing.T) {
	config := newConfigOf(t, tflitetest.Spec{Alpha: 0.001, MinChannels: 1})
	config.Limits = picture.Default
	h := api.New(config)

	const mega = 1 << 20
	photo := pngOf(t, noise(9, 9))
	plain := flat(t, 2000, 1500)                  // 3 megapixels in a few kilobytes: 3 MB decoded, 12 MB as RGBA
	large := flat(t, 4032, 3024)                  // 61 MB in all
	huge := bytes.Clone(large)                    // ... and 10 gigabytes, if it were believed
	binary.BigEndian.PutUint32(huge[16:], 60_000) // width
	binary.BigEndian.PutUint32(huge[20:], 60_000) // height
	parts := func(n int, header string, content []byte) []byte {
		one := fmt.Sprintf("--x\r\n%s\r\n\r\n%s\r\n", header, content)
		return []byte(strings.Repeat(one, n) + "--x--\r\n")
	}
	file := "Content-Disposition: form-data; name=a; filename=a.png"
	const multipart = "multipart/form-data; boundary=x"
	for _, tt := range []struct {
		name              string
		path, contentType string
		body              io.Reader
		status            int
		most              uint64 // bytes of memory
	}{
		{"a body without end", "/api/classify", "", endless{}, 413, 40 * mega},
		{"a body without end, in parts", "/api/classify/batch", multipart, endless{}, 413, 40 * mega},
		{"a large picture", "/api/classify", "", bytes.NewReader(large), 200, 62 * mega},
		{"a picture that lies", "/api/classify", "", bytes.NewReader(huge), 422, mega},
		{"16 pictures", "/api/classify/batch", multipart, bytes.NewReader(parts(16, file, plain)), 200, 16 * 16 * mega},
		{"16 pictures that lie", "/api/classify/batch", multipart, bytes.NewReader(parts(16, file, huge)), 200, 2 * mega},
		{"100,000 parts", "/api/classify", multipart, bytes.NewReader(parts(100_000, file, photo)), 413, 40 * mega},
		{"100,000 parts in a batch", "/api/classify/batch", multipart, bytes.NewReader(parts(100_000, file, nil)), 413, 40 * mega},
		{"a part with 8 MB of header", "/api/classify", multipart, bytes.NewReader(parts(1, "A: "+strings.Repeat("a", 8*mega), photo)), 400, 40 * mega},
		{"a part with 500,000 headers", "/api/classify", multipart, bytes.NewReader(parts(1, strings.TrimSpace(strings.Repeat("A: a\r\n", 500_000)), photo)), 400, 40 * mega},
		{"a boundary of 60 kB", "/api/classify", "multipart/form-data; boundary=" + strings.Repeat("x", 60_000), bytes.NewReader(photo), 400, mega},
		{"all answers, 10¹⁸ times", "/api/classify?top=1000000000000000000&embedding=1&heatmap=1&logits=1", "", bytes.NewReader(photo), 200, mega},
		{"10,000 parameters", "/api/classify?" + strings.Repeat("top=1&", 10_000), "", bytes.NewReader(photo), 400, 3 * mega},
		{"a URL of 60 kB", "/api/classify?top=" + strings.Repeat("x", 60_000), "", bytes.NewReader(photo), 400, mega},
	} {
		var before, after runtime.MemStats
		least := uint64(math.MaxUint64)
		seeker, again := tt.body.(io.Seeker)
		for try := 0; try == 0 || again && try < 5 && least > tt.most; try++ { // other goroutines' memory is counted too, but not each time
			if again {
				seeker.Seek(0, io.SeekStart)
			}
			r := httptest.NewRequest(http.MethodPost, tt.path, io.MultiReader(tt.body)) // whose length nobody sees
			r.Header.Set("Content-Type", tt.contentType)
			if tt.contentType == "" {
				r.Header.Del("Content-Type")
			}
			w := httptest.NewRecorder()
			runtime.ReadMemStats(&before)
			h.ServeHTTP(w, r)
			runtime.ReadMemStats(&after)
			least = min(least, after.TotalAlloc-before.TotalAlloc)
			if w.Code != tt.status {
				t.Errorf("%s: status %d, want %d: %.300s", tt.name, w.Code, tt.status, w.Body)
			}
		}
		if least > tt.most {
			t.Errorf("%s took %d bytes of memory, where %d are enough", tt.name, least, tt.most)
		}
	}
}

// endless is a body without end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// flat is a PNG of one colour.
func flat(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
