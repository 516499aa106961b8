package mobilenet

import (
	"slices"
	"testing"
)

func TestWeights(t *testing.T) {
	quantized := func(scales ...float32) *Quantized {
		return &Quantized{Weights: []uint8{128, 130, 127, 0, 255, 128, 129, 120}, WeightZero: 128, WeightScales: scales}
	}
	real := []float32{0, 2, -1, -128, 127, 0, 1, -8}
	for _, test := range []struct {
		name  string
		layer Layer
		shape []int
		want  []float32
	}{
		{"pointwise, one scale",
			Layer{Kind: Pointwise, Kernel: 1, In: Shape{C: 4}, Out: Shape{C: 2}, Quantized: quantized(0.5)},
			[]int{2, 4}, []float32{0, 1, -0.5, -64, 63.5, 0, 0.5, -4}},
		{"pointwise, a scale a channel",
			Layer{Kind: Pointwise, Kernel: 1, In: Shape{C: 4}, Out: Shape{C: 2}, Quantized: quantized(1, 2)},
			[]int{2, 4}, []float32{0, 2, -1, -128, 254, 0, 2, -16}},
		{"depthwise, a scale a channel: channels are innermost",
			Layer{Kind: Depthwise, Kernel: 2, In: Shape{C: 2}, Out: Shape{C: 2}, Quantized: quantized(1, 2)},
			[]int{2, 2, 2}, []float32{0, 4, -1, -256, 127, 0, 1, -16}},
		{"first convolution",
			Layer{Kind: Conv, Kernel: 2, In: Shape{C: 1}, Out: Shape{C: 2}, Quantized: quantized(1, 2)},
			[]int{2, 2, 2, 1}, []float32{0, 2, -1, -128, 254, 0, 2, -16}},
		{"float",
			Layer{Kind: FullyConnected, Kernel: 1, In: Shape{1, 2, 2}, Out: Shape{1, 1, 2}, Float: &Float{Weights: real}},
			[]int{2, 4}, real},
		{"average pool", Layer{Kind: AveragePool, Kernel: 7, In: Shape{7, 7, 2}, Out: Shape{1, 1, 2}}, nil, nil},
		{"no model", Layer{Kind: Pointwise, Kernel: 1, In: Shape{C: 4}, Out: Shape{C: 2}}, []int{2, 4}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if shape := test.layer.WeightShape(); !slices.Equal(shape, test.shape) {
				t.Errorf("shape %v, want %v", shape, test.shape)
			}
			if got := test.layer.Weights(make([]float32, 3)); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
