package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/picture"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// newConfig serves a small network with made-up weights: R = 32, 10 classes.
func newConfig(t testing.TB) api.Config { return newConfigOf(t, tflitetest.Spec{}) }

func newConfigOf(t testing.TB, spec tflitetest.Spec) api.Config {
	t.Helper()
	model, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	c, err := classify.New(model, engine, nil)
	if err != nil {
		t.Fatal(err)
	}
	return api.Config{
		Open:   func() (*classify.Classifier, error) { return c, nil },
		Model:  api.Model{Name: "small", Network: "MobileNetV1", Resolution: 32, Shape: api.ShapeOf(c.Model()), Classes: 10, Engine: "go", Labels: c.Labels()},
		Limits: picture.Limits{Bytes: 100_000, Pixels: 1_000_000, Memory: 10_000_000},
	}
}

// noise is a picture that compresses badly.
func noise(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	for i := range m.Pix {
		m.Pix[i] = byte(random.Uint32()) | byte(255*((i&3)/3)) // opaque
	}
	return m
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// form is a multipart body with a part for each file.
func form(t *testing.T, files ...[]byte) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("a, boundary, with commas"); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		part, err := w.CreateFormFile("image", "x.png")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(f)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// A call is a request, told by its fields.
type call struct {
	method, path string
	contentType  string
	body         []byte
	header       http.Header
	chunked      bool
}

func (c call) do(t *testing.T, h http.Handler) *http.Response {
	t.Helper()
	if c.method == "" {
		c.method = http.MethodPost
	}
	var body io.Reader = bytes.NewReader(c.body)
	if c.chunked {
		body = io.MultiReader(body) // whose length nobody sees
	}
	r := httptest.NewRequest(c.method, c.path, body)
	if c.header != nil {
		r.Header = c.header.Clone()
	}
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// read reads an answer of the given status.
func read[T any](t *testing.T, r *http.Response, status int) (answer T) {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != status || r.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, type %s: %s", r.StatusCode, r.Header.Get("Content-Type"), body)
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// problem reads an error and checks what all of them have.
func problem(t *testing.T, r *http.Response) (name string, p api.Problem) {
	t.Helper()
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	name, ok := strings.CutPrefix(p.Type, "/api/openapi.json#/components/responses/")
	if !ok || p.Title == "" || p.Detail == "" || p.Status != r.StatusCode {
		t.Errorf("status %d, problem %+v", r.StatusCode, p)
	}
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("an error of type %s", got)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("an error that may be kept: Cache-Control %q", got)
	}
	return name, p
}

type classification struct {
	Model       string
	Predictions []struct {
		Index       int
		Label       string
		Probability float64
	}
	Embedding, Logits []float32
	Heatmap           *struct {
		Index, Width, Height int
		Data                 []float32
		Box                  struct{ X, Y, Width, Height int }
	}
}
