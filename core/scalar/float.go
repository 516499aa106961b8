package scalar

import "mobilenet/core/mobilenet"

// computeFloat computes a layer of a float32 model. Feature maps are [H,W,C].
func computeFloat(l *mobilenet.Layer, in, addend, out []float32) {
	switch l.Kind {
	case mobilenet.Depthwise:
		depthwiseFloat(l, in, out)
	case mobilenet.Add:
		addFloat(in, addend, out)
	case mobilenet.AveragePool:
		averagePoolFloat(l, in, out)
	case mobilenet.Conv:
		convFloat(l, in, out)
	default:
		pointwiseFloat(l, in, out)
	}
	for i, v := range out {
		out[i] = l.Float.Activate(v)
	}
}

// convFloat computes the first convolution: weights [Cout,3,3,Cin]. Taps that fall on padding are left out.
func convFloat(l *mobilenet.Layer, in, out []float32) {
	cell := l.In.C
	for p := range l.Out.H * l.Out.W {
		top, left := p/l.Out.W*l.Stride-l.Pad.Top, p%l.Out.W*l.Stride-l.Pad.Left
		for c := range l.Out.C {
			sum := l.Float.Bias[c]
			for i := range l.Kernel {
				for j := range l.Kernel {
					if y, x := top+i, left+j; inside(l.In, y, x) {
						sum += dot(in[(y*l.In.W+x)*cell:][:cell], l.Float.Weights[((c*l.Kernel+i)*l.Kernel+j)*cell:][:cell])
					}
				}
			}
			out[p*l.Out.C+c] = sum
		}
	}
}

// pointwiseFloat computes a 1×1 convolution, weights [Cout,Cin], or a fully connected layer, which is one of a single pixel.
func pointwiseFloat(l *mobilenet.Layer, in, out []float32) {
	terms := l.Parameters() / l.Out.C
	for p := range l.Out.H * l.Out.W {
		pixel := in[p*terms:][:terms]
		for c := range l.Out.C {
			out[p*l.Out.C+c] = l.Float.Bias[c] + dot(pixel, l.Float.Weights[c*terms:][:terms])
		}
	}
}

// depthwiseFloat computes a convolution of each channel by itself: weights [3,3,C]. Taps that fall on padding are left out.
func depthwiseFloat(l *mobilenet.Layer, in, out []float32) {
	channels := l.Out.C
	for p := range l.Out.H * l.Out.W {
		top, left := p/l.Out.W*l.Stride-l.Pad.Top, p%l.Out.W*l.Stride-l.Pad.Left
		sums := out[p*channels:][:channels]
		copy(sums, l.Float.Bias)
		for i := range l.Kernel {
			for j := range l.Kernel {
				y, x := top+i, left+j
				if !inside(l.In, y, x) {
					continue
				}
				pixel := in[(y*l.In.W+x)*channels:][:channels]
				weights := l.Float.Weights[(i*l.Kernel+j)*channels:][:channels]
				for c, v := range pixel {
					sums[c] += float32(v * weights[c])
				}
			}
		}
	}
}

// averagePoolFloat is the mean of each channel.
func averagePoolFloat(l *mobilenet.Layer, in, out []float32) {
	n := l.In.H * l.In.W
	clear(out)
	for p := range n {
		for c, v := range in[p*l.In.C:][:l.In.C] {
			out[c] += v
		}
	}
	for c := range out {
		out[c] /= float32(n)
	}
}

// dot adds up the products of two slices of one length. The four sums are for speed: one alone would wait for its own additions.
func dot(x, w []float32) float32 {
	w = w[:len(x)]
	var s0, s1, s2, s3 float32
	for len(x) >= 4 && len(w) >= 4 {
		s0 += float32(x[0] * w[0])
		s1 += float32(x[1] * w[1])
		s2 += float32(x[2] * w[2])
		s3 += float32(x[3] * w[3])
		x, w = x[4:], w[4:]
	}
	for i, v := range x {
		s0 += float32(v * w[i])
	}
	return (s0 + s1) + (s2 + s3)
}
