package tflite

import (
	"fmt"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// convolution takes CONV_2D and DEPTHWISE_CONV_2D.
func (g *graph) convolution(o operator, out *tensor) error {
	kinds := []mobilenet.Kind{mobilenet.Conv, mobilenet.Pointwise}
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
		if g.grey() && len(g.steps) == 0 {
			kinds = []mobilenet.Kind{mobilenet.Conv} // the same over one colour, with as many kernels as the multiplier says
		}
		padding, s.activation = o.options.int8(schema.DepthwisePadding), schema.Activation(o.options.int8(schema.DepthwiseActivation))
		stride = [2]int32{o.options.int32(schema.DepthwiseStrideH, 0), o.options.int32(schema.DepthwiseStrideW, 0)}
		dilation = [2]int32{o.options.int32(schema.DepthwiseDilationH, 1), o.options.int32(schema.DepthwiseDilationW, 1)}
		// Writers of today leave it 0, for it follows from the weights' shape.
		multiplier = max(o.options.int32(schema.DepthwiseMultiplier, 0), multiplier)
	}
	var l *mobilenet.Layer
	var err error
	if top := o.code == schema.Conv2D && len(g.steps) >= len(g.plan); top {
		l, err = g.topConvolution()
	} else {
		l, err = g.next(kinds...)
	}
	if err != nil {
		return err
	}
	if s.weights, err = g.weights(o.operand(1)); err != nil {
		return err
	}
	switch {
	case g.err != nil:
		return g.err
	case stride[0] != stride[1] || int(stride[0]) != l.Stride:
		return fmt.Errorf("it has stride %d×%d; layer %s has %d", stride[0], stride[1], l.Name, l.Stride)
	case dilation != [2]int32{1, 1}:
		return fmt.Errorf("it has dilation %d×%d; %s has none", dilation[0], dilation[1], g.name())
	case multiplier != 1 && l.Kind != mobilenet.Conv:
		return fmt.Errorf("it has depth multiplier %d; %s has 1", multiplier, g.name())
	case padding != schema.Same && padding != schema.Valid:
		return fmt.Errorf("it has padding %d, which is neither SAME (0) nor VALID (1)", padding)
	case g.pad != nil && padding != schema.Valid:
		return fmt.Errorf("it pads (SAME) what a PAD has padded")
	case len(out.shape) != 4:
		return fmt.Errorf("it makes %v of shape %v, which is no feature map", out, out.shape)
	}
	if err := g.computable(&s); err != nil {
		return err
	}
	if l.Kernel > 1 && padding == schema.Valid {
		s.fixed = true
		if g.pad != nil {
			s.pad, g.pad = *g.pad, nil
		}
	}
	g.add(s, l)
	return nil
}

// add adds a layer.
func (g *graph) add(s step, l *mobilenet.Layer) {
	if len(g.steps) >= len(g.plan) {
		g.top = append(g.top, *l)
	}
	g.steps = append(g.steps, s)
}

// leak takes LEAKY_RELU, the activation of the layer before it. That its output has the layer's shape is seen with the layer's.
func (g *graph) leak(o operator, out *tensor) error {
	slope := o.options.float32(schema.LeakyReluAlpha)
	if n := len(g.steps) - 1; n >= 0 && g.err == nil && slope > 0 && slope < 1 && g.kind == schema.Float32 && !g.activated() {
		if s := &g.steps[n]; s.out == g.at && (s.weights != nil || s.addend != nil) && s.activation == schema.None && s.leak == 0 {
			s.leak, s.out = slope, out
			return nil
		}
	}
	return fmt.Errorf("its slope is %v; one between 0 and 1 is read, after a layer of float32 numbers that has no activation yet", slope)
}

// computable says what is wrong with the weights' type or the activation of a convolution or a fully connected layer. Weights of a float32
// network may be stored in less: as float16, or quantised.
func (g *graph) computable(s *step) error {
	stored := g.kind == schema.Float32 && (s.weights.kind == schema.Float16 || s.weights.kind == schema.Int8 || s.weights.kind == schema.Uint8)
	if s.weights.kind != g.kind && !stored {
		return fmt.Errorf("its weights, %v, have type %v, its input %v; both must be one of uint8, int8 and float32", s.weights, s.weights.kind, g.kind)
	}
	return g.fusable(s.activation)
}

// fusable says what is wrong with a layer's activation.
func (g *graph) fusable(a schema.Activation) error {
	if a != schema.None && a != schema.Relu && a != schema.Relu6 {
		return fmt.Errorf("it has activation %v; %s has RELU6, RELU or NONE", a, g.name())
	}
	return nil
}
