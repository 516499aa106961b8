package tflite

import (
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// constantOperand is the index of the operand of an operator with two that is a constant, or -1.
func (g *graph) constantOperand(o operator) int {
	for i := range min(o.inputs.n, 2) {
		if index := o.operand(i); int(index) != g.at.index {
			if t, err := g.weights(index); err == nil && t.data != nil {
				return i
			}
		}
	}
	return -1
}

// rescale takes MUL, ADD, SUB and DIV with a constant: before the first layer they are part of the input, later they must do nothing, as a
// dropout that was left in does.
func (g *graph) rescale(o operator, out *tensor) error {
	i := g.constantOperand(o)
	switch {
	case g.err != nil:
		return g.err
	case o.inputs.n != 2:
		return fmt.Errorf("it has %s; it takes 2", counted(o.inputs.n, "input"))
	case i < 0:
		return fmt.Errorf("it combines two feature maps; in %s it stands before the first layer, with a constant", g.name())
	case !slices.Equal(out.shape, g.at.shape):
		return fmt.Errorf("it makes shape %v from %v", out.shape, g.at.shape)
	}
	if a := schema.Activation(o.options.int8(schema.AddActivation)); a != schema.None {
		return fmt.Errorf("it has activation %v; a rescaling has none", a)
	}
	r, err := g.rescaleOf(o, o.operand(i), out)
	if err != nil {
		return err
	}
	if len(g.steps) == 0 && g.pad == nil {
		g.rescales, g.converted = append(g.rescales, *r), false
		if g.kind != schema.Float32 {
			g.rescaled = g.kind
		}
		return nil
	}
	if !nothing(r) {
		return fmt.Errorf("it changes the values after layer %d; %s has no such operator there", len(g.steps), g.name())
	}
	return nil
}

// rescaleOf reads the constant.
func (g *graph) rescaleOf(o operator, constant int32, out *tensor) (*mobilenet.Rescale, error) {
	r := &mobilenet.Rescale{Op: map[schema.Builtin]mobilenet.RescaleOp{
		schema.Mul: mobilenet.Multiply, schema.Div: mobilenet.Multiply, schema.Add: mobilenet.Plus, schema.Sub: mobilenet.Minus,
	}[o.code]}
	t, err := g.weights(constant)
	if err != nil {
		return nil, err
	}
	n, err := t.len()
	if err != nil {
		return nil, err
	}
	if n != 1 && (n > 3 || last(t.shape) != n || n != last(out.shape)) {
		return nil, fmt.Errorf("its constant, %v, has shape %v; one number is read, or one for each colour", t, t.shape)
	}
	if g.kind == schema.Float32 {
		if t, err = g.constant(constant, elementSize(t.kind)); err != nil {
			return nil, err
		}
		if r.Real, err = t.reals(len(t.shape) - 1); err != nil {
			return nil, err
		}
		if o.code == schema.Div {
			for i, v := range r.Real {
				r.Real[i] = 1 / v
			}
		}
		return r, nil
	}
	if o.code == schema.Div {
		return nil, fmt.Errorf("it divides bytes; only float32 is divided")
	}
	if t.kind != g.kind {
		return nil, fmt.Errorf("its constant, %v, has type %v, not %v", t, t.kind, g.kind)
	}
	if t, err = g.constant(constant, 1); err != nil {
		return nil, err
	}
	q := &mobilenet.QuantizedRescale{Values: t.bytesAsUint8()}
	if q.In, err = g.at.quant(); err == nil {
		if q.Constant, err = t.quant(); err == nil {
			q.Out, err = out.quant()
		}
	}
	r.Quantized = q
	return r, err
}

// nothing tells that values stay what they are: a multiplication by 1, an addition of 0.
func nothing(r *mobilenet.Rescale) bool {
	neutral := float32(0)
	if r.Op == mobilenet.Multiply {
		neutral = 1
	}
	if q := r.Quantized; q != nil {
		return q.In == q.Out && !slices.ContainsFunc(q.Values, func(v uint8) bool { return q.Constant.Real(v) != neutral })
	}
	return !slices.ContainsFunc(r.Real, func(v float32) bool { return v != neutral })
}

// pixelRange is the pixel normalisation of a float32 input that the file rescales: before it multiplies by a 127th or a 255th it reads the
// bytes as they are, before others, as TensorFlow Hub's double, 0 to 1.
func pixelRange(rescales []mobilenet.Rescale) (mean, scale [3]float32) {
	raw := false
	for i := range rescales {
		r := &rescales[i]
		if r.Real == nil {
			break // the values were bytes by then
		}
		v := max(r.Real[0], -r.Real[0])
		if raw = r.Op == mobilenet.Multiply && v < 1./32 || r.Op != mobilenet.Multiply && v > 2; raw {
			break
		}
	}
	if raw {
		return [3]float32{}, [3]float32{1, 1, 1}
	}
	return [3]float32{}, [3]float32{1. / 255, 1. / 255, 1. / 255}
}
