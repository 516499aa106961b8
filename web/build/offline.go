package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image/color"
	"os"
	"path"
	"path/filepath"
	"strings"

	"mobilenet/web/headers"
	"mobilenet/weights"
)

const name, description = "Depthwise", "A small neural network names what is in your photo, on your own device."

// paper is the page's background, behind icons that must be opaque.
var paper = color.NRGBA{0xf4, 0xf6, 0xf4, 0xff}

// addManifest adds what makes the page installable: the manifest and the icons that it names. renamed gets the icon that
// index.html names.
func (s *site) addManifest(src string, renamed map[string]string) error {
	svg, err := os.ReadFile(filepath.Join(src, "web", "app", "icon.svg"))
	if err != nil {
		return err
	}
	drawing, err := readIcon(svg)
	if err != nil {
		return err
	}
	type entry struct {
		Src     string `json:"src"`
		Type    string `json:"type"`
		Sizes   string `json:"sizes"`
		Purpose string `json:"purpose"`
	}
	icons := []entry{{s.addHashed("app/icon.svg", svg), "image/svg+xml", "any", "any"}}
	for _, i := range []struct {
		name    string
		size    int
		share   float64 // of the side that the drawing takes; systems cut a maskable one to a circle of 80%
		ground  color.NRGBA
		purpose string
	}{
		{"icon-192", 192, 1, color.NRGBA{}, "any"},
		{"icon-512", 512, 1, color.NRGBA{}, "any"},
		{"maskable-512", 512, 0.54, paper, "maskable"},
		{"apple-touch-icon", 180, 0.66, paper, ""},
	} {
		data, err := drawing.png(i.size, i.share, i.ground)
		if err != nil {
			return err
		}
		to := s.addHashed("app/"+i.name+".png", data)
		if i.purpose == "" {
			renamed["app/"+i.name+".png"] = to
			continue
		}
		icons = append(icons, entry{to, "image/png", fmt.Sprintf("%dx%[1]d", i.size), i.purpose})
	}
	ground := fmt.Sprintf("#%02x%02x%02x", paper.R, paper.G, paper.B)
	// Without an id the app is known by its start: an id would count from the site's root, where other apps may be too.
	manifest, err := json.MarshalIndent(map[string]any{
		"start_url": "./", "scope": "./", "display": "standalone",
		"name": name, "short_name": name, "description": description, "lang": "en",
		"categories":       []string{"photo", "utilities", "education"},
		"background_color": ground, "theme_color": ground,
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
		files = append(files, offlineFile{name, sum, headers.Hashed(name), later, ext == ".wasm" || ext == ".tflite"})
	}
	later := map[string]bool{}
	for i, e := range models {
		later["models/"+e.File] = i > 0
	}
	for _, name := range s.names() {
		if data, ok := s.files[name]; ok {
			if ofPage(name) {
				sum := sha256.Sum256(data)
				add(name, hex.EncodeToString(sum[:]), false)
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

// ofPage tells whether the page needs a file when it is open.
func ofPage(name string) bool {
	switch {
	case strings.HasSuffix(name, ".d.ts"), strings.HasPrefix(name, "mobilenet/element"): // for other pages
		return false
	}
	return !isIcon(name) && name != "_headers" && name != "manifest.webmanifest"
}

// isIcon tells whether a file is a picture of the installed page's.
func isIcon(name string) bool { return strings.HasPrefix(name, "app/") && path.Ext(name) == ".png" }

func sha256Of(name string) (string, error) {
	data, err := os.ReadFile(name)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}
