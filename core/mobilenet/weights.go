package mobilenet

// WeightShape is the shape of the layer's weights as Quantized and Float hold them: Conv [Cout,3,3,Cin], Depthwise [3,3,C],
// Pointwise [Cout,Cin], FullyConnected [Cout,H·W·C] of its input. An AveragePool and an Add have none.
func (l *Layer) WeightShape() []int {
	switch l.Kind {
	case Conv:
		return []int{l.Out.C, l.Kernel, l.Kernel, l.In.C}
	case Depthwise:
		return []int{l.Kernel, l.Kernel, l.Out.C}
	case Pointwise:
		return []int{l.Out.C, l.In.C}
	case FullyConnected:
		return []int{l.Out.C, l.In.Len()}
	}
	return nil
}

// Weights returns the layer's weights as real numbers in the order of WeightShape: a float model's own, a quantised model's
// times the scale of their output channel. dst is reused where it is long enough. An AveragePool and an Add have none, and so has a layer
// that belongs to no Model. The model must have passed Check.
func (l *Layer) Weights(dst []float32) []float32 {
	dst = dst[:0]
	if l.Float != nil {
		return append(dst, l.Float.Weights...)
	}
	q := l.Quantized
	if q == nil {
		return dst
	}
	scales := q.WeightScales
	for i, w := range q.Weights {
		scale := scales[0]
		if len(scales) > 1 {
			scale = scales[l.channelOf(i)]
		}
		dst = append(dst, scale*float32(int32(w)-int32(q.WeightZero)))
	}
	return dst
}

// channelOf is the output channel that weight i belongs to.
func (l *Layer) channelOf(i int) int {
	if l.Kind == Depthwise {
		return i % l.Out.C // channels are innermost
	}
	return i / (l.Parameters() / l.Out.C)
}
