package main

import (
	"strings"
	"testing"
)

func TestBar(t *testing.T) {
	var w strings.Builder
	b := &bar{w: &w, name: "m.tflite", size: 4_276_100, shown: -1}
	for _, done := range []int64{0, 100, 2_138_050, 2_138_051, 4_276_100} {
		b.update(done)
	}
	b.clear()
	const line = "\r\x1b[Km.tflite  "
	want := line + "  0%  0.00 MB of 4.28 MB" + line + " 50%  2.14 MB of 4.28 MB" + line + "100%  4.28 MB of 4.28 MB" + "\r\x1b[K"
	if got := w.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	silent := newBar(&w, "m.tflite", 1)
	silent.update(1)
	silent.clear()
	if got := w.String(); got != want {
		t.Errorf("progress where there is no terminal: %q", got[len(want):])
	}
}
