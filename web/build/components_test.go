package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mobilenet/weights"
)

// What the real programs are linked with, by the files in the module cache.
func TestLinkedModules(t *testing.T) {
	all, err := linkedModules(t.Context(), filepath.Join("..", ".."), []program{
		{"./wasm/tab", "tab"}, {"./wasm/edge", "edge"}, {"./core/tflite", "another"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range all {
		got = append(got, c.name+" "+c.license+" in "+c.where)
		if c.version == "" || c.text == "" {
			t.Errorf("incomplete: %+v", c)
		}
	}
	if want := []string{
		"github.com/google/flatbuffers Apache-2.0 in tab, and another",
		"github.com/syumai/workers MIT in edge",
		"golang.org/x/image BSD-3-Clause in edge",
	}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	_, err = linkedModules(t.Context(), filepath.Join("..", ".."), []program{{"./wasm/none", ""}})
	if err == nil || !strings.Contains(err.Error(), "go list -deps ./wasm/none") {
		t.Errorf("error %v for a program that is not there", err)
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
