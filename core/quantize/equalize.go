package quantize

import (
	"math"

	"mobilenet/core/mobilenet"
)

const (
	// headroom is how much of ReLU6's range a channel may be scaled up to, so that other pictures than those seen are not cut.
	headroom = 0.75
	// maxScale bounds what one pair scales a channel by.
	maxScale = 16
)

// equalize scales channels between two layers up, so that they use their bytes better, and the weights that read them down by as much.
// In real numbers the network stays the same: ReLU and no activation let a positive factor through, ReLU6 as long as nothing reaches 6.
// So a channel is never scaled down, and under ReLU6 none beyond headroom·6. What is read by more than the next layer, as V2's sums are,
// stays, and so do features and embedding.
func (q *quantizer) equalize(m *mobilenet.Model, seen *observation) {
	shared := sharedLayers(m)
	for i := range m.Layers[:len(m.Layers)-1] {
		a, b := &m.Layers[i], &m.Layers[i+1]
		if shared[i] || a.Parameters() == 0 || b.Kind != mobilenet.Depthwise && b.Kind != mobilenet.Pointwise {
			continue
		}
		scaleChannels(a, b, q.factors(a, b, &seen.layers[i]))
	}
}

// sharedLayers tells for each layer whether more than the next one reads what it gives.
func sharedLayers(m *mobilenet.Model) []bool {
	shared := make([]bool, len(m.Layers))
	shared[m.Features()] = true
	for i := range m.Layers {
		if m.Layers[i].Kind == mobilenet.Add {
			shared[i], shared[i-1], shared[m.Layers[i].Addend] = true, true, true
		}
	}
	return shared
}

// factors are what the channels between layers a and b are scaled by.
//
// Scaling one up makes its own values finer and the weights of its layer wider, and the next layer's weights for it coarser. A depthwise
// layer with a scale for each channel pays nothing. Else the factor gives both sides the same range, √(r_a·r_b), as in equation 11 of
// arXiv 1906.04721; the range r_a is that of the values, or with one scale for all weights that of the weights.
func (q *quantizer) factors(a, b *mobilenet.Layer, o *observed) []float64 {
	from, to := ranges(a, true), ranges(b, false)
	wanted := make([]float64, len(from))
	widest := 0.0
	for c := range wanted {
		if q.Scheme == PerChannel {
			from[c] = o.reach(c)
		}
		wanted[c] = math.Sqrt(from[c] * to[c])
		if q.Scheme == PerChannel && b.Kind == mobilenet.Depthwise {
			wanted[c] = from[c]
			if from[c] > 0 {
				wanted[c] = 1
			}
		}
		widest = math.Max(widest, wanted[c])
	}
	top := 0.0
	for c := range from {
		top = math.Max(top, from[c])
	}
	bound := float64(a.Float.Max)
	factors := make([]float64, len(from))
	for c := range factors {
		factors[c] = 1
		if from[c] == 0 || to[c] == 0 || o.reach(c) == 0 {
			continue
		}
		f := math.Min(top*wanted[c]/widest/from[c], maxScale)
		if !math.IsInf(bound, 1) {
			f = math.Min(f, headroom*bound/o.reach(c))
		}
		factors[c] = float64(float32(math.Max(f, 1)))
	}
	return factors
}

// ranges are the largest weights of each output channel, or those that read each input channel.
func ranges(l *mobilenet.Layer, output bool) []float64 {
	channels := l.In.C
	if output {
		channels = l.Out.C
	}
	most := make([]float64, channels)
	for i, w := range l.Float.Weights {
		c := i % channels
		if output {
			c = channelOf(l, i)
		}
		most[c] = math.Max(most[c], math.Abs(float64(w)))
	}
	return most
}

// scaleChannels multiplies the outputs of layer a, and divides what layer b makes of them.
func scaleChannels(a, b *mobilenet.Layer, factors []float64) {
	for i, w := range a.Float.Weights {
		a.Float.Weights[i] = float32(float64(w) * factors[channelOf(a, i)])
	}
	for c, v := range a.Float.Bias {
		a.Float.Bias[c] = float32(float64(v) * factors[c])
	}
	for i, w := range b.Float.Weights {
		b.Float.Weights[i] = float32(float64(w) / factors[i%len(factors)]) // input channels are innermost
	}
}

// channelOf is the output channel that weight i of a layer belongs to.
func channelOf(l *mobilenet.Layer, i int) int {
	if l.Kind == mobilenet.Depthwise {
		return i % l.Out.C
	}
	return i / (l.Parameters() / l.Out.C)
}
