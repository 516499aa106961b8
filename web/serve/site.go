package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"mobilenet/web/headers"
)

// A Site serves the files of one folder, and nothing outside it.
type Site struct {
	// Plain leaves out every header that a simple static host does not send, and the precompressed files.
	Plain bool

	root *os.Root
	tags sync.Map // version -> entity tag
}

// Open opens the folder of a built page.
func Open(dir string) (*Site, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: run make build first, or name one with --dir", dir)
	}
	if err != nil {
		return nil, err
	}
	if _, err := root.Stat("index.html"); err != nil {
		root.Close()
		return nil, fmt.Errorf("%s holds no index.html: run make build first, or name another folder with --dir", dir)
	}
	return &Site{root: root}, nil
}

// Close lets go of the folder.
func (s *Site) Close() error { return s.root.Close() }

// ServeHTTP answers GET and HEAD.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if !s.Plain {
		for _, extra := range headers.All {
			h.Set(extra.Name, extra.Value)
		}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	// os.Root keeps to the folder whatever the name is. Hidden files are nobody's business, half-written ones among them.
	if !fs.ValidPath(name) || hidden(name) {
		http.NotFound(w, r)
		return
	}
	file, err := s.open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { file.Close() }()

	h.Set("Content-Type", contentType(name))
	if s.Plain {
		http.ServeContent(w, r, name, file.info.ModTime(), file)
		return
	}
	h.Set("Cache-Control", headers.CacheControl(name))
	h.Set("Vary", "Accept-Encoding")
	var encoding string
	// A part is always one of the file itself, and so is what a precondition is about.
	if r.Header.Get("Range") == "" && r.Header.Get("If-Match") == "" && r.Header.Get("If-Unmodified-Since") == "" {
		for _, c := range accepted(r.Header.Values("Accept-Encoding")) {
			if packed, err := s.open(name + c.extension); err == nil {
				file.Close()
				file, encoding = packed, c.name
				break
			}
		}
	}
	tag, err := s.tag(file)
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	h.Set("ETag", tag)
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		h.Set("Content-Length", fmt.Sprint(file.info.Size())) // which ServeContent leaves out here
	}
	http.ServeContent(w, r, name, time.Time{}, file)
}

func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "_headers" {
			return true
		}
	}
	return false
}

// A file is an open regular file.
type file struct {
	*os.File
	name string
	info fs.FileInfo
}

func (s *Site) open(name string) (*file, error) {
	// Asked before opening, because a pipe would block.
	if info, err := s.root.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	f, err := s.root.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &file{f, name, info}, nil
}

// A version is a file's content as long as nobody meddles with times.
type version struct {
	name string
	size int64
	time time.Time
}

// tag is a strong entity tag: a hash of the very bytes that are sent, so a packed file has another one than what it unpacks to.
func (s *Site) tag(f *file) (string, error) {
	v := version{f.name, f.info.Size(), f.info.ModTime()}
	if tag, ok := s.tags.Load(v); ok {
		return tag.(string), nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	tag := `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
	s.tags.Store(v, tag)
	return tag, nil
}

// types are the content types by extension: the same on every machine, unlike those of package mime.
var types = map[string]string{
	".avif":        "image/avif",
	".css":         "text/css; charset=utf-8",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".mjs":         "text/javascript; charset=utf-8",
	".mp4":         "video/mp4",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".ts":          "text/plain; charset=utf-8",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
}

func contentType(name string) string {
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return "application/octet-stream"
}
