//go:build js && wasm

package main

import (
	"archive/zip"
	"strings"
	"syscall/js"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/tflitetest"
)

// labelled is a model of three classes with a label file at its end, as TFLite's metadata have it.
func labelled(t *testing.T, labels string) []byte {
	t.Helper()
	file := new(strings.Builder)
	file.Write(tflitetest.Build(tflitetest.Spec{Classes: 3}))
	archive := zip.NewWriter(file)
	w, err := archive.CreateHeader(&zip.FileHeader{Name: "labels.txt"}) // not compressed
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(labels)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(file.String())
}

// The labels in a file are used unless others are given or they do not fit.
func TestLabelsInside(t *testing.T) {
	for _, c := range []struct {
		name, inside string
		given        any
		labels       string
		used         bool
		note         string
	}{
		{"in the file", "cat\ndog\nbird\n", js.Undefined(), "cat\ndog\nbird", true, ""},
		{"with a background", "background\ncat\ndog\nbird", js.Undefined(), "cat\ndog\nbird", true, ""},
		{"given", "cat\ndog\nbird", "one\ntwo\nthree", "one\ntwo\nthree", false, ""},
		{"that do not fit", "cat\ndog\n", js.Undefined(), "class 0\nclass 1\nclass 2", false, "the labels in the file: the list has 2 labels; the model needs 3"},
		{"that do not fit beside given ones", "cat", "one\ntwo\nthree", "one\ntwo\nthree", false, ""},
	} {
		opened := newWorker(t).open(map[string]any{"model": typedArray(labelled(t, c.inside)), "labels": c.given})
		file := opened.Get("file")
		if labels := opened.Get("labels").String(); labels != c.labels {
			t.Errorf("labels %s: %q, want %q", c.name, labels, c.labels)
		}
		if note := file.Get("note").String(); file.Get("labels").Bool() != c.used || !strings.Contains(note, c.note) || (note == "") != (c.note == "") {
			t.Errorf("labels %s: used %v, note %q", c.name, file.Get("labels"), note)
		}
	}
}

// The pixel range in use is told, and whether the file says it.
func TestPixelRange(t *testing.T) {
	float := tflitetest.Spec{Type: mobilenet.Float32, Classes: 3}
	inside := float
	inside.Rescaling = tflitetest.TimesMinus
	three := []any{1, 2, 3}
	for _, c := range []struct {
		spec   tflitetest.Spec
		change map[string]any
		mean   float32
		says   bool
	}{
		{float, nil, 127.5, false},
		{float, map[string]any{"mean": three, "scale": three}, 1, false},
		{inside, nil, 0, true},
	} {
		args := map[string]any{"model": typedArray(tflitetest.Build(c.spec))}
		for key, value := range c.change {
			args[key] = value
		}
		opened := newWorker(t).open(args)
		mean, scale := opened.Get("mean"), opened.Get("scale")
		if mean.Length() != 3 || scale.Length() != 3 || float32(mean.Index(0).Float()) != c.mean {
			t.Errorf("%+v: mean %v, scale %v", c.change, mean, scale)
		}
		if says := opened.Get("file").Get("range").Bool(); says != c.says {
			t.Errorf("%+v: the file says its range: %v", c.change, says)
		}
	}
	if opened := newWorker(t).open(nil); !opened.Get("mean").IsUndefined() || opened.Get("file").Get("range").Bool() {
		t.Errorf("a quantised model has mean %v", opened.Get("mean"))
	}
}

// Photos become what a model of one colour and one that is not square read.
func TestShapes(t *testing.T) {
	w := newWorker(t)
	opened := w.open(map[string]any{"model": typedArray(tflitetest.Build(tflitetest.Spec{Classes: 3, Grey: true, Resolution: 32, Width: 64}))})
	shape := opened.Get("shape")
	if shape.Index(0).Int() != 32 || shape.Index(1).Int() != 64 || shape.Index(2).Int() != 1 {
		t.Fatalf("shape %v", shape)
	}
	rgba, luma := make([]byte, 4*32*64), make([]byte, 32*64)
	for i := range luma {
		r, g, b := byte(i*7), byte(i*13), byte(i*29)
		copy(rgba[4*i:], []byte{r, g, b, 255})
		luma[i] = byte(0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b) + 0.5)
	}
	seen := w.good("classify", map[string]any{"rgba": typedArray(rgba), "topK": 3, "logits": true}).Get("logits")
	run := w.good("run", map[string]any{"pixels": typedArray(luma)}).Get("logits")
	for i := range 3 {
		if seen.Index(i).Float() != run.Index(i).Float() {
			t.Errorf("logit %d: %v of a photo, %v of its luma", i, seen.Index(i), run.Index(i))
		}
	}
	failure, _ := w.call("run", map[string]any{"pixels": typedArray(rgba[:3*32*64])})
	if failure.IsNull() || !strings.Contains(failure.Get("message").String(), "the pixels of 3 images") {
		t.Errorf("RGB for a model of one colour: %v", failure)
	}
	if failure, _ := w.call("open", openArgs(map[string]any{
		"model": typedArray(tflitetest.Build(tflitetest.Spec{Classes: 3, Width: 64})), "resolution": 64,
	})); failure.IsNull() || !strings.Contains(failure.Get("message").String(), "only one that reads squares") {
		t.Errorf("another resolution: %v", failure)
	}
}
