package main

import (
	"io/fs"
	"path"
)

// withoutModules is a file system without what npm installed and what other builds left.
type withoutModules struct{ fs.FS }

func (w withoutModules) ReadDir(name string) (kept []fs.DirEntry, err error) {
	entries, err := fs.ReadDir(w.FS, name)
	for _, e := range entries {
		if n := e.Name(); n != "node_modules" && n != "dist" && n != ".wrangler" && path.Ext(n) != ".zip" {
			kept = append(kept, e)
		}
	}
	return kept, err
}
