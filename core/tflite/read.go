// Package tflite reads a MobileNetV1 from a TensorFlow Lite file, in the forms that converters give it: uint8 with one weight scale
// a tensor, int8 with one a channel, and float32; TF-slim's (average pool, 1×1 convolution as classifier, reshape, softmax),
// Keras' (PAD before stride 2, MEAN, FULLY_CONNECTED) and PyTorch's (PAD everywhere); with QUANTIZE and DEQUANTIZE at the ends;
// with or without classifier and softmax.
package tflite

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// maxOperators bounds the work on a hostile file. The longest MobileNetV1 has 29 layers, 14 PADs and a few more.
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
			return nil, fmt.Errorf("the network has %d operators; MobileNetV1 has at most %d", g.operators.n, maxOperators)
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

// A graph is a file's only subgraph, followed from the input to the operator that made at. MobileNetV1 is a chain, so that is all
// there is to know about the way so far, but for the steps that are layers.
type graph struct {
	*file
	codes, tensors, buffers, operators vector
	output                             int32 // index of the graph's output tensor

	plan []mobilenet.Layer // the layers that every MobileNetV1 has, for their kinds, kernels and strides

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
	weights    *tensor // nil for a pool; its data are read once the shapes are known to be right
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
		f.fail("the file has %d subgraphs; MobileNetV1 has 1", subgraphs.n)
	}
	if f.err != nil {
		return nil, f.err
	}
	main := subgraphs.table(0)
	g.tensors, g.operators = main.vector(schema.SubgraphTensors, 4), main.vector(schema.SubgraphOperators, 4)
	inputs, outputs := main.vector(schema.SubgraphInputs, 4), main.vector(schema.SubgraphOutputs, 4)
	if inputs.n != 1 || outputs.n != 1 {
		f.fail("the network has %d inputs and %d outputs; MobileNetV1 has one of each", inputs.n, outputs.n)
	}
	if f.err != nil {
		return nil, f.err
	}
	var err error
	if g.plan, err = (mobilenet.Network{Alpha: 1, Resolution: 224, Classes: 1}).Layers(); err != nil {
		return nil, err
	}
	g.output = outputs.int32(0)
	if g.input, err = g.tensor(inputs.int32(0)); err != nil {
		return nil, err
	}
	if s := g.input.shape; len(s) != 4 || s[0] != 1 || s[1] != s[2] || s[3] != 3 {
		return nil, fmt.Errorf("the input, %v, has shape %v; MobileNetV1 reads one square image of 3 colours, [1,R,R,3]", g.input, s)
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
		return fmt.Errorf("the network ends after %d operators and %d layers, where MobileNetV1 goes on with layer %s", g.operators.n, n, g.plan[n].Name)
	}
	if int(g.output) != g.at.index {
		return fmt.Errorf("the network's output is tensor %d, not %v, which the last operator makes", g.output, g.at)
	}
	return nil
}

// model makes the model from the steps.
func (g *graph) model() (*mobilenet.Model, error) {
	pool := len(g.plan) - 2
	network := mobilenet.Network{Alpha: mobilenet.AlphaOf(g.steps[pool-1].out.shape[3]), Resolution: g.input.shape[1], MinChannels: mobilenet.MinChannels}
	if g.steps[0].out.shape[3] < mobilenet.MinChannels {
		network.MinChannels = 1 // Keras does not widen thin layers to 8 channels as TF-slim does
	}
	if len(g.steps) == len(g.plan) {
		var err error
		if network.Classes, err = g.steps[pool+1].out.len(); err != nil {
			return nil, err
		}
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
	m.Output.Softmax = g.softmax
	if m.Output.Type, m.Output.Quant, err = end(g.at); err != nil {
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
	for i, s := range g.steps {
		if s.fixed {
			layers[i].FixedPad, layers[i].Pad = true, s.pad
		}
	}
	if err := mobilenet.Resize(layers, network.Resolution); err != nil {
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
		}{{"reads", s.in, in}, {"makes", s.out, out}, {"has weights,", s.weights, weights}} {
			if c.of != nil && c.want != nil && !slices.Equal(c.of.shape, c.want) {
				return nil, fmt.Errorf("%v %s %v of shape %v; in a MobileNetV1 with α=%v at %d×%d, layer %s has %v there",
					s.operator, c.what, c.of, c.of.shape, network.Alpha, network.Resolution, network.Resolution, l.Name, c.want)
			}
		}
	}
	return layers, nil
}
