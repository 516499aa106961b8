package mobilenet

import (
	"math"
	"slices"
)

// exampleLogits are the head's logits for its examples, at most fitExamples of them, spread evenly. The embeddings are rounded to what bytes
// stand for, which those of the model's own Engine are already.
func (h *Head) exampleLogits(in Quant) (logits []float64) {
	n := len(h.Examples)
	var row []float64
	for i := range min(n, fitExamples) {
		e := slices.Clone(h.Examples[i*n/min(n, fitExamples)])
		for j, v := range e {
			e[j] = in.Real(in.Quantize(v))
		}
		row = h.Logits(row, e)
		logits = append(logits, row...)
	}
	return logits
}

// fitExamples bounds the examples that an output is fitted to, and so the time that takes.
const fitExamples = 2000

// fitOutput chooses what logits [examples,classes] are rounded to. A range wide enough for all of them may have steps that are too coarse
// near the top, where a difference of a step is a difference in probability: so of an example's logits only those are sure to be told apart
// that lie at most margin below its largest, and the margin is tried that keeps the largest error in a probability least.
func (h *Head) fitOutput(q *Quantized, logits []float64) Quant {
	best, least := Quant{}, math.Inf(1)
	for _, margin := range [...]float64{math.Inf(1), 16, 12, 10, 9, 8, 7, 6, 5} {
		out := spread(h.within(logits, margin))
		for c := range h.Bias { // a scale so fine that the layer's factor would leave the range that engines compute
			out.Scale = max(out.Scale, float32(q.In.Scale*q.WeightScale(c))/(maxMultiplier/2))
		}
		if e := h.outputError(out, logits); e < least {
			best, least = out, e
		}
	}
	return best
}

// within is the range of logits that tells apart those that lie at most margin below an example's largest. The largest may itself be cut
// off where it lies more than margin above the next.
func (h *Head) within(logits []float64, margin float64) (lowest, highest float64) {
	lowest, highest = math.Inf(1), math.Inf(-1)
	classes := len(h.Bias)
	for i := 0; i < len(logits); i += classes {
		first, second := math.Inf(-1), math.Inf(-1)
		for _, v := range logits[i : i+classes] {
			if v > first {
				first, second = v, first
			} else {
				second = max(second, v)
			}
		}
		highest = max(highest, min(first, second+margin))
		if classes == 1 {
			highest = max(highest, first)
		}
	}
	for i := 0; i < len(logits); i += classes {
		row := logits[i : i+classes]
		lowest = min(lowest, max(slices.Min(row), min(slices.Max(row), highest)-margin))
	}
	return lowest, highest
}

// outputError is the largest difference in a probability that rounding logits to out makes.
func (h *Head) outputError(out Quant, logits []float64) float64 {
	classes := len(h.Bias)
	exact, rounded := make([]float64, classes), make([]float64, classes)
	worst := 0.0
	for i := 0; i < len(logits); i += classes {
		for c, v := range logits[i : i+classes] {
			exact[c] = v
			rounded[c] = float64(out.Real(clampByte(math.RoundToEven(v/float64(out.Scale)) + float64(out.Zero))))
		}
		probabilitiesOf(exact)
		probabilitiesOf(rounded)
		for c, p := range exact {
			worst = max(worst, math.Abs(p-rounded[c]))
		}
	}
	return worst
}

// probabilitiesOf takes logits to their softmax, in place.
func probabilitiesOf(logits []float64) {
	peak, sum := slices.Max(logits), 0.0
	for c, v := range logits {
		logits[c] = math.Exp(v - peak)
		sum += logits[c]
	}
	for c := range logits {
		logits[c] /= sum
	}
}
