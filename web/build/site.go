package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"mobilenet/core/picture/heic"
	"mobilenet/web/build/output"
	"mobilenet/web/headers"
	"mobilenet/weights"
)

// A site is what dist/ shall hold. It is put together in memory, so that a build that fails leaves the last good one.
type site struct {
	version string
	files   map[string][]byte // by slash-separated path
	models  []string          // files of dist/models that weights/fetch put there
}

// add puts a file at its plain name, whose content may change.
func (s *site) add(name string, data []byte) { s.files[name] = data }

// addHashed puts a file at its name with 8 digits of its SHA-256 in it, NAME-HASH.EXT, and gives that name.
func (s *site) addHashed(name string, data []byte) string {
	name = output.HashedName(name, "-", output.SHA256(data))
	s.files[name] = data
	return name
}

// assemble builds all but the models. The page will have the address url; "" if it is not known.
func assemble(ctx context.Context, src, url string) (*site, error) {
	src, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	version, err := versionOf(src)
	if err != nil {
		return nil, err
	}
	s := &site{version: version, files: map[string][]byte{}}
	wasm, err := compile(ctx, src, "tab")
	if err != nil {
		return nil, err
	}
	workshop, err := compile(ctx, src, "workshop")
	if err != nil {
		return nil, err
	}
	heif, err := heic.Unpacked()
	if err != nil {
		return nil, err
	}
	glue, err := wasmExec(ctx, src)
	if err != nil {
		return nil, err
	}
	family, err := familyModule()
	if err != nil {
		return nil, err
	}
	samples, err := s.addSamples(ctx)
	if err != nil {
		return nil, err
	}
	classes, err := s.addImageNet()
	if err != nil {
		return nil, err
	}

	// Each bundle gets the names of what it loads, so those come first.
	b := bundler{src: src, made: map[string]string{"wasm_exec": glue, "family": family}, names: map[string]string{
		"VERSION":   version,
		"SAMPLES":   samples,
		"IMAGENET":  classes,
		"WASM_FILE": path.Base(s.addHashed("mobilenet/tab.wasm", wasm)), // beside the library
		"WASM_SIZE": strconv.Itoa(len(wasm)),

		"HEIF_FILE":     path.Base(s.addHashed("mobilenet/heif.wasm", heif)),
		"WORKSHOP_FILE": path.Base(s.addHashed("mobilenet/workshop.wasm", workshop)),
	}}
	worker, err := b.bundle("web/mobilenet/worker.ts")
	if err != nil {
		return nil, err
	}
	photos, err := b.bundle("web/mobilenet/heic-worker.ts")
	if err != nil {
		return nil, err
	}
	b.names["HEIC_WORKER_FILE"] = path.Base(s.addHashed("mobilenet/heic-worker.js", photos))
	b.names["WORKER_FILE"] = path.Base(s.addHashed("mobilenet/worker.js", worker))
	for name, entry := range map[string]string{"mobilenet.js": "entry.ts", "element.js": "element.ts", "convert.js": "convert-entry.ts"} {
		b := b
		if name == "convert.js" {
			b.first = []api.Plugin{replacing(`/spawn\.js$`, filepath.Join(src, "web", "mobilenet", "spawn-shared.ts"))}
		}
		code, chunks, err := b.split("web/mobilenet/" + entry)
		if err != nil {
			return nil, err
		}
		s.add("mobilenet/"+name, code)
		for chunk, data := range chunks {
			if bytes.Contains(code, []byte(`from"./`+chunk+`"`)) {
				return nil, fmt.Errorf("mobilenet/%s would be two files, for what it imports later shares code with it: give that what it needs, as web/mobilenet/net.ts does", name)
			}
			s.add("mobilenet/"+chunk, data)
		}
	}
	for _, name := range []string{"mobilenet/mobilenet.d.ts", "mobilenet/element.d.ts", "mobilenet/convert.d.ts"} {
		types, err := os.ReadFile(filepath.Join(src, "web", filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		s.add(name, types)
	}

	renamed := map[string]string{}
	var preload []string // what the page's script imports at once
	for _, entry := range []string{"app/app.js", "app/app.css"} {
		source := strings.Replace(entry, ".js", ".ts", 1)
		bundle, chunks, err := b.split("web/" + source)
		if err != nil {
			return nil, err
		}
		renamed[entry] = s.addHashed(entry, bundle)
		for name, data := range chunks {
			s.add("app/"+name, data)
			if bytes.Contains(bundle, []byte(`from"./`+name+`"`)) {
				preload = append(preload, "app/"+name)
			}
		}
	}
	if err := s.addManifest(src); err != nil {
		return nil, err
	}
	slices.Sort(preload)
	return s, s.addPage(src, url, renamed, preload)
}

// addModels adds what dist/models holds to the names of the site.
func (s *site) addModels(out string) ([]weights.Entry, error) {
	entries, err := weights.ReadIndex(filepath.Join(out, "models"))
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		fmt.Fprintln(os.Stderr, "There is no model yet in dist/models, and the page needs one: go run ./weights/fetch, then build again.")
	} else {
		s.models = append(s.models, "models/models.json")
	}
	for _, e := range entries {
		for _, name := range []string{e.File, e.Labels} {
			if name = "models/" + name; name != "models/" && !slices.Contains(s.models, name) {
				s.models = append(s.models, name)
			}
		}
	}
	return entries, nil
}

// addPapers adds the notice and the bill of materials of third-party parts.
func (s *site) addPapers(ctx context.Context, src string, models []weights.Entry) error {
	parts, err := s.components(ctx, src, models)
	if err != nil {
		return err
	}
	bill, err := sbom(s.version, parts)
	if err != nil {
		return err
	}
	s.add("NOTICE.txt", []byte(notice(parts)))
	s.add(sbomFile, bill)
	return nil
}

// addHeaders adds _headers, which names all other files.
func (s *site) addHeaders() {
	names := []string{"", checksumsFile} // the page without its file's name, and what is made last
	for _, name := range s.names() {
		names = append(names, name)
		if self := path.Ext(name); self == ".wasm" || self == ".tflite" {
			names = append(names, name+".gz") // which the library asks for by that name
		}
	}
	s.add("_headers", []byte(headers.File(names)))
}

// names lists the files of the site, sorted, models included.
func (s *site) names() []string {
	names := slices.AppendSeq(slices.Clone(s.models), maps.Keys(s.files))
	slices.Sort(names)
	return names
}

// write puts the files into out, those last that name others.
func (s *site) write(out string) error {
	names := slices.SortedFunc(maps.Keys(s.files), func(a, b string) int {
		if x, y := output.Hashed(a), output.Hashed(b); x != y {
			if x {
				return -1
			}
			return 1
		}
		return strings.Compare(b, a) // mobilenet/ before index.html
	})
	for _, name := range names {
		if err := output.WriteFile(filepath.Join(out, filepath.FromSlash(name)), s.files[name]); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes from out what earlier builds left: hashed files that are no longer part of the site, and compressed files whose original is
// gone. Whatever else somebody put there stays, and models are weights/fetch's own.
func (s *site) sweep(out string) error {
	for _, dir := range []string{".", "app", "mobilenet", "models", "samples"} {
		entries, err := os.ReadDir(filepath.Join(out, dir))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		for _, e := range entries {
			if name := path.Join(dir, e.Name()); e.Type().IsRegular() && s.stale(out, name) {
				if err := os.Remove(filepath.Join(out, filepath.FromSlash(name))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *site) stale(out, name string) bool {
	original := strings.TrimSuffix(strings.TrimSuffix(name, ".br"), ".gz")
	if _, ok := s.files[original]; ok {
		return false
	}
	if output.Hashed(original) && !strings.HasPrefix(name, "models/") {
		return true
	}
	if original == name {
		return false
	}
	_, err := fs.Stat(os.DirFS(out), original)
	return err != nil
}
