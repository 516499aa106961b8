// Package tflite reads a MobileNetV1 or MobileNetV2 from a TensorFlow Lite file and writes one to it, with labels and pixel
// normalisation as metadata. It reads the forms that converters give them:
//
//   - uint8 with one weight scale a tensor, int8 with one a channel, and float32, whose weights may be kept as float16 or bytes;
//   - TF-slim's (average pool, 1×1 convolution as classifier, reshape, softmax), Keras' (PAD before stride 2, MEAN, FULLY_CONNECTED), and
//     PyTorch's (PAD everywhere); V2's additions with scales of their own;
//   - float32 with LEAKY_RELU after its layers, as other PyTorch networks have it;
//   - with QUANTIZE and DEQUANTIZE at the ends, and a rescaling of the input before the first layer;
//   - colour or grey, square or not; a batch that is left open;
//   - with no classifier, one, or up to two dense layers before it, as Teachable Machine and Edge Impulse have them; with an average pool
//     or none; with a softmax, also one written out, with a logistic function, or with neither.
package tflite

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// maxOperators bounds the work on a hostile file. The longest MobileNetV2 has 69 layers, 18 PADs, 108 DEQUANTIZEs of weights and a few more.
const maxOperators = 220

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
	m, err := g.walk()
	if err != nil {
		return nil, g.explain(err)
	}
	return m, nil
}

// walk follows all operators.
func (g *graph) walk() (*mobilenet.Model, error) {
	for g.count < g.operators.n {
		o, err := g.read()
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

// read reads the next operator.
func (g *graph) read() (operator, error) {
	if g.count == maxOperators {
		return operator{}, fmt.Errorf("the network has %d operators; %s has at most %d", g.operators.n, g.name(), maxOperators)
	}
	if g.count == g.operators.n {
		return operator{}, fmt.Errorf("the network ends in the middle, after %d operators", g.count)
	}
	g.count++
	return g.operator(g.count - 1)
}

// A graph is a file's only subgraph, followed from the input to the operator that made at. But for additions, which read the output of
// an earlier step too, the networks are chains: so at and the steps that are layers are all there is to know about the way so far.
type graph struct {
	*file
	codes, tensors, buffers, operators vector
	output                             int32 // index of the graph's output tensor

	count int // operators read so far

	version mobilenet.Version // V1 until a layer comes that only V2 has
	// plan are the layers up to the last feature map, for their kinds, kernels and strides: every network of this version has them. top are
	// those that the file has after them.
	plan, top []mobilenet.Layer
	short     *mobilenet.Network // a MobileNetV1 with fewer pairs than the paper's: its width and what it leaves out

	input     *tensor              // the graph's
	at        *tensor              // what the last operator made
	kind      schema.TensorElement // its type, which only QUANTIZE and DEQUANTIZE change
	converted bool                 // QUANTIZE or DEQUANTIZE has made at from the input or its last rescaling
	rescales  []mobilenet.Rescale  // before the first layer
	rescaled  schema.TensorElement // the type of those of bytes
	unpacked  map[int32]int32      // tensors made from constants, and these
	pad       *mobilenet.Padding   // of a PAD that the next convolution takes up
	steps     []step               // of the plan and top
	softmax   *mobilenet.Softmax
	logistic  *mobilenet.Logistic
	ended     bool // QUANTIZE or DEQUANTIZE has made the output: no layer may follow
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
	leak       float32 // the slope of a LEAKY_RELU after the operator, which makes out then; 0: none follows
	mean       bool
	implied    bool // no operator: the pool of a feature map of one pixel
}

// open finds the subgraph, its lists, and its input.
func open(data []byte) (*graph, error) {
	switch {
	case len(data) > math.MaxInt32:
		return nil, fmt.Errorf("a file of %d bytes is too large for a .tflite file, which ends at %d", len(data), math.MaxInt32)
	case len(data) < 8 || string(data[4:8]) != schema.Identifier:
		return nil, notTFLite(data)
	}
	f := &file{data: data}
	root := vector{f: f, n: 1}.table(0) // the file's first 4 bytes refer to it
	version := root.uint32(schema.ModelVersion)
	g := &graph{
		file: f, codes: root.vector(schema.ModelOperatorCodes, 4), buffers: root.vector(schema.ModelBuffers, 4), unpacked: map[int32]int32{},
	}
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
	if f.err == nil && (inputs.n != 1 || outputs.n != 1) {
		f.err = g.explain(fmt.Errorf("the network has %s and %s; %s has one of each", counted(inputs.n, "input"), counted(outputs.n, "output"), g.name()))
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
	if s := g.input.shape; len(s) != 4 || s[0] != 1 || s[3] != 3 && s[3] != 1 {
		return nil, g.explain(fmt.Errorf("the input, %v, has shape %v; %s reads one image of 3 colours or a grey one, [1,H,W,3] or [1,H,W,1]", g.input, s, g.name()))
	}
	if _, err = g.input.dtype(); err != nil {
		return nil, err
	}
	g.at, g.kind = g.input, g.input.kind
	return g, g.shorten()
}

// finish checks that the whole network was there.
func (g *graph) finish() error {
	n := len(g.steps)
	goesOn := g.afterBody()
	if n < len(g.plan) {
		goesOn = &g.plan[n]
	} else if m := g.lastMap(); !g.pooled() && m.H*m.W == 1 {
		g.poolOfOne()
	}
	if n < len(g.plan) || !g.pooled() { // the classifier may be missing
		return fmt.Errorf("the network ends after %d operators and %d layers, where %s goes on with layer %s", g.operators.n, n, g.name(), goesOn.Name)
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
	if g.rescaled != 0 && g.rescaled != g.steps[0].in.kind {
		return nil, fmt.Errorf("the input is rescaled as %v and converted to %v then; only rescaling in the layers' own type is read", g.rescaled, m.Type)
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
	m.Stored = g.stored(m.Type)
	m.Input.Rescale = g.rescales
	m.Input.Mean, m.Input.Scale = mobilenet.DefaultNormalization()
	if len(g.rescales) > 0 {
		m.Input.Mean, m.Input.Scale = pixelRange(g.rescales)
	}
	if m.Input.Type, m.Input.Quant, err = end(g.input); err != nil {
		return nil, err
	}
	normalized(&m.Input, g.data)
	m.Output.Softmax, m.Output.Logistic = g.softmax, g.logistic
	if m.Output.Type, m.Output.Quant, err = end(g.at); err != nil {
		return nil, err
	}
	m.Unknown, _ = ReadUnknown(g.data, m) // the model runs without it
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
		if i == len(layers) || i == len(g.steps) || layers[i].Kind != g.kindOf(i) {
			return nil, fmt.Errorf("%v: layer %s comes where a %v with α=%v has another", g.steps[min(i, len(g.steps)-1)].operator, g.plan[min(i, len(g.plan)-1)].Name, network.Version, network.Alpha)
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
	for i := range g.steps {
		if s := &g.steps[i]; !s.implied {
			if err := g.checkShapes(s, &layers[i], network); err != nil {
				return nil, err
			}
		}
	}
	return layers, nil
}

// kindOf is the kind of layer i, of the plan or after it.
func (g *graph) kindOf(i int) mobilenet.Kind {
	if i < len(g.plan) {
		return g.plan[i].Kind
	}
	return g.top[i-len(g.plan)].Kind
}

// checkShapes compares the shapes of an operator's tensors with those that layer l has. Fully connected layers take any shape of their
// values.
func (g *graph) checkShapes(s *step, l *mobilenet.Layer, network mobilenet.Network) error {
	in, out, weights := []int{1, l.In.H, l.In.W, l.In.C}, []int{1, l.Out.H, l.Out.W, l.Out.C}, []int{l.Out.C, l.Kernel, l.Kernel, l.In.C}
	if s.fixed {
		in[1], in[2] = in[1]+s.pad.Top+s.pad.Bottom, in[2]+s.pad.Left+s.pad.Right
	}
	switch {
	case s.code == schema.DepthwiseConv2D:
		weights[0], weights[3] = 1, l.Out.C
	case s.code == schema.FullyConnected && l.Kind == mobilenet.Pointwise:
		in, out, weights = nil, nil, []int{l.Out.C, l.In.C}
	case s.code == schema.FullyConnected:
		in, out, weights = nil, nil, []int{l.Out.C, l.In.Len()}
		if n, err := s.in.len(); err != nil || n != l.In.Len() {
			return fmt.Errorf("%v reads %v of shape %v; layer %s reads %d values", s.operator, s.in, s.in.shape, l.Name, l.In.Len())
		}
		if n, err := s.out.len(); err != nil || n != l.Out.C || last(s.out.shape) != n {
			return fmt.Errorf("%v makes %v of shape %v; layer %s makes a row of %d", s.operator, s.out, s.out.shape, l.Name, l.Out.C)
		}
	case l.Kind == mobilenet.AveragePool && len(s.out.shape) == 2:
		out = []int{1, l.Out.C}
	}
	for _, c := range []struct {
		what string
		of   *tensor
		want []int
	}{{"reads", s.in, in}, {"adds", s.addend, in}, {"makes", s.out, out}, {"has weights,", s.weights, weights}} {
		if c.of != nil && c.want != nil && !slices.Equal(c.of.shape, c.want) {
			return fmt.Errorf("%v %s %v of shape %v; in a %v with α=%v at %s, layer %s has %v there",
				s.operator, c.what, c.of, c.of.shape, network.Version, network.Alpha, size(network), l.Name, c.want)
		}
	}
	return nil
}

// size is the input's, for errors.
func size(n mobilenet.Network) string {
	s := n.InputShape()
	return fmt.Sprintf("%d×%d", s.W, s.H)
}

// grey tells that the input has one colour.
func (g *graph) grey() bool { return g.input.shape[3] == 1 }
