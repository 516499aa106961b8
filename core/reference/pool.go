package reference

import (
	"math"

	"mobilenet/core/mobilenet"
)

// total adds up the pixels of the feature map, a channel at a time, in the numbers of the file: int8 tensors are held with 128
// added, which offset takes off again.
func (q *quantized) total(s *step, offset int32) []int32 {
	sums := q.sums[:s.In.C]
	clear(sums)
	for p := range s.In.H * s.In.W {
		for c, v := range q.cur[p*s.In.C:][:s.In.C] {
			sums[c] += int32(v) - offset
		}
	}
	return sums
}

// offset is what was added to the file's numbers to make them uint8.
func (q *quantized) offset() int32 {
	if q.model.Type == mobilenet.Int8 {
		return 128
	}
	return 0
}

// averagePool computes AVERAGE_POOL_2D, which XNNPACK leaves to TFLite's own kernels: whole numbers, halves rounded away from the
// file's zero. Input and output have the same quantisation.
func (q *quantized) averagePool(s *step) {
	offset := q.offset()
	n := int32(s.In.H * s.In.W)
	for c, sum := range q.total(s, offset) {
		half := n / 2
		if sum < 0 {
			half = -half
		}
		mean := (sum+half)/n + offset // the division truncates towards zero
		q.next[c] = uint8(min(max(mean, int32(s.Quantized.Min)), int32(s.Quantized.Max)))
	}
}

// mean computes MEAN over height and width. XNNPACK sums the file's own numbers and leaves both zero points to one float32 bias, so
// that here, unlike in convolutions, the rounding comes after the output's zero point. The order of the float32 operations was found
// by asking LiteRT.js for sums that lie next to a half.
func (q *quantized) mean(s *step) {
	offset := q.offset()
	in, out := s.Quantized.In, s.Quantized.Out
	n := int32(s.In.H * s.In.W)
	scale := float32(float32(in.Scale/out.Scale) * float32(1/float32(n)))
	bias := float32(int32(out.Zero)-offset) - float32(float32(n*(int32(in.Zero)-offset))*scale)
	for c, sum := range q.total(s, offset) {
		v := float32(float32(sum)*scale) + bias
		whole := math.RoundToEven(float64(v)) + float64(offset)
		q.next[c] = uint8(min(max(whole, float64(s.Quantized.Min)), float64(s.Quantized.Max)))
	}
}
