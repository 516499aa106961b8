package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"mobilenet/web/build/gowasm"
)

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
	root, err := gowasm.Env(t.Context(), ".", "GOROOT")
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
