package mobilenet_test

import (
	"math"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

func TestScore(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		unknown           mobilenet.Unknown
		best              int
		logits, embedding []float32
		score             float64
		none              bool
	}{
		{mobilenet.Unknown{Centre: []float32{1, 2}, Threshold: 1.5}, 1, []float32{-1, 3}, []float32{1, 4}, 1.5, false},
		{mobilenet.Unknown{Centre: []float32{1, 2}, Threshold: 1.6}, 1, []float32{-1, 3}, []float32{1, 4}, 1.5, true},
		{mobilenet.Unknown{Centre: []float32{1, 2}}, 0, nil, []float32{1, 1}, math.Inf(-1), true},
		{mobilenet.Unknown{Centre: []float32{1, 2}}, 0, []float32{1}, []float32{1}, math.Inf(-1), true},
		{mobilenet.Unknown{Centre: []float32{1, 2}}, 0, []float32{9}, []float32{1, 2}, math.Inf(-1), true},
		{mobilenet.Unknown{Centre: []float32{1, 2}}, 0, []float32{9}, []float32{nan, 2}, math.NaN(), true},
		// The class of counter-examples has no part in the score, and tells by itself.
		{mobilenet.Unknown{Centre: []float32{1, 2}, Threshold: -1, Counter: true}, 1, []float32{-1, 3}, []float32{1, 4}, -0.5, true},
		{mobilenet.Unknown{Centre: []float32{1, 2}, Threshold: -1, Counter: true}, 0, []float32{-1, -3}, []float32{1, 4}, -0.5, false},
		{mobilenet.Unknown{Counter: true}, 2, []float32{1, 2, 3}, []float32{7}, math.Inf(-1), true},
		{mobilenet.Unknown{Counter: true}, 1, []float32{1, 2, 3}, []float32{7}, math.Inf(-1), false}, // the views' probabilities say so
	} {
		if got := c.unknown.Score(c.logits, c.embedding); got != c.score && !(math.IsNaN(got) && math.IsNaN(c.score)) {
			t.Errorf("%+v: the score of %v at %v is %v, want %v", c.unknown, c.logits, c.embedding, got, c.score)
		}
		if got := c.unknown.IsNone(c.best, c.logits, c.embedding); got != c.none {
			t.Errorf("%+v: %v at %v is none of these: %v", c.unknown, c.logits, c.embedding, got)
		}
	}
}

// What tells none of these goes into the model, and is checked there.
func TestUnknownOfModel(t *testing.T) {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Seed: 1}))
	if err != nil {
		t.Fatal(err)
	}
	size := model.Layers[model.Embedding()].Out.Len()
	centre := make([]float32, size)
	head := func(u *mobilenet.Unknown) *mobilenet.Head {
		return &mobilenet.Head{Weights: make([]float32, 2*size), Bias: []float32{1, 2}, Unknown: u}
	}
	good := &mobilenet.Unknown{Centre: centre, Threshold: 0.5, Counter: true}
	taught, err := model.WithClassifier(head(good))
	if err != nil || taught.Unknown != good {
		t.Fatalf("%+v, %v", taught, err)
	}
	if smaller, err := taught.AtResolution(64); err != nil || smaller.Unknown != good || smaller.Check() != nil {
		t.Errorf("at another resolution: %v", err)
	}
	if again, err := taught.WithClassifier(head(nil)); err != nil || again.Unknown != nil {
		t.Errorf("taught again: %v", err)
	}
	broken := make([]float32, size)
	broken[7] = float32(math.Inf(1))
	for _, c := range []struct {
		unknown *mobilenet.Unknown
		want    string
	}{
		{&mobilenet.Unknown{}, "neither a threshold nor a class"},
		{&mobilenet.Unknown{Centre: centre[1:]}, "the centre of what was taught has 255 numbers, and the model's embeddings have 256"},
		{&mobilenet.Unknown{Centre: []float32{}}, "has 0 numbers"},
		{&mobilenet.Unknown{Centre: broken}, "number 7 of the centre of what was taught is +Inf"},
		{&mobilenet.Unknown{Centre: centre, Threshold: math.NaN()}, "threshold for none of these is NaN"},
	} {
		if _, err := model.WithClassifier(head(c.unknown)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q", c.unknown, err, c.want)
		}
		m := *taught
		m.Unknown = c.unknown
		if err := m.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("a model with %+v: error %v, want %q", c.unknown, err, c.want)
		}
	}
	one := &mobilenet.Head{Weights: make([]float32, size), Bias: []float32{1}, Unknown: &mobilenet.Unknown{Counter: true}}
	if _, err := model.WithClassifier(one); err == nil || !strings.Contains(err.Error(), "there is no other") {
		t.Errorf("counter-examples alone: error %v", err)
	}
	// A dense layer between the embedding and the classifier.
	spec := tflitetest.Keras(mobilenet.Float32)
	spec.Top.Dense = [2]int{12, 0}
	dense, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	dense.Unknown = good
	if err := dense.Check(); err == nil || !strings.Contains(err.Error(), "another end") {
		t.Errorf("with a dense layer: error %v", err)
	}
}
