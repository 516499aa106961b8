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
	for name, spec := range map[string]tflitetest.Spec{
		"uint8": {Classes: 12},
		"int8":  {Type: mobilenet.Int8, Classes: 9, Alpha: 0.5},
	} {
		m, err := tflite.Read(tflitetest.Build(spec))
		if err != nil {
			t.Fatal(err)
		}
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
		if got, want := heatmap(t, part.Model, small, rgb), heatmap(t, m, whole, rgb); !slices.Equal(got, want) {
			t.Errorf("%s: heat map %v, want %v", name, got, want)
		}
		if err := instance.Close(); err != nil {
			t.Error(err)
		}
	}
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
	m, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Type: mobilenet.Float32}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := simd.Compile(m, simd.Capabilities{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := layout.Encode(&p.Plan); err == nil {
		t.Error("a float model was encoded")
	}
}
