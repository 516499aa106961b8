package mobilenet

import (
	"fmt"
	"math"
)

// quantize makes a fully connected layer of a head, for embeddings quantised as in. Weights have one scale for uint8, as XNNPACK wants it,
// and one a class for int8.
func (h *Head) quantize(in Quant, t DType) (*Quantized, error) {
	size := len(h.Weights) / len(h.Bias)
	q := &Quantized{Weights: make([]uint8, len(h.Weights)), WeightZero: 128, Bias: make([]int32, len(h.Bias)), In: in, Min: 0, Max: 255}
	var widest float32
	for c := range h.Bias {
		row := h.Weights[c*size:][:size]
		most := float32(0)
		for _, w := range row {
			most = max(most, abs(w))
		}
		q.WeightScales = append(q.WeightScales, weightScale(most, h.Bias[c], in.Scale))
		widest = max(widest, q.WeightScales[c])
	}
	if t == Uint8 {
		q.WeightScales = []float32{widest}
	}
	mean := h.mean(in, size)
	for c, bias := range h.Bias {
		scale, sum := float64(q.WeightScale(c)), float64(bias)
		for i, w := range h.Weights[c*size:][:size] {
			v := math.RoundToEven(float64(w) / scale)
			q.Weights[c*size+i] = uint8(128 + min(max(v, -127), 127))
			sum += float64((float64(w) - float64(v*scale)) * mean[i])
		}
		step := float64(in.Scale * q.WeightScale(c))
		q.Bias[c] = int32(min(max(math.RoundToEven(sum/step), -math.MaxInt32/2), math.MaxInt32/2))
	}
	logits := h.exampleLogits(in)
	if len(logits) == 0 {
		q.Out = spread(h.bounds(in, size))
	} else {
		q.Out = h.fitOutput(q, logits)
	}
	for c := range h.Bias {
		if r := q.Multiplier(c); !(r >= minMultiplier && r < maxMultiplier) {
			return nil, fmt.Errorf("class %d: embeddings of scale %v times weights of scale %v cannot be taken to logits of scale %v", c, in.Scale, q.WeightScale(c), q.Out.Scale)
		}
	}
	return q, nil
}

// XNNPACK takes no multiplier outside of this range.
const (
	minMultiplier = 1.0 / (1 << 32)
	maxMultiplier = 256
)

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }

// weightScale is the scale at which the largest weight is 127, or what a bias needs to stay within half of int32 where that is more.
func weightScale(most, bias, in float32) float32 {
	const least = 1.0 / (1 << 30)
	return max(most/127, abs(bias)/(in*(1<<30)), least)
}

// mean is the mean of the examples; without examples, of bytes that all are equally likely.
func (h *Head) mean(in Quant, size int) []float64 {
	mean := make([]float64, size)
	for _, e := range h.Examples {
		for i, v := range e {
			mean[i] += float64(v)
		}
	}
	for i := range mean {
		if len(h.Examples) > 0 {
			mean[i] /= float64(len(h.Examples))
		} else {
			mean[i] = float64(in.Real(0)+in.Real(255)) / 2
		}
	}
	return mean
}

// bounds are the least and the largest logit that any embedding can give.
func (h *Head) bounds(in Quant, size int) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	a, b := float64(in.Real(0)), float64(in.Real(255))
	for c, bias := range h.Bias {
		low, high := float64(bias), float64(bias)
		for _, w := range h.Weights[c*size:][:size] {
			x, y := float64(w)*a, float64(w)*b
			low += min(x, y)
			high += max(x, y)
		}
		least, most = min(least, low), max(most, high)
	}
	return least, most
}

// spread is the quantisation of what lies between two numbers, and of 0.
func spread(least, most float64) Quant {
	least, most = min(least, 0), max(most, 0)
	scale := max(most-least, 1e-3) / 255
	zero := math.RoundToEven(-least / scale)
	return Quant{Scale: float32(scale), Zero: clampByte(zero)}
}
