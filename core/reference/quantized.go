package reference

import (
	"math"

	"mobilenet/core/mobilenet"
)

// quantized is the network in 8-bit numbers.
type quantized struct {
	model *mobilenet.Model
	table *[3][256]uint8
	steps []step
	// cur is the feature map, [h,w,c], and next the room for the one that follows.
	cur, next []uint8
	patch     [2][]uint8 // what two kernels of the first convolution cover, [3,3,Cin] each
	pair      []uint64   // two rows of input, packed; see multiply
	sums      []int32    // [C], one pixel of a depthwise convolution or of a pool
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
}

func newQuantized(m *mobilenet.Model) (arithmetic, int64) {
	q := &quantized{model: m, table: m.InputTable(), steps: make([]step, len(m.Layers))}
	largest, patch, row, channels, memory := m.Layers[0].In.Len(), 0, 0, 0, 0
	for i := range m.Layers {
		l := &m.Layers[i]
		q.steps[i] = newStep(l)
		largest = max(largest, l.Out.Len())
		channels = max(channels, l.Out.C)
		switch l.Kind {
		case mobilenet.Conv:
			patch = max(patch, l.Kernel*l.Kernel*l.In.C)
		case mobilenet.Pointwise, mobilenet.FullyConnected:
			row = max(row, l.In.C)
		}
		s := &q.steps[i]
		memory += len(l.Quantized.Weights) + 4*(len(l.Quantized.Bias)+len(s.start)+len(s.scale)+len(s.taps))
	}
	arena := make([]uint8, 2*largest+2*patch)
	q.cur, q.next = arena[:largest], arena[largest:2*largest]
	q.patch = [2][]uint8{arena[2*largest:][:patch], arena[2*largest+patch:]}
	q.pair = make([]uint64, max(patch, row))
	q.sums = make([]int32, channels)
	return q, int64(memory + len(arena) + 8*len(q.pair) + 4*len(q.sums))
}

func newStep(l *mobilenet.Layer) step {
	q := l.Quantized
	s := step{Layer: l, zero: int32(q.Out.Zero)}
	s.low, s.high = float32(int32(q.Min)-s.zero), float32(int32(q.Max)-s.zero)
	if l.Kind == mobilenet.AveragePool {
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

func (q *quantized) input(rgb []byte) {
	for i := 0; i+3 <= len(rgb); i += 3 {
		q.cur[i] = q.table[0][rgb[i]]
		q.cur[i+1] = q.table[1][rgb[i+1]]
		q.cur[i+2] = q.table[2][rgb[i+2]]
	}
}

func (q *quantized) layer(i int) {
	s := &q.steps[i]
	switch {
	case s.Kind == mobilenet.Depthwise:
		q.depthwise(s)
	case s.Kind == mobilenet.AveragePool && s.Quantized.Mean:
		q.mean(s)
	case s.Kind == mobilenet.AveragePool:
		q.averagePool(s)
	default:
		q.multiply(s)
	}
	q.cur, q.next = q.next, q.cur
}

func (q *quantized) real(i int, dst []float32) []float32 {
	s := &q.steps[i]
	for _, v := range q.cur[:s.Out.Len()] {
		dst = append(dst, s.Quantized.Out.Real(v))
	}
	return dst
}

func (q *quantized) finish(out *mobilenet.Result) {
	last := &q.steps[len(q.steps)-1]
	q.model.Finish(q.cur[:last.Out.Len()], out)
}

// quantize takes the sum of output channel c to the output's quantisation. This is XNNPACK's fp32 requantisation: the product in
// float32, rounded half to even before the zero point is added. An accumulator that overflows int32 wraps, as it does there.
func (s *step) quantize(sum int32, c int) uint8 {
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
// [Cout,terms]. For a pointwise layer the row is a pixel, for the first convolution the patch under the kernel.
//
// Two pixels go at once, in the halves of a uint64: (x0 + x1<<32)·w adds x0·w to the low half and x1·w to the high one, and
// neither overflows, for the bytes are multiplied as they are in the file and check bounds the terms. Zero points come after.
func (q *quantized) multiply(s *step) {
	terms := s.Parameters() / s.Out.C
	pair := q.pair[:terms]
	weights := s.Quantized.Weights
	wz := int32(s.Quantized.WeightZero)
	pixels, channels := s.Out.H*s.Out.W, s.Out.C
	for p := 0; p < pixels; p += 2 {
		next := min(p+1, pixels-1) // an odd last pixel is computed twice
		x0, x1 := q.row(s, p, 0)[:terms], q.row(s, next, 1)[:terms]
		var sum uint64
		for i, x := range x0 {
			pair[i] = uint64(x) | uint64(x1[i])<<32
			sum += pair[i]
		}
		zero0, zero1 := wz*int32(uint32(sum)), wz*int32(uint32(sum>>32))
		out0, out1 := q.next[p*channels:][:channels], q.next[next*channels:][:channels]
		for c := 0; c < channels; c += 4 {
			// Four channels at once; where fewer are left, the last one again.
			index := [4]int{c, min(c+1, channels-1), min(c+2, channels-1), min(c+3, channels-1)}
			for i, both := range dot4(pair, weights, index) {
				c := index[i]
				out0[c] = s.quantize(s.start[c]-zero0+int32(uint32(both)), c)
				out1[c] = s.quantize(s.start[c]-zero1+int32(uint32(both>>32)), c)
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

// row is what multiply reads for output pixel p: the input's pixel, or for the first convolution a copy of the patch under the
// kernel in patch k, where padding holds the input's zero point.
func (q *quantized) row(s *step, p, k int) []uint8 {
	if s.Kind != mobilenet.Conv {
		return q.cur[p*s.In.C:][:s.In.C]
	}
	top, left := p/s.Out.W*s.Stride-s.Pad.Top, p%s.Out.W*s.Stride-s.Pad.Left
	dst := q.patch[k]
	for i := range s.Kernel {
		for j := range s.Kernel {
			cell := dst[(i*s.Kernel+j)*s.In.C:][:s.In.C]
			if y, x := top+i, left+j; inside(s.In, y, x) {
				copy(cell, q.cur[(y*s.In.W+x)*s.In.C:])
				continue
			}
			for c := range cell {
				cell[c] = s.Quantized.In.Zero
			}
		}
	}
	return dst
}

// inside tells whether pixel (y, x) is one of a feature map's, and not of its padding.
func inside(s mobilenet.Shape, y, x int) bool {
	return y >= 0 && y < s.H && x >= 0 && x < s.W
}

// depthwise computes a convolution of each channel by itself. Padding stands for zero, so its taps are left out.
func (q *quantized) depthwise(s *step) {
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
				in := q.cur[(y*s.In.W+x)*channels:][:channels]
				taps := s.taps[(i*s.Kernel+j)*channels:][:channels]
				for c, v := range in {
					sums[c] += (int32(v) - zero) * taps[c]
				}
			}
		}
		out := q.next[p*channels:][:channels]
		for c, sum := range sums {
			out[c] = s.quantize(sum, c)
		}
	}
}
