package main

import (
	"strings"
	"testing"

	"mobilenet/wasm/depthwise/licenses"
)

func TestGenerated(t *testing.T) {
	text, err := textOf("../../../..")
	want := string(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := licenses.Text(); err != nil || got != want {
		t.Error("licenses.txt.gz is out of date: run go generate ./wasm/depthwise/licenses")
	}
	for _, module := range []string{"github.com/tetratelabs/wazero ", "github.com/spf13/cobra ", "Go's runtime", "libheif, "} {
		if !strings.Contains(want, "\n"+module) {
			t.Errorf("%s is not in it", module)
		}
	}
}
