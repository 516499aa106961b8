package tflite_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/internal/schema"
	"mobilenet/core/tflite/tflitetest"
)

func TestDefaultModel(t *testing.T) {
	data := testmodel.Default(t)
	m, err := tflite.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if want := (mobilenet.Network{Alpha: 1, Resolution: 224, Classes: 1001, MinChannels: 8}); m.Network != want {
		t.Errorf("network %+v, want %+v", m.Network, want)
	}
	if m.Type != mobilenet.Uint8 || m.Input.Type != mobilenet.Uint8 || m.Output.Type != mobilenet.Uint8 {
		t.Errorf("types %v, %v, %v", m.Type, m.Input.Type, m.Output.Type)
	}
	if want := (mobilenet.Quant{Scale: 1. / 255}); m.Input.Quant != want {
		t.Errorf("input %v, want %v", m.Input.Quant, want)
	}
	if s := m.Output.Softmax; s == nil || s.Beta != 1 || s.Quant != (mobilenet.Quant{Scale: 1. / 256}) || m.Output.Quant != s.Quant {
		t.Errorf("output %+v, softmax %+v", m.Output, s)
	}
	first, last := m.Layers[0].Quantized, m.Layers[28].Quantized
	if first.WeightZero != 108 || first.Out.Zero != 0 || first.Min != 0 || first.Max != 255 || len(first.Bias) != 32 {
		t.Errorf("first layer %+v", first)
	}
	if last.WeightZero != 67 || last.Out.Zero != 74 || len(last.Weights) != 1001*1024 || len(last.Bias) != 1001 {
		t.Errorf("classifier: weights' zero point %d, output's %d, %d weights", last.WeightZero, last.Out.Zero, len(last.Weights))
	}
	parameters, biases, multiplyAdds := mobilenet.Cost(m.Layers)
	if parameters != 4209088+1024 || biases != 10944+1001 || multiplyAdds != 568740352+1024 {
		t.Errorf("%d parameters, %d biases, %d multiply-adds", parameters, biases, multiplyAdds)
	}
}

func TestSharedModels(t *testing.T) {
	dir := testmodel.Shared(t, "models")
	for name, want := range map[string]mobilenet.Network{
		"mobilenet_v1_0.25_128_quant":                    {Alpha: 0.25, Resolution: 128, Classes: 1001, MinChannels: 8},
		"mobilenet_v1_0.5_160_quant":                     {Alpha: 0.5, Resolution: 160, Classes: 1001, MinChannels: 8},
		"mobilenet_v1_0.75_192_quant":                    {Alpha: 0.75, Resolution: 192, Classes: 1001, MinChannels: 8},
		"mobilenet_v1_1.0_224_quant_embedding_extractor": {Alpha: 1, Resolution: 224, MinChannels: 8},
	} {
		data, err := os.ReadFile(filepath.Join(dir, name+".tflite"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := tflite.Read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Network != want {
			t.Errorf("%s: network %+v, want %+v", name, m.Network, want)
		}
		if want := (mobilenet.Quant{Scale: 1. / 128, Zero: 128}); m.Input.Quant != want {
			t.Errorf("%s: input %v, want %v", name, m.Input.Quant, want)
		}
		if (m.Output.Softmax != nil) != (want.Classes > 0) {
			t.Errorf("%s: softmax %v", name, m.Output.Softmax)
		}
		for i := range m.Layers { // RELU6 ends at the largest byte here, 6 = 255·0.0235
			if q := m.Layers[i].Quantized; q.Min != 0 || q.Max != 255 {
				t.Errorf("%s: layer %s is clamped to %d..%d", name, m.Layers[i].Name, q.Min, q.Max)
			}
		}
	}
}

func TestForms(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		t.Run(form.Name, func(t *testing.T) {
			spec, graph := form.Spec, tflitetest.NewGraph(form.Spec)
			m, err := tflite.Read(graph.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			checkModel(t, m)
			if m.Type != spec.Type {
				t.Errorf("type %v, want %v", m.Type, spec.Type)
			}
			if got, want := m.Input.Type, spec.Input.DType(spec.Type); got != want {
				t.Errorf("input type %v, want %v", got, want)
			}
			if got, want := m.Output.Type, spec.Output.DType(spec.Type); got != want {
				t.Errorf("output type %v, want %v", got, want)
			}
			classifier := spec.Classifier != tflitetest.NoClassifier
			if (m.Classes > 0) != classifier || (m.Output.Softmax != nil) != (classifier && !spec.NoSoftmax && !spec.Logistic) || (m.Output.Logistic != nil) != spec.Logistic {
				t.Errorf("%d classes, softmax %v, logistic function %v", m.Classes, m.Output.Softmax, m.Output.Logistic)
			}
			if m.Grey != spec.Grey || m.Width != spec.Width || m.Top != spec.Top {
				t.Errorf("grey %v, width %d, top %+v", m.Grey, m.Width, m.Top)
			}
			if got := len(m.Input.Rescale); got != map[tflitetest.Rescaling]int{tflitetest.TimesMinus: 2, tflitetest.PlusTimes: 2}[spec.Rescaling] {
				t.Errorf("%d rescalings", got)
			}
			for i := range m.Layers {
				l := &m.Layers[i]
				fixed := spec.Padding == tflitetest.PadAll || spec.Padding == tflitetest.PadStride2 && l.Stride == 2
				if fixed = fixed && l.Kernel == 3 && (l.Kind == mobilenet.Conv || l.Kind == mobilenet.Depthwise); l.FixedPad != fixed {
					t.Errorf("layer %s: fixed padding %v, want %v", l.Name, l.FixedPad, fixed)
				}
				checkWeights(t, l, graph)
			}
		})
	}
}

// checkWeights compares a layer with the tensors that the builder wrote.
func checkWeights(t *testing.T, l *mobilenet.Layer, graph *tflitetest.Graph) {
	t.Helper()
	for _, tensor := range graph.Tensors {
		var got []byte
		switch {
		case l.Quantized == nil || tensor.Name != l.Name+"/weights":
			continue
		case l.In.C == 1 && tensor.Shape[0] == 1: // a first convolution written as a depthwise one
			continue
		case len(l.Quantized.WeightScales) != len(tensor.Scales):
			t.Errorf("layer %s has %d scales, want %d", l.Name, len(l.Quantized.WeightScales), len(tensor.Scales))
		}
		got = bytes.Clone(l.Quantized.Weights)
		for i := range got {
			got[i] += uint8(tensor.Zeros[0]) - l.Quantized.WeightZero
		}
		if !bytes.Equal(got, tensor.Data) {
			t.Errorf("layer %s has other weights than its tensor", l.Name)
		}
	}
}

// checkModel checks what engines rely on.
func checkModel(t *testing.T, m *mobilenet.Model) {
	t.Helper()
	if want, err := m.Network.Layers(); err != nil || len(m.Layers) != len(want) {
		t.Fatalf("%d layers, want %d (%v)", len(m.Layers), len(want), err)
	}
	in := m.InputShape()
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.In != in {
			t.Errorf("layer %s reads %v, not %v, which the layer before it makes", l.Name, l.In, in)
		}
		in = l.Out
		if (l.Quantized == nil) == (l.Float == nil) || (l.Float != nil) != (m.Type == mobilenet.Float32) {
			t.Fatalf("layer %s of a %v model: quantised %v, float %v", l.Name, m.Type, l.Quantized != nil, l.Float != nil)
		}
		if f := l.Float; f != nil && (len(f.Weights) != l.Parameters() || len(f.Bias) != l.Biases() || !(f.Min < f.Max)) {
			t.Errorf("layer %s: %d weights, %d biases, range %v..%v", l.Name, len(f.Weights), len(f.Bias), f.Min, f.Max)
		}
		q := l.Quantized
		if q == nil {
			continue
		}
		if len(q.Weights) != l.Parameters() || len(q.Bias) != l.Biases() || q.Min >= q.Max {
			t.Errorf("layer %s: %d weights, %d biases, range %d..%d", l.Name, len(q.Weights), len(q.Bias), q.Min, q.Max)
		}
		if n := len(q.WeightScales); l.Kind != mobilenet.AveragePool && l.Kind != mobilenet.Add && n != 1 && n != l.Out.C {
			t.Errorf("layer %s: %d scales", l.Name, n)
		}
		for c := range q.WeightScales {
			if v := q.Multiplier(c); !(v >= 0 && v < 256) {
				t.Errorf("layer %s: multiplier %v", l.Name, v)
			}
		}
		if i > 0 && q.In != m.Layers[i-1].Quantized.Out {
			t.Errorf("layer %s reads %v, the layer before it makes %v", l.Name, q.In, m.Layers[i-1].Quantized.Out)
		}
		if q.In.Scale <= 0 || q.Out.Scale <= 0 {
			t.Errorf("layer %s: scales %v and %v", l.Name, q.In.Scale, q.Out.Scale)
		}
	}
}

func TestPaddings(t *testing.T) {
	for _, test := range []struct {
		padding tflitetest.Padding
		want    mobilenet.Padding
	}{
		{tflitetest.Same, mobilenet.Padding{Bottom: 1, Right: 1}},
		{tflitetest.PadStride2, mobilenet.Padding{Bottom: 1, Right: 1}},
		{tflitetest.PadAll, mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}},
	} {
		m, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Padding: test.padding}))
		if err != nil {
			t.Fatal(err)
		}
		if m.Layers[0].Pad != test.want {
			t.Errorf("padding %d: %+v, want %+v", test.padding, m.Layers[0].Pad, test.want)
		}
	}
}

// A thin layer has 8 channels in TF-slim, fewer in Keras. The last layer, which tells α, is the same.
func TestMinChannels(t *testing.T) {
	for _, least := range []int{1, 8} {
		m, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Alpha: 0.1, MinChannels: least}))
		if err != nil {
			t.Fatal(err)
		}
		if want := max(least, 3); m.Layers[0].Out.C != want || m.Alpha != 0.1 {
			t.Errorf("α=%v, %d channels, want 0.1 and %d", m.Alpha, m.Layers[0].Out.C, want)
		}
	}
}

func TestRelu6Range(t *testing.T) {
	g := tflitetest.NewGraph(tflitetest.Spec{})
	find(g, "conv").Scales = []float32{0.04}
	find(g, "conv").Zeros = []int64{7}
	m, err := tflite.Read(g.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if q := m.Layers[0].Quantized; q.Min != 7 || q.Max != 157 {
		t.Errorf("0 and 6 are %d and %d, want 7 and 157", q.Min, q.Max)
	}
}

// TFLite and Keras leave out what is the default: biases, options, zero points, the scales of a bias.
func TestLeftOut(t *testing.T) {
	g := tflitetest.NewGraph(tflitetest.Keras(mobilenet.Int8))
	for i := range g.Tensors {
		if w := &g.Tensors[i]; w.Data != nil {
			w.Zeros = nil
		}
	}
	find(g, "conv/bias").Scales = nil
	g.Operators[2].Inputs[2] = -1                     // dw1's bias
	g.Operators[3].Inputs = g.Operators[3].Inputs[:2] // pw1's
	fc := &g.Operators[len(g.Operators)-2]
	fc.NoOptions = true
	m, err := tflite.Read(g.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	checkModel(t, m)
	for _, l := range m.Layers[1:3] {
		for _, b := range l.Quantized.Bias {
			if b != 0 {
				t.Errorf("layer %s has bias %d, want none", l.Name, b)
			}
		}
	}
}

// find returns the tensor of that name.
func find(g *tflitetest.Graph, name string) *tflitetest.Tensor {
	for i := range g.Tensors {
		if g.Tensors[i].Name == name {
			return &g.Tensors[i]
		}
	}
	panic("no tensor " + name)
}

// Converters differ in small things that do not change the network.
func TestVariants(t *testing.T) {
	keras := tflitetest.Keras(mobilenet.Int8)
	for _, test := range []struct {
		name   string
		spec   tflitetest.Spec
		change func(*tflitetest.Graph)
	}{
		{"axes counted from the end", keras, func(g *tflitetest.Graph) {
			copy(find(g, "pool/axes").Data, "\xfe\xff\xff\xff\xfd\xff\xff\xff") // -2, -3
		}},
		{"paddings of int64", keras, func(g *tflitetest.Graph) {
			p := find(g, "conv/paddings")
			var wide []byte
			for i := 0; i < len(p.Data); i += 4 {
				wide = append(append(wide, p.Data[i:i+4]...), 0, 0, 0, 0)
			}
			p.Data, p.Type = wide, schema.Int64
		}},
		{"flattened before the classifier", tflitetest.Spec{Classifier: tflitetest.FullyConnected}, func(g *tflitetest.Graph) {
			flat := *find(g, "pool")
			flat.Name, flat.Shape = "flat", []int32{1, 256}
			g.Tensors = append(g.Tensors, flat)
			made := int32(len(g.Tensors) - 1)
			fc := &g.Operators[28]
			reshape := tflitetest.Operator{Code: schema.Reshape, Version: 1, NoOptions: true, Inputs: []int32{fc.Inputs[0]}, Outputs: []int32{made}}
			fc.Inputs[0] = made
			g.Operators = slices.Insert(g.Operators, 28, reshape)
		}},
		{"reshape of the converted output", tflitetest.Spec{Type: mobilenet.Int8, Output: tflitetest.AsFloat32}, func(g *tflitetest.Graph) {
			flat := *find(g, "output")
			flat.Name, flat.Shape = "flat", []int32{10}
			g.Tensors = append(g.Tensors, flat)
			made := []int32{int32(len(g.Tensors) - 1)}
			g.Operators = append(g.Operators, tflitetest.Operator{Code: schema.Squeeze, Version: 1, Inputs: g.Outputs, Outputs: made})
			g.Outputs = made
		}},
		{"pool with SAME", tflitetest.Spec{Resolution: 64}, func(g *tflitetest.Graph) { g.Operators[27].Padding = schema.Same }},
		{"depth multiplier left 0", tflitetest.Spec{}, func(g *tflitetest.Graph) { g.Operators[1].Multiplier = 0 }},
		{"pointwise with VALID", tflitetest.Spec{}, func(g *tflitetest.Graph) { g.Operators[2].Padding = schema.Valid }},
		{"a bias' scale that is nearly right", tflitetest.Spec{}, func(g *tflitetest.Graph) { find(g, "conv/bias").Scales[0] *= 1.01 }},
		{"another β", tflitetest.Spec{}, func(g *tflitetest.Graph) { g.Operators[30].Beta = 0.5 }},
	} {
		g := tflitetest.NewGraph(test.spec)
		test.change(g)
		m, err := tflite.Read(g.Bytes())
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		checkModel(t, m)
	}
}

// What a file keeps its weights in, and how it computes the shape of its logits, changes nothing but the weights' last bits.
func TestSameNetworkOtherwiseWritten(t *testing.T) {
	spec := tflitetest.Spec{Type: mobilenet.Float32, Seed: 70}
	plain := mustRead(t, spec)
	for _, test := range []struct {
		name   string
		change func(*tflitetest.Spec)
		stored mobilenet.DType
		within float64 // of the largest weight of a layer
	}{
		{"float16", func(s *tflitetest.Spec) { s.Stored = mobilenet.Float16 }, mobilenet.Float16, 1. / 2048},
		{"bytes", func(s *tflitetest.Spec) { s.Stored = mobilenet.Int8 }, mobilenet.Int8, 1. / 250},
		{"open batch", func(s *tflitetest.Spec) { s.OpenBatch = true }, mobilenet.Float32, 0},
		{"dropout", func(s *tflitetest.Spec) { s.Dropout = true }, mobilenet.Float32, 0},
		{"softmax written out", func(s *tflitetest.Spec) { s.WrittenSoftmax = true }, mobilenet.Float32, 0},
	} {
		changed := spec
		test.change(&changed)
		m := mustRead(t, changed)
		if m.Stored != test.stored || m.Network != plain.Network || *m.Output.Softmax != *plain.Output.Softmax {
			t.Errorf("%s: stored as %v, %+v, softmax %v", test.name, m.Stored, m.Network, m.Output.Softmax)
		}
		for i := range m.Layers {
			got, want := m.Layers[i].Weights(nil), plain.Layers[i].Weights(nil)
			var largest, furthest float64
			for k := range want {
				largest, furthest = max(largest, math.Abs(float64(want[k]))), max(furthest, math.Abs(float64(got[k]-want[k])))
			}
			if furthest > test.within*largest {
				t.Errorf("%s: layer %s: a weight is off by %v of %v", test.name, m.Layers[i].Name, furthest, largest)
			}
		}
	}
}

func mustRead(t *testing.T, spec tflitetest.Spec) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatalf("%+v: %v", spec, err)
	}
	return m
}

// A first convolution over grey pixels is the same, whether it is written as CONV_2D or as DEPTHWISE_CONV_2D with a multiplier.
func TestGreyDepthwiseIsConvolution(t *testing.T) {
	for _, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32} {
		spec := tflitetest.Spec{Type: dtype, Grey: true, Seed: 71}
		want := mustRead(t, spec).Layers[0]
		spec.GreyDepthwise = true
		got := mustRead(t, spec).Layers[0]
		if got.Kind != mobilenet.Conv || !slices.Equal(got.Weights(nil), want.Weights(nil)) {
			t.Errorf("%v: %v with other weights", dtype, got.Kind)
		}
	}
}

// A float32 input does not say which numbers stand for black and white; what the file does with them first says it.
func TestPixelRangeOfRescaledInputs(t *testing.T) {
	for _, test := range []struct {
		rescaling   tflitetest.Rescaling
		mean, scale float32
	}{
		{tflitetest.NoRescaling, 127.5, 1 / 127.5},
		{tflitetest.TimesMinus, 0, 1}, // 1/127.5 of bytes
		{tflitetest.PlusTimes, 0, 1. / 255},
	} {
		m := mustRead(t, tflitetest.Spec{Type: mobilenet.Float32, Rescaling: test.rescaling})
		if m.Input.Mean[1] != test.mean || m.Input.Scale[1] != test.scale {
			t.Errorf("%v: mean %v and scale %v, want %v and %v", test.rescaling, m.Input.Mean, m.Input.Scale, test.mean, test.scale)
		}
	}
}
