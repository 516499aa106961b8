package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"runtime"
	"strings"
	"testing"
)

// resized is a file whose header tells another size.
func resized(file []byte, at int, order binary.AppendByteOrder, bits int, w, h int) []byte {
	var size []byte
	for _, v := range []int{w, h} {
		if bits == 16 {
			size = order.AppendUint16(size, uint16(v))
		} else {
			size = order.AppendUint32(size, uint32(v))
		}
	}
	file = bytes.Clone(file)
	copy(file[at:], size)
	return file
}

// A header that tells of too many pixels is refused before any memory is taken for them.
func TestTooLarge(t *testing.T) {
	m := fields(48, 32)
	j := testdata(t, "baseline.jpg")
	sof := bytes.Index(j, []byte{0xff, 0xc0}) + 5 // height, then width
	vp8l := bytes.Clone(testdata(t, "lossless.webp"))
	at := bytes.Index(vp8l, []byte("VP8L")) + 9
	binary.LittleEndian.PutUint32(vp8l[at:], binary.LittleEndian.Uint32(vp8l[at:])|(1<<28-1)) // 16384×16384
	files := map[string][]byte{
		"png":  pngOf(60000, 60000, 8, 2, 0),
		"gif":  resized(encode(t, "gif", m), 6, binary.LittleEndian, 16, 60000, 60000),
		"bmp":  resized(encode(t, "bmp", m), 18, binary.LittleEndian, 32, 60000, 60000),
		"jpeg": resized(j, sof, binary.BigEndian, 16, 60000, 60000),
		"webp": resized(testdata(t, "lossy.webp"), 26, binary.LittleEndian, 16, 16000, 16000),
		"vp8l": vp8l,
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, file := range files {
		_, err := Decode(file, Default)
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "megapixels") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
		t.Errorf("refusing took %d bytes", took)
	}
	if _, err := Decode(make([]byte, 100), Limits{Bytes: 99}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a long file of no format: %v", err)
	}
	if _, err := Decode(encode(t, "png", m), Limits{Bytes: 99, Pixels: 1e6, Memory: 1e6}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a long file: %v", err)
	}
}

// pngOf is a PNG file without any pixel; its header tells of w×h with so many bits a channel.
func pngOf(w, h int, bits, colorType, interlace byte) []byte {
	m := encodeHeader(w, h, bits, colorType, interlace)
	return append([]byte("\x89PNG\r\n\x1a\n"), m...)
}

func encodeHeader(w, h int, bits, colorType, interlace byte) []byte {
	data := []byte("IHDR")
	data = binary.BigEndian.AppendUint32(data, uint32(w))
	data = binary.BigEndian.AppendUint32(data, uint32(h))
	data = append(data, bits, colorType, 0, 0, interlace)
	chunk := binary.BigEndian.AppendUint32(nil, 13)
	return binary.BigEndian.AppendUint32(append(chunk, data...), crc32.ChecksumIEEE(data))
}

// What a phone calls 12 megapixels is read. Where a format needs more memory for each pixel, there may be fewer.
func TestMemory(t *testing.T) {
	sized := func(name string, marker byte) []byte {
		j := testdata(t, name)
		return resized(j, bytes.Index(j, []byte{0xff, marker})+5, binary.BigEndian, 16, 3024, 4032)
	}
	fine := sized("progressive.jpg", 0xc2)
	fine[bytes.Index(fine, []byte{0xff, 0xc2})+11] = 0x11
	for _, tt := range []struct {
		name string
		file []byte
		says string // empty: within the limits
	}{
		{"JPEG", sized("baseline.jpg", 0xc0), ""},
		{"progressive JPEG", sized("progressive.jpg", 0xc2), ""},
		{"progressive JPEG whose chroma is as fine", fine, "a progressive JPEG"},
		{"PNG", pngOf(4032, 3024, 8, 6, 0), ""},
		{"interlaced PNG", pngOf(4032, 3024, 8, 6, 1), ""},
		{"PNG of 16 bits", pngOf(4032, 3024, 16, 6, 0), "decoding a PNG of 16 bits a channel of 4032×3024 takes 93 MB of memory, where 88 are allowed"},
		{"smaller PNG of 16 bits", pngOf(3800, 3000, 16, 6, 0), ""},
	} {
		h, err := Read(tt.file)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		err = Default.check(len(tt.file), h)
		if tt.says == "" && err != nil || tt.says != "" && (!errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.says)
		}
	}
}

// The estimate holds: decoding takes no more, but for a few buffers.
func TestMemoryEstimate(t *testing.T) {
	m := fields(1200, 900)
	for name, file := range map[string][]byte{
		"jpeg": encode(t, "jpeg", m), "png": encode(t, "png", m),
		"png of 16 bits": encode(t, "png", as(image.NewNRGBA64(m.Bounds()), m)), "gif": encode(t, "gif", m), "bmp": encode(t, "bmp", m),
		"tiff": encode(t, "tiff", m),
	} {
		h, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := h.decode(file); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		took := int64(after.TotalAlloc - before.TotalAlloc)
		if took > h.memory+1<<20 {
			t.Errorf("%s: decoding took %d bytes, the estimate is %d", name, took, h.memory)
		}
	}
}

// A WebP container tells one size, the picture in it another, which is the one that would be decoded.
func TestLyingWebP(t *testing.T) {
	file := testdata(t, "alpha.webp") // VP8X: 4 bytes of flags, 24 bits of width − 1, of height − 1
	file[24] = 10
	if _, err := Decode(file, Default); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "the header says 11×32, the image is 48×32") {
		t.Errorf("error %v", err)
	}
}

// Thousands of scans over one picture are work for minutes in a file of kilobytes.
func TestManyScans(t *testing.T) {
	j := testdata(t, "progressive.jpg")
	first := bytes.Index(j, []byte{0xff, 0xda})
	second := first + 2 + bytes.Index(j[first+2:], []byte{0xff, 0xda})
	file := append([]byte(nil), j[:first]...)
	for range maxScans + 1 {
		file = append(file, j[first:second]...)
	}
	if _, err := Read(append(file, 0xff, 0xd9)); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "scans") {
		t.Errorf("error %v", err)
	}
}
