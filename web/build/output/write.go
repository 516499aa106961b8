// Package output writes files that are built or fetched: whole or not at all, and under names that tell their content. All
// programs that leave files for the site share it, weights among them.
package output

import (
	"bytes"
	"os"
	"path/filepath"
)

// WriteFile puts data at path as a whole or not at all, and leaves a file alone that holds data already. Folders are made as
// needed.
func WriteFile(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return Replace(path, func(w *os.File) error {
		_, err := w.Write(data)
		return err
	})
}

// Replace replaces the file at path by what write writes, by way of a temporary file that is renamed once write succeeded. Folders are made as needed.
func Replace(path string, write func(*os.File) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".partial-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err := write(tmp); err != nil {
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
