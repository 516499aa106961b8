package weights

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// content stands for a model: 100 KB that do not compress.
var content = func() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 100_000; i++ {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		b.Write(sum[:])
	}
	return b.Bytes()
}()

func fileOf(data []byte, source string) File {
	sum := sha256.Sum256(data)
	return File{Source: source, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
}

func TestGetFromServer(t *testing.T) {
	altered := bytes.Clone(content)
	altered[5000] ^= 1
	send := func(data []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			w.Write(data)
		}
	}
	chunked := func(data []byte) http.HandlerFunc { // without a Content-Length
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(data[:len(data)/2])
			w.(http.Flusher).Flush()
			w.Write(data[len(data)/2:])
		}
	}
	page := []byte("<!DOCTYPE html><title>Home</title>")
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    string // in the error
	}{
		{"whole", send(content), ""},
		{"whole, chunked", chunked(content), ""},
		{"redirected", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/moved" {
				w.Write(content)
				return
			}
			http.Redirect(w, r, "/moved", http.StatusFound)
		}, ""},
		{"altered", send(altered), "altered: its SHA-256 is"},
		{"too short", send(content[:500]), "the server has 500 bytes where"},
		{"too short, chunked", chunked(content[:5000]), "cut off after 5000 of"},
		{"too long", send(append(bytes.Clone(content), 0)), "bytes where"},
		{"too long, chunked", chunked(append(bytes.Clone(content), 0)), "larger than the"},
		{"empty", send(nil), "has 0 bytes"},
		{"connection broken", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content[:20000])
			panic(http.ErrAbortHandler)
		}, "cut off after"},
		{"silent", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer for"},
		{"silent in the middle", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content[:20000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "no answer for"},
		{"not found", http.NotFound, "the server answered 404 Not Found"},
		{"server error", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "", 500) }, "answered 500"},
		{"a page of HTML", send(page), "HTML page"},
		{"a page of HTML that says it is none", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/octet-stream")
			w.(http.Flusher).Flush()
			w.Write(page)
		}, "HTML page"},
	}
	defer func(d time.Duration) { idleTimeout = d }(idleTimeout)
	idleTimeout = 500 * time.Millisecond
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.handler)
			defer server.Close()
			dir := t.TempDir()
			path := filepath.Join(dir, "models", "m.tflite")
			var last int64
			got, err := new(List).Get(t.Context(), fileOf(content, server.URL+"/m.tflite"), path, func(n int64) { last = n })
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), server.URL) {
					t.Errorf("error %v, want one with %q and the address", err, tt.want)
				}
				if left := files(t, dir); len(left) > 0 {
					t.Errorf("left %v", left)
				}
				return
			}
			if err != nil || !got {
				t.Fatalf("Get = %v, %v", got, err)
			}
			if data, _ := os.ReadFile(path); !bytes.Equal(data, content) {
				t.Error("another content")
			}
			if last != int64(len(content)) {
				t.Errorf("progress ended at %d", last)
			}
			if left := files(t, dir); len(left) != 1 {
				t.Errorf("left %v", left)
			}
		})
	}
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestGetTwice(t *testing.T) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.Write(content)
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "m.tflite")
	f := fileOf(content, server.URL)
	for i, want := range []struct {
		got      bool
		requests int
	}{{true, 1}, {false, 1}, {true, 2}} {
		if i == 2 { // a file that was altered on disk is brought again
			if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := new(List).Get(t.Context(), f, path, nil)
		if got != want.got || err != nil || requests != want.requests {
			t.Errorf("call %d: Get = %v, %v after %d requests, want %v after %d", i, got, err, requests, want.got, want.requests)
		}
	}
}

func TestGetCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:20000])
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	dir := t.TempDir()
	if _, err := new(List).Get(ctx, fileOf(content, server.URL), filepath.Join(dir, "m"), nil); err == nil {
		t.Error("no error")
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestCopy(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	f := fileOf(content, "unused")
	for _, tt := range []struct {
		data []byte
		want string
	}{
		{content[:7], "cut off after 7 of"},
		{append([]byte("x"), content[1:]...), "altered"},
		{content, ""},
	} {
		if err := os.WriteFile(from, tt.data, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := f.Copy(from, to)
		if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q", err, tt.want)
		}
	}
	if err := f.Verify(to); err != nil {
		t.Error(err)
	}
}

// The default model's files come from a Go module, whatever this machine's Go settings are, and go.mod stays as it is.
func TestGetFromModule(t *testing.T) {
	l, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := map[string]File{
		"m.tflite":   l.Models[0].File,
		"labels.txt": l.Labels[l.Models[0].Labels],
	}
	for _, sample := range l.Samples {
		want[sample.Name] = sample.File
	}
	for name, f := range want {
		if got, err := l.Get(t.Context(), f, filepath.Join(dir, name), nil); !got || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if after, _ := os.ReadFile("../go.mod"); !bytes.Equal(mod, after) {
		t.Error("go.mod changed")
	}
	if labels, _ := os.ReadFile(filepath.Join(dir, "labels.txt")); !bytes.HasPrefix(labels, []byte("background\n")) {
		t.Error("the labels do not start with background")
	}
}

// A person without a connection is told what to do, before what the go command says.
func TestGetFromModuleOffline(t *testing.T) {
	proxy := httptest.NewServer(http.NotFoundHandler())
	proxy.Close() // nothing answers there any more
	t.Setenv("GOPROXY", proxy.URL)
	t.Setenv("GOMODCACHE", t.TempDir())
	l, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m")
	_, err = l.Get(t.Context(), l.Models[0].File, path, nil)
	if err == nil {
		t.Fatal("no error")
	}
	said := err.Error()
	for _, want := range []string{"github.com/mattn/go-tflite@v1.0.1", "Go's module proxy", "Check the connection", "GOPROXY", "run this again"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %q", want, said)
		}
		_, said, _ = strings.Cut(said, want)
	}
	if !strings.Contains(said, proxy.URL) {
		t.Errorf("the go command's own words are missing: %q", err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a file is left: %v", err)
	}
}

func TestGetFromModuleRefuses(t *testing.T) {
	l, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m")
	if _, err := l.Get(t.Context(), fileOf(content, "github.com/x/y@v1.0.0/file"), path, nil); err == nil {
		t.Error("no error for a module without a hash")
	}
	for module := range l.Modules {
		l.Modules[module] = "h1:other="
	}
	_, err = l.Get(t.Context(), l.Samples[0].File, path, nil)
	if err == nil || !strings.Contains(err.Error(), "should be h1:other=") {
		t.Errorf("error %v for a module with another hash", err)
	}
}
