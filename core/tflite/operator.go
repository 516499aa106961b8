package tflite

import (
	"fmt"
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
	want, _, known := o.code.OptionsType()
	switch {
	case o.code == schema.Custom:
		return o, fmt.Errorf("operator %d is CUSTOM %q, which %s does not have", i, custom[:min(len(custom), maxName)], g.name())
	case !known:
		return o, fmt.Errorf("operator %d is %v, which %s does not have", i, o.code, g.name())
	case o.inputs.n < 1 || outputs.n != 1:
		return o, fmt.Errorf("%v has %s and %s", o, counted(o.inputs.n, "input"), counted(outputs.n, "output"))
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

// counted is how many there are of a thing.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// follow takes the operator as the next of the chain, or as one beside it: that unpacks weights, or computes a shape.
func (g *graph) follow(o operator) error {
	if beside, err := g.beside(o); beside || err != nil {
		return err
	}
	if first := o.operand(0); int(first) != g.at.index && !(o.commutes() && int(o.operand(1)) == g.at.index) {
		return fmt.Errorf("%v reads tensor %d, not %v, which the operators before it make", o, first, g.at)
	}
	out, err := g.made(o)
	if err != nil {
		return err
	}
	if g.pad != nil && o.code != schema.Conv2D && o.code != schema.DepthwiseConv2D {
		return fmt.Errorf("%v follows a PAD; in %s a convolution does", o, g.name())
	}
	if ends := o.code == schema.Quantize || o.code == schema.Dequantize; !ends && out.kind != g.kind {
		return fmt.Errorf("%v makes %v of type %v from %v; all activations between the ends have one type", o, out, out.kind, g.kind)
	}
	if err := g.take(o, out); err != nil {
		return fmt.Errorf("%v: %w", o, err)
	}
	g.at = out
	return nil
}

// commutes tells that the operator's two inputs may stand in either order.
func (o operator) commutes() bool { return o.code == schema.Add || o.code == schema.Mul }

// made is the tensor that the operator writes.
func (g *graph) made(o operator) (*tensor, error) {
	out, err := g.tensor(o.made)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", o, err)
	}
	if out.index == g.at.index || out.data != nil {
		return nil, fmt.Errorf("%v writes to %v, which is its input or constant", o, out)
	}
	return out, nil
}

// take is follow for an operator of the chain, which makes out.
func (g *graph) take(o operator, out *tensor) error {
	switch o.code {
	case schema.Quantize, schema.Dequantize:
		return g.convert(o, out)
	case schema.Pad:
		return g.padding(o, out)
	case schema.Conv2D, schema.DepthwiseConv2D:
		return g.convolution(o, out)
	case schema.FullyConnected:
		return g.fullyConnected(o, out)
	case schema.Mul, schema.Sub, schema.Div:
		return g.rescale(o, out)
	case schema.Add:
		if g.constantOperand(o) >= 0 {
			return g.rescale(o, out)
		}
		return g.addition(o, out)
	case schema.AveragePool2D, schema.Mean:
		return g.average(o, out)
	case schema.Reshape, schema.Squeeze:
		return g.reshape(out)
	case schema.Softmax:
		return g.softmaxOf(o, out)
	case schema.Logistic:
		return g.logisticOf(out)
	case schema.LeakyRelu:
		return g.leak(o, out)
	}
	return fmt.Errorf("%s does not have it here", g.name())
}

// next is the layer that must come now, if it is one of kinds.
func (g *graph) next(kinds ...mobilenet.Kind) (*mobilenet.Layer, error) {
	if err := g.goesOn(); err != nil {
		return nil, err
	}
	if err := g.recognize(kinds); err != nil {
		return nil, err
	}
	if len(g.steps) >= len(g.plan) {
		return nil, fmt.Errorf("%s has layer %s here, of kind %v", g.name(), g.afterBody().Name, g.afterBody().Kind)
	}
	l := &g.plan[len(g.steps)]
	if !slices.Contains(kinds, l.Kind) {
		return nil, fmt.Errorf("%s has layer %s here, of kind %v", g.name(), l.Name, l.Kind)
	}
	return l, nil
}

// goesOn says why no layer may follow.
func (g *graph) goesOn() error {
	if g.ended || g.activated() {
		return fmt.Errorf("%s has no layer after its %d, the softmax and the conversion of the output", g.name(), len(g.steps))
	}
	return nil
}

// convert takes QUANTIZE and DEQUANTIZE, which stand at the ends only, unless they do nothing.
func (g *graph) convert(o operator, out *tensor) error {
	start := len(g.steps) == 0 && g.pad == nil
	to := out.kind == schema.Uint8 || out.kind == schema.Int8
	if o.code == schema.Dequantize {
		to = g.kind != schema.Float32 && out.kind == schema.Float32
	}
	switch {
	case !to:
		return fmt.Errorf("it makes %v of type %v from %v of type %v", out, out.kind, g.at, g.at.kind)
	case !slices.Equal(out.shape, g.at.shape):
		return fmt.Errorf("it makes shape %v from %v", out.shape, g.at.shape)
	case out.kind == g.kind && g.same(out) == nil:
		return nil
	case !start && len(g.steps) < len(g.plan):
		return fmt.Errorf("it stands between two layers; in %s it stands at the ends only", g.name())
	case !start && g.ended:
		return fmt.Errorf("it converts the output again")
	case start && g.converted:
		return fmt.Errorf("it converts the input again")
	}
	g.kind, g.ended, g.converted = out.kind, !start, start
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
