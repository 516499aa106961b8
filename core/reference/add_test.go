package reference_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
)

// block makes a model of a V2 block as the network has it: a layer to read the picture, expansion, depthwise and projection, and the sum of
// the first and the last. Its weights and quantisations are random.
func block(t *testing.T, dtype mobilenet.DType, rng *rand.Rand) *mobilenet.Model {
	t.Helper()
	const r, channels = 5, 4
	layers := []mobilenet.Layer{
		{Name: "project2", Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: channels}},
		{Name: "expand3", Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: 6 * channels}},
		{Name: "dw3", Kind: mobilenet.Depthwise, Kernel: 3, Stride: 1},
		{Name: "project3", Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: channels}},
		{Name: "add3", Kind: mobilenet.Add, Kernel: 1, Stride: 1, Addend: 0},
		{Name: "pool", Kind: mobilenet.AveragePool},
	}
	if err := mobilenet.Resize(layers, mobilenet.Shape{H: r, W: r, C: 3}); err != nil {
		t.Fatal(err)
	}
	m := &mobilenet.Model{Network: mobilenet.Network{Version: mobilenet.V2, Resolution: r}, Type: dtype, Layers: layers}
	m.Input.Type, m.Output.Type = dtype, dtype
	m.Input.Mean, m.Input.Scale = mobilenet.DefaultNormalization()
	quant := func() mobilenet.Quant {
		return mobilenet.Quant{Scale: 0.02 + 0.1*rng.Float32(), Zero: uint8(rng.Uint32())}
	}
	at := quant()
	m.Input.Quant = at
	for i := range layers {
		l := &layers[i]
		if dtype == mobilenet.Float32 {
			l.Float = &mobilenet.Float{Weights: make([]float32, l.Parameters()), Bias: make([]float32, l.Biases()),
				Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
			for k := range l.Float.Weights {
				l.Float.Weights[k] = float32(rng.NormFloat64())
			}
			continue
		}
		q := &mobilenet.Quantized{In: at, Out: quant(), Max: 255, Weights: make([]uint8, l.Parameters()), Bias: make([]int32, l.Biases())}
		for k := range q.Weights {
			q.Weights[k] = uint8(rng.Uint32())
		}
		q.WeightZero, q.WeightScales = 128, []float32{0.005}
		switch l.Kind {
		case mobilenet.Add:
			q.Addend = layers[l.Addend].Quantized.Out
			q.Min, q.Max = uint8(rng.IntN(60)), uint8(200+rng.IntN(56))
		case mobilenet.AveragePool:
			q.Out = at
		}
		l.Quantized, at = q, q.Out
	}
	m.Output.Quant = at
	return m
}

// outputs runs the model and gives the outputs of layers, dequantised.
func outputs(t *testing.T, m *mobilenet.Model, picture []byte, layers ...int) [][]float32 {
	t.Helper()
	engine, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]float32
	var out mobilenet.Result
	for _, i := range layers {
		if err := engine.Run(context.Background(), picture, mobilenet.Want{Activations: true, Layer: i}, &out); err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(out.Layer))
	}
	return all
}

// TestAddQuantized compares the addition of a block with the sum of the real numbers, quantised: they are nearly always the same, and never
// more than one step apart, which the multipliers' rounding explains.
func TestAddQuantized(t *testing.T) {
	values, apart := 0, 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		m := block(t, []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8}[seed%2], rng)
		maps := outputs(t, m, randomPicture(5, rng), 0, 3, 4)
		q := m.Layers[4].Quantized
		for i, got := range maps[2] {
			real := (float64(maps[0][i]) + float64(maps[1][i])) / float64(q.Out.Scale)
			want := min(max(math.Floor(real+0.5)+float64(q.Out.Zero), float64(q.Min)), float64(q.Max))
			steps := math.Abs(math.Round(float64(got/q.Out.Scale)) + float64(q.Out.Zero) - want)
			values++
			if steps > 0 {
				apart++
			}
			if steps > 1 {
				t.Fatalf("seed %d, value %d: %v + %v is %v, %v steps away", seed, i, maps[0][i], maps[1][i], got, steps)
			}
		}
	}
	if values != 40*5*5*4 || apart > values/200 {
		t.Errorf("%d of %d values are one step away", apart, values)
	}
}

// TestAddByHand checks sums of two bytes, a from the layer before and b from the layer that is added.
func TestAddByHand(t *testing.T) {
	for _, test := range []struct {
		name   string
		dtype  mobilenet.DType
		change func(q *mobilenet.Quantized)
		a, b   byte // of the layer before, and of the one that is added
		want   byte
	}{
		{"one scale", mobilenet.Uint8, nil, 3, 4, 7},
		{"the byte clamps", mobilenet.Uint8, nil, 200, 100, 255},
		{"halves go up", mobilenet.Uint8, func(q *mobilenet.Quantized) { q.Out.Scale = 2 }, 3, 4, 4},
		{"also below zero", mobilenet.Uint8, func(q *mobilenet.Quantized) { q.Out.Scale, q.Out.Zero, q.In.Zero, q.Addend.Zero = 2, 100, 10, 10 }, 3, 10, 97},
		{"also in int8", mobilenet.Int8, func(q *mobilenet.Quantized) { q.Out.Scale, q.Out.Zero, q.In.Zero, q.Addend.Zero = 2, 128, 10, 10 }, 10, 3, 125},
		{"a zero point each", mobilenet.Uint8, func(q *mobilenet.Quantized) { q.In.Zero, q.Addend.Zero, q.Out.Zero = 1, 20, 50 }, 9, 30, 68},
		{"a scale each", mobilenet.Uint8, func(q *mobilenet.Quantized) { q.In.Scale, q.Addend.Scale, q.Out.Scale = 2, 0.25, 0.5 }, 7, 6, 31},
		{"the activation clamps below", mobilenet.Uint8, func(q *mobilenet.Quantized) { q.Min, q.Max = 10, 20 }, 1, 2, 10},
		{"and above", mobilenet.Uint8, func(q *mobilenet.Quantized) { q.Min, q.Max = 10, 20 }, 19, 2, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := &mobilenet.Quantized{In: one, Addend: one, Out: one, Max: 255}
			if test.change != nil {
				test.change(q)
			}
			// A pointwise layer that gives the bytes it reads, then one that gives the byte a whatever it reads.
			same := func(name string, in, out mobilenet.Quant, diagonal uint8) mobilenet.Layer {
				w := &mobilenet.Quantized{Weights: []uint8{diagonal, 0, 0, 0, diagonal, 0, 0, 0, diagonal}, WeightScales: []float32{1},
					Bias: make([]int32, 3), In: in, Out: out, Max: 255}
				return mobilenet.Layer{Name: name, Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: 3}, Quantized: w}
			}
			first, second := same("first", q.Addend, q.Addend, 1), same("second", q.Addend, q.In, 0)
			second.Quantized.Min, second.Quantized.Max = test.a, test.a
			sum := mobilenet.Layer{Name: "sum", Kind: mobilenet.Add, Kernel: 1, Stride: 1, Addend: 0, Quantized: q}
			m := network(t, test.dtype, 2, first, second, sum)
			if got := outputs(t, m, filled(2, test.b), 2)[0][0]; got != q.Out.Real(test.want) {
				t.Errorf("%d + %d is %v, want %v, the byte %d", test.a, test.b, got, q.Out.Real(test.want), test.want)
			}
		})
	}
}

func TestAddFloat(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	m := block(t, mobilenet.Float32, rng)
	m.Layers[4].Float.Min, m.Layers[4].Float.Max = 0, 6 // RELU6
	maps := outputs(t, m, randomPicture(5, rng), 0, 3, 4)
	clamped := 0
	for i, got := range maps[2] {
		sum := maps[0][i] + maps[1][i]
		if want := min(max(sum, 0), 6); got != want {
			t.Errorf("value %d: %v + %v is %v, want %v", i, maps[0][i], maps[1][i], got, want)
		} else if want != sum {
			clamped++
		}
	}
	if clamped == 0 || clamped == len(maps[2]) {
		t.Errorf("%d of %d values are clamped", clamped, len(maps[2]))
	}
}

// randomPicture is r×r pixels of any bytes.
func randomPicture(r int, rng *rand.Rand) []byte {
	picture := make([]byte, r*r*3)
	for i := range picture {
		picture[i] = byte(rng.Uint32())
	}
	return picture
}
