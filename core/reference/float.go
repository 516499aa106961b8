package reference

import "mobilenet/core/mobilenet"

// computeFloat computes a layer of a float32 model: the sums of quantized.go, added in the order of the loops. Other implementations add
// in other orders, so that their last bits differ. Each product is rounded by itself, for a processor may otherwise fuse it with the sum.
func computeFloat(l *mobilenet.Layer, in, addend, out []float32) {
	switch l.Kind {
	case mobilenet.Conv:
		convFloat(l, in, out)
	case mobilenet.Depthwise:
		depthwiseFloat(l, in, out)
	case mobilenet.Pointwise:
		pointwiseFloat(l, in, out)
	case mobilenet.FullyConnected:
		fullyConnectedFloat(l, in, out)
	case mobilenet.Add:
		addFloat(in, addend, out)
	case mobilenet.AveragePool:
		averagePoolFloat(l, in, out)
	}
	for i, v := range out {
		out[i] = l.Float.Activate(v)
	}
}

// convFloat computes a standard convolution: weights [N,Dk,Dk,M].
func convFloat(l *mobilenet.Layer, in, out []float32) {
	for y := range l.Out.H {
		for x := range l.Out.W {
			for n := range l.Out.C {
				sum := l.Float.Bias[n]
				for i := range l.Kernel {
					for j := range l.Kernel {
						row, column := y*l.Stride+i-l.Pad.Top, x*l.Stride+j-l.Pad.Left
						if !inside(l.In, row, column) {
							continue
						}
						pixel := in[(row*l.In.W+column)*l.In.C:][:l.In.C]
						weights := l.Float.Weights[((n*l.Kernel+i)*l.Kernel+j)*l.In.C:][:l.In.C]
						sum += dotFloat(pixel, weights)
					}
				}
				out[(y*l.Out.W+x)*l.Out.C+n] = sum
			}
		}
	}
}

// depthwiseFloat computes a depthwise convolution: weights [Dk,Dk,M].
func depthwiseFloat(l *mobilenet.Layer, in, out []float32) {
	for y := range l.Out.H {
		for x := range l.Out.W {
			for m := range l.Out.C {
				sum := l.Float.Bias[m]
				for i := range l.Kernel {
					for j := range l.Kernel {
						row, column := y*l.Stride+i-l.Pad.Top, x*l.Stride+j-l.Pad.Left
						if !inside(l.In, row, column) {
							continue
						}
						sum += float32(in[(row*l.In.W+column)*l.In.C+m] * l.Float.Weights[(i*l.Kernel+j)*l.Out.C+m])
					}
				}
				out[(y*l.Out.W+x)*l.Out.C+m] = sum
			}
		}
	}
}

// pointwiseFloat computes a 1×1 convolution: weights [N,M].
func pointwiseFloat(l *mobilenet.Layer, in, out []float32) {
	for p := range l.Out.H * l.Out.W {
		pixel := in[p*l.In.C:][:l.In.C]
		for n := range l.Out.C {
			out[p*l.Out.C+n] = l.Float.Bias[n] + dotFloat(pixel, l.Float.Weights[n*l.In.C:][:l.In.C])
		}
	}
}

// fullyConnectedFloat computes a pointwise convolution of all values of the feature map: weights [N,H·W·M].
func fullyConnectedFloat(l *mobilenet.Layer, in, out []float32) {
	for n := range l.Out.C {
		out[n] = l.Float.Bias[n] + dotFloat(in, l.Float.Weights[n*len(in):][:len(in)])
	}
}

// averagePoolFloat is the mean of each channel.
func averagePoolFloat(l *mobilenet.Layer, in, out []float32) {
	n := l.In.H * l.In.W
	for c := range out {
		sum := float32(0)
		for p := range n {
			sum += in[p*l.In.C+c]
		}
		out[c] = sum / float32(n)
	}
}

// dotFloat is the sum over all channels of a pixel's values times their weights.
func dotFloat(pixel, weights []float32) float32 {
	sum := float32(0)
	for m, v := range pixel {
		sum += float32(v * weights[m])
	}
	return sum
}
