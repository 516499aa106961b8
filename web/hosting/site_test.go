package hosting

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"mobilenet/web/headers"
)

const page = "<!doctype html>page"

// newSite is a site of a few files, with a secret beside its folder.
func newSite(t *testing.T) *Site {
	t.Helper()
	top := t.TempDir()
	dir := filepath.Join(top, "dist")
	for name, data := range map[string]string{
		"secret":                                  "secret",
		"dist/index.html":                         page,
		"dist/index.html.br":                      packed(t, "br", page),
		"dist/index.html.gz":                      packed(t, "gzip", page),
		"dist/_headers":                           "/*",
		"dist/.partial-1":                         "half",
		"dist/app/app-0a1b2c3d.js":                "let x",
		"dist/app/app-0a1b2c3d.js.gz":             packed(t, "gzip", "let x"),
		"dist/mobilenet/mobilenet.js":             "let y",
		"dist/mobilenet/tab-0a1b2c3d.wasm":        "\x00asm",
		"dist/mobilenet/mobilenet.d.ts":           "declare",
		"dist/models/m.0a1b2c3d.tflite":           "0123456789",
		"dist/models/m.0a1b2c3d.tflite.br":        packed(t, "br", "0123456789"),
		"dist/models/models.json":                 "[]",
		"dist/samples/peacock.0a1b2c3d.png":       "\x89PNG",
		"dist/samples/a folder/with space & é.js": "odd",
		"dist/manifest.webmanifest":               "{}",
		"dist/x.avif":                             "avif",
		"dist/x.mjs":                              "mjs",
	} {
		path := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"escape":     "../secret",
		"absolute":   filepath.Join(top, "secret"),
		"up":         "..",
		"inside.txt": "models/models.json",
		"loop":       "loop",
		"chain":      "up/dist/escape",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	site, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// packed is data in a content coding.
func packed(t *testing.T, coding, data string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if coding == "br" {
		w = brotli.NewWriter(&b)
	}
	io.WriteString(w, data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// unpacked is the body of an answer without its content coding.
func unpacked(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(w.Body.Bytes())
	for _, c := range codings {
		if w.Header().Get("Content-Encoding") == c.name {
			var err error
			if r, err = c.decompress(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// ask sends one request. Header pairs follow the target.
func ask(h http.Handler, method, target string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost/", nil)
	// As a raw request would have it: NewRequest would clean or refuse some of these paths.
	r.URL.Path = target
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Add(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestTypes(t *testing.T) {
	site := newSite(t)
	for path, want := range map[string]string{
		"/":                                   "text/html; charset=utf-8",
		"/index.html":                         "text/html; charset=utf-8",
		"/app/app-0a1b2c3d.js":                "text/javascript; charset=utf-8",
		"/mobilenet/tab-0a1b2c3d.wasm":        "application/wasm",
		"/mobilenet/mobilenet.d.ts":           "text/plain; charset=utf-8",
		"/models/m.0a1b2c3d.tflite":           "application/octet-stream",
		"/app/app-0a1b2c3d.js.gz":             "application/gzip",
		"/models/models.json":                 "application/json",
		"/samples/peacock.0a1b2c3d.png":       "image/png",
		"/samples/a folder/with space & é.js": "text/javascript; charset=utf-8",
		"/manifest.webmanifest":               "application/manifest+json",
		"/x.avif":                             "image/avif",
		"/x.mjs":                              "text/javascript; charset=utf-8",
		"/inside.txt":                         "text/plain; charset=utf-8",
	} {
		w := ask(site, "GET", path)
		if got := w.Header().Get("Content-Type"); w.Code != 200 || got != want {
			t.Errorf("%s: %d, %s, want %s", path, w.Code, got, want)
		}
		if w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: packed, unasked", path)
		}
	}
}

func TestHeaders(t *testing.T) {
	site := newSite(t)
	for _, path := range []string{"/", "/app/app-0a1b2c3d.js", "/missing"} {
		w := ask(site, "GET", path)
		for _, h := range headers.All {
			if got := w.Header().Get(h.Name); got != h.Value {
				t.Errorf("%s: %s: %s, want %s", path, h.Name, got, h.Value)
			}
		}
	}
	for path, want := range map[string]string{
		"/":                            "no-cache",
		"/mobilenet/mobilenet.js":      "no-cache",
		"/mobilenet/tab-0a1b2c3d.wasm": "public, max-age=31536000, immutable",
	} {
		if got := ask(site, "GET", path).Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := ask(site, "GET", "/missing").Header().Get("Cache-Control"); got != "" {
		t.Errorf("a missing file may be kept: %s", got)
	}
}

func TestRefused(t *testing.T) {
	site := newSite(t)
	for _, path := range []string{
		"/missing", "/app", "/app/", "/models/", "//", "/../secret", "/app/../../secret", "/./index.html", "//index.html",
		"/..\\secret", "/escape", "/absolute", "/up/secret", "/up", "/up/dist/index.html", "/loop", "/chain", "/_headers", "/.partial-1", "/index.html/", "/index.html\x00.js",
		"../secret", "/" + strings.Repeat("x", 5000),
	} {
		w := ask(site, "GET", path)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%q: %d %q", path, w.Code, w.Body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		if w := ask(site, method, "/"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

func TestEncoding(t *testing.T) {
	site := newSite(t)
	for _, tt := range []struct{ path, accept, encoding, body string }{
		{"/", "gzip, deflate, br, zstd", "br", page},
		{"/", "gzip", "gzip", page},
		{"/", "br;q=0.5, gzip;q=0.8", "gzip", page},
		{"/", "br;q=0, gzip", "gzip", page},
		{"/", "*", "br", page},
		{"/", "*, br;q=0", "gzip", page},
		{"/", "BR ; Q=1", "br", page},
		{"/", "br;q=nonsense", "", page},
		{"/", "identity, br;q=0.5", "", page},
		{"/", "zstd", "", page},
		{"/", "", "", page},
		{"/app/app-0a1b2c3d.js", "br, gzip", "gzip", "let x"}, // there is no .br
		{"/models/models.json", "br, gzip", "", "[]"},
		{"/app/app-0a1b2c3d.js.gz", "br, gzip", "", packed(t, "gzip", "let x")}, // asked for as a file
	} {
		w := ask(site, "GET", tt.path, "Accept-Encoding", tt.accept)
		h := w.Header()
		if body := unpacked(t, w); h.Get("Content-Encoding") != tt.encoding || body != tt.body {
			t.Errorf("%s, %q: %q %q, want %q %q", tt.path, tt.accept, h.Get("Content-Encoding"), body, tt.encoding, tt.body)
		}
		if h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Vary: %q", tt.path, h.Get("Vary"))
		}
	}
	for _, accept := range []string{"br", "gzip", ""} {
		w := ask(site, "HEAD", "/", "Accept-Encoding", accept)
		whole := ask(site, "GET", "/", "Accept-Encoding", accept)
		if w.Body.Len() > 0 || w.Header().Get("Content-Length") != whole.Header().Get("Content-Length") ||
			w.Header().Get("Content-Length") == "" {
			t.Errorf("HEAD with %q: %v", accept, w.Header())
		}
	}
}

func TestNotModified(t *testing.T) {
	site := newSite(t)
	tags := map[string]bool{}
	for _, accept := range []string{"br", "gzip", ""} {
		tag := ask(site, "GET", "/", "Accept-Encoding", accept).Header().Get("ETag")
		if !strings.HasPrefix(tag, `"`) || tags[tag] {
			t.Errorf("%q: tag %s is weak, missing, or another one's", accept, tag)
		}
		tags[tag] = true
		if w := ask(site, "GET", "/", "Accept-Encoding", accept, "If-None-Match", tag); w.Code != 304 || w.Body.Len() > 0 ||
			w.Header().Get("ETag") != tag || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%q: %d %v", accept, w.Code, w.Header())
		}
		if w := ask(site, "GET", "/", "Accept-Encoding", accept, "If-None-Match", `"other"`); w.Code != 200 {
			t.Errorf("%q with another tag: %d", accept, w.Code)
		}
	}
	tag := ask(site, "GET", "/").Header().Get("ETag")
	if err := os.WriteFile(filepath.Join(site.dir, "index.html"), []byte("<!doctype html>other page"), 0o644); err != nil {
		t.Fatal(err)
	}
	if w := ask(site, "GET", "/", "If-None-Match", tag); w.Code != 200 {
		t.Errorf("a changed file: %d", w.Code)
	}
}

func TestRange(t *testing.T) {
	site := newSite(t)
	const path = "/models/m.0a1b2c3d.tflite"
	w := ask(site, "GET", path, "Range", "bytes=2-4", "Accept-Encoding", "br")
	if w.Code != 206 || w.Body.String() != "234" || w.Header().Get("Content-Range") != "bytes 2-4/10" ||
		w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	if w := ask(site, "GET", path, "Range", "bytes=20-"); w.Code != 416 {
		t.Errorf("beyond the end: %d", w.Code)
	}
	tag := w.Header().Get("ETag")
	if w := ask(site, "GET", path, "Range", "bytes=-1", "If-Range", tag); w.Code != 206 || w.Body.String() != "9" {
		t.Errorf("If-Range: %d %q", w.Code, w.Body)
	}
	if w := ask(site, "GET", path, "Range", "bytes=-1", "If-Range", `"other"`); w.Code != 200 || w.Body.Len() != 10 {
		t.Errorf("If-Range with another tag: %d %q", w.Code, w.Body)
	}
	if w := ask(site, "GET", path, "If-Match", `"other"`, "Accept-Encoding", "br"); w.Code != 412 {
		t.Errorf("If-Match with another tag: %d", w.Code)
	}
}

func TestBelow(t *testing.T) {
	h := Below("/some/path", newSite(t))
	for path, want := range map[string]int{
		"/some/path/":                     200,
		"/some/path/mobilenet/":           404,
		"/some/path/models/models.json":   200,
		"/some/path/../models.json":       404,
		"/some/path":                      301,
		"/some/pathindex.html":            404,
		"/":                               404,
		"/models/models.json":             404,
		"/some/path/app/app-0a1b2c3d.js":  200,
		"/some/path//app/app-0a1b2c3d.js": 404,
	} {
		w := ask(h, "GET", path)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
		if w.Code == 301 && w.Header().Get("Location") != "/some/path/" {
			t.Errorf("%s: moved to %s", path, w.Header().Get("Location"))
		}
	}
}
