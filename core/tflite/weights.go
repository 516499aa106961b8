package tflite

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

const (
	// maxMultiplier is XNNPACK's limit for input scale · weight scale / output scale.
	maxMultiplier = 256
	// biasTolerance is TFLite's limit for the difference of the bias' scale and input scale · weight scale, in output scales.
	biasTolerance = 0.02
)

// quantized reads the weights of a quantised layer. Its shapes are known to be right.
func (g *graph) quantized(s *step) (*mobilenet.Quantized, error) {
	q := &mobilenet.Quantized{Mean: s.mean}
	var err error
	if q.In, err = s.in.quant(); err != nil {
		return nil, err
	}
	if q.Out, err = s.out.quant(); err != nil {
		return nil, err
	}
	q.Min, q.Max = clamp(s.activation, q.Out)
	if q.Min >= q.Max {
		return nil, fmt.Errorf("activation %v leaves only one value of %v, whose zero point is %d", s.activation, s.out, int64(q.Out.Zero)-s.out.offset())
	}
	if s.addend != nil {
		if q.Addend, err = s.addend.quant(); err != nil {
			return nil, err
		}
	}
	if s.weights == nil {
		return q, nil
	}

	w, err := g.constant(int32(s.weights.index), 1)
	if err != nil {
		return nil, err
	}
	axis, channels := 0, s.out.shape[len(s.out.shape)-1]
	if s.code == schema.DepthwiseConv2D {
		axis = 3
	}
	switch {
	case w.scales.n == 0 || w.scales.n != 1 && w.scales.n != channels:
		return nil, fmt.Errorf("%v has %d scales for %d output channels", w, w.scales.n, channels)
	case w.scales.n > 1 && w.kind == schema.Uint8:
		return nil, fmt.Errorf("%v of type uint8 has %d scales; only int8 weights have one a channel", w, w.scales.n)
	case w.scales.n > 1 && w.axis != axis:
		return nil, fmt.Errorf("%v has its scales along axis %d; output channels are axis %d", w, w.axis, axis)
	}
	if q.WeightZero, err = w.zero(); err != nil {
		return nil, err
	}
	if w.kind == schema.Int8 && q.WeightZero != 128 {
		return nil, fmt.Errorf("%v of type int8 has zero point %d; int8 weights have 0", w, int(q.WeightZero)-128)
	}
	q.WeightScales = make([]float32, w.scales.n)
	for c := range q.WeightScales {
		if q.WeightScales[c], err = w.scale(c); err != nil {
			return nil, err
		}
		if m := q.Multiplier(c); !(m < maxMultiplier) {
			return nil, fmt.Errorf("input scale %v · weight scale %v / output scale %v is not below %d (output channel %d)",
				q.In.Scale, q.WeightScales[c], q.Out.Scale, maxMultiplier, c)
		}
	}
	if q.Bias, err = g.bias(s, q, channels); err != nil {
		return nil, err
	}
	q.Weights = w.bytesAsUint8()
	if s.isMultiplied() {
		q.Weights = transposed(q.Weights, channels)
	}
	return q, nil
}

// isMultiplied tells that the step is a first convolution over one colour, written as a depthwise one with a multiplier.
func (s *step) isMultiplied() bool {
	return s.code == schema.DepthwiseConv2D && last(s.in.shape) == 1
}

// transposed takes weights [3,3,C] to [C,3,3,1].
func transposed[T any](weights []T, channels int) []T {
	out := make([]T, len(weights))
	cells := len(weights) / channels
	for i, w := range weights {
		out[i%channels*cells+i/channels] = w
	}
	return out
}

// stored is the type in which the file holds the weights of a model of type t.
func (g *graph) stored(t mobilenet.DType) mobilenet.DType {
	if t != mobilenet.Float32 {
		return t
	}
	for i := range g.steps {
		switch w := g.steps[i].weights; {
		case w == nil:
		case w.kind == schema.Int8 || w.kind == schema.Uint8:
			return mobilenet.Int8
		case w.kind == schema.Float16:
			t = mobilenet.Float16
		}
	}
	return t
}

// bias reads the bias of a quantised layer. It may be left out: then it is 0.
func (g *graph) bias(s *step, q *mobilenet.Quantized, channels int) ([]int32, error) {
	if s.bias == -1 {
		return make([]int32, channels), nil
	}
	b, err := g.constant(s.bias, 4)
	if err != nil {
		return nil, err
	}
	if b.kind != schema.Int32 || !slices.Equal(b.shape, []int{channels}) {
		return nil, fmt.Errorf("its bias, %v, has type %v and shape %v, not int32 and [%d]", b, b.kind, b.shape, channels)
	}
	// A bias without scales has those that follow from input and weights.
	if b.scales.n > 0 && b.scales.n != len(q.WeightScales) {
		return nil, fmt.Errorf("its bias, %v, has %d scales, its weights %d", b, b.scales.n, len(q.WeightScales))
	}
	for c := range b.scales.n {
		scale := b.scales.float32(c)
		want := q.In.Scale * q.WeightScales[c]
		if diff := math.Abs(float64(scale) - float64(want)); !(diff/float64(q.Out.Scale) <= biasTolerance) {
			return nil, fmt.Errorf("its bias, %v, has scale %v; input scale · weight scale is %v (output channel %d)", b, scale, want, c)
		}
	}
	for c := range b.zeros.n {
		if z := b.zeros.int64(c); z != 0 {
			return nil, fmt.Errorf("its bias, %v, has zero point %d, not 0", b, z)
		}
	}
	return b.int32s(), nil
}

// clamp is the range that the activation leaves, as XNNPACK rounds its ends.
func clamp(a schema.Activation, q mobilenet.Quant) (least, most uint8) {
	switch a {
	case schema.Relu6:
		six := math.RoundToEven(float64(6/q.Scale + float32(q.Zero)))
		return q.Zero, uint8(min(six, 255))
	case schema.Relu:
		return q.Zero, 255
	}
	return 0, 255
}

// clampFloat is the range that the activation leaves in float32.
func clampFloat(a schema.Activation) (least, most float32) {
	switch a {
	case schema.Relu6:
		return 0, 6
	case schema.Relu:
		return 0, float32(math.Inf(1))
	}
	return float32(math.Inf(-1)), float32(math.Inf(1))
}

// float reads the weights of a float32 layer. Its shapes are known to be right.
func (g *graph) float(s *step) (*mobilenet.Float, error) {
	f := &mobilenet.Float{Leak: s.leak}
	f.Min, f.Max = clampFloat(s.activation)
	if s.weights == nil {
		return f, nil
	}
	w, err := g.constant(int32(s.weights.index), elementSize(s.weights.kind))
	if err != nil {
		return nil, err
	}
	axis, channels := 0, last(s.out.shape)
	if s.code == schema.DepthwiseConv2D {
		axis = 3
	}
	if f.Weights, err = w.reals(axis); err != nil {
		return nil, err
	}
	if s.isMultiplied() {
		f.Weights = transposed(f.Weights, channels)
	}
	if s.bias == -1 {
		f.Bias = make([]float32, channels)
		return f, nil
	}
	b, err := g.weights(s.bias)
	if err == nil {
		b, err = g.constant(int32(b.index), elementSize(b.kind))
	}
	if err != nil {
		return nil, err
	}
	if b.kind != schema.Float32 && b.kind != schema.Float16 || !slices.Equal(b.shape, []int{channels}) {
		return nil, fmt.Errorf("its bias, %v, has type %v and shape %v, not float32 and [%d]", b, b.kind, b.shape, channels)
	}
	f.Bias, err = b.reals(0)
	return f, err
}

// elementSize is the bytes of an element of weights.
func elementSize(t schema.TensorElement) int {
	switch t {
	case schema.Int8, schema.Uint8:
		return 1
	case schema.Float16:
		return 2
	}
	return 4
}
