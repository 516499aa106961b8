package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"mobilenet/wasm/depthwise/page"
	"mobilenet/weights"
)

// A store is where weights are kept on this machine: the user's cache folder and, in a checkout, dist/models, where "make build" puts them. A
// program with the page inside has the default model's in it.
type store struct {
	list   *weights.List
	stderr io.Writer
}

// built is where a checkout keeps its models, seen from its top.
var built = filepath.Join("dist", "models")

// folder is the user's cache folder.
func (s *store) folder() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder to keep the weights in: %w; --model FILE takes them from anywhere", err)
	}
	return filepath.Join(dir, "depthwise", "models"), nil
}

// model returns a model's bytes, verified.
func (s *store) model(ctx context.Context, m *weights.Model) ([]byte, error) {
	return s.file(ctx, m.Name, m.File, s.list.Entry(m).File)
}

// labels returns the text of a model's labels, verified.
func (s *store) labels(ctx context.Context, m *weights.Model) ([]byte, error) {
	return s.file(ctx, "its labels", s.list.Labels[m.Labels], s.list.Entry(m).Labels)
}

// file returns the content of f, which is called name in the store. What is not there is fetched, once.
func (s *store) file(ctx context.Context, what string, f weights.File, name string) ([]byte, error) {
	if path := filepath.Join(built, name); f.Verify(path) == nil {
		return os.ReadFile(path)
	}
	if data, err := inside(f, name); err != nil || data != nil {
		return data, err
	}
	dir, err := s.folder()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	if f.Verify(path) != nil {
		fmt.Fprintf(s.stderr, "fetching %s, %.2f MB, into %s; this is needed once\n", what, float64(f.Size)/1e6, printable(dir))
		if _, err := s.list.Get(ctx, f, path, nil); err != nil {
			return nil, fmt.Errorf("%s cannot be fetched: %w\n--model FILE takes a .tflite file that is on this machine", what, err)
		}
	}
	return os.ReadFile(path)
}

// inside returns f from the page in this program, nil where that is not there or does not have it.
func inside(f weights.File, name string) ([]byte, error) {
	archive, err := page.Open()
	if err != nil || archive == nil {
		return nil, err
	}
	data, err := archive.File("models/" + name)
	if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != f.SHA256 {
		return nil, err
	}
	return data, nil
}

// put returns a model that somebody put into dist/models under this name, and the file of its labels, if it has one; nil where there is none.
func (s *store) put(name string) (data []byte, labels string, err error) {
	entries, err := weights.ReadIndex(built)
	if err != nil {
		return nil, "", err
	}
	for _, e := range entries {
		if e.Name != name {
			continue
		}
		path := filepath.Join(built, filepath.Base(e.File))
		if err := (weights.File{Size: e.Size, SHA256: e.SHA256}).Verify(path); err != nil {
			return nil, "", err
		}
		if e.Labels != "" {
			labels = filepath.Join(built, filepath.Base(e.Labels))
		}
		data, err := os.ReadFile(path)
		return data, labels, err
	}
	return nil, "", nil
}
