package tflite_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
)

// choices are decisions still to come, a byte each; where they end, the rest are 0.
type choices []byte

// of is one of n.
func (c *choices) of(n int) int {
	if len(*c) == 0 {
		return 0
	}
	v := int((*c)[0])
	*c = (*c)[1:]
	return v % n
}

func (c *choices) bool() bool { return c.of(2) == 1 }

// dtype is a type of activations.
func (c *choices) dtype() mobilenet.DType { return mobilenet.DType(c.of(3)) }

// chosenModel makes a model up: its form as c says, its numbers by rng. It is nil where there is no such network.
func chosenModel(c *choices, rng *rand.Rand) *mobilenet.Model {
	n := mobilenet.Network{Version: mobilenet.Version(c.of(2)), Alpha: float64(1+c.of(4)) / 100, Resolution: 8 + c.of(90), Classes: c.of(4), MinChannels: 1 + 7*c.of(2)}
	if c.bool() {
		n.Width = 8 + c.of(90)
	}
	n.Grey = c.bool()
	if c.of(3) == 0 && n.Version == mobilenet.V1 { // one with fewer pairs
		for i := range n.Omitted {
			n.Omitted[i] = c.bool()
		}
	}
	if c.bool() {
		n.Top = mobilenet.Top{Flat: c.bool(), EachPixel: c.of(4), Dense: [2]int{c.of(4), c.of(4)}}
		if n.Top.Dense[0] == 0 {
			n.Top.Dense[1] = 0
		}
	}
	layers, err := n.Layers()
	if err != nil {
		return nil
	}
	padding := c.of(3)
	for i := range layers {
		if l := &layers[i]; l.Kind == mobilenet.Conv || l.Kind == mobilenet.Depthwise {
			l.FixedPad = padding == 1 || padding == 2 && c.bool()
			if l.FixedPad {
				l.Pad = mobilenet.Padding{Top: c.of(3), Left: c.of(3), Bottom: c.of(3), Right: c.of(3)}
			}
		}
	}
	if mobilenet.Resize(layers, n.InputShape()) != nil {
		return nil
	}
	m := &mobilenet.Model{Network: n, Type: c.dtype(), Layers: layers}
	m.Stored = m.Type
	if m.Type == mobilenet.Float32 && c.bool() {
		m.Stored = mobilenet.Float16
	}
	mean, channels := c.bool(), c.bool() && m.Type == mobilenet.Int8
	for i := range layers {
		if m.Type == mobilenet.Float32 {
			layers[i].Float = chosenFloat(&layers[i], c, rng)
		} else {
			layers[i].Quantized = chosenBytes(m, i, mean, channels, c, rng)
		}
	}
	chooseEnds(m, c, rng)
	if u := chosenUnknown(m, c, rng); m.CheckUnknown(u) == nil {
		m.Unknown = u
	}
	return m
}

func chosenUnknown(m *mobilenet.Model, c *choices, rng *rand.Rand) *mobilenet.Unknown {
	u := &mobilenet.Unknown{Counter: c.bool()}
	if c.bool() {
		u.Threshold = rng.Float64()
		for range m.Layers[m.Embedding()].Out.Len() {
			u.Centre = append(u.Centre, rng.Float32())
		}
	}
	return u
}

func aQuant(rng *rand.Rand) mobilenet.Quant {
	return mobilenet.Quant{Scale: 0.01 + rng.Float32(), Zero: uint8(rng.IntN(200))}
}

func chosenFloat(l *mobilenet.Layer, c *choices, rng *rand.Rand) *mobilenet.Float {
	numbers := func(n int) (out []float32) {
		for range n {
			out = append(out, float32(rng.IntN(2000)-1000)/1024) // each is a float16 too
		}
		return out
	}
	f := &mobilenet.Float{Weights: numbers(l.Parameters()), Bias: numbers(l.Biases()), Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
	if l.Kind != mobilenet.AveragePool {
		switch c.of(4) {
		case 1:
			f.Min = 0
		case 2:
			f.Min, f.Max = 0, 6
		case 3:
			f.Leak = 0.125
		}
	}
	return f
}

func chosenBytes(m *mobilenet.Model, i int, mean, channels bool, c *choices, rng *rand.Rand) *mobilenet.Quantized {
	l := &m.Layers[i]
	q := &mobilenet.Quantized{In: aQuant(rng), Out: aQuant(rng), Max: 255}
	if i > 0 {
		q.In = m.Layers[i-1].Quantized.Out
	}
	switch l.Kind {
	case mobilenet.AveragePool:
		if q.Mean = mean; !mean {
			q.Out = q.In
		}
		return q
	case mobilenet.Add:
		q.Addend = m.Layers[l.Addend].Quantized.Out
	default:
		q.WeightZero = 128
		if m.Type == mobilenet.Uint8 {
			q.WeightZero = uint8(rng.Uint32())
		}
		for range l.Parameters() {
			q.Weights = append(q.Weights, uint8(rng.Uint32()))
		}
		scales := 1
		if channels {
			scales = l.Out.C
		}
		for range scales {
			q.WeightScales = append(q.WeightScales, 0.001+0.01*rng.Float32())
		}
		for range l.Out.C {
			q.Bias = append(q.Bias, int32(rng.Uint32()))
		}
	}
	switch c.of(3) {
	case 1:
		q.Min = q.Out.Zero
	case 2:
		q.Min, q.Max = q.Out.Zero, uint8(min(math.RoundToEven(float64(6/q.Out.Scale+float32(q.Out.Zero))), 255))
	}
	return q
}

// chooseEnds chooses input and output.
func chooseEnds(m *mobilenet.Model, c *choices, rng *rand.Rand) {
	m.Input.Type, m.Input.Mean, m.Input.Scale = c.dtype(), [3]float32{}, [3]float32{}
	if m.Input.Type != mobilenet.Float32 {
		m.Input.Quant = aQuant(rng)
	}
	colours := m.InputShape().C
	for i := range 3 {
		m.Input.Mean[i], m.Input.Scale[i] = float32(rng.IntN(256)), 1/float32(1+rng.IntN(256))
		if m.Grey {
			m.Input.Mean[i], m.Input.Scale[i] = m.Input.Mean[0], m.Input.Scale[0]
		}
	}
	for range c.of(4) {
		r, n := mobilenet.Rescale{Op: mobilenet.RescaleOp(c.of(3))}, 1
		if c.bool() {
			n = colours
		}
		if m.Type == mobilenet.Float32 || c.bool() {
			for range n {
				r.Real = append(r.Real, rng.Float32())
			}
		} else {
			r.Quantized = &mobilenet.QuantizedRescale{In: aQuant(rng), Constant: aQuant(rng), Out: aQuant(rng)}
			for range n {
				r.Quantized.Values = append(r.Quantized.Values, uint8(rng.Uint32()))
			}
		}
		m.Input.Rescale = append(m.Input.Rescale, r)
	}
	var quant mobilenet.Quant
	if q := m.Layers[len(m.Layers)-1].Quantized; q != nil {
		quant = q.Out
	}
	if m.Classes > 0 {
		probability := mobilenet.Quant{Scale: 1. / 256}
		if m.Type == mobilenet.Float32 {
			probability = mobilenet.Quant{}
		}
		switch c.of(3) {
		case 1:
			m.Output.Softmax, quant = &mobilenet.Softmax{Beta: 0.5 + rng.Float32(), Quant: probability}, probability
		case 2:
			m.Output.Logistic, quant = &mobilenet.Logistic{Quant: probability}, probability
		}
	}
	if m.Output.Type = c.dtype(); m.Output.Type != mobilenet.Float32 {
		m.Output.Quant = quant
		if m.Type == mobilenet.Float32 || c.bool() {
			m.Output.Quant = aQuant(rng)
		}
	}
}

// unread tells that files of such a network are read as another one, or not at all: a last feature map of one pixel is its own average
// pool, and one without a pool must have a classifier.
func unread(m *mobilenet.Model) bool {
	body := m.Layers[len(m.Layers)-1]
	for _, l := range m.Layers {
		if l.Kind == mobilenet.AveragePool || l.Kind == mobilenet.FullyConnected || l.Name == "dense" {
			body = l
			break
		}
	}
	return m.Top.Flat && m.Classes == 0 || (m.Top.Flat || m.Top.EachPixel > 0) && body.In.H*body.In.W == 1
}

// change makes a model wrong somewhere.
func (c *choices) change(m *mobilenet.Model) {
	l := &m.Layers[c.of(len(m.Layers))]
	numbers := []int{0, -1, 1, 2, 3, 1 << 20}
	number := numbers[c.of(len(numbers))]
	if c.of(11) == 10 {
		m.Unknown = &mobilenet.Unknown{Centre: make([]float32, c.of(4)), Threshold: math.NaN()}
		return
	}
	reals := []float32{0, -1, 1e-45, math.MaxFloat32, float32(math.Inf(1)), float32(math.NaN())}
	real := reals[c.of(len(reals))]
	fields := []*int{&l.Kernel, &l.Stride, &l.Pad.Top, &l.Pad.Right, &l.Out.C, &l.Out.H, &l.In.W, &l.Addend, &m.Resolution, &m.Width, &m.Classes, &m.Top.EachPixel, &m.Top.Dense[1]}
	switch c.of(10) {
	case 0:
		*fields[c.of(len(fields))] = number
	case 1:
		l.Kind = mobilenet.Kind(c.of(8))
	case 2:
		m.Type = mobilenet.DType(c.of(6))
	case 3:
		m.Input.Type, m.Output.Type = mobilenet.DType(c.of(6)), mobilenet.DType(c.of(6))
	case 4:
		l.Name += "?"
	case 5:
		m.Input.Scale[c.of(3)], m.Input.Mean[c.of(3)] = real, reals[c.of(len(reals))]
	case 6:
		m.Layers = m.Layers[:c.of(len(m.Layers))]
	case 7:
		m.Output.Softmax = &mobilenet.Softmax{Beta: real, Quant: mobilenet.Quant{Scale: real}}
	case 8:
		l.Quantized, l.Float = nil, nil
	default:
		switch q, f := l.Quantized, l.Float; {
		case q != nil:
			scales := []*float32{&q.In.Scale, &q.Out.Scale, &q.Addend.Scale}
			*scales[c.of(3)] = real
			q.Out.Zero, q.Min, q.WeightZero = uint8(c.of(256)), uint8(c.of(256)), uint8(c.of(256))
			q.Weights, q.Bias = q.Weights[:len(q.Weights)*c.of(3)/2], q.Bias[:len(q.Bias)*c.of(3)/2]
		case f != nil:
			f.Min, f.Max = real, reals[c.of(len(reals))]
			for i := range f.Weights {
				f.Weights[i] = real
			}
			f.Weights = f.Weights[:len(f.Weights)*c.of(3)/2]
		}
	}
}

// FuzzWrite writes models of any form, which reading must give again, and wrong ones, for which an error must come and no panic.
func FuzzWrite(f *testing.F) {
	for i := range byte(12) {
		form := make([]byte, 160)
		rng := rand.New(rand.NewPCG(uint64(i), 0))
		for k := range form {
			form[k] = byte(rng.Uint32())
		}
		form[0], form[24] = i, i
		f.Add(form, []byte{}, uint64(i))
		f.Add(form, form[:5], uint64(i))
	}
	f.Fuzz(func(t *testing.T, form, changes []byte, seed uint64) {
		m := chosenModel((*choices)(&form), rand.New(rand.NewPCG(seed, 0)))
		if m == nil {
			return
		}
		if len(changes) > 0 {
			(*choices)(&changes).change(m)
			if data, err := tflite.Write(m, nil); err == nil {
				if _, err := tflite.Read(data); err != nil {
					t.Errorf("what was written cannot be read: %v", err)
				}
			}
			return
		}
		data, err := tflite.Write(m, nil)
		if err != nil && unread(m) {
			return
		}
		if again, err := tflite.Read(data); err == nil {
			m.Alpha, m.MinChannels, m.Omitted = again.Alpha, again.MinChannels, again.Omitted // several give the same layers
		}
		writeAgain(t, m, nil)
	})
}
