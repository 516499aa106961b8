package testmodel

import (
	"math"
	"math/rand/v2"

	"mobilenet/core/mobilenet"
)

// Random makes a small model with made-up weights: of either version, of any type, width, input and Top that a mobilenet.Network has, with any
// padding that files have. Engines are compared on such models.
func Random(rng *rand.Rand) *mobilenet.Model {
	n := RandomNetwork(rng)
	t := []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32}[rng.IntN(3)]
	return WithWeights(rng, n, randomLayers(rng, n), t)
}

// RandomNetwork is the network of a Random model.
func RandomNetwork(rng *rand.Rand) mobilenet.Network {
	n := mobilenet.Network{
		Version: mobilenet.Version(rng.IntN(2)), Alpha: 0.02 + 0.2*rng.Float64(), Resolution: 1 + rng.IntN(64),
		Classes: 1 + rng.IntN(20), Grey: rng.IntN(2) == 0, MinChannels: 1 + 7*rng.IntN(2),
	}
	if rng.IntN(2) == 0 {
		n.Width = 1 + rng.IntN(64)
	}
	if rng.IntN(3) == 0 && n.Version == mobilenet.V1 { // one with fewer pairs
		for i := range n.Omitted[1:] {
			n.Omitted[1+i] = rng.IntN(2) == 0
		}
	}
	n.Top.Flat = rng.IntN(2) == 0
	if rng.IntN(4) == 0 {
		n.Top.EachPixel = 1 + rng.IntN(20)
	}
	if rng.IntN(4) == 0 {
		n.Classes = 0
	}
	if n.Classes > 0 {
		for i := range n.Top.Dense {
			if rng.IntN(2) == 0 {
				n.Top.Dense[i] = 1 + rng.IntN(20)
			}
		}
	}
	return n
}

// randomLayers lists the layers of n with SAME padding, with what PAD leaves before some or all of the 3×3 convolutions, or with both.
func randomLayers(rng *rand.Rand, n mobilenet.Network) []mobilenet.Layer {
	layers, err := n.Layers()
	if err != nil {
		panic(err)
	}
	one := mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
	pads := []mobilenet.Padding{one, {Bottom: 1, Right: 1}, {Top: 1, Left: 1, Bottom: 2, Right: 2}, {Top: 2, Right: 2}, {Top: 2, Left: 2, Bottom: 2, Right: 2}}
	file, all := rng.IntN(3), rng.IntN(2) == 0
	for i := range layers {
		l := &layers[i]
		switch {
		case l.Kind != mobilenet.Conv && l.Kind != mobilenet.Depthwise || file == 0 || file == 1 && rng.IntN(2) == 0:
		case l.Stride == 2:
			l.FixedPad, l.Pad = true, pads[rng.IntN(len(pads))]
		case all:
			l.FixedPad, l.Pad = true, one
		}
	}
	if mobilenet.Resize(layers, n.InputShape()) != nil { // no pixel is left
		layers, _ = n.Layers()
	}
	return layers
}

// WithWeights makes a model of n with made-up weights of type t for layers, which are n's. A quantised layer's sums use most of the 256
// values; zero points are any, and weights of a layer, or of some of its channels, reach far or not.
func WithWeights(rng *rand.Rand, n mobilenet.Network, layers []mobilenet.Layer, t mobilenet.DType) *mobilenet.Model {
	m := &mobilenet.Model{Network: n, Type: t, Stored: t, Layers: layers}
	m.Input.Mean, m.Input.Scale = mobilenet.DefaultNormalization()
	quant := mobilenet.Quant{Scale: 1. / 128, Zero: uint8(rng.Uint32())}
	m.Input.Type, m.Input.Quant, m.Output.Type = t, quant, t
	if rng.IntN(3) == 0 {
		m.Input.Type = mobilenet.Float32
	}
	for i := range layers {
		l := &layers[i]
		switch {
		case t == mobilenet.Float32:
			l.Float = floatWeights(rng, l)
			continue
		case l.Kind == mobilenet.Add:
			l.Quantized = addition(rng, quant, layers[l.Addend].Quantized.Out)
		case l.Kind == mobilenet.AveragePool:
			l.Quantized = pool(rng, quant)
		default:
			l.Quantized = quantizedWeights(rng, l, quant)
		}
		quant = l.Quantized.Out
	}
	m.Output.Quant = quant
	return m
}

func floatWeights(rng *rand.Rand, l *mobilenet.Layer) *mobilenet.Float {
	f := &mobilenet.Float{Weights: make([]float32, l.Parameters()), Bias: make([]float32, l.Biases())}
	f.Min, f.Max = float32(math.Inf(-1)), float32(math.Inf(1))
	if l.Kind == mobilenet.AveragePool || l.Kind == mobilenet.Add {
		return f
	}
	switch rng.IntN(5) {
	case 0, 1:
		f.Min, f.Max = 0, 6
	case 2:
		f.Leak = 0.1
	}
	terms := l.Parameters() / l.Out.C
	for i := range f.Weights {
		f.Weights[i] = float32(rng.NormFloat64() * math.Sqrt(2/float64(terms)))
	}
	for i := range f.Bias {
		f.Bias[i] = float32(0.1 * rng.NormFloat64())
	}
	return f
}

// randomOut is the quantisation of a layer's output.
func randomOut(rng *rand.Rand, scale float32) *mobilenet.Quantized {
	q := &mobilenet.Quantized{Out: mobilenet.Quant{Scale: scale, Zero: uint8(rng.Uint32())}, Max: 255}
	if rng.IntN(3) == 0 {
		q.Min, q.Max = uint8(rng.IntN(60)), uint8(200+rng.IntN(56))
	}
	return q
}

func addition(rng *rand.Rand, in, addend mobilenet.Quant) *mobilenet.Quantized {
	q := randomOut(rng, (0.5+rng.Float32())*max(in.Scale, addend.Scale))
	q.In, q.Addend = in, addend
	return q
}

func pool(rng *rand.Rand, in mobilenet.Quant) *mobilenet.Quantized {
	if rng.IntN(2) == 0 {
		return &mobilenet.Quantized{In: in, Out: in, Max: 255}
	}
	q := randomOut(rng, in.Scale*(0.3+rng.Float32()))
	q.In, q.Mean = in, true
	return q
}

func quantizedWeights(rng *rand.Rand, l *mobilenet.Layer, in mobilenet.Quant) *mobilenet.Quantized {
	q := randomOut(rng, 0.01+0.03*rng.Float32())
	q.In, q.Weights, q.WeightZero, q.Bias = in, make([]uint8, l.Parameters()), uint8(118+rng.IntN(20)), make([]int32, l.Biases())
	reach, mixed := []int{20, 60, 115}[rng.IntN(3)], rng.IntN(3)
	terms := l.Parameters() / l.Out.C
	far := make([]int, l.Out.C) // from the zero point to a channel's weights
	for c := range far {
		far[c] = reach
		if rng.IntN(6) < mixed {
			far[c] = []int{20, 60, 115}[rng.IntN(3)]
		}
	}
	for i := range q.Weights {
		c := i / terms
		if l.Kind == mobilenet.Depthwise {
			c = i % l.Out.C
		}
		q.Weights[i] = uint8(int(q.WeightZero) + rng.IntN(2*far[c]+1) - far[c])
	}
	// A sum of terms, of inputs some 100 away from their zero point, is to reach some 60 steps of the output.
	sum := 60 * math.Sqrt(float64(terms)) * float64(reach)
	for i := range q.Bias {
		q.Bias[i] = int32(sum * (rng.Float64() - 0.5))
		if rng.IntN(100) == 0 {
			q.Bias[i] = math.MaxInt32 - int32(rng.IntN(1<<14))
		}
	}
	q.WeightScales = make([]float32, []int{1, l.Out.C}[rng.IntN(2)])
	for i := range q.WeightScales {
		q.WeightScales[i] = q.Out.Scale / in.Scale * float32(60/sum*(0.5+rng.Float64()))
	}
	return q
}
