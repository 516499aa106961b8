package reference

import (
	"math"

	"mobilenet/core/mobilenet"
)

// compute computes a layer of a quantised model. All in and out here are feature maps [H,W,C], and so is what an addition adds to in; t is
// the type of the file's tensors.
func compute(t mobilenet.DType, l *mobilenet.Layer, in, addend, out []uint8) {
	switch l.Kind {
	case mobilenet.Conv:
		conv(l, in, out)
	case mobilenet.Depthwise:
		depthwise(l, in, out)
	case mobilenet.Pointwise:
		pointwise(l, in, out)
	case mobilenet.FullyConnected:
		fullyConnected(l, in, out)
	case mobilenet.Add:
		add(l, in, addend, out)
	case mobilenet.AveragePool:
		if l.Quantized.Mean {
			mean(t, l, in, out)
		} else {
			averagePool(t, l, in, out)
		}
	}
}

// conv computes a standard convolution (equation 1 of the paper), with weights K [N,Dk,Dk,M]:
//
//	G[y,x,n] = Σ i,j,m  K[n,i,j,m] · F[y·stride+i−top, x·stride+j−left, m]
//
// Padding holds the number zero, so it adds nothing.
func conv(l *mobilenet.Layer, in, out []uint8) {
	q := l.Quantized
	for y := range l.Out.H {
		for x := range l.Out.W {
			for n := range l.Out.C {
				sum := q.Bias[n]
				for i := range l.Kernel {
					for j := range l.Kernel {
						row, column := y*l.Stride+i-l.Pad.Top, x*l.Stride+j-l.Pad.Left
						if !inside(l.In, row, column) {
							continue
						}
						pixel := in[(row*l.In.W+column)*l.In.C:][:l.In.C]
						weights := q.Weights[((n*l.Kernel+i)*l.Kernel+j)*l.In.C:][:l.In.C]
						sum += dot(q, pixel, weights)
					}
				}
				out[(y*l.Out.W+x)*l.Out.C+n] = requantize(q, n, sum)
			}
		}
	}
}

// depthwise computes a depthwise convolution (equation 3), a kernel for each channel, with weights K [Dk,Dk,M]:
//
//	G[y,x,m] = Σ i,j  K[i,j,m] · F[y·stride+i−top, x·stride+j−left, m]
func depthwise(l *mobilenet.Layer, in, out []uint8) {
	q := l.Quantized
	for y := range l.Out.H {
		for x := range l.Out.W {
			for m := range l.Out.C {
				sum := q.Bias[m]
				for i := range l.Kernel {
					for j := range l.Kernel {
						row, column := y*l.Stride+i-l.Pad.Top, x*l.Stride+j-l.Pad.Left
						if !inside(l.In, row, column) {
							continue
						}
						value := int32(in[(row*l.In.W+column)*l.In.C+m]) - int32(q.In.Zero)
						weight := int32(q.Weights[(i*l.Kernel+j)*l.Out.C+m]) - int32(q.WeightZero)
						sum += value * weight
					}
				}
				out[(y*l.Out.W+x)*l.Out.C+m] = requantize(q, m, sum)
			}
		}
	}
}

// pointwise computes a 1×1 convolution, with weights K [N,M]:
//
//	G[y,x,n] = Σ m  K[n,m] · F[y,x,m]
func pointwise(l *mobilenet.Layer, in, out []uint8) {
	q := l.Quantized
	for p := range l.Out.H * l.Out.W {
		pixel := in[p*l.In.C:][:l.In.C]
		for n := range l.Out.C {
			weights := q.Weights[n*l.In.C:][:l.In.C]
			out[p*l.Out.C+n] = requantize(q, n, q.Bias[n]+dot(q, pixel, weights))
		}
	}
}

// fullyConnected computes a pointwise convolution of all values of the feature map, as if they were one pixel's, with weights K [N,H·W·M].
func fullyConnected(l *mobilenet.Layer, in, out []uint8) {
	q := l.Quantized
	for n := range l.Out.C {
		out[n] = requantize(q, n, q.Bias[n]+dot(q, in, q.Weights[n*len(in):][:len(in)]))
	}
}

// dot is the sum over values times their weights. A sum that leaves int32 wraps, as it does in XNNPACK.
func dot(q *mobilenet.Quantized, pixel, weights []uint8) int32 {
	inZero, weightZero := int32(q.In.Zero), int32(q.WeightZero)
	sum := int32(0)
	for m, v := range pixel {
		sum += (int32(v) - inZero) * (int32(weights[m]) - weightZero)
	}
	return sum
}

// requantize takes the sum of output channel c to the output's quantisation, as XNNPACK does (xnn_qu8_requantize_fp32 and
// xnn_qs8_requantize_fp32 in src/xnnpack/requantization.h): the product in float32, clamped to the fused activation, then rounded, halves
// to even, before the zero point is added.
func requantize(q *mobilenet.Quantized, c int, sum int32) uint8 {
	zero := int32(q.Out.Zero)
	v := float32(sum) * q.Multiplier(c)
	v = max(v, float32(int32(q.Min)-zero))
	v = min(v, float32(int32(q.Max)-zero))
	return uint8(int32(math.RoundToEven(float64(v))) + zero)
}

// averagePool computes AVERAGE_POOL_2D, which LiteRT leaves to TFLite's own kernels: (sum ± n/2) / n in whole numbers, with the sign of the
// sum, so that halves are rounded away from zero (AveragePool in tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h). Input
// and output have the same quantisation.
func averagePool(t mobilenet.DType, l *mobilenet.Layer, in, out []uint8) {
	offset := fileOffset(t)
	n := int32(l.In.H * l.In.W)
	for c := range l.Out.C {
		sum := fileSum(l.In, in, c, offset)
		half := n / 2
		if sum < 0 {
			half = -half
		}
		v := (sum+half)/n + offset // the division truncates
		out[c] = uint8(min(max(v, int32(l.Quantized.Min)), int32(l.Quantized.Max)))
	}
}

// mean computes MEAN over height and width. XNNPACK sums the file's own numbers and leaves both zero points to one float32 bias, so that
// here, unlike in convolutions, the rounding comes after the output's zero point. The order of the float32 operations was found by asking
// LiteRT.js for sums that lie next to a half.
func mean(t mobilenet.DType, l *mobilenet.Layer, in, out []uint8) {
	offset := fileOffset(t)
	n := int32(l.In.H * l.In.W)
	from, to := l.Quantized.In, l.Quantized.Out
	scale := float32(from.Scale/to.Scale) * float32(1/float32(n))
	bias := float32(int32(to.Zero)-offset) - float32(float32(n*(int32(from.Zero)-offset))*scale)
	for c := range l.Out.C {
		v := float32(float32(fileSum(l.In, in, c, offset))*scale) + bias
		whole := math.RoundToEven(float64(v)) + float64(offset)
		out[c] = uint8(min(max(whole, float64(l.Quantized.Min)), float64(l.Quantized.Max)))
	}
}

// fileSum adds up channel c of all pixels, in the numbers of the file.
func fileSum(s mobilenet.Shape, in []uint8, c int, offset int32) int32 {
	sum := int32(0)
	for p := range s.H * s.W {
		sum += int32(in[p*s.C+c]) - offset
	}
	return sum
}

// fileOffset is what was added to the file's numbers to make them uint8.
func fileOffset(t mobilenet.DType) int32 {
	if t == mobilenet.Int8 {
		return 128
	}
	return 0
}
