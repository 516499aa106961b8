package mobilenet

import "testing"

func TestMultiplier(t *testing.T) {
	q := Quantized{In: Quant{Scale: 0.25}, Out: Quant{Scale: 2}, WeightScales: []float32{8}}
	if got := q.Multiplier(3); got != 1 {
		t.Errorf("per tensor: %v, want 1", got)
	}
	q.WeightScales = []float32{8, 16, 24, 32}
	if got := q.Multiplier(3); got != 4 {
		t.Errorf("per channel: %v, want 4", got)
	}
	// The product is rounded to float32 before the division.
	q = Quantized{In: Quant{Scale: 0.0235}, Out: Quant{Scale: 0.0236}, WeightScales: []float32{0.0078}}
	product := q.In.Scale * q.WeightScales[0]
	if got, want := q.Multiplier(0), product/q.Out.Scale; got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestEmbeddingAndFeatures(t *testing.T) {
	for _, classes := range []int{0, 1001} {
		n := Network{Alpha: 1, Resolution: 224, Classes: classes, MinChannels: MinChannels}
		m := &Model{Network: n, Layers: mustLayers(t, n)}
		if e, f := m.Layers[m.Embedding()].Name, m.Layers[m.Features()].Name; e != "pool" || f != "pw13" {
			t.Errorf("%d classes: embedding of %s, features of %s", classes, e, f)
		}
	}
}

func TestDTypeNames(t *testing.T) {
	for d, want := range map[DType]string{Uint8: "uint8", Int8: "int8", Float32: "float32", 7: "DType(7)"} {
		if d.String() != want {
			t.Errorf("%q, want %q", d.String(), want)
		}
	}
}
