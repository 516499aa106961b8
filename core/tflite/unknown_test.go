package tflite_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/internal/schema"
	"mobilenet/core/tflite/tflitetest"
)

// taught is a model of the spec with a classifier of three classes that tells none of these.
func taught(t testing.TB, spec tflitetest.Spec, u *mobilenet.Unknown) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	size := m.Layers[m.Embedding()].Out.Len()
	head := &mobilenet.Head{Weights: make([]float32, 3*size), Bias: make([]float32, 3), Unknown: u}
	for i := range head.Weights {
		head.Weights[i] = float32(i%7) - 3
	}
	if m, err = m.WithClassifier(head); err != nil {
		t.Fatal(err)
	}
	return m
}

// centred tells none of these by a centre for models of the spec.
func centred(t testing.TB, spec tflitetest.Spec, counter bool) *mobilenet.Unknown {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	u := &mobilenet.Unknown{Threshold: 1.0 / 3, Counter: counter}
	for i := range m.Layers[m.Embedding()].Out.Len() {
		u.Centre = append(u.Centre, float32(i)/7)
	}
	return u
}

// What tells none of these is the same when it is read again, beside other metadata and without.
func TestWriteUnknown(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		for _, u := range []*mobilenet.Unknown{centred(t, form.Spec, false), centred(t, form.Spec, true), {Counter: true}, nil} {
			m := taught(t, form.Spec, u)
			for _, metadata := range []*tflite.Metadata{nil, {Name: "Mugs", Labels: []string{"red", "blue", "none of these"}}} {
				data := writeAgain(t, m, metadata) // which compares everything
				if got, err := tflite.ReadUnknown(data, m); err != nil || !reflect.DeepEqual(got, u) {
					t.Errorf("%s: %+v, %v, want %+v", form.Name, got, err, u)
				}
				said, err := tflite.ReadMetadata(data)
				if err != nil || metadata != nil && (said.Name != "Mugs" || len(said.Labels) != 3) {
					t.Errorf("%s: metadata %+v, %v", form.Name, said, err)
				}
				if again, err := tflite.Write(m, metadata); err != nil || !bytes.Equal(again, data) {
					t.Errorf("%s: written again, the file is another (%v)", form.Name, err)
				}
			}
		}
	}
}

// A buffer that is damaged or of another model is passed over, and a note says so.
func TestDamagedUnknown(t *testing.T) {
	spec := tflitetest.Spec{Alpha: 0.001, MinChannels: 1}
	u := centred(t, spec, true)
	m := taught(t, spec, u)
	good := writeAgain(t, m, nil)
	threshold := binary.LittleEndian.AppendUint64(nil, math.Float64bits(u.Threshold))
	at := bytes.Index(good, threshold) - 8
	if at < 0 || bytes.Count(good, threshold) != 1 {
		t.Fatal("the buffer is not found by its threshold")
	}
	nan := binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN()))
	for _, c := range []struct {
		name  string
		at    int
		bytes []byte
		want  string
	}{
		{"a later version", at, []byte{2}, "version 2.1; version 1 is read"},
		{"what is not known yet", at + 4, []byte{3}, "version 1.3"},
		{"a longer centre", at + 16, []byte{9}, "for a centre of 9 numbers"},
		{"a threshold that is no number", at + 8, nan, "the threshold for none of these is NaN"},
		{"a centre that is not finite", at + 20, []byte{0, 0, 0x80, 0x7f}, "number 0 of the centre"},
		{"a shorter buffer", at - 4, []byte{7, 0, 0, 0}, "they have 7 bytes, and 20 at least are needed"},
		{"another buffer", bytes.Index(good, []byte(schema.UnknownEntry)) + 6, []byte("x"), ""}, // another name: it says nothing
	} {
		data := slices.Clone(good)
		copy(data[c.at:], c.bytes)
		read, err := tflite.Read(data)
		if err != nil || read.Unknown != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := tflite.ReadUnknown(data, read); got != nil || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, error %v, want %q", c.name, got, err, c.want)
		}
	}
	// A file's entry on another network.
	other, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Classes: 3}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tflite.ReadUnknown(good, other); err == nil || !strings.Contains(err.Error(), "has 1 numbers, and the model's embeddings have 256") {
		t.Errorf("of another model: error %v", err)
	}
	// Each byte, and the entry that leads to the buffer.
	entry := bytes.Index(good, []byte(schema.UnknownEntry))
	for i := range good {
		if (i < at-4 || i >= at+24) && (i < entry-40 || i >= entry+30) {
			continue
		}
		for _, v := range []byte{0, 1, 0x7f, 0xff} {
			data := slices.Clone(good)
			data[i] = v
			if m, err := tflite.Read(data); err == nil {
				checkModel(t, m)
			}
		}
	}
}
