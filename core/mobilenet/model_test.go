package mobilenet

import (
	"math"
	"strings"
	"testing"
)

func TestQuantReal(t *testing.T) {
	q := Quant{Scale: 0.5, Zero: 128}
	for v, want := range map[uint8]float32{0: -64, 128: 0, 129: 0.5, 255: 63.5} {
		if got := q.Real(v); got != want {
			t.Errorf("%+v.Real(%d) = %v, want %v", q, v, got, want)
		}
	}
}

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

func TestNormalized(t *testing.T) {
	m := &Model{Input: Input{Type: Float32}}
	mean, scale := [3]float32{123.7, 116.3, 103.5}, [3]float32{0.017, 0.0175, 0.0174}
	got, err := m.Normalized(mean, scale)
	if err != nil || got.Input.Mean != mean || got.Input.Scale != scale {
		t.Errorf("%+v, %v", got, err)
	}
	if m.Input.Scale != [3]float32{} {
		t.Error("the model changed with its copy")
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, bad := range []struct{ mean, scale [3]float32 }{
		{mean, [3]float32{1, 0, 1}}, {mean, [3]float32{1, nan, 1}}, {mean, [3]float32{inf, 1, 1}}, {[3]float32{0, 0, nan}, scale},
	} {
		if _, err := m.Normalized(bad.mean, bad.scale); err == nil || !strings.Contains(err.Error(), "normalisation") {
			t.Errorf("mean %v, scale %v: error %v", bad.mean, bad.scale, err)
		}
	}
	m.Input.Type = Int8
	if _, err := m.Normalized(mean, scale); err == nil || !strings.Contains(err.Error(), "int8") {
		t.Errorf("an int8 input: error %v", err)
	}
	// What Keras does takes bytes to −1..1.
	mean, scale = DefaultNormalization()
	for b, want := range map[float32]float64{0: -1, 127.5: 0, 255: 1} {
		if v := scale[0] * (b - mean[0]); math.Abs(float64(v)-want) > 1e-6 {
			t.Errorf("byte %v becomes %v, want %v", b, v, want)
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
