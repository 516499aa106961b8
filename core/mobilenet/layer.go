package mobilenet

import "fmt"

// A Kind says what a layer computes.
type Kind uint8

const (
	Conv           Kind = iota // the first layer: 3×3 over all input channels
	Depthwise                  // 3×3, each channel by itself
	Pointwise                  // 1×1 over all channels
	AveragePool                // the mean over the whole feature map, a channel at a time
	FullyConnected             // over all values of its input: the classifier, and dense layers before it
	Add                        // the sum of two feature maps of one shape, value by value
)

var kindNames = [...]string{"conv", "depthwise", "pointwise", "average_pool", "fully_connected", "add"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// A Shape is the size of a feature map, stored [H,W,C] with channels innermost.
type Shape struct{ H, W, C int }

// Len is the number of values in a feature map of this shape.
func (s Shape) Len() int { return s.H * s.W * s.C }

func (s Shape) String() string { return fmt.Sprintf("[%d,%d,%d]", s.H, s.W, s.C) }

// Padding counts the rows and columns that stand around a feature map and hold the value zero.
type Padding struct{ Top, Left, Bottom, Right int }

// A Layer is one step of the network: its geometry and, in a Model, its weights.
type Layer struct {
	// Name is "conv", "dw1", "pw1", ... "dw13", "pw13", "pool", "fc" in V1; in V2 "conv", "dw1", "project1", "expand2", "dw2",
	// "project2", "expand3", "dw3", "project3", "add3", ... "project17", "head", "pool", "fc". Layers of a Top are "dense", of each
	// pixel, and "dense1", "dense2".
	Name    string
	Kind    Kind
	In, Out Shape
	Kernel  int // side of the square kernel; the feature map's for AveragePool, 1 for Add
	Stride  int
	Pad     Padding
	// FixedPad tells that Pad was written in the file (PAD and VALID, as PyTorch's padding=1 becomes) and stays as it is
	// at another resolution. Otherwise Pad is what SAME gives.
	FixedPad bool
	// Addend is for Add the index of the layer whose output it adds to that of the layer before it. It stands before that layer.
	Addend int

	Quantized *Quantized // weights of a quantised model
	Float     *Float     // weights of a float32 model
}

// Parameters counts the layer's weights, without biases: Dk²·M·N for a convolution over M channels into N, Dk²·M for a
// depthwise one (arXiv 1704.04861, section 3.1).
func (l *Layer) Parameters() int {
	switch l.Kind {
	case Conv, Pointwise:
		return l.Kernel * l.Kernel * l.In.C * l.Out.C
	case FullyConnected:
		return l.In.Len() * l.Out.C
	case Depthwise:
		return l.Kernel * l.Kernel * l.Out.C
	}
	return 0
}

// Biases counts the layer's biases, one an output channel.
func (l *Layer) Biases() int {
	if l.Kind == AveragePool || l.Kind == Add {
		return 0
	}
	return l.Out.C
}

// MultiplyAdds counts the layer's multiplications: each weight is used once an output pixel (equations 2 to 5 of
// arXiv 1704.04861, with padding counted as the paper does). Additions of feature maps count nothing, as in arXiv 1801.04381.
func (l *Layer) MultiplyAdds() int { return l.Parameters() * l.Out.H * l.Out.W }

// samePad is TensorFlow's SAME padding along one side: out = ceil(in/stride), the odd pixel after.
func samePad(in, kernel, stride int) (out, before, after int) {
	out = (in + stride - 1) / stride
	total := max(0, (out-1)*stride+kernel-in)
	return out, total / 2, total - total/2
}

// setInput sets the layer's input shape; output shape and SAME padding follow.
func (l *Layer) setInput(in Shape) error {
	l.In = in
	switch l.Kind {
	case AveragePool:
		l.Kernel, l.Stride, l.Out.H, l.Out.W = in.H, 1, 1, 1
	case FullyConnected:
		l.Out.H, l.Out.W = 1, 1
	case Add:
		l.Out = in
	default:
		if l.FixedPad {
			// Stride is added before the division: without it a rest of −1 would be cut to 0, a pixel that is not there.
			l.Out.H = (in.H + l.Pad.Top + l.Pad.Bottom - l.Kernel + l.Stride) / l.Stride
			l.Out.W = (in.W + l.Pad.Left + l.Pad.Right - l.Kernel + l.Stride) / l.Stride
		} else {
			l.Out.H, l.Pad.Top, l.Pad.Bottom = samePad(in.H, l.Kernel, l.Stride)
			l.Out.W, l.Pad.Left, l.Pad.Right = samePad(in.W, l.Kernel, l.Stride)
		}
	}
	if l.Out.H < 1 || l.Out.W < 1 {
		return fmt.Errorf("layer %s: no output pixel is left of input %v", l.Name, in)
	}
	if l.Kind == Depthwise || l.Kind == AveragePool {
		l.Out.C = in.C
	}
	return nil
}
