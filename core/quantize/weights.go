package quantize

import (
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
)

// XNNPACK takes no factor from a sum to an output outside of this range.
const (
	minMultiplier = 1.0 / (1 << 32)
	maxMultiplier = 256
)

// maxBias bounds a bias, so that a sum with it stays within int32.
const maxBias = 1 << 30

// quantizeLayer rounds the weights of a float layer, which reads values quantised as in whose means are known, a channel, and offset from
// those the float layer reads (nil: nothing is offset).
func (q *quantizer) quantizeLayer(l *mobilenet.Layer, in, out mobilenet.Quant, means, offset []float64, moments *moments, dither []float64) (*mobilenet.Quantized, error) {
	f := l.Float
	n := &mobilenet.Quantized{Weights: make([]uint8, len(f.Weights)), In: in, Out: out, Max: 255, Bias: make([]int32, len(f.Bias))}
	least, most := make([]float64, l.Out.C), make([]float64, l.Out.C)
	for i, w := range f.Weights {
		c := channelOf(l, i)
		least[c], most[c] = math.Min(least[c], float64(w)), math.Max(most[c], float64(w))
	}
	n.WeightZero, n.WeightScales = q.weightScales(least, most, f.Bias, in, out)

	bias := make([]float64, len(f.Bias))
	for c, b := range f.Bias {
		bias[c] = float64(b)
	}
	q.round(l, n, moments)
	for i, w := range f.Weights {
		c, from := channelOf(l, i), i%len(means) // input channels are innermost
		rounded := float64(int(n.Weights[i])-int(n.WeightZero)) * float64(n.WeightScale(c))
		if !q.KeepBiases {
			bias[c] += float64((float64(w) - rounded) * means[from])
		}
		if offset != nil {
			bias[c] += float64(float64(w) * offset[from])
		}
	}
	for c, part := range dither {
		bias[c] += float64(part * float64(out.Scale))
		if l.Kind == mobilenet.Depthwise { // its input is off by the same part already
			for t := range l.Kernel * l.Kernel {
				bias[c] -= float64(float64(f.Weights[t*l.Out.C+c]) * part * float64(in.Scale))
			}
		}
	}
	for c, b := range bias {
		step := float64(in.Scale * n.WeightScale(c))
		n.Bias[c] = int32(math.Min(math.Max(math.RoundToEven(b/step), -maxBias), maxBias))
		if r := n.Multiplier(c); !(r >= minMultiplier && r < maxMultiplier) {
			return nil, fmt.Errorf("layer %s: inputs of scale %v times weights of scale %v cannot be taken to outputs of scale %v (channel %d)",
				l.Name, in.Scale, n.WeightScale(c), out.Scale, c)
		}
	}
	return n, nil
}

// weightScales are the scales, one or one a channel, and the zero point of weights in these ranges. A scale is wide enough for the bias, which
// is a multiple of it, and for the factor to the output.
func (q *quantizer) weightScales(least, most []float64, bias []float32, in, out mobilenet.Quant) (zero uint8, scales []float32) {
	needed := func(c int) float64 {
		return math.Max(math.Abs(float64(bias[c]))/float64(in.Scale)/(maxBias/2), 2*minMultiplier*float64(out.Scale)/float64(in.Scale))
	}
	if q.Scheme == PerChannel {
		for c := range least {
			scales = append(scales, float32(math.Max(math.Max(most[c], -least[c])/127, needed(c))))
		}
		return 128, scales
	}
	low, high, atLeast := 0.0, 0.0, 0.0
	for c := range least {
		low, high, atLeast = math.Min(low, least[c]), math.Max(high, most[c]), math.Max(atLeast, needed(c))
	}
	scale := math.Max((high-low)/255, atLeast)
	return uint8(math.Min(math.Round(-low/scale), 255)), []float32{float32(scale)}
}

// round gives n the whole numbers that stand for the weights of a float layer, whose inputs have the given moments. Without moments each weight
// is rounded by itself.
func (q *quantizer) round(l *mobilenet.Layer, n *mobilenet.Quantized, m *moments) {
	least, most := -float64(n.WeightZero), 255-float64(n.WeightZero)
	if q.Scheme == PerChannel {
		least = -127 // as the converter has it
	}
	if m == nil || q.KeepRounding {
		for i, w := range l.Float.Weights {
			v := math.RoundToEven(float64(w) / float64(n.WeightScale(channelOf(l, i))))
			n.Weights[i] = uint8(math.Min(math.Max(v, least), most) + float64(n.WeightZero))
		}
		return
	}
	k := m.terms
	covariance, weights, rounded := make([]float64, k*k), make([]float64, k), make([]float64, k)
	// Of the input's rounding, and not 0 where inputs never change.
	noise := math.Max(float64(n.In.Scale*n.In.Scale)/12, 1e-12)
	var r *rounder
	for c := range l.Out.C {
		first, step := c*k, 1
		if l.Kind == mobilenet.Depthwise {
			first, step = c, l.Out.C
		}
		if r == nil || l.Kind == mobilenet.Depthwise {
			group := 0
			if l.Kind == mobilenet.Depthwise {
				group = c
			}
			m.covariance(covariance, group, noise)
			r = newRounder(covariance, k)
		}
		for i := range weights {
			weights[i] = float64(l.Float.Weights[first+i*step])
		}
		r.round(rounded, weights, float64(n.WeightScale(c)), least, most)
		for i, v := range rounded {
			n.Weights[first+i*step] = uint8(v + float64(n.WeightZero))
		}
	}
}
