package tflite

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// sameModel says where a model that was written differs from m when it is read.
func sameModel(m, read *mobilenet.Model) error {
	switch {
	case !sameNetwork(m.Network, read.Network):
		return fmt.Errorf("its network is %+v, and what was written is %+v", m.Network, read.Network)
	case m.Type != read.Type:
		return fmt.Errorf("its type is %v, and what was written %v", m.Type, read.Type)
	case len(m.Layers) != len(read.Layers):
		return fmt.Errorf("it has %d layers, and what was written %d", len(m.Layers), len(read.Layers))
	case !sameUnknown(m.Unknown, read.Unknown):
		return fmt.Errorf("what tells none of these is another when it is read")
	case !sameEnds(m, read):
		return fmt.Errorf("its input %+v and output %+v become %+v and %+v", m.Input, m.Output, read.Input, read.Output)
	}
	for i := range m.Layers {
		if a, b := &m.Layers[i], &read.Layers[i]; !sameLayer(a, b) {
			return fmt.Errorf("its layer %s, %v to %v, is another when it is read", a.Name, a.In, a.Out)
		}
	}
	return nil
}

// sameNetwork compares all but the width multiplier, the floor of a layer's channels and the pairs that are left out, which files do not
// hold, and several of which give the same layers.
func sameNetwork(a, b mobilenet.Network) bool {
	if a.Width == a.Resolution {
		a.Width = 0
	}
	a.Alpha, a.MinChannels, a.Omitted = b.Alpha, b.MinChannels, b.Omitted
	return a == b
}

func sameUnknown(a, b *mobilenet.Unknown) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Centre == nil { // then there is no threshold
		return b.Centre == nil && a.Counter == b.Counter
	}
	return a.Threshold == b.Threshold && a.Counter == b.Counter && slices.Equal(a.Centre, b.Centre)
}

func sameEnds(a, b *mobilenet.Model) bool {
	if a.Input.Type != b.Input.Type || a.Input.Quant != b.Input.Quant || a.Output.Type != b.Output.Type || a.Output.Quant != b.Output.Quant {
		return false
	}
	for c := range a.InputShape().C {
		s, t := a.Input.Scale[c], b.Input.Scale[c]
		if a.Input.Type == mobilenet.Float32 && (a.Input.Mean[c] != b.Input.Mean[c] || math.Nextafter32(s, t) != t) {
			return false
		}
	}
	return slices.EqualFunc(a.Input.Rescale, b.Input.Rescale, sameRescale) &&
		samePointer(a.Output.Softmax, b.Output.Softmax) && samePointer(a.Output.Logistic, b.Output.Logistic)
}

func sameRescale(a, b mobilenet.Rescale) bool {
	if a.Op != b.Op || !slices.Equal(a.Real, b.Real) || (a.Quantized == nil) != (b.Quantized == nil) {
		return false
	}
	p, q := a.Quantized, b.Quantized
	return p == nil || bytes.Equal(p.Values, q.Values) && p.In == q.In && p.Constant == q.Constant && p.Out == q.Out
}

func samePointer[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func sameLayer(a, b *mobilenet.Layer) bool {
	p, q := *a, *b
	p.Quantized, p.Float, q.Quantized, q.Float = nil, nil, nil, nil
	return p == q && sameQuantized(a, b) && sameFloat(a.Float, b.Float)
}

func sameQuantized(l, m *mobilenet.Layer) bool {
	a, b := l.Quantized, m.Quantized
	if a == nil || b == nil {
		return a == b
	}
	// A pool is not cut, and what has no weights has no scales of them.
	cut := l.Kind == mobilenet.AveragePool || a.Min == b.Min && a.Max == b.Max
	return cut && a.In == b.In && a.Out == b.Out && a.Addend == b.Addend && a.Mean == b.Mean && a.WeightZero == b.WeightZero &&
		bytes.Equal(a.Weights, b.Weights) && slices.Equal(a.WeightScales, b.WeightScales) && slices.Equal(a.Bias, b.Bias)
}

func sameFloat(a, b *mobilenet.Float) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Min == b.Min && a.Max == b.Max && a.Leak == b.Leak && slices.Equal(a.Weights, b.Weights) && slices.Equal(a.Bias, b.Bias)
}
