package tflite_test

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// writeAgain writes m and reads what was written, which must be the same.
func writeAgain(t *testing.T, m *mobilenet.Model, metadata *tflite.Metadata) []byte {
	t.Helper()
	data, err := tflite.Write(m, metadata)
	if err != nil {
		t.Fatal(err)
	}
	again, err := tflite.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	want := *m
	if want.Stored == mobilenet.Int8 && want.Type == mobilenet.Float32 {
		want.Stored = mobilenet.Float32
	}
	if m.Input.Type != mobilenet.Float32 { // the file says none
		want.Input.Mean, want.Input.Scale = again.Input.Mean, again.Input.Scale
	}
	if m.Width == m.Resolution {
		want.Width = 0
	}
	if !reflect.DeepEqual(again, &want) {
		t.Error("the model is another when it is read again")
	}
	return data
}

func TestWriteForms(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		t.Run(form.Name, func(t *testing.T) {
			m, err := tflite.Read(tflitetest.Build(form.Spec))
			if err != nil {
				t.Fatal(err)
			}
			writeAgain(t, m, nil)
		})
	}
}

func TestWriteRealModels(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testmodel.Shared(t, "cases"), "models", "v*.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	models, err := filepath.Glob(filepath.Join(testmodel.Shared(t, "models"), "*.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, data []byte) {
		t.Run(name, func(t *testing.T) {
			m, err := tflite.Read(data)
			if err != nil {
				t.Fatal(err)
			}
			metadata, err := tflite.ReadMetadata(data)
			if err != nil {
				t.Fatal(err)
			}
			written := writeAgain(t, m, metadata)
			if again, err := tflite.ReadMetadata(written); err != nil || metadata != nil && !reflect.DeepEqual(again, metadata) {
				t.Errorf("the metadata are %+v when they are read again (%v)", again, err)
			}
			t.Logf("%d bytes, %d written", len(data), len(written))
		})
	}
	check("default", testmodel.Default(t))
	for _, file := range append(files, models...) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check(filepath.Base(file), data)
	}
}

func TestWriteMetadata(t *testing.T) {
	spec := tflitetest.Spec{Alpha: 0.001, MinChannels: 1, Classes: 2}
	all := tflite.Metadata{Name: "Pets", Description: "Katzen, Hunde", Version: "v2", Author: "Ä", License: "Apache-2.0",
		Labels: []string{"cat", "Größe, 猫"}, Mean: []float32{127.5}, Std: []float32{128}}
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	data := writeAgain(t, m, &all)
	if got, err := tflite.ReadMetadata(data); err != nil || !reflect.DeepEqual(got, &all) {
		t.Errorf("%+v (%v), want %+v", got, err, all)
	}
	// As others read archives: from the whole file.
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := archive.Open("labels.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file) // which checks the sum
	if err != nil || string(text) != "cat\nGröße, 猫\n" {
		t.Errorf("%q (%v)", text, err)
	}
	if h := archive.File[0].FileHeader; h.Flags != 0x800 || h.Method != zip.Store || h.Modified.Year() != 1980 && h.Modified.Year() != 1979 {
		t.Errorf("%+v", h)
	}
	if got, err := tflite.ReadMetadata(writeAgain(t, m, nil)); got != nil || err != nil {
		t.Errorf("%+v (%v), want none", got, err)
	}

	spec.Type = mobilenet.Float32
	if m, err = tflite.Read(tflitetest.Build(spec)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		mean, scale [3]float32
		std         []float32
	}{
		{[3]float32{127.5, 127.5, 127.5}, [3]float32{1 / 127.5, 1 / 127.5, 1 / 127.5}, []float32{127.5}},
		{[3]float32{}, [3]float32{1. / 255, 1. / 255, 1. / 255}, []float32{255}},
		{[3]float32{123.675, 116.28, 103.53}, [3]float32{1 / 58.395, 1 / 57.12, 1 / 57.375}, []float32{58.395, 57.12, 57.375}},
		{[3]float32{}, [3]float32{1, -1, 1e-30}, []float32{1, -1, 1e30}},
	} {
		n, err := m.Normalized(test.mean, test.scale)
		if err != nil {
			t.Fatal(err)
		}
		data := writeAgain(t, n, &tflite.Metadata{Mean: []float32{7}, Std: []float32{7}})
		if got, err := tflite.ReadMetadata(data); err != nil || got.Mean[0] != test.mean[0] || !reflect.DeepEqual(got.Std, test.std) {
			t.Errorf("%+v (%v), want %v", got, err, test.std)
		}
	}
	// No float32 has this one for its reciprocal.
	n, err := m.Normalized([3]float32{}, [3]float32{math.Nextafter32(1, 0), 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	if data, err = tflite.Write(n, nil); err != nil {
		t.Fatal(err)
	}
	if again, err := tflite.Read(data); err != nil || again.Input.Scale[0] != 1 {
		t.Errorf("scale %v (%v)", again.Input.Scale, err)
	}
}

func TestWriteRefuses(t *testing.T) {
	read := func(spec tflitetest.Spec) *mobilenet.Model {
		spec.Alpha, spec.MinChannels, spec.Classes = 0.001, 1, 2
		m, err := tflite.Read(tflitetest.Build(spec))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	float, int8 := tflitetest.Spec{Type: mobilenet.Float32}, tflitetest.Keras(mobilenet.Int8)
	labels := func(l ...string) *tflite.Metadata { return &tflite.Metadata{Labels: l} }
	for _, test := range []struct {
		name     string
		spec     tflitetest.Spec
		change   func(*mobilenet.Model)
		metadata *tflite.Metadata
		want     string
	}{
		{"no model", int8, func(m *mobilenet.Model) { m.Layers = nil }, nil, "the model has no layers"},
		{"cut elsewhere", int8, func(m *mobilenet.Model) { m.Layers[2].Quantized.Max = 7 }, nil, "layer pw1: its output is cut to 0..7"},
		{"cut elsewhere in float32", float, func(m *mobilenet.Model) { m.Layers[2].Float.Max = 1 }, nil, "layer pw1: its output is cut to 0..1"},
		{"a zero point of int8 weights", int8, func(m *mobilenet.Model) { m.Layers[2].Quantized.WeightZero = 7 }, nil, "int8 weights have 0"},
		{"another name", int8, func(m *mobilenet.Model) { m.Layers[2].Name = "pw" }, nil, "its layer pw, [16,16,1] to [16,16,1], is another when it is read"},
		{"other classes", int8, func(m *mobilenet.Model) { m.Classes = 5 }, nil, "its network is {Version:MobileNetV1 Alpha:0"},
		{"an infinite scale", float, func(m *mobilenet.Model) { m.Input.Scale[1] = 1e-45 }, nil, "whose reciprocal is no number"},
		{"a label too many", int8, nil, labels("a", "b", "c"), "3 labels for a model with 2 answers"},
		{"no labels", int8, nil, labels([]string{}...), ""},
		{"a label of two lines", int8, nil, labels("a\nb", "c"), `label 0, "a\nb", has more than one line`},
		{"an empty label", int8, nil, labels("a", " "), "the last label is empty"},
		{"long labels", int8, nil, labels("a", strings.Repeat("b", 1<<20)), "a label file has at most 1048576"},
	} {
		m := read(test.spec)
		if test.change != nil {
			test.change(m)
		}
		if _, err := tflite.Write(m, test.metadata); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}
