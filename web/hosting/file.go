package hosting

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// A file is an open regular file.
type file struct {
	*os.File
	name string
	info fs.FileInfo
}

func open(root *os.Root, name string) (*file, error) {
	// Asked before opening, because a pipe would block.
	switch info, err := root.Stat(name); {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder", name)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is a pipe or a device", name)
	}
	f, err := root.Open(name)
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

func isFile(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// tag is a strong entity tag: a hash of the very bytes that are sent, so a compressed file has another one than its original.
func (s *Site) tag(f *file) (string, error) {
	return s.tags.get(func() (string, error) {
		sum := sha256.New()
		if err := f.read(func(r io.Reader) error { _, err := io.Copy(sum, r); return err }); err != nil {
			return "", err
		}
		return `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`, nil
	}, f)
}

// twin opens the precompressed file beside f, or gives nil where there is none that decompresses to f. Times would not tell: a copy of
// the folder may give all files new ones, in any order.
func (s *Site) twin(root *os.Root, f *file, c coding) *file {
	twin, err := open(root, f.name+c.extension)
	if err != nil {
		return nil
	}
	fits, err := s.twins.get(func() (bool, error) {
		var fits bool
		err := f.read(func(want io.Reader) error {
			return twin.read(func(compressed io.Reader) error {
				original, err := c.decompress(compressed)
				fits = err == nil && same(original, want)
				return nil
			})
		})
		return fits, err
	}, f, twin)
	if err != nil || !fits {
		twin.Close()
		return nil
	}
	return twin
}

// read lets use read the file from its start, and leaves it there.
func (f *file) read(use func(io.Reader) error) error {
	if err := use(f); err != nil {
		return err
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// same reports whether a and b hold the same bytes. Of a it reads no more than b has.
func same(a, b io.Reader) bool {
	const size = 32 << 10
	x, y := make([]byte, size), make([]byte, size)
	for {
		n, err := io.ReadFull(b, y)
		ended := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !ended {
			return false
		}
		if _, err := io.ReadFull(a, x[:n]); err != nil || !bytes.Equal(x[:n], y[:n]) {
			return false
		}
		if ended {
			n, err := io.ReadFull(a, x[:1])
			return n == 0 && err == io.EOF // another error would be that of a broken end
		}
	}
}

// A memo keeps what was found out about files, by the name of the last, as long as they stay what they are: the same files, of the
// same size and time. So it holds one thing a name, however often a site is built.
type memo[T any] struct{ kept sync.Map }

type memory[T any] struct {
	files []fs.FileInfo
	value T
}

func (m *memo[T]) get(find func() (T, error), files ...*file) (T, error) {
	name := files[len(files)-1].name
	if kept, ok := m.kept.Load(name); ok && kept.(memory[T]).of(files) {
		return kept.(memory[T]).value, nil
	}
	value, err := find()
	if err == nil {
		found := memory[T]{value: value}
		for _, f := range files {
			found.files = append(found.files, f.info)
		}
		m.kept.Store(name, found)
	}
	return value, err
}

func (m memory[T]) of(files []*file) bool {
	for i, f := range files {
		was, is := m.files[i], f.info
		if !os.SameFile(was, is) || was.Size() != is.Size() || !was.ModTime().Equal(is.ModTime()) {
			return false
		}
	}
	return true
}
