package weights

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mobilenet/web/build/output"
)

// An Entry is a model that stands in dist/models, as models.json in that folder lists it for the page.
type Entry struct {
	Name       string  `json:"name"`
	File       string  `json:"file"`             // its file in that folder
	Labels     string  `json:"labels,omitempty"` // its labels' file in that folder
	Alpha      float64 `json:"alpha"`
	Resolution int     `json:"resolution"`
	Classes    int     `json:"classes"`
	Type       string  `json:"type"`
	Size       int64   `json:"size"`
	SHA256     string  `json:"sha256"`
	License    string  `json:"license,omitempty"`
	Source     string  `json:"source,omitempty"`
	// Normalize is the pixel range of a model with float input, {"mean", "scale"}: no file says it, so it is added by hand.
	Normalize json.RawMessage `json:"normalize,omitempty"`
}

// Entry is what models.json says of a listed model.
func (l *List) Entry(m *Model) Entry {
	return Entry{
		Name: m.Name, File: m.Named(m.Name + ".tflite"), Labels: l.Labels[m.Labels].Named("labels.txt"),
		Alpha: m.Alpha, Resolution: m.Resolution, Classes: m.Classes, Type: m.Type,
		Size: m.Size, SHA256: m.SHA256, License: m.License, Source: m.Source,
	}
}

// ReadIndex reads models.json in dir. There are no entries where that is absent.
func ReadIndex(dir string) ([]Entry, error) {
	name := filepath.Join(dir, "models.json")
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var entries []Entry
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return entries, nil
}

// UpdateIndex writes models.json in dir: the listed models that are there whole, in the list's order, then those that it named
// before or that own adds, which come from elsewhere. A model of own replaces the one of the same name.
func (l *List) UpdateIndex(dir string, own ...Entry) ([]Entry, error) {
	before, err := ReadIndex(dir)
	if err != nil {
		return nil, fmt.Errorf("%w; remove that file and fetch again", err)
	}
	present := []Entry{} // written as [], not null
	seen := map[string]bool{}
	add := func(e Entry) {
		whole := File{Size: e.Size, SHA256: e.SHA256}.Verify(filepath.Join(dir, e.File)) == nil
		_, err := os.Stat(filepath.Join(dir, e.Labels)) // dir itself where there are none
		if whole && err == nil && !seen[e.Name] {
			present = append(present, e)
			seen[e.Name] = true
		}
	}
	for i := range l.Models {
		add(l.Entry(&l.Models[i]))
	}
	for _, e := range append(own, before...) {
		if _, err := l.Find(e.Name); err != nil {
			add(e)
		}
	}
	for _, old := range before {
		for _, e := range own {
			if e.Name == old.Name && e.File != old.File {
				os.Remove(filepath.Join(dir, filepath.Base(old.File)))
			}
		}
	}
	data, err := json.MarshalIndent(present, "", "  ")
	if err != nil {
		return nil, err
	}
	data = append(data, '\n')
	name := filepath.Join(dir, "models.json")
	if old, err := os.ReadFile(name); err == nil && !bytes.Equal(old, data) {
		// The build's compressed copies would still be served, and list the models of before.
		for _, extension := range []string{".br", ".gz"} {
			if err := os.Remove(name + extension); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	return present, output.WriteFile(name, data)
}
