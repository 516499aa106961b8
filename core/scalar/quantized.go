package scalar

import (
	"math"

	"mobilenet/core/mobilenet"
)

// quantized computes the layers of a quantised model. Feature maps are [H,W,C].
type quantized struct {
	steps []step
	// offset is what was added to the file's numbers to make them uint8.
	offset int32
	window [2][]uint8 // what two kernels of the first convolution cover, [Dk,Dk,M] each
	pair   []uint64   // two rows of input, packed; see multiply
	sums   []int32    // [C], one pixel of a depthwise convolution or of a pool
}

// A step is a layer with what can be computed before a picture comes.
type step struct {
	*mobilenet.Layer
	start []int32   // [Cout], what the sum of an output channel starts with
	scale []float32 // [Cout], takes that sum to the output's scale
	taps  []int32   // depthwise: weights less their zero point, [3,3,C]
	// The fused activation's range less the zero point, and the zero point.
	low, high float32
	zero      int32
	// Of an addition: what takes its two inputs to the output's scale, in fixed point.
	a, b  int32
	shift uint
}

func newQuantized(m *mobilenet.Model) *quantized {
	q := &quantized{steps: make([]step, len(m.Layers))}
	if m.Type == mobilenet.Int8 {
		q.offset = 128
	}
	window, row, channels := 0, 0, 0
	for i := range m.Layers {
		l := &m.Layers[i]
		q.steps[i] = newStep(l)
		channels = max(channels, l.Out.C)
		switch l.Kind {
		case mobilenet.Conv:
			window = max(window, l.Kernel*l.Kernel*l.In.C)
		case mobilenet.Pointwise, mobilenet.FullyConnected:
			row = max(row, l.Parameters()/l.Out.C)
		}
	}
	q.window = [2][]uint8{make([]uint8, window), make([]uint8, window)}
	q.pair = make([]uint64, max(window, row))
	q.sums = make([]int32, channels)
	return q
}

// memory is how many bytes it holds.
func (q *quantized) memory() int {
	n := len(q.window[0]) + len(q.window[1]) + 8*len(q.pair) + 4*len(q.sums)
	for i := range q.steps {
		s := &q.steps[i]
		n += 4 * (len(s.start) + len(s.scale) + len(s.taps))
	}
	return n
}

func newStep(l *mobilenet.Layer) step {
	q := l.Quantized
	s := step{Layer: l, zero: int32(q.Out.Zero)}
	s.low, s.high = float32(int32(q.Min)-s.zero), float32(int32(q.Max)-s.zero)
	switch l.Kind {
	case mobilenet.AveragePool:
		return s
	case mobilenet.Add:
		s.a, s.b, s.shift = q.AddMultipliers()
		return s
	}
	s.scale = make([]float32, l.Out.C)
	for c := range s.scale {
		s.scale[c] = q.Multiplier(c)
	}
	wz, xz := int32(q.WeightZero), int32(q.In.Zero)
	if l.Kind == mobilenet.Depthwise {
		s.start = q.Bias
		s.taps = make([]int32, len(q.Weights))
		for i, w := range q.Weights {
			s.taps[i] = int32(w) - wz
		}
		return s
	}
	// Σ(x−xz)(w−wz) = Σxw − wz·Σx − xz·Σ(w−wz): the last term does not depend on the picture.
	s.start = make([]int32, l.Out.C)
	terms := l.Parameters() / l.Out.C
	for c := range s.start {
		s.start[c] = q.Bias[c]
		for _, w := range q.Weights[c*terms:][:terms] {
			s.start[c] -= xz * (int32(w) - wz)
		}
	}
	return s
}

// layer computes layer i; an addition adds addend to in.
func (q *quantized) layer(i int, in, addend, out []uint8) {
	s := &q.steps[i]
	switch {
	case s.Kind == mobilenet.Depthwise:
		q.depthwise(s, in, out)
	case s.Kind == mobilenet.Add:
		s.add(in, addend, out)
	case s.Kind == mobilenet.AveragePool && s.Quantized.Mean:
		q.mean(s, in, out)
	case s.Kind == mobilenet.AveragePool:
		q.averagePool(s, in, out)
	default:
		q.multiply(s, in, out)
	}
}

// requantize takes the sum of output channel c to the output's quantisation, as core/reference does.
func (s *step) requantize(sum int32, c int) uint8 {
	v := float32(float32(sum) * s.scale[c])
	// Clamped first, so that the conversion cannot overflow; the bounds are whole numbers, so rounding later changes nothing.
	if v < s.low {
		v = s.low
	}
	if v > s.high {
		v = s.high
	}
	return uint8(int32(math.RoundToEven(float64(v))) + s.zero)
}

// multiply computes a convolution over all input channels: the sums of a row of input, [terms], with each row of the weights,
// [Cout,terms]. For a pointwise layer the row is a pixel, for a fully connected one the whole input, for the first convolution the window
// under the kernel.
//
// Two pixels go at once, in the halves of a uint64: (x0 + x1<<32)·w adds x0·w to the low half and x1·w to the high one, and
// neither overflows, for the bytes are multiplied as they are in the file and New bounds the terms. Zero points come after.
func (q *quantized) multiply(s *step, in, out []uint8) {
	terms := s.Parameters() / s.Out.C
	pair := q.pair[:terms]
	weights := s.Quantized.Weights
	wz := int32(s.Quantized.WeightZero)
	pixels, channels := s.Out.H*s.Out.W, s.Out.C
	for p := 0; p < pixels; p += 2 {
		next := min(p+1, pixels-1) // an odd last pixel is computed twice
		x0, x1 := q.row(s, in, p, 0)[:terms], q.row(s, in, next, 1)[:terms]
		var sum uint64
		for i, x := range x0 {
			pair[i] = uint64(x) | uint64(x1[i])<<32
			sum += pair[i]
		}
		zero0, zero1 := wz*int32(uint32(sum)), wz*int32(uint32(sum>>32))
		out0, out1 := out[p*channels:][:channels], out[next*channels:][:channels]
		for c := 0; c < channels; c += 4 {
			// Four channels at once; where fewer are left, the last one again.
			index := [4]int{c, min(c+1, channels-1), min(c+2, channels-1), min(c+3, channels-1)}
			for i, both := range dot4(pair, weights, index) {
				c := index[i]
				out0[c] = s.requantize(s.start[c]-zero0+int32(uint32(both)), c)
				out1[c] = s.requantize(s.start[c]-zero1+int32(uint32(both>>32)), c)
			}
		}
	}
}

// dot4 multiplies x, [terms], with four rows of weights, [Cout,terms].
func dot4(x []uint64, weights []uint8, rows [4]int) (sums [4]uint64) {
	w0 := weights[rows[0]*len(x):][:len(x)]
	w1 := weights[rows[1]*len(x):][:len(x)]
	w2 := weights[rows[2]*len(x):][:len(x)]
	w3 := weights[rows[3]*len(x):][:len(x)]
	var s0, s1, s2, s3 uint64
	for i, v := range x {
		s0 += v * uint64(w0[i])
		s1 += v * uint64(w1[i])
		s2 += v * uint64(w2[i])
		s3 += v * uint64(w3[i])
	}
	return [4]uint64{s0, s1, s2, s3}
}

// row is what multiply reads for output pixel p: the input's pixel, or all of them, or for the first convolution a copy of the window under the
// kernel in window k, where padding holds the input's zero point.
func (q *quantized) row(s *step, in []uint8, p, k int) []uint8 {
	switch s.Kind {
	case mobilenet.Pointwise:
		return in[p*s.In.C:][:s.In.C]
	case mobilenet.FullyConnected:
		return in
	}
	top, left := p/s.Out.W*s.Stride-s.Pad.Top, p%s.Out.W*s.Stride-s.Pad.Left
	dst := q.window[k]
	for i := range s.Kernel {
		for j := range s.Kernel {
			cell := dst[(i*s.Kernel+j)*s.In.C:][:s.In.C]
			if y, x := top+i, left+j; inside(s.In, y, x) {
				copy(cell, in[(y*s.In.W+x)*s.In.C:])
				continue
			}
			for c := range cell {
				cell[c] = s.Quantized.In.Zero
			}
		}
	}
	return dst
}

// depthwise computes a convolution of each channel by itself. Padding stands for zero, so its taps are left out.
func (q *quantized) depthwise(s *step, in, out []uint8) {
	channels := s.Out.C
	sums := q.sums[:channels]
	zero := int32(s.Quantized.In.Zero)
	for p := range s.Out.H * s.Out.W {
		top, left := p/s.Out.W*s.Stride-s.Pad.Top, p%s.Out.W*s.Stride-s.Pad.Left
		copy(sums, s.start)
		for i := range s.Kernel {
			for j := range s.Kernel {
				y, x := top+i, left+j
				if !inside(s.In, y, x) {
					continue
				}
				pixel := in[(y*s.In.W+x)*channels:][:channels]
				taps := s.taps[(i*s.Kernel+j)*channels:][:channels]
				for c, v := range pixel {
					sums[c] += (int32(v) - zero) * taps[c]
				}
			}
		}
		pixel := out[p*channels:][:channels]
		for c, sum := range sums {
			pixel[c] = s.requantize(sum, c)
		}
	}
}
