package main

import "testing"

func TestWanted(t *testing.T) {
	for name, want := range map[string]bool{
		"index.html":                  true,
		"mobilenet/tab-12345678.wasm": true, "mobilenet/tab-12345678.wasm.gz": true, "models/m.tflite.gz": true,
		"index.html.br": false, "index.html.gz": false, "_headers": false, "checksums.txt": false, ".DS_Store": false,
		"npm/depthwise-1.0.0.tgz": false,
	} {
		if got := wanted(name); got != want {
			t.Errorf("%s is wanted: %v", name, got)
		}
	}
}
