package classify

import (
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// addProbabilities adds weight times the probability of each answer to sums: the softmax of β·logits, or the logistic function of each
// logit where the model has that of several.
func addProbabilities(sums []float64, m *mobilenet.Model, logits []float32, weight float64) error {
	if len(logits) == 0 {
		return nil
	}
	if m.Output.Logistic != nil && m.Answers() == m.Classes {
		for i, v := range logits {
			if v != v {
				return ErrNotFinite
			}
			sums[i] += weight / (1 + math.Exp(-float64(v)))
		}
		return nil
	}
	beta := 1.0
	if s := m.Output.Softmax; s != nil {
		beta = float64(s.Beta)
	}
	return addSoftmax(sums, logits, beta, weight)
}

// addSoftmax adds weight times the softmax of β·logits to sums. The largest logit is taken off before, so nothing overflows.
func addSoftmax(sums []float64, logits []float32, beta, weight float64) error {
	largest := float64(slices.Max(logits))
	total := 0.0
	for _, v := range logits {
		total += math.Exp(beta * (float64(v) - largest))
	}
	if math.IsNaN(total) {
		return ErrNotFinite
	}
	for i, v := range logits {
		sums[i] += weight * math.Exp(beta*(float64(v)-largest)) / total
	}
	return nil
}

// top returns the indices of the k largest values, the largest first, of equal ones the lower index first.
func top(values []float64, k int) []int {
	k = min(k, len(values))
	best := make([]int, 0, k)
	for i, v := range values {
		at := len(best)
		for at > 0 && values[best[at-1]] < v {
			at--
		}
		if at == k {
			continue
		}
		if len(best) < k {
			best = append(best, i)
		}
		copy(best[at+1:], best[at:])
		best[at] = i
	}
	return best
}
