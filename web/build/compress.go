package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/andybalholm/brotli"

	"mobilenet/web/build/output"
)

// compressible are the kinds of file that compression makes smaller. Pictures are not.
var compressible = map[string]bool{
	".css": true, ".html": true, ".js": true, ".json": true, ".svg": true, ".tflite": true, ".ts": true, ".txt": true,
	".wasm": true, ".webmanifest": true,
}

// A coding is a way to compress. Files are compressed once and sent often, so each is at its best.
type coding struct {
	extension string
	writer    func(io.Writer) io.WriteCloser
	reader    func(io.Reader) (io.Reader, error)
}

var codings = []coding{
	{".br",
		func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) },
		func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }},
	{".gz",
		func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails only for a level that does not exist
			return z
		},
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
}

// compress puts a .br and a .gz beside each file that they make smaller.
func (s *site) compress(out string) error {
	var wait sync.WaitGroup
	var lock sync.Mutex
	var failed []error
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, name := range s.names() {
		if !compressible[path.Ext(name)] {
			continue
		}
		for _, c := range codings {
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				if err := c.compress(filepath.Join(out, filepath.FromSlash(name))); err != nil {
					lock.Lock()
					defer lock.Unlock()
					failed = append(failed, err)
				}
			})
		}
	}
	wait.Wait()
	return errors.Join(failed...)
}

// compress compresses one file, unless a file is there that decompresses to it.
func (c *coding) compress(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	to := name + c.extension
	if c.holds(to, data) {
		return nil
	}
	defer announce("compressing " + filepath.Base(to))()
	var compressed bytes.Buffer
	w := c.writer(&compressed)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if compressed.Len() >= len(data) {
		if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	return output.WriteFile(to, compressed.Bytes())
}

// holds reports whether the file at name decompresses to data.
func (c *coding) holds(name string, data []byte) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	r, err := c.reader(f)
	if err != nil {
		return false
	}
	got, err := io.ReadAll(io.LimitReader(r, int64(len(data))+1))
	return err == nil && bytes.Equal(got, data)
}
