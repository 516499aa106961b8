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

// packable are the kinds of file that compression makes smaller. Pictures are not.
var packable = map[string]bool{
	".css": true, ".html": true, ".js": true, ".json": true, ".svg": true, ".tflite": true, ".ts": true, ".txt": true,
	".wasm": true, ".webmanifest": true,
}

// A packing is one way to compress, made once and sent often, so each is at its best.
type packing struct {
	extension string
	writer    func(io.Writer) io.WriteCloser
	reader    func(io.Reader) (io.Reader, error)
}

var packings = []packing{
	{".br",
		func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) },
		func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }},
	{".gz",
		func(w io.Writer) io.WriteCloser {
			z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // an error tells of a level that there is not
			return z
		},
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
}

// pack puts a .br and a .gz beside each file that they make smaller.
func (s *site) pack(out string) error {
	var wait sync.WaitGroup
	var lock sync.Mutex
	var failed []error
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, name := range s.names() {
		if !packable[path.Ext(name)] {
			continue
		}
		for _, p := range packings {
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				if err := p.pack(filepath.Join(out, filepath.FromSlash(name))); err != nil {
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

// pack packs one file, unless a file is there that unpacks to it.
func (p *packing) pack(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	to := name + p.extension
	if p.holds(to, data) {
		return nil
	}
	defer announce("packing " + filepath.Base(to))()
	var packed bytes.Buffer
	w := p.writer(&packed)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if packed.Len() >= len(data) {
		if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	return output.WriteFile(to, packed.Bytes())
}

// holds tells whether the file at name unpacks to data.
func (p *packing) holds(name string, data []byte) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	r, err := p.reader(f)
	if err != nil {
		return false
	}
	got, err := io.ReadAll(io.LimitReader(r, int64(len(data))+1))
	return err == nil && bytes.Equal(got, data)
}
