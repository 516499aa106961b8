//go:build linux

package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The program that "make install" builds is one static file of at most 20 MB, the page included.
func TestBinary(t *testing.T) {
	if _, err := os.Stat("../../dist/index.html"); err != nil {
		t.Skip("skipped: there is no built page; run make build")
	}
	path := filepath.Join(t.TempDir(), "depthwise")
	c := exec.Command("go", "run", "./wasm/depthwise/build", "-o", path)
	c.Dir = "../.."
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	if n := size(path); n > 20e6 {
		t.Errorf("it has %.1f MB", float64(n)/1e6)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if libraries, err := f.ImportedLibraries(); err == nil && len(libraries) > 0 {
		t.Errorf("it needs %v", libraries)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("it needs a dynamic linker")
		}
	}
}
