package reference_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

var one = mobilenet.Quant{Scale: 1}

// pool is an average pool of values quantised by q.
func pool(q mobilenet.Quant) mobilenet.Layer {
	return mobilenet.Layer{Name: "pool", Kind: mobilenet.AveragePool, Quantized: &mobilenet.Quantized{In: q, Out: q, Max: 255}}
}

// network makes a quantised model of r×r pictures from layers, whose shapes it fills in, with an average pool at the end.
func network(t *testing.T, dtype mobilenet.DType, r int, layers ...mobilenet.Layer) *mobilenet.Model {
	t.Helper()
	if len(layers) == 0 {
		layers = []mobilenet.Layer{pool(one)}
	} else if last := layers[len(layers)-1]; last.Kind != mobilenet.AveragePool {
		layers = append(layers, pool(last.Quantized.Out))
	}
	if err := mobilenet.Resize(layers, mobilenet.Shape{H: r, W: r, C: 3}); err != nil {
		t.Fatal(err)
	}
	last := layers[len(layers)-1].Quantized.Out
	return &mobilenet.Model{
		Network: mobilenet.Network{Resolution: r},
		Type:    dtype,
		Input:   mobilenet.Input{Type: dtype, Quant: layers[0].Quantized.In},
		Layers:  layers,
		Output:  mobilenet.Output{Type: dtype, Quant: last},
	}
}

// activations runs the model and gives layer 0's output.
func activations(t *testing.T, m *mobilenet.Model, picture []byte) []float32 {
	t.Helper()
	engine, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	var out mobilenet.Result
	if err := engine.Run(context.Background(), picture, mobilenet.Want{Activations: true}, &out); err != nil {
		t.Fatal(err)
	}
	return out.Layer
}

// filled is a picture of r×r pixels whose bytes are all v.
func filled(r int, v byte) []byte { return slices.Repeat([]byte{v}, r*r*3) }

// TestConvolutionByHand checks sums small enough to count: on a 4×4 picture of ones with weights of one, each output is the number
// of taps that hit the picture, times 3 colours in the first convolution.
func TestConvolutionByHand(t *testing.T) {
	pad := &mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
	tests := []struct {
		name    string
		kind    mobilenet.Kind
		stride  int
		pad     *mobilenet.Padding // nil: SAME
		change  func(*mobilenet.Quantized)
		picture byte
		want    []float32 // of channel 0
	}{
		{"SAME pads below and to the right at stride 2", mobilenet.Conv, 2, nil, nil, 1, []float32{27, 18, 18, 12}},
		{"explicit padding on all sides", mobilenet.Conv, 2, pad, nil, 1, []float32{12, 18, 18, 27}},
		{"depthwise, stride 2", mobilenet.Depthwise, 2, nil, nil, 1, []float32{9, 6, 6, 4}},
		{"depthwise, stride 1", mobilenet.Depthwise, 1, nil, nil, 1, []float32{4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4}},
		{"padding holds the zero point", mobilenet.Conv, 2, nil, func(q *mobilenet.Quantized) { q.In.Zero = 5 }, 5, []float32{0, 0, 0, 0}},
		{"a zero point of weights", mobilenet.Conv, 2, nil, func(q *mobilenet.Quantized) { q.WeightZero = 2 }, 1, []float32{-27, -18, -18, -12}},
		{"halves go to the even number", mobilenet.Conv, 2, nil, func(q *mobilenet.Quantized) { q.WeightScales[0], q.Bias[0] = 0.5, -2 }, 1, []float32{12, 8, 8, 5}},
		{"before the zero point is added", mobilenet.Conv, 2, nil, func(q *mobilenet.Quantized) { q.WeightScales[0], q.Out.Zero = 0.5, 101 }, 1, []float32{14, 9, 9, 6}},
		{"the activation clamps", mobilenet.Conv, 2, nil, func(q *mobilenet.Quantized) { q.Min, q.Max = 115, 120 }, 1, []float32{20, 18, 18, 15}},
		{"so does the byte", mobilenet.Depthwise, 2, nil, func(q *mobilenet.Quantized) { q.Bias[0] = 152 }, 1, []float32{155, 155, 155, 155}},
		{"a sum past the last int32 wraps", mobilenet.Conv, 2, nil, func(q *mobilenet.Quantized) { q.Bias[0] = math.MaxInt32 - 20 }, 1, []float32{-100, 155, 155, 155}},
		{"one scale a channel", mobilenet.Depthwise, 2, nil, func(q *mobilenet.Quantized) { q.WeightScales = []float32{2, 1, 1} }, 1, []float32{18, 12, 12, 8}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			channels, weights := 1, 27
			if test.kind == mobilenet.Depthwise {
				channels, weights = 3, 27
			}
			q := &mobilenet.Quantized{
				Weights:      slices.Repeat([]uint8{1}, weights),
				WeightScales: []float32{1},
				Bias:         make([]int32, channels),
				In:           one,
				Out:          mobilenet.Quant{Scale: 1, Zero: 100},
				Max:          255,
			}
			if test.change != nil {
				test.change(q)
			}
			l := mobilenet.Layer{Name: "conv", Kind: test.kind, Kernel: 3, Stride: test.stride, Out: mobilenet.Shape{C: channels}, Quantized: q}
			if test.pad != nil {
				l.FixedPad, l.Pad = true, *test.pad
			}
			all := activations(t, network(t, mobilenet.Uint8, 4, l), filled(4, test.picture))
			var got []float32
			for i := 0; i < len(all); i += channels {
				got = append(got, all[i])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestPoolByHand checks averages that lie on a half: (1+2)/2 and, in int8, (−3−2)/2, which goes away from zero.
func TestPoolByHand(t *testing.T) {
	for _, test := range []struct {
		dtype mobilenet.DType
		cells [4]byte
		want  byte
	}{
		{mobilenet.Uint8, [4]byte{1, 2, 1, 2}, 2},
		{mobilenet.Uint8, [4]byte{1, 2, 1, 1}, 1},
		{mobilenet.Uint8, [4]byte{255, 255, 255, 255}, 255},
		{mobilenet.Int8, [4]byte{129, 130, 129, 130}, 2 + 128},
		{mobilenet.Int8, [4]byte{125, 126, 125, 126}, 128 - 3},
		{mobilenet.Int8, [4]byte{0, 0, 0, 1}, 0},
	} {
		var picture []byte
		for _, v := range test.cells {
			picture = append(picture, v, v, v)
		}
		if got := activations(t, network(t, test.dtype, 2), picture); byte(got[0]) != test.want {
			t.Errorf("%v: average of %v is %v, want %d", test.dtype, test.cells, got[0], test.want)
		}
	}
}

// TestMeanNextToAHalf holds answers of LiteRT.js 2.5.3 where another order of the float32 operations gives another byte.
func TestMeanNextToAHalf(t *testing.T) {
	for _, test := range []struct {
		dtype     mobilenet.DType
		side, sum int // of the picture, and of its pixels' steps from the zero point
		in, out   mobilenet.Quant
		want      byte
	}{
		{mobilenet.Uint8, 4, 44, mobilenet.Quant{Scale: 0.03, Zero: 0}, mobilenet.Quant{Scale: 0.011, Zero: 5}, 12},
		{mobilenet.Uint8, 4, 308, mobilenet.Quant{Scale: 0.03, Zero: 0}, mobilenet.Quant{Scale: 0.011, Zero: 5}, 58},
		{mobilenet.Uint8, 6, 7225, mobilenet.Quant{Scale: 0.005686974618583918, Zero: 16}, mobilenet.Quant{Scale: 0.007898575626313686, Zero: 70}, 214},
		{mobilenet.Int8, 5, 595, mobilenet.Quant{Scale: 0.012039327062666416, Zero: 14}, mobilenet.Quant{Scale: 0.016373485326766968, Zero: 110}, 128},
		{mobilenet.Int8, 6, 1677, mobilenet.Quant{Scale: 0.014406746253371239, Zero: 9}, mobilenet.Quant{Scale: 0.03121461719274521, Zero: 153}, 175},
		{mobilenet.Int8, 7, -105, mobilenet.Quant{Scale: 0.025574026629328728, Zero: 15}, mobilenet.Quant{Scale: 0.0010438378667458892, Zero: 207}, 154},
	} {
		pool := mobilenet.Layer{Name: "pool", Kind: mobilenet.AveragePool, Quantized: &mobilenet.Quantized{In: test.in, Out: test.out, Max: 255, Mean: true}}
		m := network(t, test.dtype, test.side, pool)
		cells := test.side * test.side
		sum := test.sum + cells*int(test.in.Zero)
		picture := make([]byte, 3*cells)
		for p := range cells { // spread as evenly as whole numbers allow
			picture[3*p] = byte(sum*(p+1)/cells - sum*p/cells)
		}
		got := activations(t, m, picture)[0]
		if want := test.out.Real(test.want); got != want {
			t.Errorf("%v, sum %d of %d: %v, want %v", test.dtype, test.sum, cells, got, want)
		}
	}
}

func model(t testing.TB, spec tflitetest.Spec) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestTaps checks that all that Want names is one and the same feature map seen from several sides.
func TestTaps(t *testing.T) {
	for _, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32} {
		m := model(t, tflitetest.Spec{Type: dtype, Resolution: 64, NoSoftmax: true})
		engine, err := reference.New(m)
		if err != nil {
			t.Fatal(err)
		}
		picture := pictures(mobilenet.Shape{H: 64, W: 64, C: 3})[0]
		var out mobilenet.Result
		want := mobilenet.Want{Embedding: true, Features: true, Times: true, Activations: true}
		for i, l := range m.Layers {
			want.Layer = i
			if err := engine.Run(context.Background(), picture, want, &out); err != nil {
				t.Fatal(err)
			}
			if len(out.Layer) != l.Out.Len() {
				t.Errorf("%v: layer %s has %d values, want %v", dtype, l.Name, len(out.Layer), l.Out)
			}
			switch i {
			case m.Features():
				if !slices.Equal(out.Layer, out.Features) {
					t.Errorf("%v: the features are not layer %s", dtype, l.Name)
				}
			case m.Embedding():
				if !slices.Equal(out.Layer, out.Embedding) {
					t.Errorf("%v: the embedding is not layer %s", dtype, l.Name)
				}
			case len(m.Layers) - 1:
				if !slices.Equal(out.Layer, out.Logits) {
					t.Errorf("%v: the logits are not layer %s", dtype, l.Name)
				}
			}
		}
		if len(out.Times) != len(m.Layers) {
			t.Errorf("%d times for %d layers", len(out.Times), len(m.Layers))
		}
		if err := engine.Run(context.Background(), picture, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		if n := len(out.Embedding) + len(out.Features) + len(out.Layer) + len(out.Times); n != 0 {
			t.Errorf("%d values that nobody asked for", n)
		}
		everything := want
		if n := testing.AllocsPerRun(3, func() { engine.Run(context.Background(), picture, everything, &out) }); n != 0 {
			t.Errorf("%v: a run allocates %v times", dtype, n)
		}
	}
}

func TestOtherResolution(t *testing.T) {
	m, err := model(t, tflitetest.Keras(mobilenet.Int8)).AtResolution(96)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	var out mobilenet.Result
	if err := engine.Run(context.Background(), pictures(mobilenet.Shape{H: 96, W: 96, C: 3})[1], mobilenet.Want{Features: true}, &out); err != nil {
		t.Fatal(err)
	}
	if want := 3 * 3 * m.Layers[m.Features()].Out.C; len(out.Features) != want {
		t.Errorf("%d features, want %d", len(out.Features), want)
	}
}

// countdown is done after it has been asked n times.
type countdown struct {
	context.Context
	n int
}

func (c *countdown) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

func TestRunErrors(t *testing.T) {
	engine, err := reference.New(model(t, tflitetest.Spec{}))
	if err != nil {
		t.Fatal(err)
	}
	if i := engine.Info(); i.Engine != "reference" || i.Threads != 1 || i.Memory < 200_000 {
		t.Errorf("info %+v", i)
	}
	var out mobilenet.Result
	run := func(ctx context.Context, picture []byte, want mobilenet.Want) error {
		return engine.Run(ctx, picture, want, &out)
	}
	background, picture := context.Background(), filled(32, 7)
	if err := run(background, picture[1:], mobilenet.Want{}); err == nil || !strings.Contains(err.Error(), "3071 bytes") {
		t.Errorf("a picture too short: %v", err)
	}
	for _, layer := range []int{-1, 29} {
		if err := run(background, picture, mobilenet.Want{Activations: true, Layer: layer}); err == nil || !strings.Contains(err.Error(), fmt.Sprint(layer)) {
			t.Errorf("layer %d: %v", layer, err)
		}
	}
	for _, n := range []int{0, 5} {
		if err := run(&countdown{background, n}, picture, mobilenet.Want{Times: true}); !errors.Is(err, context.Canceled) || len(out.Times) != n {
			t.Errorf("done after %d layers: %v, %d layers run", n, err, len(out.Times))
		}
	}
	if err := run(background, picture, mobilenet.Want{}); err != nil {
		t.Errorf("the run after: %v", err)
	}
	if err := engine.Close(); err != nil {
		t.Error(err)
	}
	if err := run(background, picture, mobilenet.Want{}); err == nil {
		t.Error("a closed engine ran")
	}
}

// What Model.Check refuses, its own tests say.
func TestNewChecks(t *testing.T) {
	m := *model(t, tflitetest.Spec{})
	m.Layers = nil
	if _, err := reference.New(&m); err == nil || !strings.Contains(err.Error(), "no layers") {
		t.Errorf("a model without layers: %v", err)
	}
}

// BenchmarkDefault is one picture through the default model.
func BenchmarkDefault(b *testing.B) {
	engine := open(b, testmodel.Default(b))
	picture := pictures(mobilenet.Shape{H: 224, W: 224, C: 3})[2]
	var out mobilenet.Result
	for b.Loop() {
		if err := engine.Run(context.Background(), picture, mobilenet.Want{}, &out); err != nil {
			b.Fatal(err)
		}
	}
}

func Example() {
	// Any .tflite file of a MobileNetV1 will do; this one has made-up weights and 10 classes.
	file := tflitetest.Build(tflitetest.Keras(mobilenet.Int8))
	model, err := tflite.Read(file)
	if err != nil {
		log.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()

	picture := make([]byte, 32*32*3) // RGB, rows from the top: all black
	var out mobilenet.Result
	if err := engine.Run(context.Background(), picture, mobilenet.Want{Embedding: true}, &out); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out.Logits), "logits,", len(out.Embedding), "numbers of embedding,", len(out.Output), "bytes of output")
	// Output: 10 logits, 256 numbers of embedding, 10 bytes of output
}
