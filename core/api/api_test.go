package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
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
		Model:  api.Model{Name: "small", Resolution: 32, Classes: 10, Engine: "go", Labels: c.Labels()},
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

func TestClassify(t *testing.T) {
	config := newConfig(t)
	h := api.New(config)
	photo := pngOf(t, noise(60, 40))
	parts, formType := form(t, photo)

	first := read[classification](t, call{path: "/api/classify", contentType: "image/png", body: photo}.do(t, h), 200)
	if first.Model != "small" || len(first.Predictions) != 5 || first.Embedding != nil || first.Logits != nil || first.Heatmap != nil {
		t.Errorf("%+v", first)
	}
	best := first.Predictions[0]
	if best.Label == "" || best.Probability <= 0 || best.Probability > 1 || first.Predictions[4].Probability > best.Probability {
		t.Errorf("%+v", first.Predictions)
	}
	// The type matters as little as the way.
	for _, c := range []call{
		{body: photo},
		{body: photo, contentType: "application/octet-stream"},
		{body: photo, contentType: "image/jpeg"},
		{body: photo, contentType: "image/png", chunked: true},
		{body: parts, contentType: formType},
		{body: parts, contentType: formType, chunked: true},
	} {
		c.path = "/api/classify"
		again := read[classification](t, c.do(t, h), 200)
		if !slices.Equal(again.Predictions, first.Predictions) {
			t.Errorf("%s: %+v, want %+v", c.contentType, again.Predictions, first.Predictions)
		}
	}

	all := read[classification](t, call{path: "/api/classify?top=99&crop=square&embedding=1&heatmap=true&logits=1", body: photo}.do(t, h), 200)
	m, _ := config.Open()
	if len(all.Predictions) != 10 || len(all.Logits) != 10 || len(all.Embedding) != m.Model().Layers[m.Model().Embedding()].Out.C {
		t.Errorf("%d predictions, %d logits, %d of the embedding", len(all.Predictions), len(all.Logits), len(all.Embedding))
	}
	if hm := all.Heatmap; hm == nil || hm.Index != all.Predictions[0].Index || len(hm.Data) != hm.Width*hm.Height ||
		hm.Box != struct{ X, Y, Width, Height int }{10, 0, 40, 40} {
		t.Errorf("heat map %+v", hm)
	}
	if none := read[classification](t, call{path: "/api/classify?top=1&embedding=0", body: photo}.do(t, h), 200); len(none.Predictions) != 1 {
		t.Errorf("%+v", none)
	}
}

// A picture of the network's own size passes untouched with crop=whole.
func TestPixelsUntouched(t *testing.T) {
	config := newConfig(t)
	m := noise(32, 32)
	rgb := make([]byte, 0, 3*32*32)
	for i := 0; i < len(m.Pix); i += 4 {
		rgb = append(rgb, m.Pix[i:i+3]...)
	}
	c, err := config.Open()
	if err != nil {
		t.Fatal(err)
	}
	var want mobilenet.Result
	if err := c.Run(t.Context(), rgb, mobilenet.Want{}, &want); err != nil {
		t.Fatal(err)
	}
	got := read[classification](t, call{path: "/api/classify?crop=whole&logits=1", body: pngOf(t, m)}.do(t, api.New(config)), 200)
	if !slices.Equal(got.Logits, want.Logits) {
		t.Errorf("logits %v, want %v", got.Logits, want.Logits)
	}
}

func TestBatch(t *testing.T) {
	h := api.New(newConfig(t))
	one, two := pngOf(t, noise(33, 32)), pngOf(t, noise(40, 40))
	type batch struct {
		Model   string
		Results []struct {
			classification
			Name    string
			Problem *api.Problem
		}
	}
	body, formType := form(t, one, []byte("no picture"), two)
	got := read[batch](t, call{path: "/api/classify/batch?top=2", contentType: formType, body: body}.do(t, h), 200)
	if got.Model != "small" || len(got.Results) != 3 {
		t.Fatalf("%+v", got)
	}
	for i, file := range [][]byte{one, nil, two} {
		r := got.Results[i]
		if r.Name != "x.png" {
			t.Errorf("picture %d is called %q", i, r.Name)
		}
		if file == nil {
			if r.Problem == nil || r.Problem.Status != 415 || r.Predictions != nil {
				t.Errorf("picture %d: %+v", i, r)
			}
			continue
		}
		alone := read[classification](t, call{path: "/api/classify?top=2", body: file}.do(t, h), 200)
		if r.Problem != nil || !slices.Equal(r.Predictions, alone.Predictions) {
			t.Errorf("picture %d: %+v, alone %+v", i, r, alone)
		}
	}
	full, formType := form(t, slices.Repeat([][]byte{one}, api.MaxPictures)...)
	if got := read[batch](t, call{path: "/api/classify/batch", contentType: formType, body: full}.do(t, h), 200); len(got.Results) != 16 {
		t.Errorf("%d results", len(got.Results))
	}
}

func TestModelAndHealth(t *testing.T) {
	h := api.New(newConfig(t))
	m := read[api.Model](t, call{method: "GET", path: "/api/model"}.do(t, h), 200)
	if m.Name != "small" || len(m.Labels) != 10 {
		t.Errorf("%+v", m)
	}
	if s := read[map[string]string](t, call{method: "GET", path: "/api/health"}.do(t, h), 200); s["status"] != "ok" {
		t.Errorf("%v", s)
	}
	r := call{method: "HEAD", path: "/api/model"}.do(t, h)
	if body, _ := io.ReadAll(r.Body); r.StatusCode != 200 || len(body) > 0 {
		t.Errorf("HEAD: %d, %d bytes", r.StatusCode, len(body))
	}
	for path, want := range map[string]string{"/api/model": "no-cache", "/api/health": "no-store"} {
		if got := (call{method: "GET", path: path}.do(t, h).Header.Get("Cache-Control")); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", path, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	h := api.New(newConfig(t))
	photo := pngOf(t, noise(40, 40))
	large := pngOf(t, noise(200, 200)) // 160 kB
	black := pngOf(t, image.NewGray(image.Rect(0, 0, 2000, 2000)))
	two, formType := form(t, photo, photo)
	seventeen, _ := form(t, slices.Repeat([][]byte{[]byte("x")}, api.MaxPictures+1)...)
	none, _ := form(t)
	for _, tt := range []struct {
		call
		status     int
		name, says string
	}{
		{call{path: "/api/classify?top=0", body: photo}, 400, "bad-parameter", "top=0"},
		{call{path: "/api/classify?top=five", body: photo}, 400, "bad-parameter", "top=five"},
		{call{path: "/api/classify?crop=middle", body: photo}, 400, "bad-parameter", `"middle"`},
		{call{path: "/api/classify?logits=maybe", body: photo}, 400, "bad-parameter", "logits=maybe"},
		{call{path: "/api/classify?views=3", body: photo}, 400, "bad-parameter", "views=3"},
		{call{path: "/api/classify?heatmap_index=10", body: photo}, 400, "bad-parameter", "heatmap_index=10: a class in 0..9"},
		{call{path: "/api/classify?heatmap_index=1&heatmap=0", body: photo}, 400, "bad-parameter", "contradict"},
		{call{path: "/api/classify/batch?heatmap_index=-1", body: photo}, 400, "bad-parameter", "heatmap_index=-1"},
		{call{path: "/api/classify?topK=3", body: photo}, 400, "bad-parameter", `"topK"`},
		{call{path: "/api/classify/batch?crop=1", body: photo}, 400, "bad-parameter", `"1"`},
		{call{path: "/api/classify", body: two[:len(two)/3], contentType: formType}, 400, "bad-body", "part 2"},
		{call{path: "/api/classify", body: none, contentType: formType}, 400, "bad-body", "no part"},
		{call{path: "/api/classify", body: two, contentType: "multipart/form-data"}, 400, "bad-body", "boundary"},
		{call{path: "/api/classify/batch", body: none, contentType: formType}, 400, "bad-body", "no part"},
		{call{method: "GET", path: "/api/"}, 404, "not-found", "/api/"},
		{call{method: "GET", path: "/api/nothing"}, 404, "not-found", "/api/nothing"},
		{call{method: "GET", path: "/api/classify"}, 405, "method-not-allowed", "POST, not GET"},
		{call{path: "/api/health"}, 405, "method-not-allowed", "GET and HEAD, not POST"},
		{call{method: "DELETE", path: "/api/model"}, 405, "method-not-allowed", "DELETE"},
		{call{path: "/api/classify", body: large}, 413, "body-too-large", "100000 bytes"},
		{call{path: "/api/classify", body: large, chunked: true}, 413, "body-too-large", "100000 bytes"},
		{call{path: "/api/classify/batch", body: large, contentType: formType, chunked: true}, 413, "body-too-large", "100000 bytes"},
		{call{path: "/api/classify", body: black}, 413, "picture-too-large", "2000×2000 are 4.0 megapixels"},
		{call{path: "/api/classify", body: two, contentType: formType}, 413, "too-many-parts", "1 allowed"},
		{call{path: "/api/classify/batch", body: seventeen, contentType: formType}, 413, "too-many-parts", "16 allowed"},
		{call{path: "/api/classify", body: photo, contentType: "text/plain"}, 415, "unsupported-type", "text/plain"},
		{call{path: "/api/classify", body: photo, contentType: "application/x-www-form-urlencoded"}, 415, "unsupported-type", "-F image=@"},
		{call{path: "/api/classify", body: photo, contentType: "image/png; ="}, 415, "unsupported-type", "image/png; ="},
		{call{path: "/api/classify/batch", body: photo, contentType: "image/png"}, 415, "unsupported-type", "multipart/form-data"},
		{call{path: "/api/classify"}, 415, "unsupported-type", "no bytes"},
		{call{path: "/api/classify", body: []byte("\x00\x00\x00\x20ftypheic")}, 415, "unsupported-type", "HEIC"},
		{call{path: "/api/classify", body: photo[:len(photo)/2]}, 422, "broken-picture", "png"},
	} {
		r := tt.call.do(t, h)
		name, p := problem(t, r)
		if r.StatusCode != tt.status || name != tt.name || !strings.Contains(p.Detail, tt.says) {
			t.Errorf("%s %s (%s): %d %s: %s; want %d %s: ...%s...", tt.method, tt.path, tt.contentType, r.StatusCode, name, p.Detail,
				tt.status, tt.name, tt.says)
		}
		if tt.status == 405 && r.Header.Get("Allow") == "" {
			t.Errorf("%s: no Allow", tt.path)
		}
	}
}

// A client that goes away in the middle of its body.
func TestBodyBreaksOff(t *testing.T) {
	r := httptest.NewRequest("POST", "/api/classify", io.MultiReader(strings.NewReader("\xff\xd8"), broken{}))
	w := httptest.NewRecorder()
	api.New(newConfig(t)).ServeHTTP(w, r)
	if name, p := problem(t, w.Result()); name != "bad-body" || !strings.Contains(p.Detail, "gone") {
		t.Errorf("%s: %s", name, p.Detail)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the client is gone") }

func TestWithoutNetwork(t *testing.T) {
	config := newConfig(t)
	config.Open = func() (*classify.Classifier, error) { return nil, errors.New("the weights are missing") }
	h := api.New(config)
	for _, c := range []call{{path: "/api/classify", body: pngOf(t, noise(9, 9))}, {method: "GET", path: "/api/health"}} {
		r := c.do(t, h)
		if name, p := problem(t, r); name != "unavailable" || p.Status != 503 || p.Detail != "the weights are missing" || r.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s, %+v", c.path, name, p)
		}
	}
	read[api.Model](t, call{method: "GET", path: "/api/model"}.do(t, h), 200)
}

// A panic answers 500 with a name that the log has too, and the next request is served.
func TestPanic(t *testing.T) {
	config := newConfig(t)
	open := config.Open
	config.Open = func() (*classify.Classifier, error) { panic("out of order") }
	var logged []string
	config.Log = func(line string) { logged = append(logged, line) }
	r := call{method: "GET", path: "/api/health"}.do(t, api.New(config))
	name, p := problem(t, r)
	if name != "internal" || p.Status != 500 || !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(p.Instance) {
		t.Errorf("%s: %+v", name, p)
	}
	if len(logged) != 1 || !strings.Contains(logged[0], p.Instance) || !strings.Contains(logged[0], "out of order") || !strings.Contains(logged[0], "api_test.go") {
		t.Errorf("logged %q", logged)
	}
	if strings.Contains(p.Detail, "out of order") {
		t.Errorf("the answer tells of the inside: %s", p.Detail)
	}
	config.Open = open
	read[map[string]string](t, call{method: "GET", path: "/api/health"}.do(t, api.New(config)), 200)
}

// What a request brought, and what was seen in it, is in no log.
func TestNothingLogged(t *testing.T) {
	config := newConfig(t)
	config.Log = func(line string) { t.Errorf("logged %q", line) }
	h := api.New(config)
	call{path: "/api/classify", body: pngOf(t, noise(9, 9))}.do(t, h)
	call{path: "/api/classify", body: []byte("nothing")}.do(t, h)
}

func TestToken(t *testing.T) {
	config := newConfig(t)
	config.Token = "a secret, with a comma"
	config.Origins = []string{"https://example.org"}
	h := api.New(config)
	photo := pngOf(t, noise(9, 9))
	for header, want := range map[string]int{
		"": 401, "Bearer": 401, "Bearer ": 401, "Bearer a secret": 401, "Bearer a secret, with a comma.": 401,
		"Basic a secret, with a comma": 401, "a secret, with a comma": 401,
		"Bearer a secret, with a comma": 200, "bearer a secret, with a comma": 200,
	} {
		for _, path := range []string{"/api/classify", "/api/classify/batch", "/api/model", "/api/none", "/api/health"} {
			r := call{path: path, body: photo, header: http.Header{"Authorization": {header}}}.do(t, h)
			refused := r.StatusCode == 401
			if refused != (want == 401 && path != "/api/health") {
				t.Errorf("%q, %s: status %d", header, path, r.StatusCode)
			}
			if refused && !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s: WWW-Authenticate %q", path, r.Header.Get("WWW-Authenticate"))
			}
		}
	}
	// A browser asks for permission without the token, and may read a refusal.
	origin := http.Header{"Origin": {"https://example.org"}, "Access-Control-Request-Method": {"POST"}}
	if r := (call{method: "OPTIONS", path: "/api/classify", header: origin}.do(t, h)); r.StatusCode != 204 {
		t.Errorf("preflight: %d", r.StatusCode)
	}
	r := call{path: "/api/classify", header: origin}.do(t, h)
	if r.StatusCode != 401 || r.Header.Get("Access-Control-Allow-Origin") != "https://example.org" {
		t.Errorf("%d, %v", r.StatusCode, r.Header)
	}
}

func TestCORS(t *testing.T) {
	photo := pngOf(t, noise(9, 9))
	for _, tt := range []struct {
		origins       []string
		origin, allow string
		vary          string
	}{
		{nil, "https://example.org", "", ""},
		{[]string{"https://example.org", "https://example.com"}, "https://example.com", "https://example.com", "Origin"},
		{[]string{"https://example.org"}, "https://example.com", "", "Origin"},
		{[]string{"https://example.org"}, "https://example.org.example.com", "", "Origin"},
		{[]string{"*"}, "https://example.com", "*", ""},
	} {
		config := newConfig(t)
		config.Origins = tt.origins
		h := api.New(config)
		for _, c := range []call{
			{path: "/api/classify", body: photo},
			{path: "/api/classify"}, // an error can be read as well
			{method: "OPTIONS", path: "/api/classify"},
		} {
			c.header = http.Header{"Origin": {tt.origin}}
			if c.method == "OPTIONS" {
				c.header.Set("Access-Control-Request-Method", "POST")
			}
			r := c.do(t, h)
			if got := r.Header.Get("Access-Control-Allow-Origin"); got != tt.allow || r.Header.Get("Vary") != tt.vary {
				t.Errorf("%v, %s from %s: allowed %q, Vary %q", tt.origins, c.method, tt.origin, got, r.Header.Get("Vary"))
			}
			if c.method == "OPTIONS" && len(tt.origins) > 0 && r.Header.Get("Access-Control-Allow-Headers") != "Authorization, Content-Type" {
				t.Errorf("preflight: %v", r.Header)
			}
			if c.method == "OPTIONS" && len(tt.origins) == 0 && r.StatusCode != 405 {
				t.Errorf("preflight without CORS: %d", r.StatusCode)
			}
		}
	}
}

func TestTiming(t *testing.T) {
	config := newConfig(t)
	photo := pngOf(t, noise(9, 9))
	if got := (call{path: "/api/classify", body: photo}.do(t, api.New(config)).Header.Get("Server-Timing")); got != "" {
		t.Errorf("Server-Timing %q, unasked", got)
	}
	config.Timing = true
	got := call{path: "/api/classify", body: photo}.do(t, api.New(config)).Header.Get("Server-Timing")
	if !regexp.MustCompile(`^decode;dur=[\d.]+, resize;dur=[\d.]+, network;dur=[\d.]+$`).MatchString(got) {
		t.Errorf("Server-Timing %q", got)
	}
}

// Every problem that can be answered is explained in openapi.json, where its type points.
func TestProblemsAreDocumented(t *testing.T) {
	var doc struct {
		Components struct {
			Responses map[string]struct{ Description string }
		}
	}
	if err := json.Unmarshal(api.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	for _, name := range api.Kinds() {
		if doc.Components.Responses[name].Description == "" {
			t.Errorf("openapi.json does not explain %s", name)
		}
		delete(doc.Components.Responses, name)
	}
	if len(doc.Components.Responses) > 0 {
		t.Errorf("openapi.json explains what does not occur: %v", doc.Components.Responses)
	}
}
