package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What is committed is what package contract says.
func TestUpToDate(t *testing.T) {
	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("../../../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is out of date: run go generate ./wasm/tab/contract", name)
		}
	}
}

func TestKey(t *testing.T) {
	for field, want := range map[string]string{"Model": "model", "TopK": "topK", "RGBA": "rgba", "OneThread": "oneThread"} {
		if got := key(field); got != want {
			t.Errorf("%s: %s, want %s", field, got, want)
		}
	}
}
