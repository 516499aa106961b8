package main

import (
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"mobilenet/core/pixels"
)

// The map lies over the part that the network saw, and nowhere else.
func TestHeatmap(t *testing.T) {
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	stdout, stderr, status := b.run("heatmap", "--model", "model.tflite", "--labels", "names.txt", "--class", "Cat", "one.png")
	if status != statusFine || stdout != "one.heatmap.png: where one.png shows cat\n" {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
	drawn, err := png.Decode(strings.NewReader(b.read("one.heatmap.png")))
	if err != nil {
		t.Fatal(err)
	}
	source := drawing(1)
	box := pixels.Center.Box(60, 50, 48, 48)
	changed := 0
	for y := range 50 {
		for x := range 60 {
			at := image.Pt(x, y)
			same := color.NRGBAModel.Convert(drawn.At(x, y)) == color.NRGBAModel.Convert(overWhite(source.NRGBAAt(x, y)))
			if !same && !at.In(box) {
				t.Fatalf("%v has changed, which lies outside %v", at, box)
			}
			if !same {
				changed++
			}
		}
	}
	if drawn.Bounds() != source.Bounds() || changed == 0 {
		t.Errorf("a drawing of %v, %d pixels changed", drawn.Bounds(), changed)
	}
	if _, stderr, status := b.run("heatmap", "--model", "model.tflite", "one.png"); status != statusFailed || !strings.Contains(stderr, "--force") {
		t.Errorf("over a file: status %d, %q", status, stderr)
	}
	if _, _, status := b.run("heatmap", "--model", "model.tflite", "--force", "one.png"); status != statusFine {
		t.Errorf("--force: status %d", status)
	}
	if _, stderr, status := b.run("heatmap", "--model", "model.tflite", "--labels", "names.txt", "--class", "at", "-o", "x.png", "one.png"); status != statusUsage || !strings.Contains(stderr, `"cat"`) {
		t.Errorf("a class that is not there: status %d, %q", status, stderr)
	}
}

func overWhite(c color.NRGBA) color.NRGBA {
	if c.A == 0 {
		return color.NRGBA{255, 255, 255, 255}
	}
	return c
}
