package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"

	"mobilenet/web/build/output"
	"mobilenet/weights"
)

const name, description = "Depthwise", "A small neural network names what is in your photo, on your own device."

// paper is the page's background, behind icons that must be opaque.
const paper = "#f4f6f4"

// addManifest adds what makes the page installable: the manifest and the icons that it names.
//
// The PNG files beside icon.svg are for browsers and systems that take no SVG. After a change of the drawing, they are drawn anew
// by any program that draws SVG, as in
//
//	rsvg-convert -w 192 -h 192 icon.svg -o icon-192.png
//	rsvg-convert -w 512 -h 512 icon.svg -o icon-512.png
//	rsvg-convert -w 276 -h 276 --left 118 --top 118 --page-width 512 --page-height 512 -b '#f4f6f4' icon.svg -o maskable-512.png
//	rsvg-convert -w 119 -h 119 --left 30.5 --top 30.5 --page-width 180 --page-height 180 -b '#f4f6f4' icon.svg -o apple-touch-icon.png
//
// Systems cut a maskable icon to a circle of 80% of its side.
func (s *site) addManifest(src string) error {
	type entry struct {
		Src     string `json:"src"`
		Type    string `json:"type"`
		Sizes   string `json:"sizes"`
		Purpose string `json:"purpose"`
	}
	icons := []entry{
		{"app/icon.svg", "image/svg+xml", "any", "any"},
		{"app/icon-192.png", "image/png", "192x192", "any"},
		{"app/icon-512.png", "image/png", "512x512", "any"},
		{"app/maskable-512.png", "image/png", "512x512", "maskable"},
	}
	for i := range icons {
		data, err := os.ReadFile(filepath.Join(src, "web", filepath.FromSlash(icons[i].Src)))
		if err != nil {
			return err
		}
		icons[i].Src = s.addHashed(icons[i].Src, data)
	}
	// Without an id the app is known by its start: an id would count from the site's root, where other apps may be too.
	manifest, err := json.MarshalIndent(map[string]any{
		"start_url": "./", "scope": "./", "display": "standalone",
		"name": name, "short_name": name, "description": description, "lang": "en",
		"categories":       []string{"photo", "utilities", "education"},
		"background_color": paper, "theme_color": paper,
		"icons": icons,
		// Phones offer the page for a picture of another program's; the service worker takes it.
		"share_target": map[string]any{
			"action": "share", "method": "POST", "enctype": "multipart/form-data",
			"params": map[string]any{"files": []any{map[string]any{"name": "photo", "accept": []string{"image/*"}}}},
		},
	}, "", "  ")
	if err != nil {
		return err
	}
	s.add("manifest.webmanifest", append(manifest, '\n'))
	return nil
}

// An offlineFile is one that the service worker keeps: web/service-worker/files.ts says what the fields mean.
type offlineFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Hashed bool   `json:"hashed,omitempty"`
	Later  bool   `json:"later,omitempty"`
	Packed bool   `json:"packed,omitempty"`
}

// addServiceWorker adds sw.js, which names all files of the page with their content's hash: so it is another one whenever any of
// them is.
func (s *site) addServiceWorker(src, out string, models []weights.Entry) error {
	var files []offlineFile
	add := func(name, sum string, later bool) {
		ext := path.Ext(name)
		files = append(files, offlineFile{name, sum, output.Hashed(name), later, ext == ".wasm" || ext == ".tflite"})
	}
	later := map[string]bool{}
	for i, e := range models {
		later["models/"+e.File] = i > 0
	}
	for _, name := range s.names() {
		if data, ok := s.files[name]; ok {
			if ofPage(name) {
				// Most people have no HEIC photo, or a browser that reads them.
				add(name, output.SHA256(data), strings.HasPrefix(name, "mobilenet/hei"))
			}
			continue
		}
		sum, err := sha256Of(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		add(name, sum, later[name])
	}
	list, err := json.Marshal(files)
	if err != nil {
		return err
	}
	if src, err = filepath.Abs(src); err != nil {
		return err
	}
	b := bundler{src: src, names: map[string]string{"FILES": string(list)}}
	worker, err := b.bundle("web/service-worker/service-worker.ts")
	if err != nil {
		return err
	}
	s.add("sw.js", worker)
	return nil
}

// ofPage reports whether the page needs a file when it is open.
func ofPage(name string) bool {
	switch {
	case strings.HasSuffix(name, ".d.ts"), strings.HasPrefix(name, "mobilenet/element"): // for other pages
		return false
	}
	return !isIcon(name) && name != "_headers" && name != "manifest.webmanifest"
}

// isIcon reports whether a file is a picture of the installed page's.
func isIcon(name string) bool { return strings.HasPrefix(name, "app/") && path.Ext(name) == ".png" }

func sha256Of(name string) (string, error) {
	data, err := os.ReadFile(name)
	return output.SHA256(data), err
}
