// Package weights lists the available models: where each comes from and what its bytes must be. Get brings a file of the
// list and verifies it; the command in fetch/ puts models into dist/models.
package weights

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"mobilenet/web/build/output"
)

//go:embed list.json
var embedded []byte

// A List is the content of list.json.
type List struct {
	// Modules are the Go modules that files come from, path@version, each with its go.sum hash ("h1:...").
	Modules map[string]string `json:"modules"`
	// Licenses are texts that have to go with the files whose LicenseText names them.
	Licenses map[string]File `json:"licenses"`
	// Labels are label files, one class a line, by the name that models use.
	Labels map[string]File `json:"labels"`
	// Samples are photos to try, the best one first.
	Samples []Sample `json:"samples"`
	// Models has the default model first.
	Models []Model `json:"models"`
}

// A File says where a file comes from and what its bytes must be.
type File struct {
	// Source is an address that starts with https:// (or http://), or else a file of a Go module, path@version/file.
	Source string `json:"source"`
	Size   int64  `json:"size"` // in bytes
	SHA256 string `json:"sha256"`
	// License is the licence's short name, such as "Apache-2.0".
	License string `json:"license"`
	// LicenseText is a key of List.Licenses. Licences known to all, and those with an address, need none.
	LicenseText string `json:"license_text"`
}

// A Sample is a photo that may be passed on under its license.
type Sample struct {
	Name       string `json:"name"` // what it shows
	Author     string `json:"author"`
	LicenseURL string `json:"license_url"` // empty where the name says all
	File
}

// A Model is a .tflite file with what it holds.
type Model struct {
	Name       string  `json:"name"`
	Alpha      float64 `json:"alpha"`      // width multiplier
	Resolution int     `json:"resolution"` // side of the square input in pixels
	Classes    int     `json:"classes"`
	Type       string  `json:"type"`   // "uint8", "int8" or "float32"
	Labels     string  `json:"labels"` // a key of List.Labels
	File
}

// Default is the list that this program was built with.
func Default() (*List, error) {
	l := new(List)
	if err := json.Unmarshal(embedded, l); err != nil {
		return nil, fmt.Errorf("weights/list.json: %w", err)
	}
	return l, nil
}

// Find returns the model of that name.
func (l *List) Find(name string) (*Model, error) {
	names := make([]string, len(l.Models))
	for i := range l.Models {
		if l.Models[i].Name == name {
			return &l.Models[i], nil
		}
		names[i] = l.Models[i].Name
	}
	return nil, fmt.Errorf("no model %q in the list, which has %s", name, strings.Join(names, ", "))
}

// Named is f's file name in dist/: name with the first 8 digits of the SHA-256 before its extension, so that it can be cached
// forever.
func (f File) Named(name string) string {
	return output.HashedName(name, ".", f.SHA256)
}
