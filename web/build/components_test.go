package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

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

func TestLicenseIn(t *testing.T) {
	mit := "MIT License\n\nPermission is hereby granted, free of charge, to any\nperson obtaining a copy of this software and ...\n"
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for _, tt := range []struct {
		module         fstest.MapFS
		id, text, want string
	}{
		{fstest.MapFS{"LICENSE": file(mit)}, "MIT", mit, ""},
		{fstest.MapFS{"LICENSE.md": file(mit)}, "MIT", mit, ""},
		{fstest.MapFS{"COPYING": file(goLicenseText)}, "BSD-3-Clause", goLicenseText, ""},
		{
			fstest.MapFS{"LICENSE": file("Apache License\n  Version 2.0, January 2004\n"), "NOTICE": file("By us.\n")},
			"Apache-2.0", "Apache License\n  Version 2.0, January 2004\nBy us.\n", "",
		},
		{fstest.MapFS{"README": file(mit)}, "", "", "it has no file LICENSE"},
		{fstest.MapFS{"LICENSE": file("All rights reserved.")}, "", "", "its file LICENSE: is none of the licences that"},
		{fstest.MapFS{"LICENSE": file("")}, "", "", "is none of the licences that"},
	} {
		id, text, err := licenseIn(tt.module)
		if id != tt.id || text != tt.text || (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %q, %q, %v", tt.module, id, text, err)
		}
	}
}

// The copy that goes with the page is the file of the Go that builds it, where that has one.
func TestGoLicense(t *testing.T) {
	root, err := goEnv(t.Context(), ".", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		t.Skip("skipped: this Go comes without its licence:", err)
	}
	if string(own) != goLicenseText {
		t.Error("Go's licence is another now: copy it to web/build/go-license.txt")
	}
	if id, err := licenseOf(goLicenseText); id != "BSD-3-Clause" || err != nil {
		t.Errorf("%s, %v", id, err)
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
