package mobilenet

import "math"

// Softmax is the file's own last operator.
type Softmax struct {
	Beta  float32
	Quant Quant // of its result, in a quantised model
}

// apply computes the softmax of logits with the given scale, in place, as TFLite's kernel for uint8 and int8 does: exponentials
// from a table of 256, all in float32, halves rounded up.
func (s *Softmax) apply(logits []uint8, scale float32) {
	peak := uint8(0)
	for _, q := range logits {
		peak = max(peak, q)
	}
	var exp [256]float32 // of a logit d steps below the largest
	step := -float32(scale * s.Beta)
	for d := range exp {
		exp[d] = float32(math.Exp(float64(float32(step * float32(d)))))
	}
	sum := float32(0)
	for _, q := range logits {
		sum += exp[peak-q]
	}
	factor := float32(1 / float32(sum*s.Quant.Scale))
	for i, q := range logits {
		p := float32(exp[peak-q]*factor) + 0.5
		logits[i] = clampByte(math.Floor(float64(p)) + float64(s.Quant.Zero))
	}
}

// sum adds up the exponentials of logits, for which it gives the largest of them.
func (s *Softmax) sum(logits []float32) (peak float32, sum float64) {
	peak = float32(math.Inf(-1))
	for _, v := range logits {
		peak = max(peak, v)
	}
	for _, v := range logits {
		sum += s.exp(v, peak)
	}
	return peak, sum
}

// exp is the exponential of a logit relative to that of the largest, peak, so that none overflows.
func (s *Softmax) exp(logit, peak float32) float64 {
	return math.Exp(float64(s.Beta) * (float64(logit) - float64(peak)))
}
