package api_test

import (
	"encoding/json"
	"errors"
	"image"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/classify"
)

func TestProblems(t *testing.T) {
	h := api.New(newConfig(t))
	photo := pngOf(t, noise(40, 40))
	large := pngOf(t, noise(200, 200)) // 160 kB
	black := pngOf(t, image.NewGray(image.Rect(0, 0, 2000, 2000)))
	two, formType := form(t, photo, photo)
	seventeen, _ := form(t, slices.Repeat([][]byte{[]byte("x")}, api.MaxImages+1)...)
	none, _ := form(t)
	long := strings.Repeat("x", 60_000)
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
		{call{path: "/api/classify?top=1;crop=whole", body: photo}, 400, "bad-parameter", "semicolon"},
		{call{path: "/api/classify?top=%zz", body: photo}, 400, "bad-parameter", `"%zz"`},
		{call{path: "/api/classify?top=1&top=2", body: photo}, 400, "bad-parameter", "top comes 2 times"},
		{call{path: "/api/classify?top=" + long, body: photo}, 400, "bad-parameter", "… (60000 bytes): a number"},
		{call{path: "/api/classify?" + long, body: photo}, 400, "bad-parameter", "… (60000 bytes)"},
		{call{path: "/api/classify?crop=" + long, body: photo}, 400, "bad-parameter", "… (60"},
		{call{path: "/api/classify?views=%" + long, body: photo}, 400, "bad-parameter", "cannot be read"},
		{call{path: "/api/classify", body: two[:len(two)/3], contentType: formType}, 400, "bad-body",
			"it ends without the last boundary, --a, boundary, with commas--"},
		{call{path: "/api/classify", body: photo, contentType: formType}, 400, "bad-body", "is not in it"},
		{call{path: "/api/classify", body: []byte("--x\r\nA: b\r\n\r\n" + long), contentType: "multipart/form-data; boundary=x"}, 400, "bad-body", "it ends without"},
		{call{path: "/api/classify", body: []byte("--x\r\nA: " + long + long[:9000]), contentType: "multipart/form-data; boundary=x"}, 400, "bad-body",
			"part 1 has headers of more than 65536 bytes"},
		{call{path: "/api/classify", body: []byte("--x\r\nA b\r\n\r\n--x--"), contentType: "multipart/form-data; boundary=x"}, 400, "bad-body",
			"part 1 has headers that cannot be read"},
		{call{path: "/api/classify", body: photo, header: http.Header{"Content-Encoding": {"gzip"}}}, 415, "unsupported-type", "Content-Encoding: gzip"},
		{call{method: "GET", path: "/api"}, 404, "not-found", "there is no /api; /api/openapi.json"},
		{call{path: "/API/Classify/", body: photo}, 404, "not-found", "/api/classify is meant"},
		{call{method: "GET", path: "/api/" + long}, 404, "not-found", "… (60005 bytes)"},
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
		{call{path: "/api/classify", body: black}, 413, "image-too-large", "2000×2000 are 4.0 megapixels"},
		{call{path: "/api/classify", body: two, contentType: formType}, 413, "too-many-parts", "1 allowed"},
		{call{path: "/api/classify/batch", body: seventeen, contentType: formType}, 413, "too-many-parts", "16 allowed"},
		{call{path: "/api/classify", body: photo, contentType: "text/plain"}, 415, "unsupported-type", "text/plain"},
		{call{path: "/api/classify", body: photo, contentType: "application/x-www-form-urlencoded"}, 415, "unsupported-type", "-F image=@"},
		{call{path: "/api/classify", body: photo, contentType: "image/png; ="}, 415, "unsupported-type", "image/png; ="},
		{call{path: "/api/classify/batch", body: photo, contentType: "image/png"}, 415, "unsupported-type", "multipart/form-data"},
		{call{path: "/api/classify"}, 415, "unsupported-type", "no bytes"},
		{call{path: "/api/classify", body: []byte("\x00\x00\x00\x20ftypheic")}, 415, "unsupported-type", "HEIC"},
		{call{path: "/api/classify", body: photo[:len(photo)/2]}, 422, "broken-image", "png"},
	} {
		r := tt.call.do(t, h)
		name, p := problem(t, r)
		if r.StatusCode != tt.status || name != tt.name || !strings.Contains(p.Detail, tt.says) {
			t.Errorf("%s %s (%s): %d %s: %s; want %d %s: ...%s...", tt.method, tt.path, tt.contentType, r.StatusCode, name, p.Detail,
				tt.status, tt.name, tt.says)
		}
		if len(p.Detail) > 600 {
			t.Errorf("%.40s: %d bytes of detail", tt.path, len(p.Detail))
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
	if len(logged) != 1 || !strings.Contains(logged[0], p.Instance) || !strings.Contains(logged[0], "out of order") || !strings.Contains(logged[0], "problem_test.go") {
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
