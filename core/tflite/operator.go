package tflite

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// maxPad is how far a PAD may reach: further, and a 3×3 window would see nothing but padding.
const maxPad = 2

// An operator is an entry of the graph's list.
type operator struct {
	index   int
	code    schema.Builtin
	options table // the zero table where the file has none
	inputs  vector
	made    int32 // index of the tensor that it makes
}

func (o operator) String() string { return fmt.Sprintf("operator %d (%v)", o.index, o.code) }

// operator reads entry i of the graph's operators.
func (g *graph) operator(i int) (operator, error) {
	e := g.operators.table(i)
	o := operator{index: i, options: e.child(schema.OperatorOptions), inputs: e.vector(schema.OperatorInputs, 4)}
	outputs, kind, index := e.vector(schema.OperatorOutputs, 4), e.int8(schema.OperatorOptionsType), e.uint32(schema.OperatorCodeIndex)
	if g.err != nil {
		return o, g.err
	}
	if int64(index) >= int64(g.codes.n) {
		return o, fmt.Errorf("operator %d has code %d of %d", i, index, g.codes.n)
	}
	c := g.codes.table(int(index))
	custom := c.bytes(schema.OperatorCodeCustom)
	o.code = max(schema.Builtin(c.int8(schema.OperatorCodeDeprecated)), schema.Builtin(c.int32(schema.OperatorCodeBuiltin, 0)))
	if g.err != nil {
		return o, g.err
	}
	want, _ := o.code.OptionsType()
	switch {
	case o.code == schema.Custom:
		return o, fmt.Errorf("operator %d is CUSTOM %q, which %s does not have", i, custom[:min(len(custom), maxName)], g.name())
	case want == 0:
		return o, fmt.Errorf("operator %d is %v, which %s does not have", i, o.code, g.name())
	case o.inputs.n < 1 || outputs.n != 1:
		return o, fmt.Errorf("%v has %d inputs and %d outputs", o, o.inputs.n, outputs.n)
	case kind == 0:
		o.options = table{}
	case uint8(kind) != want:
		return o, fmt.Errorf("%v has options of another operator, type %d", o, uint8(kind))
	}
	o.made = outputs.int32(0)
	return o, nil
}

// operand is the index of input i, or -1 where it is left out.
func (o operator) operand(i int) int32 {
	if i >= o.inputs.n {
		return -1
	}
	return o.inputs.int32(i)
}

// follow takes the operator as the next of the chain.
func (g *graph) follow(o operator) error {
	if first := o.operand(0); int(first) != g.at.index && !(o.code == schema.Add && int(o.operand(1)) == g.at.index) {
		return fmt.Errorf("%v reads tensor %d, not %v, which the operators before it make", o, first, g.at)
	}
	out, err := g.tensor(o.made)
	if err != nil {
		return fmt.Errorf("%v: %w", o, err)
	}
	if out.index == g.at.index || out.data != nil {
		return fmt.Errorf("%v writes to %v, which is its input or constant", o, out)
	}
	if g.pad != nil && o.code != schema.Conv2D && o.code != schema.DepthwiseConv2D {
		return fmt.Errorf("%v follows a PAD; in %s a convolution does", o, g.name())
	}
	if ends := o.code == schema.Quantize || o.code == schema.Dequantize; !ends && out.kind != g.kind {
		return fmt.Errorf("%v makes %v of type %v from %v; all activations between the ends have one type", o, out, out.kind, g.kind)
	}
	switch o.code {
	case schema.Quantize, schema.Dequantize:
		err = g.convert(o, out)
	case schema.Pad:
		err = g.padding(o, out)
	case schema.Conv2D, schema.DepthwiseConv2D, schema.FullyConnected:
		err = g.convolution(o, out)
	case schema.Add:
		err = g.addition(o, out)
	case schema.AveragePool2D, schema.Mean:
		err = g.average(o, out)
	case schema.Reshape, schema.Squeeze:
		err = g.reshape(out)
	case schema.Softmax:
		err = g.probabilities(o, out)
	}
	if err != nil {
		return fmt.Errorf("%v: %w", o, err)
	}
	g.at = out
	return nil
}

// pooled tells that only the classifier can follow.
func (g *graph) pooled() bool { return len(g.steps) >= len(g.plan)-1 }

// next is the layer that must come now, if it is one of kinds.
func (g *graph) next(kinds ...mobilenet.Kind) (*mobilenet.Layer, error) {
	if g.ended || g.softmax != nil || len(g.steps) == len(g.plan) {
		return nil, fmt.Errorf("%s has no layer after its %d, the softmax and the conversion of the output", g.name(), len(g.steps))
	}
	if err := g.recognize(kinds); err != nil {
		return nil, err
	}
	l := &g.plan[len(g.steps)]
	if !slices.Contains(kinds, l.Kind) {
		return nil, fmt.Errorf("%s has layer %s here, of kind %v", g.name(), l.Name, l.Kind)
	}
	return l, nil
}

// convert takes QUANTIZE and DEQUANTIZE, which stand at the ends only.
func (g *graph) convert(o operator, out *tensor) error {
	start := g.at == g.input
	to := out.kind == schema.Uint8 || out.kind == schema.Int8
	if o.code == schema.Dequantize {
		to = g.kind != schema.Float32 && out.kind == schema.Float32
	}
	switch {
	case !start && !g.pooled():
		return fmt.Errorf("it stands between two layers; in %s it stands at the ends only", g.name())
	case g.ended:
		return fmt.Errorf("it converts the output again")
	case !to:
		return fmt.Errorf("it makes %v of type %v from %v of type %v", out, out.kind, g.at, g.at.kind)
	case !slices.Equal(out.shape, g.at.shape):
		return fmt.Errorf("it makes shape %v from %v", out.shape, g.at.shape)
	}
	g.kind, g.ended = out.kind, !start
	return nil
}

// padding takes a PAD in front of a convolution.
func (g *graph) padding(o operator, out *tensor) error {
	if l, err := g.next(mobilenet.Conv, mobilenet.Depthwise); err != nil {
		return fmt.Errorf("a PAD stands before 3×3 convolutions: %w", err)
	} else if len(g.at.shape) != 4 {
		return fmt.Errorf("layer %s reads %v of shape %v", l.Name, g.at, g.at.shape)
	}
	t, p, err := g.integers(o.operand(1))
	if err != nil {
		return err
	}
	if !slices.Equal(t.shape, []int{4, 2}) {
		return fmt.Errorf("its paddings, %v, have shape %v, not [4 2]", t, t.shape)
	}
	for i, n := range p {
		if n < 0 || n > maxPad || n > 0 && (i < 2 || i > 5) {
			return fmt.Errorf("its paddings are %v; %s pads rows and columns, by at most %d", p, g.name(), maxPad)
		}
	}
	g.pad = &mobilenet.Padding{Top: p[2], Bottom: p[3], Left: p[4], Right: p[5]}
	return g.same(out)
}

// same checks that an operator which only moves values keeps their quantisation.
func (g *graph) same(out *tensor) error {
	if g.kind == schema.Float32 {
		return nil
	}
	was, err := g.at.quant()
	if err != nil {
		return err
	}
	is, err := out.quant()
	if err == nil && is != was {
		err = fmt.Errorf("it takes scale %v and zero point %d to %v and %d; it cannot change them",
			was.Scale, int64(was.Zero)-out.offset(), is.Scale, int64(is.Zero)-out.offset())
	}
	return err
}

// convolution takes CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.
func (g *graph) convolution(o operator, out *tensor) error {
	kinds := []mobilenet.Kind{mobilenet.Conv, mobilenet.Pointwise, mobilenet.FullyConnected}
	s := step{operator: o, in: g.at, out: out, bias: o.operand(2)}
	var padding int8
	stride, dilation, multiplier := [2]int32{1, 1}, [2]int32{1, 1}, int32(1)
	switch o.code {
	case schema.Conv2D:
		padding, s.activation = o.options.int8(schema.ConvPadding), schema.Activation(o.options.int8(schema.ConvActivation))
		stride = [2]int32{o.options.int32(schema.ConvStrideH, 0), o.options.int32(schema.ConvStrideW, 0)}
		dilation = [2]int32{o.options.int32(schema.ConvDilationH, 1), o.options.int32(schema.ConvDilationW, 1)}
	case schema.DepthwiseConv2D:
		kinds = []mobilenet.Kind{mobilenet.Depthwise}
		padding, s.activation = o.options.int8(schema.DepthwisePadding), schema.Activation(o.options.int8(schema.DepthwiseActivation))
		stride = [2]int32{o.options.int32(schema.DepthwiseStrideH, 0), o.options.int32(schema.DepthwiseStrideW, 0)}
		dilation = [2]int32{o.options.int32(schema.DepthwiseDilationH, 1), o.options.int32(schema.DepthwiseDilationW, 1)}
		// Writers of today leave it 0, for it follows from the weights' shape.
		multiplier = max(o.options.int32(schema.DepthwiseMultiplier, 0), multiplier)
	case schema.FullyConnected:
		kinds = []mobilenet.Kind{mobilenet.FullyConnected}
		s.activation = schema.Activation(o.options.int8(schema.FullyConnectedActivation))
		if format := o.options.int8(schema.FullyConnectedFormat); format != 0 {
			return fmt.Errorf("its weights are shuffled (format %d); the default format is read", format)
		}
	}
	l, err := g.next(kinds...)
	if err != nil {
		return err
	}
	if s.weights, err = g.tensor(o.operand(1)); err != nil {
		return err
	}
	switch {
	case g.err != nil:
		return g.err
	case stride[0] != stride[1] || int(stride[0]) != l.Stride:
		return fmt.Errorf("it has stride %d×%d; layer %s has %d", stride[0], stride[1], l.Name, l.Stride)
	case dilation != [2]int32{1, 1}:
		return fmt.Errorf("it has dilation %d×%d; %s has none", dilation[0], dilation[1], g.name())
	case multiplier != 1:
		return fmt.Errorf("it has depth multiplier %d; %s has 1", multiplier, g.name())
	case padding != schema.Same && padding != schema.Valid:
		return fmt.Errorf("it has padding %d, which is neither SAME (0) nor VALID (1)", padding)
	case g.pad != nil && padding != schema.Valid:
		return fmt.Errorf("it pads (SAME) what a PAD has padded")
	case o.code != schema.FullyConnected && len(out.shape) != 4:
		return fmt.Errorf("it makes %v of shape %v, which is no feature map", out, out.shape)
	case s.weights.kind != g.kind:
		return fmt.Errorf("its weights, %v, have type %v, its input %v; both must be one of uint8, int8 and float32", s.weights, s.weights.kind, g.kind)
	}
	if err := g.fusable(s.activation); err != nil {
		return err
	}
	if l.Kernel > 1 && padding == schema.Valid {
		s.fixed = true
		if g.pad != nil {
			s.pad, g.pad = *g.pad, nil
		}
	}
	g.steps = append(g.steps, s)
	return nil
}

// fusable says what is wrong with a layer's activation.
func (g *graph) fusable(a schema.Activation) error {
	if a != schema.None && a != schema.Relu && a != schema.Relu6 {
		return fmt.Errorf("it has activation %v; %s has RELU6, RELU or NONE", a, g.name())
	}
	return nil
}

// average takes AVERAGE_POOL_2D and MEAN over the whole feature map.
func (g *graph) average(o operator, out *tensor) error {
	if _, err := g.next(mobilenet.AveragePool); err != nil {
		return err
	}
	if len(g.at.shape) != 4 {
		return fmt.Errorf("it reads %v of shape %v, which is no feature map", g.at, g.at.shape)
	}
	s := step{operator: o, in: g.at, out: out, bias: -1, mean: o.code == schema.Mean}
	if s.mean {
		_, axes, err := g.integers(o.operand(1))
		if err != nil {
			return err
		}
		for i, a := range axes {
			if a < 0 { // counted from the end
				axes[i] += 4
			}
		}
		if !slices.Equal(axes, []int{1, 2}) && !slices.Equal(axes, []int{2, 1}) {
			return fmt.Errorf("it takes the mean over axes %v; %s does over rows and columns, axes 1 and 2", axes, g.name())
		}
	} else {
		h, w := o.options.int32(schema.PoolFilterH, 0), o.options.int32(schema.PoolFilterW, 0)
		activation := schema.Activation(o.options.int8(schema.PoolActivation))
		switch {
		case g.err != nil:
			return g.err
		case int(h) != g.at.shape[1] || int(w) != g.at.shape[2]:
			return fmt.Errorf("it averages %d×%d values of a feature map of %d×%d; %s averages all", h, w, g.at.shape[1], g.at.shape[2], g.name())
		case activation != schema.None:
			return fmt.Errorf("it has activation %v; an average pool has none", activation)
		}
		if err := g.same(out); err != nil {
			return err
		}
	}
	g.steps = append(g.steps, s)
	return nil
}

// reshape takes RESHAPE and SQUEEZE, which move nothing once the feature map is one pixel.
func (g *graph) reshape(out *tensor) error {
	if !g.pooled() {
		return fmt.Errorf("%s has layer %s here; shapes change only after the average pool", g.name(), g.plan[len(g.steps)].Name)
	}
	was, err := g.at.len()
	if err != nil {
		return err
	}
	if is, err := out.len(); err != nil || is != was {
		return fmt.Errorf("it makes shape %v from %v", out.shape, g.at.shape)
	}
	return g.same(out)
}

// probabilities takes SOFTMAX after the classifier.
func (g *graph) probabilities(o operator, out *tensor) error {
	switch beta := o.options.float32(schema.SoftmaxBeta); {
	case g.err != nil:
		return g.err
	case g.ended || g.softmax != nil || len(g.steps) != len(g.plan):
		return fmt.Errorf("it stands at layer %d; %s has it once, after the classifier, before the output is converted", len(g.steps), g.name())
	case !(beta > 0) || math.IsInf(float64(beta), 0):
		return fmt.Errorf("its β is %v; a positive number is needed", beta)
	case !slices.Equal(out.shape, g.at.shape) || len(out.shape) == 0 || product(out.shape[:len(out.shape)-1]) != 1:
		return fmt.Errorf("it makes shape %v from %v; %s has one row of classes", out.shape, g.at.shape, g.name())
	default:
		g.softmax = &mobilenet.Softmax{Beta: beta}
	}
	if g.kind == schema.Float32 {
		return nil
	}
	q, err := out.quant()
	if err != nil {
		return err
	}
	// TFLite's kernel takes nothing else: the bytes stand for 0 to 255/256.
	if q.Zero != 0 || math.Abs(float64(q.Scale)*256-1) > 0.001 {
		return fmt.Errorf("it makes %v of scale %v and zero point %d; probabilities have 1/256 and %d", out, q.Scale, int64(q.Zero)-out.offset(), -out.offset())
	}
	g.softmax.Quant = q
	return nil
}

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}
