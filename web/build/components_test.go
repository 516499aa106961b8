package main

import (
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/weights"
)

// What the real program is linked with, by the files in the module cache.
func TestLinkedModules(t *testing.T) {
	all, err := linkedModules(t.Context(), filepath.Join("..", ".."), "tab.wasm")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]component{}
	for _, c := range all {
		found[c.name] = c
		if c.version == "" || c.license == "" || c.text == "" || c.where != "tab.wasm" {
			t.Errorf("incomplete: %+v", c)
		}
	}
	if c := found["github.com/google/flatbuffers"]; c.license != "Apache-2.0" {
		t.Errorf("flatbuffers: %+v", c)
	}
	for _, name := range []string{"mobilenet", "github.com/evanw/esbuild", "github.com/syumai/workers"} {
		if _, ok := found[name]; ok {
			t.Errorf("%s is not linked in", name)
		}
	}
}

func TestModelComponents(t *testing.T) {
	list := &weights.List{
		Labels: map[string]weights.File{"l": {SHA256: strings.Repeat("1", 64), License: "MIT", LicenseText: "them"}},
		Models: []weights.Model{{Name: "m", Labels: "l", File: weights.File{SHA256: strings.Repeat("2", 64), License: "Apache-2.0", Source: "s"}}},
	}
	entry := list.Entry(&list.Models[0])
	altered := entry
	altered.SHA256, altered.License = strings.Repeat("3", 64), ""
	got := modelComponents(list, []weights.Entry{entry, altered}, "Apache in full", map[string]string{"them": "MIT in full"})
	want := []component{
		{
			kind: "machine-learning-model", name: "m", where: "models/m.22222222.tflite", author: "Google", source: "s",
			sha256: entry.SHA256, license: "Apache-2.0", text: "Apache in full",
		},
		{
			kind: "file", name: "labels", where: "models/labels.11111111.txt", sha256: strings.Repeat("1", 64),
			license: "MIT", text: "MIT in full",
		},
		// Somebody's own, which only has the name.
		{kind: "machine-learning-model", name: "m", where: "models/m.22222222.tflite", source: "s", sha256: altered.SHA256},
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Errorf("component %d of %d: %+v, want %+v", i, len(got), got, want)
			break
		}
	}
}
