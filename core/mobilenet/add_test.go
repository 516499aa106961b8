package mobilenet_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
)

// addition is a quantised layer that adds values of scale in and addend to values of scale out.
func addition(in, addend, out float32) *mobilenet.Quantized {
	return &mobilenet.Quantized{In: mobilenet.Quant{Scale: in}, Addend: mobilenet.Quant{Scale: addend}, Out: mobilenet.Quant{Scale: out}, Max: 255}
}

func TestAddMultipliersByHand(t *testing.T) {
	below := math.Nextafter32(1, 0)
	for _, c := range []struct {
		in, addend, out float32
		a, b            int32
		shift           uint
	}{
		{1, 1, 1, 1 << 20, 1 << 20, 20},
		{2, 1, 1, 1 << 20, 1 << 19, 19},
		{1, 2, 1, 1 << 19, 1 << 20, 19},
		{1.5, 0.25, 1, 3 << 19, 1 << 18, 20},
		{1, 1, 1024, 1 << 20, 1 << 20, 30},
		{255, 0.25, 1, 255 << 13, 1 << 11, 13},
		{128, 0.25, 1, 1 << 20, 1 << 11, 13},
		{below, below, 1, 1 << 21, 1 << 21, 21},      // rounded up, to one bit more
		{1, 1.5 / (1 << 20), 1. / 4, 1 << 20, 2, 18}, // 1.5 is rounded up to the even number,
		{1, 2.5 / (1 << 20), 1. / 4, 1 << 20, 2, 18}, // 2.5 down
		{0.1, 0.3, 0.7, 599186, 1797559, 22},         // in float32
	} {
		if a, b, shift := addition(c.in, c.addend, c.out).AddMultipliers(); a != c.a || b != c.b || shift != c.shift {
			t.Errorf("scales %v and %v to %v: %d, %d, shift %d; want %d, %d, %d", c.in, c.addend, c.out, a, b, shift, c.a, c.b, c.shift)
		}
	}
}

// No sum that AddMultipliers promises leaves int32, whatever the scales.
func TestAddMultipliersFit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		in, addend := float32(math.Exp2(18*rng.Float64()-10)), float32(math.Exp2(18*rng.Float64()-10))
		a, b, shift := addition(in, addend, 1).AddMultipliers()
		most := 255*int64(a) + 255*int64(b) + 1<<(shift-1)
		if shift < 12 || shift > 30 || max(a, b) < 1<<20 || max(a, b) > 1<<21 || min(a, b) < 0 || most > math.MaxInt32 {
			t.Fatalf("scales %v and %v: %d, %d, shift %d", in, addend, a, b, shift)
		}
		// Exact: the multiplier is the float32 ratio times a power of two, to the nearest whole number.
		exact := new(big.Float).SetMantExp(big.NewFloat(float64(in)), int(shift))
		if off, _ := new(big.Float).Sub(exact, big.NewFloat(float64(a))).Float64(); math.Abs(off) > 0.5 {
			t.Fatalf("scale %v: %d is %v off", in, a, off)
		}
	}
}

// twoAdded is a float or quantised model of two layers that keep a picture's shape, an addition of both, and a pool.
func twoAdded(t *testing.T, dtype mobilenet.DType) *mobilenet.Model {
	t.Helper()
	q := mobilenet.Quant{Scale: 1}
	layer := func(name string, kind mobilenet.Kind) mobilenet.Layer {
		l := mobilenet.Layer{Name: name, Kind: kind, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: 3}}
		if dtype == mobilenet.Float32 {
			l.Float = &mobilenet.Float{}
		} else {
			l.Quantized = &mobilenet.Quantized{WeightScales: []float32{1}, In: q, Addend: q, Out: q, Max: 255}
		}
		if kind == mobilenet.Pointwise && l.Float != nil {
			l.Float.Weights, l.Float.Bias = make([]float32, 9), make([]float32, 3)
		} else if kind == mobilenet.Pointwise {
			l.Quantized.Weights, l.Quantized.Bias = make([]uint8, 9), make([]int32, 3)
		}
		return l
	}
	m := &mobilenet.Model{Network: mobilenet.Network{Resolution: 4}, Type: dtype, Layers: []mobilenet.Layer{
		layer("first", mobilenet.Pointwise), layer("second", mobilenet.Pointwise), layer("sum", mobilenet.Add), layer("pool", mobilenet.AveragePool),
	}}
	if err := mobilenet.Resize(m.Layers, mobilenet.Shape{H: 4, W: 4, C: 3}); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCheckAdd(t *testing.T) {
	for _, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32} {
		if err := twoAdded(t, dtype).Check(); err != nil {
			t.Errorf("%v: %v", dtype, err)
		}
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	// scales sets the scales of the two maps and of their sum, in all layers that say them.
	scales := func(first, second, sum float32) func(m *mobilenet.Model) {
		return func(m *mobilenet.Model) {
			m.Layers[0].Quantized.Out.Scale, m.Layers[1].Quantized.In.Scale, m.Layers[2].Quantized.Addend.Scale = first, first, first
			m.Layers[1].Quantized.Out.Scale, m.Layers[2].Quantized.In.Scale = second, second
			m.Layers[2].Quantized.Out.Scale, m.Layers[3].Quantized.In.Scale, m.Layers[3].Quantized.Out.Scale = sum, sum, sum
		}
	}
	for want, damage := range map[string]func(m *mobilenet.Model){
		"layer sum: it is layer 2 and adds layer -1, not one before layer 1": func(m *mobilenet.Model) { m.Layers[2].Addend = -1 },
		"layer sum: it is layer 2 and adds layer 1, not one before layer 1":  func(m *mobilenet.Model) { m.Layers[2].Addend = 1 },
		"layer sum: it is layer 2 and adds layer 2, not one before layer 1":  func(m *mobilenet.Model) { m.Layers[2].Addend = 2 },
		"layer sum: it is layer 2 and adds layer 99, not one before layer 1": func(m *mobilenet.Model) { m.Layers[2].Addend = 99 },
		"layer sum: it is layer 1 and adds layer 0, not one before layer 0":  func(m *mobilenet.Model) { m.Layers = m.Layers[1:] },
		"layer sum: an addition keeps the shape, not [4,4,3] to [4,4,4]":     func(m *mobilenet.Model) { m.Layers[2].Out.C++ },
		"layer sum: no uint8 weights":                                        func(m *mobilenet.Model) { m.Layers[2].Quantized = nil },
		"layer sum: it adds layer first, [4,4,2], to [4,4,3]": func(m *mobilenet.Model) {
			m.Layers[0].Out.C, m.Layers[0].Quantized.Weights, m.Layers[0].Quantized.Bias = 2, make([]uint8, 6), make([]int32, 2)
			m.Layers[1].In.C, m.Layers[1].Quantized.Weights = 2, make([]uint8, 6)
		},
		"layer sum reads values quantised as {Scale:1 Zero:9}": func(m *mobilenet.Model) { m.Layers[2].Quantized.In.Zero = 9 },
		"layer sum: it adds values quantised as {Scale:1 Zero:9}, but layer first gives {Scale:1 Zero:0}": func(m *mobilenet.Model) {
			m.Layers[2].Quantized.Addend.Zero = 9
		},
		"layer sum: an addition of scales 1 and 0 to 1: all must be positive and finite":  scales(0, 1, 1),
		"layer sum: an addition of scales 0 and 1 to 1: all must be positive and finite":  scales(1, 0, 1),
		"layer sum: an addition of scales 1 and 1 to 0: all must be positive and finite":  scales(1, 1, 0),
		"layer sum: an addition of scales 1 and -2 to 1: all must be positive and finite": scales(-2, 1, 1),
		"layer sum: an addition of scales 1 and 1 to +Inf":                                scales(1, 1, inf),
		"layer sum: an addition of scales +Inf and 1 to 1":                                scales(1, inf, 1),
		"layer sum: an addition of scales 1 and 1 to NaN":                                 scales(1, 1, nan),
		"layer sum: an addition of scale 256 to an output of scale 1: the ratio, 256,":    scales(256, 1, 1),
		"layer sum: an addition of scale 512 to an output of scale 1: the ratio, 512,":    scales(1, 512, 1),
		"layer sum: an addition of scale 1 to an output of scale 2048":                    scales(1, 4, 2048),
		"layer sum: an addition of scale 4 to an output of scale 8192":                    scales(4096, 4, 8192),
		"layer sum: an addition of scale 1e+38 to an output of scale 1e-38: the ratio":    scales(1, 1e38, 1e-38),
	} {
		m := twoAdded(t, mobilenet.Uint8)
		damage(m)
		if err := m.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	// The ends of the range are taken.
	for _, s := range [][3]float32{{255.99, 1, 1}, {1, 1, 1024}} {
		m := twoAdded(t, mobilenet.Int8)
		scales(s[0], s[1], s[2])(m)
		if err := m.Check(); err != nil {
			t.Errorf("scales %v: %v", s, err)
		}
	}
}
