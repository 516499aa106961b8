package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mobilenet/core/picture/heic"
	"mobilenet/web/build/gowasm"
	"mobilenet/web/build/output"
	"mobilenet/weights"
)

// A component is something that dist/ or the Worker holds and others made: code that is linked in, weights, labels, photos.
type component struct {
	kind    string // as CycloneDX calls it: "library", "machine-learning-model", "data" or "file"
	name    string
	version string
	where   string // its file in dist, or the file that it is linked into
	author  string
	source  string // an address, or path@version/file of a Go module
	sha256  string // of its file

	license string // its short name, an SPDX one for what the build puts in; empty if unknown
	text    string // the licence's text, where it has to go with the component
	url     string // where the text is instead
}

// components lists what others made, code first, each with its licence. A licence that cannot be found, or that
// licenses.go does not know, is an error: nothing may be distributed without one.
func (s *site) components(ctx context.Context, src string, models []weights.Entry) ([]component, error) {
	wasm, worker := s.find("mobilenet/tab-"), s.find("mobilenet/worker-")
	version, err := gowasm.Env(ctx, src, "GOVERSION")
	if err != nil {
		return nil, err
	}
	all := []component{{
		kind: "library", name: "std", version: strings.TrimPrefix(version, "go"), author: "The Go Authors",
		where:   wasm + ", " + s.find("mobilenet/workshop-") + " and the Cloudflare Worker, and its wasm_exec.js in " + worker,
		license: "BSD-3-Clause", text: goLicenseText,
	}}
	linked, err := linkedModules(ctx, src, []program{{"./wasm/tab", wasm}, {"./wasm/workshop", s.find("mobilenet/workshop-")}, {"./wasm/edge", "the Cloudflare Worker"}})
	if err != nil {
		return nil, err
	}
	apache, err := os.ReadFile(filepath.Join(src, "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("the licence of this page and its weights is missing: %w", err)
	}
	if id, err := licenseOf(string(apache)); err != nil || id != "Apache-2.0" {
		return nil, errors.New("the file LICENSE is not the Apache License, Version 2.0, which the licence of this page and its weights is")
	}
	list, err := weights.Default()
	if err != nil {
		return nil, err
	}
	texts, err := licenseTexts(ctx, list)
	if err != nil {
		return nil, err
	}
	all = append(all, linked...)
	all = append(all, s.heifComponents()...)
	all = append(all, modelComponents(list, models, string(apache), texts)...)
	all = append(all, s.wordNet())
	for _, sample := range list.Samples {
		if texts[sample.LicenseText] == "" && sample.LicenseURL == "" {
			return nil, fmt.Errorf("the licence of the photo %s has neither a text nor an address: name one in weights/list.json", sample.Name)
		}
		where := s.find("samples/"+sample.Name+".") + ", and a smaller cut of it beside"
		if sample.Name == previewSample {
			where += ", and in " + s.find("app/preview-")
		}
		all = append(all, component{
			kind: "file", name: sample.Name, author: sample.Author, source: sample.Source, sha256: sample.SHA256,
			where: where, license: sample.License, text: texts[sample.LicenseText], url: sample.LicenseURL,
		})
	}
	return all, nil
}

// heifComponents lists what the decoder of HEIC photos is made of. Its licences are of the file alone, which is apart from all others and
// which anyone may replace.
func (s *site) heifComponents() []component {
	where := s.find("mobilenet/heif-")
	return []component{
		{kind: "library", name: heifName, version: "1.18.2", author: "Dirk Farin and others", where: where,
			source: "https://github.com/strukturag/libheif", license: "LGPL-3.0-or-later", text: heic.LicenseHEIF},
		{kind: "library", name: de265Name, version: "1.0.15", author: "Dirk Farin and others", where: where,
			source: "https://github.com/strukturag/libde265", license: "LGPL-3.0-or-later", text: heic.LicenseDE265},
		{kind: "file", name: "heif.wasm", author: "gen2brain", sha256: output.SHA256(s.files[where]), where: where,
			source: heic.Module + "/lib/heif.wasm.gz", license: "MIT", text: heic.LicenseModule},
	}
}

// The libraries in heif.wasm, which are no Go modules.
const heifName, de265Name = "libheif", "libde265"

// previewSample is the photo in the picture beside links to the page, which tests/pictures/preview.mjs draws.
const previewSample = "peacock"

// modelComponents lists weights and labels. Those put in by hand have no licence that the build knows of.
func modelComponents(list *weights.List, models []weights.Entry, apache string, texts map[string]string) (all []component) {
	seen := map[string]bool{}
	for _, e := range models {
		c := component{
			kind: "machine-learning-model", name: e.Name, where: "models/" + e.File, source: e.Source, sha256: e.SHA256, license: e.License,
		}
		m, err := list.Find(e.Name)
		ours := err == nil && m.SHA256 == e.SHA256
		if ours {
			c.author = "Google"
		}
		if e.License == "Apache-2.0" {
			c.text = apache
		}
		all = append(all, c)
		if !ours {
			continue
		}
		if labels, ok := list.Labels[m.Labels]; ok && !seen[e.Labels] {
			seen[e.Labels] = true
			all = append(all, component{
				kind: "file", name: "labels", where: "models/" + e.Labels, source: labels.Source, sha256: labels.SHA256,
				license: labels.License, text: texts[labels.LicenseText],
			})
		}
	}
	return all
}

// find returns the first file of the site whose name begins so, or "" where there is none.
func (s *site) find(prefix string) string {
	for _, name := range s.names() {
		if strings.HasPrefix(name, prefix) {
			return name
		}
	}
	return ""
}

// A program is a package whose main runs as WebAssembly, and what it is built into.
type program struct{ path, where string }

// linkedModules lists the Go modules that are linked into the programs, each once.
func linkedModules(ctx context.Context, src string, programs []program) ([]component, error) {
	var all []component
	for _, p := range programs {
		const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
		cmd := gowasm.Command(ctx, src, "list", "-deps", "-f", format, p.path)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list -deps %s: %w:\n%s", p.path, err, bytes.TrimSpace(said.Bytes()))
		}
		lines := strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
		slices.Sort(lines)
		for _, line := range slices.Compact(lines) { // there is one a package
			fields := strings.Split(line, "\t")
			c := component{kind: "library", name: fields[0], version: fields[1], where: p.where}
			if i := slices.IndexFunc(all, func(other component) bool { return other.name == c.name }); i >= 0 {
				all[i].where += ", and " + c.where
				continue
			}
			if c.license, c.text, err = licenseIn(os.DirFS(fields[2])); err != nil {
				return nil, fmt.Errorf("the Go module %s %s cannot be passed on: %w", c.name, c.version, err)
			}
			all = append(all, c)
		}
	}
	return all, nil
}
