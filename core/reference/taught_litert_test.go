package reference_test

import (
	"context"
	"math"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// TestTaughtLiteRT compares models of every form that have a head in place of their own classes, and with it what tells none of these, as
// tflite.Write writes them.
func TestTaughtLiteRT(t *testing.T) {
	testLiteRT(t, "litert-taught.json", "taught-", func(spec tflitetest.Spec) []byte {
		model, err := tflite.Read(tflitetest.Build(spec))
		if err != nil {
			t.Fatal(err)
		}
		taught, err := model.WithClassifier(madeUpHead(t, model))
		if err != nil {
			t.Fatal(err)
		}
		data, err := tflite.Write(taught, &tflite.Metadata{Labels: []string{"one", "two", "three", "none of these"}})
		if err != nil {
			t.Fatal(err)
		}
		again, err := tflite.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if u := again.Unknown; u == nil || !u.Counter || u.Threshold != 0.5 || len(u.Centre) != model.Layers[model.Embedding()].Out.Len() {
			t.Fatalf("none of these was lost: %+v", u)
		}
		return data
	})
}

// madeUpHead has four classes by integers alone, the same on every system.
func madeUpHead(t *testing.T, model *mobilenet.Model) *mobilenet.Head {
	size := model.Layers[model.Embedding()].Out.Len()
	state := uint32(size)
	numbers := func(n int, scale float64) []float32 {
		v := make([]float32, n)
		for i := range v {
			state = state*1664525 + 1013904223
			v[i] = float32((float64(state>>16)/65536 - 0.5) * scale)
		}
		return v
	}
	h := &mobilenet.Head{
		Weights: numbers(4*size, 10/math.Sqrt(float64(size))), Bias: numbers(4, 2),
		Unknown: &mobilenet.Unknown{Centre: numbers(size, 3), Threshold: 0.5, Counter: true},
	}
	if model.Type == mobilenet.Float32 {
		return h // whose layer needs no examples
	}
	engine, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, picture := range pictures(model.InputShape()) {
		var out mobilenet.Result
		if err := engine.Run(context.Background(), picture, mobilenet.Want{Embedding: true}, &out); err != nil {
			t.Fatal(err)
		}
		h.Examples = append(h.Examples, out.Embedding)
	}
	return h
}
