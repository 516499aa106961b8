package mobilenet

import "math"

// Logistic is the file's own last operator, 1/(1+e^−x) of each output.
type Logistic struct {
	Quant Quant // of its result, in a quantised model
}

// logistic is 1/(1+e^−x).
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// apply computes the logistic function of logits, in place, as XNNPACK's table of 256 has it: in float32, rounded half to even.
func (l *Logistic) apply(logits []uint8, in Quant) {
	for i, q := range logits {
		p := float32(logistic(float64(in.Real(q))))
		logits[i] = clampByte(math.RoundToEven(float64(p/l.Quant.Scale)) + float64(l.Quant.Zero))
	}
}
