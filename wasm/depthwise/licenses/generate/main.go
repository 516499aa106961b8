// Generate writes licenses.txt.gz: what the command is linked from, on the systems that it is built for, with the licence of each.
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	root := filepath.Join("..", "..", "..")
	text, err := textOf(root)
	if err == nil {
		err = write("licenses.txt.gz", text)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// write writes a file, compressed; without a time in it, so that the same text gives the same bytes.
func write(name string, text []byte) error {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	w.Write(text) // a buffer takes all
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// textOf is the content of the file, for a repository at root.
func textOf(root string) ([]byte, error) {
	var all []string // a module a line: path, version, folder
	for _, system := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./wasm/depthwise")
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w:\n%s", err, said.Bytes())
		}
		all = append(all, strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' || r == '\t' })...)
	}
	var modules [][3]string
	for fields := range slices.Chunk(all, 3) {
		modules = append(modules, [3]string(fields))
	}
	slices.SortFunc(modules, func(a, b [3]string) int { return strings.Compare(a[0], b[0]) })

	var b bytes.Buffer
	b.WriteString("Depthwise is licensed under the Apache License, Version 2.0. The command is linked from what others made:\n")
	entry := func(name string, texts ...string) {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("-", 80), name, strings.Trim(strings.Join(texts, "\n"), "\n"))
	}
	std, err := os.ReadFile(filepath.Join(root, "web", "build", "go-license.txt"))
	if err != nil {
		return nil, err
	}
	entry("Go's runtime and standard library", string(std))
	for _, m := range slices.Compact(modules) {
		texts, err := textsIn(m[2])
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", m[0], m[1], err)
		}
		entry(m[0]+" "+m[1], texts...)
	}
	for _, format := range []string{"avif", "heic"} {
		folder := filepath.Join("core", "picture", format)
		files, err := filepath.Glob(filepath.Join(root, folder, "LICENSE.*"))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("no licences in %s: %w", folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			name := strings.TrimPrefix(filepath.Ext(file), ".")
			entry(fmt.Sprintf("%s, the decoder of %s as WebAssembly, in %s", name, strings.ToUpper(format), filepath.ToSlash(folder)), string(text))
		}
	}
	return b.Bytes(), nil
}

// textsIn are the licence of a module and the notice that goes with it.
func textsIn(folder string) (texts []string, err error) {
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING", "NOTICE"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			texts = append(texts, strings.ReplaceAll(string(text), "\r\n", "\n"))
		}
	}
	if len(texts) == 0 {
		return nil, errors.New("it has no licence, so nothing of it can be passed on")
	}
	return texts, nil
}
