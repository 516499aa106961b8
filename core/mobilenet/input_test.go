package mobilenet_test

import (
	"math"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
)

// reading is a model of which only the input matters: the file's, and the first layer's.
func reading(dtype mobilenet.DType, in mobilenet.Input, first mobilenet.Quant) *mobilenet.Model {
	return &mobilenet.Model{Type: dtype, Input: in, Layers: []mobilenet.Layer{{Quantized: &mobilenet.Quantized{In: first}}}}
}

func TestInputTable(t *testing.T) {
	mean, scale := [3]float32{127.5, 127.5, 127.5}, [3]float32{1. / 128, 1. / 128, 1. / 128}
	own := mobilenet.Quant{Scale: 1. / 128, Zero: 128}
	odd := mobilenet.Quant{Scale: 1. / 128, Zero: 127}
	for _, test := range []struct {
		name  string
		model *mobilenet.Model
		want  func(b int) uint8
	}{
		{"a uint8 file holds the bytes", reading(mobilenet.Uint8, mobilenet.Input{Type: mobilenet.Uint8, Quant: own}, own), func(b int) uint8 { return uint8(b) }},
		{"so does an int8 file, less 128", reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Int8, Quant: own}, own), func(b int) uint8 { return uint8(b) }},
		{"uint8 to int8 at one scale", reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Uint8, Quant: odd}, odd), func(b int) uint8 { return uint8(b) }},
		{"uint8 to int8 with the zero point moved", reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Uint8, Quant: own}, mobilenet.Quant{Scale: own.Scale, Zero: 130}), func(b int) uint8 { return uint8(min(b+2, 255)) }},
		{"float32, halves to even", reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Float32, Mean: mean, Scale: scale}, odd), func(b int) uint8 {
			// The byte less 127.5 is a half: it goes to the even number of steps, and then the zero point is added.
			steps := b - 128 // below the half
			if steps%2 != 0 {
				steps++
			}
			return uint8(min(max(steps+127, 0), 255))
		}},
	} {
		table := test.model.InputTable()
		for b := range 256 {
			for c := range 3 {
				if got, want := table[c][b], test.want(b); got != want {
					t.Fatalf("%s: byte %d of colour %d becomes %d, want %d", test.name, b, c, got, want)
				}
			}
		}
		if test.model.FloatInputTable() != nil {
			t.Errorf("%s: a quantised model has a float table", test.name)
		}
	}
}

// TestRescale checks halves between 8-bit tensors of other scales: within a type up, between types away from zero.
func TestRescale(t *testing.T) {
	wide, narrow := mobilenet.Quant{Scale: 1, Zero: 100}, mobilenet.Quant{Scale: 0.25, Zero: 100}
	same := reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Int8, Quant: narrow}, wide).InputTable()
	other := reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Uint8, Quant: narrow}, wide).InputTable()
	grown := reading(mobilenet.Int8, mobilenet.Input{Type: mobilenet.Uint8, Quant: wide}, narrow).InputTable()
	for _, test := range []struct {
		table *[3][256]uint8
		b     int
		want  uint8
	}{
		{same, 102, 101}, {same, 98, 100}, {same, 94, 99}, {same, 0, 75}, {same, 255, 139},
		{other, 102, 101}, {other, 98, 99}, {other, 94, 98}, {other, 0, 75}, {other, 255, 139},
		{grown, 101, 104}, {grown, 99, 96}, {grown, 0, 0}, {grown, 255, 255},
	} {
		if got := test.table[0][test.b]; got != test.want {
			t.Errorf("byte %d becomes %d, want %d", test.b, got, test.want)
		}
	}
}

func TestFloatInputTable(t *testing.T) {
	mean, scale := mobilenet.DefaultNormalization()
	m := &mobilenet.Model{Type: mobilenet.Float32, Input: mobilenet.Input{Type: mobilenet.Float32, Mean: mean, Scale: scale}}
	table := m.FloatInputTable()
	if table[0][0] != -1 || table[1][255] != 1 || table[2][128] != 0.5/127.5 {
		t.Errorf("0, 255 and 128 become %v, %v, %v", table[0][0], table[1][255], table[2][128])
	}
	m, err := m.Normalized([3]float32{1, 2, 3}, [3]float32{1, 10, 100})
	if err != nil {
		t.Fatal(err)
	}
	if table = m.FloatInputTable(); table[0][4] != 3 || table[1][4] != 20 || table[2][4] != 100 {
		t.Errorf("4 becomes %v, %v, %v", table[0][4], table[1][4], table[2][4])
	}
	m = &mobilenet.Model{Type: mobilenet.Float32, Input: mobilenet.Input{Type: mobilenet.Int8, Quant: mobilenet.Quant{Scale: 0.5, Zero: 128}}}
	if table = m.FloatInputTable(); table[0][0] != -64 || table[1][130] != 1 {
		t.Errorf("0 and 130 become %v, %v", table[0][0], table[1][130])
	}
	if m.InputTable() != nil {
		t.Error("a float32 model has a quantised table")
	}
}

func TestNormalized(t *testing.T) {
	m := &mobilenet.Model{Input: mobilenet.Input{Type: mobilenet.Float32}}
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
	m.Input.Type = mobilenet.Int8
	if _, err := m.Normalized(mean, scale); err == nil || !strings.Contains(err.Error(), "int8") {
		t.Errorf("an int8 input: error %v", err)
	}
	// What Keras does takes bytes to −1..1.
	mean, scale = mobilenet.DefaultNormalization()
	for b, want := range map[float32]float64{0: -1, 127.5: 0, 255: 1} {
		if v := scale[0] * (b - mean[0]); math.Abs(float64(v)-want) > 1e-6 {
			t.Errorf("byte %v becomes %v, want %v", b, v, want)
		}
	}
}
