package hosting

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// newArchive packs a folder, and opens what came of it.
func newArchive(t *testing.T, dir string) *Archive {
	t.Helper()
	var b bytes.Buffer
	if err := Pack(&b, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	a, err := OpenArchive(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// builtFolder is one as the build leaves it: of what it compresses there are both copies.
func builtFolder(t *testing.T) string {
	dir := t.TempDir()
	files := map[string]string{
		"samples/a.0a1b2c3d.jpg": "a photo", "_headers": "secret", "checksums.txt": "sums", "npm/x.tgz": "package", ".hidden/x": "x",
		"app/preview-0a1b2c3d.png": "picture",
	}
	for name, data := range map[string]string{
		"index.html": page, "app/app-0a1b2c3d.js": strings.Repeat("let x;", 100), "mobilenet/tab-0a1b2c3d.wasm": strings.Repeat("\x00asm", 5000),
		"models/m.0a1b2c3d.tflite": strings.Repeat("weights", 999),
	} {
		files[name], files[name+".br"], files[name+".gz"] = data, packed(t, "br", data), packed(t, "gzip", data)
	}
	write(t, dir, files)
	return dir
}

// An archive answers as the folder does that it was made of. It makes the gzip itself, so that only what comes out of it is the same.
func TestArchive(t *testing.T) {
	dir := builtFolder(t)
	site, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	archive := newArchive(t, dir)
	for _, path := range []string{"/", "/index.html", "/app/app-0a1b2c3d.js", "/mobilenet/tab-0a1b2c3d.wasm", "/models/m.0a1b2c3d.tflite",
		"/samples/a.0a1b2c3d.jpg", "/_headers", "/missing", "/../index.html", "/app/", "/.hidden/x", "//index.html", "/samples/a.0a1b2c3d.jpg.gz"} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			for _, accept := range []string{"", "br", "gzip", "br, gzip", "gzip, br;q=0.5", "identity, br;q=0.5", "*"} {
				for _, more := range [][]string{nil, {"Range", "bytes=2-4"}, {"If-Match", `"other"`}} {
					pairs := append([]string{"Accept-Encoding", accept}, more...)
					want, got := ask(site, method, path, pairs...), ask(archive, method, path, pairs...)
					if got.Code != want.Code || method == "GET" && unpacked(t, got) != unpacked(t, want) {
						t.Errorf("%s %s %v: %d %.40q, want %d %.40q", method, path, pairs, got.Code, got.Body, want.Code, want.Body)
					}
					for name := range want.Header() {
						if name == "Etag" || name == "Last-Modified" || name == "Content-Length" && want.Header().Get("Content-Encoding") == "gzip" {
							continue
						}
						if g, w := got.Header().Get(name), want.Header().Get(name); g != w {
							t.Errorf("%s %s %v: %s: %q, want %q", method, path, pairs, name, g, w)
						}
					}
				}
			}
		}
	}
	// Compressed copies by their own names, as the library asks for some.
	for coding, ending := range map[string]string{"gzip": ".gz", "br": ".br"} {
		w := ask(archive, "GET", "/mobilenet/tab-0a1b2c3d.wasm"+ending, "Accept-Encoding", "br, gzip")
		w.Header().Set("Content-Encoding", coding)
		if w.Code != 200 || unpacked(t, w) != strings.Repeat("\x00asm", 5000) {
			t.Errorf("%s: %d", ending, w.Code)
		}
	}
	for _, path := range []string{"/checksums.txt", "/npm/x.tgz", "/app/preview-0a1b2c3d.png"} {
		if w := ask(archive, "GET", path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if data, err := archive.File("models/m.0a1b2c3d.tflite"); err != nil || string(data) != strings.Repeat("weights", 999) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if data, err := archive.File("models/missing"); data != nil || err != nil {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestArchiveNotModified(t *testing.T) {
	archive := newArchive(t, builtFolder(t))
	tags := map[string]bool{}
	for _, accept := range []string{"br", "gzip", ""} {
		w := ask(archive, "GET", "/", "Accept-Encoding", accept)
		tag := w.Header().Get("ETag")
		if tags[tag] || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%q: tag %s", accept, tag)
		}
		tags[tag] = true
		if w := ask(archive, "GET", "/", "Accept-Encoding", accept, "If-None-Match", tag); w.Code != 304 {
			t.Errorf("%q: %d", accept, w.Code)
		}
	}
}

// The same folder gives the same archive, and an address of its own has the page's picture in it.
func TestPack(t *testing.T) {
	dir := builtFolder(t)
	var a, b bytes.Buffer
	if err := Pack(&a, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := Pack(&b, os.DirFS(dir)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("it differs, or %v", err)
	}
	write(t, dir, map[string]string{"index.html": `<meta content="https://example.org/app/preview-0a1b2c3d.png">`})
	if w := ask(newArchive(t, dir), "GET", "/app/preview-0a1b2c3d.png"); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	if err := Pack(&a, os.DirFS(t.TempDir())); err == nil {
		t.Error("a folder without a page is packed")
	}
}

func TestOpenArchiveRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := Pack(&b, os.DirFS(builtFolder(t))); err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, []byte("no archive"), b.Bytes()[:b.Len()/2]} {
		if _, err := OpenArchive(data); err == nil {
			t.Errorf("%d bytes are opened", len(data))
		}
	}
}
