package scalar_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// TestGoldens compares whole outputs, 1001 bytes each, with what LiteRT.js gave for real photos.
func TestGoldens(t *testing.T) { testmodel.Goldens(t, checkGoldens) }

// TestCases does so for models that other people converted, a MobileNetV2 among them.
func TestCases(t *testing.T) { testmodel.Cases(t, checkGoldens) }

func checkGoldens(t *testing.T, model []byte, goldens []testmodel.Golden) {
	engine := open(t, read(t, model))
	var out mobilenet.Result
	for _, g := range goldens {
		if err := engine.Run(context.Background(), g.RGB, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Output, g.Output) {
			t.Errorf("%s: other bytes than LiteRT's", g.Name)
		}
	}
}

// TestForms compares layers of each kind, and the output, of small models of each form with the reference.
func TestForms(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		t.Run(form.Name, func(t *testing.T) {
			m := read(t, tflitetest.Build(form.Spec))
			compare(t, m, rand.New(rand.NewPCG(1, 2)), 0, 1, 2, m.Embedding(), len(m.Layers)-1)
		})
	}
}

// TestShapes compares layers of shapes that MobileNetV1 has not with the reference: kernels of 1 to 5, strides of 1 to 3, uneven padding,
// odd numbers of pixels and channels, any zero points, biases that make sums wrap.
func TestShapes(t *testing.T) {
	for seed := range uint64(600) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 3))
			m := random(t, rng)
			for i := range m.Layers {
				compare(t, m, rng, i)
			}
		})
	}
}

// TestModels compares layers of networks of every form with the reference: grey and oblong inputs, any padding, no pool, dense layers.
func TestModels(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 4))
		m := testmodel.Random(rng)
		t.Run(fmt.Sprint(seed), func(t *testing.T) { compare(t, m, rng, 0, rng.IntN(len(m.Layers)), m.Features(), len(m.Layers)-1) })
	}
}

// random makes a model of a convolution, a depthwise and a pointwise layer, a pool and perhaps a classifier.
func random(t *testing.T, rng *rand.Rand) *mobilenet.Model {
	t.Helper()
	spatial := func(kind mobilenet.Kind, channels int) mobilenet.Layer {
		l := mobilenet.Layer{Kind: kind, Kernel: 1 + rng.IntN(5), Stride: 1 + rng.IntN(3), Out: mobilenet.Shape{C: channels}, FixedPad: rng.IntN(2) == 0}
		if l.FixedPad {
			l.Pad = mobilenet.Padding{Top: rng.IntN(4), Left: rng.IntN(4), Bottom: max(rng.IntN(5), l.Kernel-1), Right: max(rng.IntN(5), l.Kernel-1)}
		}
		return l
	}
	layers := []mobilenet.Layer{
		spatial(mobilenet.Conv, 1+rng.IntN(9)),
		spatial(mobilenet.Depthwise, 0),
		{Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: 1 + rng.IntN(9)}},
		{Kind: mobilenet.AveragePool},
		{Kind: mobilenet.FullyConnected, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: 1 + rng.IntN(9)}},
	}
	layers = layers[:4+rng.IntN(2)]
	resolution := 4 + rng.IntN(9)
	if err := mobilenet.Resize(layers, mobilenet.Shape{H: resolution, W: resolution, C: 3}); err != nil {
		t.Fatal(err)
	}
	m := &mobilenet.Model{
		Network: mobilenet.Network{Resolution: resolution},
		Type:    []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32}[rng.IntN(3)],
		Layers:  layers,
	}
	m.Input.Type, m.Output.Type = m.Type, m.Type
	m.Input.Mean, m.Input.Scale = mobilenet.DefaultNormalization()
	quant := mobilenet.Quant{Scale: 1. / 128, Zero: uint8(rng.Uint32())}
	m.Input.Quant = quant
	for i := range layers {
		l := &layers[i]
		l.Name = fmt.Sprint(l.Kind)
		if m.Type == mobilenet.Float32 {
			l.Float = floatWeights(l, rng)
		} else {
			l.Quantized = quantizedWeights(l, quant, rng)
			quant = l.Quantized.Out
		}
	}
	m.Output.Quant = quant
	return m
}

func floatWeights(l *mobilenet.Layer, rng *rand.Rand) *mobilenet.Float {
	f := &mobilenet.Float{Weights: make([]float32, l.Parameters()), Bias: make([]float32, l.Biases()), Min: float32(math.Inf(-1)), Max: 6}
	for i := range f.Weights {
		f.Weights[i] = float32(rng.NormFloat64())
	}
	for i := range f.Bias {
		f.Bias[i] = float32(rng.NormFloat64())
	}
	return f
}

// quantizedWeights makes weights whose outputs use most of the 256 values, for inputs quantised by in.
func quantizedWeights(l *mobilenet.Layer, in mobilenet.Quant, rng *rand.Rand) *mobilenet.Quantized {
	q := &mobilenet.Quantized{In: in, Out: in, Max: 255}
	if l.Kind == mobilenet.AveragePool {
		if q.Mean = rng.IntN(2) == 0; q.Mean {
			q.Out = mobilenet.Quant{Scale: in.Scale * (0.3 + rng.Float32()), Zero: uint8(rng.Uint32())}
		}
		return q
	}
	q.Weights, q.WeightZero, q.Bias = make([]uint8, l.Parameters()), uint8(rng.Uint32()), make([]int32, l.Biases())
	for i := range q.Weights {
		q.Weights[i] = uint8(rng.Uint32())
	}
	for i := range q.Bias {
		q.Bias[i] = int32(rng.IntN(1<<14) - 1<<13)
		if rng.IntN(20) == 0 {
			q.Bias[i] = math.MaxInt32 - int32(rng.IntN(1<<14))
		}
	}
	q.WeightScales = make([]float32, 1)
	if rng.IntN(2) == 0 {
		q.WeightScales = make([]float32, l.Out.C)
	}
	for i := range q.WeightScales {
		q.WeightScales[i] = 0.001 + 0.01*rng.Float32()
	}
	terms := l.Parameters() / l.Out.C
	q.Out = mobilenet.Quant{Scale: in.Scale * q.WeightScales[0] * 80 * float32(math.Sqrt(float64(terms))), Zero: uint8(rng.Uint32())}
	if rng.IntN(3) == 0 {
		q.Min, q.Max = uint8(rng.IntN(100)), uint8(150+rng.IntN(100))
	}
	return q
}

// compare runs m in both engines on random pixels and compares the layers named: quantised ones are equal, float ones nearly.
func compare(t *testing.T, m *mobilenet.Model, rng *rand.Rand, layers ...int) {
	t.Helper()
	engine := open(t, m)
	oracle, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	input := make([]byte, m.Layers[0].In.Len())
	for i := range input {
		input[i] = byte(rng.Uint32())
	}
	var got, want mobilenet.Result
	for _, i := range layers {
		l := m.Layers[i]
		asked := mobilenet.Want{Activations: true, Layer: i}
		if err := engine.Run(context.Background(), input, asked, &got); err != nil {
			t.Fatal(err)
		}
		if err := oracle.Run(context.Background(), input, asked, &want); err != nil {
			t.Fatal(err)
		}
		tolerance := float32(0)
		if m.Type == mobilenet.Float32 {
			for _, v := range want.Layer {
				tolerance = max(tolerance, 1e-4*max(v, -v))
			}
		}
		for k := range want.Layer {
			if d := got.Layer[k] - want.Layer[k]; !(d <= tolerance && -d <= tolerance) {
				t.Fatalf("layer %d, %s, %v to %v, kernel %d, stride %d, %+v: value %d is %v, want %v",
					i, l.Name, l.In, l.Out, l.Kernel, l.Stride, l.Pad, k, got.Layer[k], want.Layer[k])
			}
		}
	}
	if m.Type != mobilenet.Float32 && !slices.Equal(got.Output, want.Output) {
		t.Errorf("output %v, want %v", got.Output, want.Output)
	}
}

func read(t testing.TB, file []byte) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t testing.TB, m *mobilenet.Model) mobilenet.Engine {
	t.Helper()
	engine, err := scalar.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func TestEngine(t *testing.T) {
	for _, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32} {
		m := read(t, tflitetest.Build(tflitetest.Spec{Type: dtype}))
		engine := open(t, m)
		if i := engine.Info(); i.Engine != "go" || i.Threads != 1 || i.Memory < 200_000 {
			t.Errorf("info %+v", i)
		}
		input := make([]byte, m.Layers[0].In.Len())
		want := mobilenet.Want{Embedding: true, Features: true, Times: true, Activations: true}
		var out mobilenet.Result
		if err := engine.Run(context.Background(), input, want, &out); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(3, func() { engine.Run(context.Background(), input, want, &out) }); n != 0 {
			t.Errorf("%v: a run allocates %v times", dtype, n)
		}
	}
}

func TestRefuse(t *testing.T) {
	m := *read(t, tflitetest.Build(tflitetest.Spec{}))
	m.Layers = nil
	if _, err := scalar.New(&m); err == nil || !strings.Contains(err.Error(), "no layers") {
		t.Errorf("a model without layers: %v", err)
	}
	// 66052·255·255 does not fit 32 bits.
	for channels, refused := range map[int]bool{66051: false, 66052: true} {
		layers := []mobilenet.Layer{
			{Kind: mobilenet.Conv, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: channels}},
			{Kind: mobilenet.AveragePool},
			{Name: "fc", Kind: mobilenet.FullyConnected, Kernel: 1, Stride: 1, Out: mobilenet.Shape{C: 1}},
		}
		if err := mobilenet.Resize(layers, mobilenet.Shape{H: 1, W: 1, C: 3}); err != nil {
			t.Fatal(err)
		}
		quant := mobilenet.Quant{Scale: 1}
		for i := range layers {
			l := &layers[i]
			l.Quantized = &mobilenet.Quantized{In: quant, Out: quant, Max: 255}
			if l.Kind != mobilenet.AveragePool {
				l.Quantized.Weights, l.Quantized.Bias = bytes.Repeat([]byte{255}, l.Parameters()), make([]int32, l.Biases())
				l.Quantized.WeightScales = []float32{1}
			}
		}
		m := &mobilenet.Model{Network: mobilenet.Network{Resolution: 1}, Layers: layers, Input: mobilenet.Input{Quant: quant}}
		_, err := scalar.New(m)
		if refused && (err == nil || !strings.Contains(err.Error(), "layer fc adds up more than 66051 products")) || !refused && err != nil {
			t.Errorf("sums of %d products: %v", channels, err)
		}
		if !refused {
			compare(t, m, rand.New(rand.NewPCG(4, 5)), 0, 2)
		}
	}
}

// BenchmarkDefault is one picture through the default model.
func BenchmarkDefault(b *testing.B) {
	m := read(b, testmodel.Default(b))
	engine := open(b, m)
	input := make([]byte, m.Layers[0].In.Len())
	for i := range input {
		input[i] = byte(i * 7)
	}
	var out mobilenet.Result
	for b.Loop() {
		if err := engine.Run(context.Background(), input, mobilenet.Want{}, &out); err != nil {
			b.Fatal(err)
		}
	}
}
