package layout_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
	"mobilenet/wasm/edge/layout"
)

// An engine that knows the layout alone, attached to an instance that runs, gives what the whole program gives.
func TestSameResults(t *testing.T) {
	dense := tflitetest.Keras(mobilenet.Int8)
	dense.Classes, dense.Top.Dense = 5, [2]int{11, 6}
	for name, m := range map[string]*mobilenet.Model{
		"uint8":                 read(t, tflitetest.Spec{Classes: 12}),
		"int8":                  read(t, tflitetest.Spec{Type: mobilenet.Int8, Classes: 9, Alpha: 0.5}),
		"grey, oblong, no pool": flat(t, read(t, tflitetest.Spec{Classes: 5})),
		"dense layers":          read(t, dense),
		"a known one":           taught(t, read(t, tflitetest.Spec{Classes: 12}), 0),
		"a stranger":            taught(t, read(t, dense), 1e9),
	} {
		p, err := simd.Compile(m, simd.Capabilities{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		instance, err := wazerohost.Host{}.Instantiate(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Pack(instance.Write); err != nil {
			t.Fatal(err)
		}
		data, err := layout.Encode(&p.Plan)
		if err != nil {
			t.Fatal(err)
		}
		part, err := layout.Decode(data, layout.Weights(m))
		if err != nil {
			t.Fatal(err)
		}
		whole, small := simd.Attach(&p.Plan, instance), simd.Attach(part, instance)
		rgb := make([]byte, m.Layers[0].In.Len())
		random := rand.New(rand.NewPCG(1, 2))
		for range 10 {
			for i := range rgb {
				rgb[i] = byte(random.Uint32())
			}
			var want, got mobilenet.Result
			all := mobilenet.Want{Embedding: true, Features: true}
			if err := whole.Run(context.Background(), rgb, all, &want); err != nil {
				t.Fatal(err)
			}
			if err := small.Run(context.Background(), rgb, all, &got); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Output, want.Output) || !slices.Equal(got.Logits, want.Logits) ||
				!slices.Equal(got.Embedding, want.Embedding) || !slices.Equal(got.Features, want.Features) {
				t.Fatalf("%s: results differ", name)
			}
		}
		if got, want := small.Info(), whole.Info(); got != want {
			t.Errorf("%s: info %+v, want %+v", name, got, want)
		}
		var out mobilenet.Result
		err = small.Run(context.Background(), rgb, mobilenet.Want{Activations: true, Layer: 2}, &out)
		if err == nil || !strings.Contains(err.Error(), "not in this plan") {
			t.Errorf("%s: activations of a layer whose place was not encoded: %v", name, err)
		}
		if got, want := none(t, part.Model, small, rgb), none(t, m, whole, rgb); got != want || (m.Unknown != nil) != (part.Model.Unknown != nil) {
			t.Errorf("%s: none of these is told as %v, want %v", name, got, want)
		}
		if got, want := heatmap(t, part.Model, small, rgb), heatmap(t, m, whole, rgb); !slices.Equal(got, want) {
			t.Errorf("%s: heat map %v, want %v", name, got, want)
		}
		if err := instance.Close(); err != nil {
			t.Error(err)
		}
	}
}

// taught is the model with five classes of one's own, of which rgb is none, or one, as the threshold says.
func taught(t *testing.T, m *mobilenet.Model, threshold float64) *mobilenet.Model {
	t.Helper()
	size := m.Layers[m.Embedding()].Out.Len()
	h := &mobilenet.Head{Weights: make([]float32, 5*size), Bias: []float32{1, 2, 3, 4, 5}, Unknown: &mobilenet.Unknown{Threshold: threshold, Counter: true}}
	for i := range size {
		h.Unknown.Centre = append(h.Unknown.Centre, float32(i)/64)
	}
	h.Bias[4] = -5
	m, err := m.WithClassifier(h)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func none(t *testing.T, m *mobilenet.Model, e mobilenet.Engine, rgb []byte) bool {
	t.Helper()
	c, err := classify.New(m, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.ClassifyInputs(context.Background(), [][]byte{rgb}, classify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return answer.None
}

func read(t *testing.T, spec tflitetest.Spec) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// flat makes m read grey images of 64×32, and its classifier both pixels of the last map in place of a pool.
func flat(t *testing.T, m *mobilenet.Model) *mobilenet.Model {
	t.Helper()
	n := *m
	n.Grey, n.Width, n.Top.Flat = true, 64, true
	pool := len(m.Layers) - 2
	n.Layers = slices.Delete(slices.Clone(m.Layers), pool, pool+1)
	if err := mobilenet.Resize(n.Layers, n.InputShape()); err != nil {
		t.Fatal(err)
	}
	for _, l := range []*mobilenet.Layer{&n.Layers[0], &n.Layers[pool]} {
		q := *l.Quantized
		q.Weights = slices.Concat(q.Weights, q.Weights)[:l.Parameters()]
		l.Quantized = &q
	}
	return &n
}

func heatmap(t *testing.T, m *mobilenet.Model, e mobilenet.Engine, rgb []byte) []float32 {
	t.Helper()
	c, err := classify.New(m, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.ClassifyInputs(context.Background(), [][]byte{rgb}, classify.Options{Heatmaps: []int{3}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Heatmaps[0].Data
}

func TestFloatModel(t *testing.T) {
	m := read(t, tflitetest.Spec{Type: mobilenet.Float32})
	if _, err := layout.Encode(&simd.Plan{Model: m}); err == nil || !strings.Contains(err.Error(), "a model of float32") {
		t.Errorf("error %v", err)
	}
}

// Fewer weights than the layers have are an error.
func TestFewWeights(t *testing.T) {
	m := read(t, tflitetest.Spec{})
	p, err := simd.Compile(m, simd.Capabilities{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	data, err := layout.Encode(&p.Plan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := layout.Decode(data, layout.Weights(m)[1:]); err == nil || !strings.Contains(err.Error(), "layer fc") {
		t.Errorf("error %v", err)
	}
}
