package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"mobilenet/core/api"
	"mobilenet/web/build/output"
	"mobilenet/web/headers"
)

// writeAssets copies the built page beside the engines' images, and adds the API's description and the headers of all of it.
func writeAssets(site, out string, n *network) error {
	assets := filepath.Join(out, "assets")
	names := []string{"", "api/openapi.json", strings.TrimPrefix(n.Engine.Image, "/")} // the first is the page without its file's name
	err := fs.WalkDir(os.DirFS(site), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !wanted(name) {
			return err
		}
		names = append(names, name)
		return copyFile(filepath.Join(assets, filepath.FromSlash(name)), filepath.Join(site, filepath.FromSlash(name)))
	})
	if err != nil {
		return err
	}
	if err := output.WriteFile(filepath.Join(assets, "api", "openapi.json"), api.OpenAPI); err != nil {
		return err
	}
	slices.Sort(names)
	return output.WriteFile(filepath.Join(assets, "_headers"), []byte(headers.File(names)))
}

// wanted leaves out what Cloudflare does not use: it compresses by itself. The compressed files that the library asks for by name stay.
func wanted(name string) bool {
	switch path.Ext(name) {
	case ".br", ".tgz": // compressed copies, and the npm packages, which are no part of the page
		return false
	case ".gz":
		original := path.Ext(strings.TrimSuffix(name, ".gz"))
		return original == ".wasm" || original == ".tflite"
	}
	// Checksums of files that stay behind would not fit.
	return !strings.HasPrefix(path.Base(name), ".") && name != "_headers" && name != "checksums.txt"
}

func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return output.WriteFile(to, data)
}
