package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/tflite"
)

// A folder becomes a model that knows what was in it; what it says of new pictures is right.
func TestTeach(t *testing.T) {
	b := newBench(t)
	write := func(name string, grey int) {
		m := image.NewGray(image.Rect(0, 0, 48, 48))
		for i := range m.Pix {
			m.Pix[i] = uint8(grey)
			if i%48 < 12 {
				m.Pix[i] /= 2
			}
		}
		var file bytes.Buffer
		if err := png.Encode(&file, m); err != nil {
			t.Fatal(err)
		}
		b.write(name, file.Bytes())
	}
	for i := range 8 {
		write(fmt.Sprintf("lesson/dark/%d.png", i), 20+7*i)
		write(fmt.Sprintf("lesson/bright ones/%d.png", i), 190+7*i)
	}
	b.write("lesson/dark/broken.png", []byte("x"))
	stdout, stderr, status := b.run("teach", "--model", "model.tflite", "--output", "taught.tflite", "lesson")
	if status != statusFailed {
		t.Errorf("status %d", status)
	}
	contains(t, "the report", stdout, "Right on 100.0% of 16 pictures", "bright ones", "taught.tflite has")
	contains(t, "what is broken", stderr, "lesson/dark/broken.png")
	model := []byte(b.read("taught.tflite"))
	if said, err := tflite.ReadMetadata(model); err != nil || !slices.Equal(said.Labels, []string{"bright ones", "dark"}) {
		t.Errorf("labels %v, %v", said, err)
	}
	write("new.png", 45)
	got, _, _ := b.run("classify", "--model", "taught.tflite", "--json", "new.png")
	if a := answers(t, got); len(a) != 1 || a[0].Predictions[0].Label != "dark" || a[0].NoneOfThese == nil {
		t.Errorf("of a new dark one: %s", got)
	}
	if _, stderr, status := b.run("teach", "--model", "model.tflite", "--output", "taught.tflite", "lesson"); status != statusFailed || !strings.Contains(stderr, "--force") {
		t.Errorf("over a file: status %d, %q", status, stderr)
	}
	write("lesson/stray.png", 1)
	if _, stderr, status := b.run("teach", "--model", "model.tflite", "--output", "x.tflite", "lesson"); status != statusFailed || !strings.Contains(stderr, "lesson/stray.png belongs to no class") {
		t.Errorf("a picture without a class: status %d, %q", status, stderr)
	}
}
