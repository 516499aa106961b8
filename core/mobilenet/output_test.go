package mobilenet_test

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
)

// writing is a model of which only the end matters.
func writing(dtype mobilenet.DType, last mobilenet.Quant, out mobilenet.Output) *mobilenet.Model {
	return &mobilenet.Model{
		Network: mobilenet.Network{Classes: 1},
		Type:    dtype,
		Layers:  []mobilenet.Layer{{Quantized: &mobilenet.Quantized{Out: last}}},
		Output:  out,
	}
}

func bytesOf(v ...float32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func TestFinish(t *testing.T) {
	quant := mobilenet.Quant{Scale: 0.5, Zero: 100}
	probability := mobilenet.Quant{Scale: 1. / 256}
	softmax := &mobilenet.Softmax{Beta: 1, Quant: probability}
	for _, test := range []struct {
		name string
		m    *mobilenet.Model
		last []uint8
		want []byte
	}{
		{"uint8", writing(mobilenet.Uint8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: quant}), []uint8{0, 100, 255}, []byte{0, 100, 255}},
		{"int8", writing(mobilenet.Int8, quant, mobilenet.Output{Type: mobilenet.Int8, Quant: quant}), []uint8{0, 100, 255}, []byte{0x80, 0xe4, 127}},
		{"int8 to uint8", writing(mobilenet.Int8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: quant}), []uint8{0, 100, 255}, []byte{0, 100, 255}},
		{"to another scale", writing(mobilenet.Int8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: mobilenet.Quant{Scale: 1, Zero: 50}}), []uint8{0, 100, 255}, []byte{0, 50, 128}},
		{"to float32", writing(mobilenet.Int8, quant, mobilenet.Output{Type: mobilenet.Float32}), []uint8{0, 100, 255}, bytesOf(-50, 0, 77.5)},
		// Two equal logits: 256/2. Three: 85.33. One alone: 256, which a byte cannot hold.
		{"softmax of two", writing(mobilenet.Uint8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: probability, Softmax: softmax}), []uint8{9, 9}, []byte{128, 128}},
		{"softmax of three", writing(mobilenet.Int8, quant, mobilenet.Output{Type: mobilenet.Int8, Quant: probability, Softmax: softmax}), []uint8{9, 9, 9}, []byte{85 ^ 128, 85 ^ 128, 85 ^ 128}},
		{"softmax of one", writing(mobilenet.Uint8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: probability, Softmax: softmax}), []uint8{9}, []byte{255}},
		// e^(−2·0.5·β)/(1+e^(−2·0.5·β)) is 0.268941 at β=1, 0.377541 at β=0.5.
		{"softmax two steps apart", writing(mobilenet.Uint8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: probability, Softmax: softmax}), []uint8{7, 9}, []byte{69, 187}},
		{"softmax with β=0.5", writing(mobilenet.Uint8, quant, mobilenet.Output{Type: mobilenet.Uint8, Quant: probability, Softmax: &mobilenet.Softmax{Beta: 0.5, Quant: probability}}), []uint8{7, 9}, []byte{97, 159}},
		{"softmax, then float32", writing(mobilenet.Int8, quant, mobilenet.Output{Type: mobilenet.Float32, Softmax: softmax}), []uint8{9, 9}, bytesOf(0.5, 0.5)},
	} {
		var out mobilenet.Result
		for range 2 { // the second time into the slices of the first
			test.m.Finish(test.last, &out)
			if !slices.Equal(out.Output, test.want) {
				t.Errorf("%s: %v, want %v", test.name, out.Output, test.want)
			}
			for i, q := range test.last {
				if want := quant.Real(q); out.Logits[i] != want {
					t.Errorf("%s: logit %d is %v, want %v", test.name, i, out.Logits[i], want)
				}
			}
		}
		test.m.Classes = 0
		if test.m.Finish(test.last, &out); len(out.Logits) != 0 {
			t.Errorf("%s: %d logits without a classifier", test.name, len(out.Logits))
		}
	}
}

func TestFinishFloat(t *testing.T) {
	last := []float32{-1, 1000, 1000}
	softmax := &mobilenet.Softmax{Beta: 1}
	for _, test := range []struct {
		name string
		out  mobilenet.Output
		want []byte
	}{
		{"logits", mobilenet.Output{Type: mobilenet.Float32}, bytesOf(last...)},
		{"softmax of numbers whose exponentials overflow", mobilenet.Output{Type: mobilenet.Float32, Softmax: softmax}, bytesOf(0, 0.5, 0.5)},
		{"softmax, then uint8", mobilenet.Output{Type: mobilenet.Uint8, Quant: mobilenet.Quant{Scale: 1. / 256}, Softmax: softmax}, []byte{0, 128, 128}},
		{"to int8", mobilenet.Output{Type: mobilenet.Int8, Quant: mobilenet.Quant{Scale: 10, Zero: 128}}, []byte{0, 100, 100}},
	} {
		m := &mobilenet.Model{Network: mobilenet.Network{Classes: 3}, Type: mobilenet.Float32, Layers: make([]mobilenet.Layer, 1), Output: test.out}
		var out mobilenet.Result
		for range 2 {
			m.FinishFloat(last, &out)
			if !slices.Equal(out.Output, test.want) {
				t.Errorf("%s: %v, want %v", test.name, out.Output, test.want)
			}
			if !slices.Equal(out.Logits, last) {
				t.Errorf("%s: logits %v, want %v", test.name, out.Logits, last)
			}
		}
	}
}
