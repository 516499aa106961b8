package scalar

import "math"

// total adds up the pixels of the feature map in, all channels at once, in the numbers of the file.
func (q *quantized) total(s *step, in []uint8) []int32 {
	sums := q.sums[:s.In.C]
	clear(sums)
	for p := range s.In.H * s.In.W {
		for c, v := range in[p*s.In.C:][:s.In.C] {
			sums[c] += int32(v) - q.offset
		}
	}
	return sums
}

// averagePool computes AVERAGE_POOL_2D.
func (q *quantized) averagePool(s *step, in, out []uint8) {
	n := int32(s.In.H * s.In.W)
	for c, sum := range q.total(s, in) {
		half := n / 2
		if sum < 0 {
			half = -half
		}
		mean := (sum+half)/n + q.offset // the division truncates towards zero
		out[c] = uint8(min(max(mean, int32(s.Quantized.Min)), int32(s.Quantized.Max)))
	}
}

// mean computes MEAN over height and width.
func (q *quantized) mean(s *step, in, out []uint8) {
	from, to := s.Quantized.In, s.Quantized.Out
	n := int32(s.In.H * s.In.W)
	scale := float32(float32(from.Scale/to.Scale) * float32(1/float32(n)))
	bias := float32(int32(to.Zero)-q.offset) - float32(float32(n*(int32(from.Zero)-q.offset))*scale)
	for c, sum := range q.total(s, in) {
		v := float32(float32(sum)*scale) + bias
		whole := math.RoundToEven(float64(v)) + float64(q.offset)
		out[c] = uint8(min(max(whole, float64(s.Quantized.Min)), float64(s.Quantized.Max)))
	}
}
