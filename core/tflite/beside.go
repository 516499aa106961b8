package tflite

import (
	"fmt"
	"slices"

	"mobilenet/core/tflite/internal/schema"
)

// Some operators stand beside the chain: those that unpack weights, and those that compute a shape because the file leaves the batch open.

// beside takes an operator that stands beside the chain, and reports whether o is one.
func (g *graph) beside(o operator) (bool, error) {
	if unpacks, err := g.unpacks(o); unpacks || err != nil {
		return true, err
	}
	if g.shapes(o) {
		return true, nil
	}
	return g.writtenSoftmax(o)
}

// unpacks takes DEQUANTIZE of constant weights, and reports whether o is one: a float32 network whose file holds float16, or bytes.
func (g *graph) unpacks(o operator) (bool, error) {
	if o.code != schema.Dequantize || int(o.operand(0)) == g.at.index {
		return false, nil
	}
	packed, err := g.tensor(o.operand(0))
	if err != nil {
		return true, fmt.Errorf("%v: %w", o, err)
	}
	if packed.data == nil {
		return false, nil
	}
	out, err := g.made(o)
	switch {
	case err != nil:
		return true, err
	case out.kind != schema.Float32 || !slices.Equal(out.shape, packed.shape):
		return true, fmt.Errorf("%v makes %v of type %v and shape %v from %v of shape %v", o, out, out.kind, out.shape, packed, packed.shape)
	}
	g.unpacked[o.made] = o.operand(0)
	return true, nil
}

// shapeOperators compute whole numbers from a tensor's shape.
var shapeOperators = []schema.Builtin{schema.Shape, schema.StridedSlice, schema.Pack, schema.Gather, schema.Concatenation, schema.ReduceProd,
	schema.Mul, schema.Cast}

// shapes reports whether o computes a shape from a batch that the file leaves open: SHAPE, STRIDED_SLICE, PACK and their like make whole
// numbers, which only a RESHAPE reads. What it makes of them shows in its output's shape.
func (g *graph) shapes(o operator) bool {
	if !slices.Contains(shapeOperators, o.code) {
		return false
	}
	out, err := g.tensor(o.made)
	return err == nil && (out.kind == schema.Int32 || out.kind == schema.Int64) && len(out.shape) <= 1
}

// weights is a tensor of weights or biases: tensor i, or the one it was unpacked from.
func (g *graph) weights(i int32) (*tensor, error) {
	if packed, ok := g.unpacked[i]; ok {
		i = packed
	}
	return g.tensor(i)
}
