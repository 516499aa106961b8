package mobilenet_test

import (
	"slices"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// Whatever changes embeddings changes the fingerprint, and nothing else does: see also TestWithClassifier.
func TestFingerprint(t *testing.T) {
	read := func(spec tflitetest.Spec) *mobilenet.Model {
		m, err := tflite.Read(tflitetest.Build(spec))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	float := tflitetest.Keras(mobilenet.Float32)
	model, real := read(tflitetest.Spec{Seed: 1}), read(float)
	smaller, err := model.AtResolution(64)
	if err != nil {
		t.Fatal(err)
	}
	normalised, err := real.Normalized([3]float32{}, [3]float32{1. / 255, 1. / 255, 1. / 255})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for name, m := range map[string]*mobilenet.Model{
		"a model": model, "other weights": read(tflitetest.Spec{Seed: 2}), "another resolution": smaller,
		"a float model": real, "another normalisation": normalised,
		"another weight of the last layer that counts": changed(model, func(l *mobilenet.Layer) { l.Quantized.Weights[9] ^= 1 }),
		"another bias":       changed(model, func(l *mobilenet.Layer) { l.Quantized.Bias[9]++ }),
		"another scale":      changed(model, func(l *mobilenet.Layer) { l.Quantized.Out.Scale *= 1.01 }),
		"another real bias":  changed(real, func(l *mobilenet.Layer) { l.Float.Bias[9]++ }),
		"another activation": changed(real, func(l *mobilenet.Layer) { l.Float.Max = 7 }),
	} {
		f := m.Fingerprint()
		if len(f) != 16 || f != m.Fingerprint() {
			t.Errorf("%s: fingerprint %q, then %q", name, f, m.Fingerprint())
		}
		if other, is := seen[f]; is {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[f] = name
	}
}

// changed is a copy of a model, with its last feature map's layer changed.
func changed(m *mobilenet.Model, change func(*mobilenet.Layer)) *mobilenet.Model {
	n := *m
	n.Layers = slices.Clone(m.Layers)
	l := &n.Layers[m.Features()]
	if q := l.Quantized; q != nil {
		copied := *q
		copied.Weights, copied.Bias = slices.Clone(q.Weights), slices.Clone(q.Bias)
		l.Quantized = &copied
	}
	if f := l.Float; f != nil {
		copied := *f
		copied.Bias = slices.Clone(f.Bias)
		l.Float = &copied
	}
	change(l)
	return &n
}

// A head of another model of the same embedding size is refused; one that does not say its model is not.
func TestHeadOfAnotherModel(t *testing.T) {
	var models []*mobilenet.Model
	for seed := range uint64(2) {
		m, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Seed: seed + 1}))
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, m)
	}
	size := models[0].Layers[models[0].Embedding()].Out.Len()
	head := mobilenet.Head{Weights: make([]float32, 2*size), Bias: []float32{1, 2}, Model: models[0].Fingerprint()}
	if _, err := models[0].WithClassifier(&head); err != nil {
		t.Error(err)
	}
	if _, err := models[1].WithClassifier(&head); err == nil || !strings.Contains(err.Error(), "taught on another model ("+head.Model) {
		t.Errorf("error %v", err)
	}
	head.Model = ""
	if _, err := models[1].WithClassifier(&head); err != nil {
		t.Error(err)
	}
}
