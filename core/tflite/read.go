// Package tflite reads a MobileNetV1 or MobileNetV2 from a TensorFlow Lite file, in the forms that converters give them: uint8 with one
// weight scale a tensor, int8 with one a channel, and float32; TF-slim's (average pool, 1×1 convolution as classifier, reshape, softmax),
// Keras' (PAD before stride 2, MEAN, FULLY_CONNECTED) and PyTorch's (PAD everywhere); V2's additions with scales of their own, or in
// float32; with QUANTIZE and DEQUANTIZE at the ends; with or without classifier and softmax.
package tflite

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// maxOperators bounds the work on a hostile file. The longest MobileNetV2 has 69 layers, 18 PADs and a few more.
const maxOperators = 100

// Read reads a model from the bytes of a .tflite file. The model's uint8 weights alias data, which must not change afterwards;
// int8 and float32 weights are copied, at most a few times the file's size.
//
// A file that is damaged or holds another network is an error that names the operator, tensor or shape that does not fit.
// Read never panics.
func Read(data []byte) (*mobilenet.Model, error) {
	g, err := open(data)
	if err != nil {
		return nil, err
	}
	for i := range g.operators.n {
		if i == maxOperators {
			return nil, fmt.Errorf("the network has %d operators; %s has at most %d", g.operators.n, g.name(), maxOperators)
		}
		o, err := g.operator(i)
		if err != nil {
			return nil, err
		}
		if err := g.follow(o); err != nil {
			return nil, err
		}
	}
	if err := g.finish(); err != nil {
		return nil, err
	}
	return g.model()
}

// A graph is a file's only subgraph, followed from the input to the operator that made at. But for additions, which read the output of
// an earlier step too, the networks are chains: so at and the steps that are layers are all there is to know about the way so far.
type graph struct {
	*file
	codes, tensors, buffers, operators vector
	output                             int32 // index of the graph's output tensor

	version mobilenet.Version // V1 until a layer comes that only V2 has
	plan    []mobilenet.Layer // the layers that every network of this version has, for their kinds, kernels and strides

	input   *tensor              // the graph's
	at      *tensor              // what the last operator made
	kind    schema.TensorElement // its type, which only QUANTIZE and DEQUANTIZE change
	pad     *mobilenet.Padding   // of a PAD that the next convolution takes up
	steps   []step
	softmax *mobilenet.Softmax
	ended   bool // QUANTIZE or DEQUANTIZE has made the output: no layer may follow
}

// A step is an operator that is a layer.
type step struct {
	operator
	in, out    *tensor
	addend     *tensor // of an addition: what it adds to in
	weights    *tensor // nil for a pool or an addition; its data are read once the shapes are known to be right
	bias       int32   // index of the tensor, or -1
	fixed      bool    // the padding is explicit, pad
	pad        mobilenet.Padding
	activation schema.Activation
	mean       bool
}

// open finds the subgraph, its lists, and its input.
func open(data []byte) (*graph, error) {
	switch {
	case len(data) > math.MaxInt32:
		return nil, fmt.Errorf("a file of %d bytes is too large for a .tflite file, which ends at %d", len(data), math.MaxInt32)
	case len(data) < 8:
		return nil, fmt.Errorf("a file of %d bytes is no .tflite file", len(data))
	case string(data[4:8]) != schema.Identifier:
		return nil, fmt.Errorf("this is no .tflite file: it begins with %q, and bytes 4 to 7 are not %q", data[:8], schema.Identifier)
	}
	f := &file{data: data}
	root := vector{f: f, n: 1}.table(0) // the file's first 4 bytes refer to it
	version := root.uint32(schema.ModelVersion)
	g := &graph{file: f, codes: root.vector(schema.ModelOperatorCodes, 4), buffers: root.vector(schema.ModelBuffers, 4)}
	subgraphs := root.vector(schema.ModelSubgraphs, 4)
	if version != schema.Version {
		f.fail("the file has schema version %d; version %d is read", version, schema.Version)
	}
	if subgraphs.n != 1 {
		f.fail("the file has %d subgraphs; %s has 1", subgraphs.n, g.name())
	}
	if f.err != nil {
		return nil, f.err
	}
	main := subgraphs.table(0)
	g.tensors, g.operators = main.vector(schema.SubgraphTensors, 4), main.vector(schema.SubgraphOperators, 4)
	inputs, outputs := main.vector(schema.SubgraphInputs, 4), main.vector(schema.SubgraphOutputs, 4)
	if inputs.n != 1 || outputs.n != 1 {
		f.fail("the network has %d inputs and %d outputs; %s has one of each", inputs.n, outputs.n, g.name())
	}
	if f.err != nil {
		return nil, f.err
	}
	var err error
	if g.plan, err = planOf(mobilenet.V1); err != nil {
		return nil, err
	}
	g.output = outputs.int32(0)
	if g.input, err = g.tensor(inputs.int32(0)); err != nil {
		return nil, err
	}
	if s := g.input.shape; len(s) != 4 || s[0] != 1 || s[1] != s[2] || s[3] != 3 {
		return nil, fmt.Errorf("the input, %v, has shape %v; %s reads one square image of 3 colours, [1,R,R,3]", g.input, s, g.name())
	}
	if _, err = g.input.dtype(); err != nil {
		return nil, err
	}
	g.at, g.kind = g.input, g.input.kind
	return g, nil
}

// finish checks that the whole network was there.
func (g *graph) finish() error {
	if n := len(g.steps); n < len(g.plan)-1 { // the classifier may be missing
		return fmt.Errorf("the network ends after %d operators and %d layers, where %s goes on with layer %s", g.operators.n, n, g.name(), g.plan[n].Name)
	}
	if int(g.output) != g.at.index {
		return fmt.Errorf("the network's output is tensor %d, not %v, which the last operator makes", g.output, g.at)
	}
	return nil
}

// model makes the model from the steps.
func (g *graph) model() (*mobilenet.Model, error) {
	network, err := g.network()
	if err != nil {
		return nil, err
	}
	layers, err := g.layers(network)
	if err != nil {
		return nil, err
	}

	m := &mobilenet.Model{Network: network, Layers: layers}
	if m.Type, err = g.steps[0].in.dtype(); err != nil {
		return nil, err
	}
	for i := range layers {
		if m.Type == mobilenet.Float32 {
			layers[i].Float, err = g.float(&g.steps[i])
		} else {
			layers[i].Quantized, err = g.quantized(&g.steps[i])
		}
		if err != nil {
			return nil, fmt.Errorf("%v: %w", g.steps[i].operator, err)
		}
	}
	m.Input.Mean, m.Input.Scale = mobilenet.DefaultNormalization()
	if m.Input.Type, m.Input.Quant, err = end(g.input); err != nil {
		return nil, err
	}
	normalized(&m.Input, g.data)
	m.Output.Softmax = g.softmax
	if m.Output.Type, m.Output.Quant, err = end(g.at); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

// end is type and quantisation of the file's input or output.
func end(t *tensor) (mobilenet.DType, mobilenet.Quant, error) {
	dtype, err := t.dtype()
	if err != nil || dtype == mobilenet.Float32 {
		return dtype, mobilenet.Quant{}, err
	}
	q, err := t.quant()
	return dtype, q, err
}

// layers lists the network's layers with the file's padding, and compares their shapes with those of the file's tensors.
func (g *graph) layers(network mobilenet.Network) ([]mobilenet.Layer, error) {
	layers, err := network.Layers()
	if err != nil {
		return nil, err
	}
	for i := range max(len(layers), len(g.steps)) { // the plan's are all there, but maybe not the same additions
		if i == len(layers) || i == len(g.steps) || layers[i].Kind != g.plan[i].Kind {
			return nil, fmt.Errorf("%v: layer %s comes where a %v with α=%v has another", g.steps[min(i, len(g.steps)-1)].operator, g.plan[i].Name, network.Version, network.Alpha)
		}
	}
	for i, s := range g.steps {
		if s.fixed {
			layers[i].FixedPad, layers[i].Pad = true, s.pad
		}
	}
	if err := mobilenet.Resize(layers, network.InputShape()); err != nil {
		return nil, err
	}
	for i, s := range g.steps {
		l := &layers[i]
		in, out, weights := []int{1, l.In.H, l.In.W, l.In.C}, []int{1, l.Out.H, l.Out.W, l.Out.C}, []int{l.Out.C, l.Kernel, l.Kernel, l.In.C}
		if s.fixed {
			in[1], in[2] = in[1]+s.pad.Top+s.pad.Bottom, in[2]+s.pad.Left+s.pad.Right
		}
		if l.Kind == mobilenet.Depthwise {
			weights[0], weights[3] = 1, l.Out.C
		}
		if s.code == schema.FullyConnected {
			in, out, weights = nil, []int{1, l.Out.C}, []int{l.Out.C, l.In.C}
		}
		if l.Kind == mobilenet.AveragePool && len(s.out.shape) == 2 {
			out = []int{1, l.Out.C}
		}
		for _, c := range []struct {
			what string
			of   *tensor
			want []int
		}{{"reads", s.in, in}, {"adds", s.addend, in}, {"makes", s.out, out}, {"has weights,", s.weights, weights}} {
			if c.of != nil && c.want != nil && !slices.Equal(c.of.shape, c.want) {
				return nil, fmt.Errorf("%v %s %v of shape %v; in a %v with α=%v at %d×%d, layer %s has %v there",
					s.operator, c.what, c.of, c.of.shape, network.Version, network.Alpha, network.Resolution, network.Resolution, l.Name, c.want)
			}
		}
	}
	return layers, nil
}
