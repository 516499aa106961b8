package quantize

import "mobilenet/core/mobilenet"

// A unit is a layer over all channels, the depthwise layer that reads it and the pointwise one that reads that. Between the first and the last
// each channel goes by itself, so that the last may be told to read it from another place, or from two.
type unit struct{ first, depthwise, last int }

// units are those of a network whose channels nobody else reads.
func units(m *mobilenet.Model) (all []unit) {
	shared := sharedLayers(m)
	for i := 0; i+2 < len(m.Layers); i++ {
		a, b, c := &m.Layers[i], &m.Layers[i+1], &m.Layers[i+2]
		if (a.Kind == mobilenet.Conv || a.Kind == mobilenet.Pointwise) && b.Kind == mobilenet.Depthwise && c.Kind == mobilenet.Pointwise &&
			!shared[i] && !shared[i+1] {
			all = append(all, unit{i, i + 1, i + 2})
		}
	}
	return all
}

const (
	// deadPixels is how many values of a channel must all have been the same to take it for one that never says anything.
	deadPixels = 20000
	// maxCopies is how many channels may say the same.
	maxCopies = 4
)

// copies uses the channels of a unit that say nothing: trained MobileNets have many in their first layers, and just there 8-bit values lose
// most. A channel whose rounding does the most harm is computed there a second time, and the last layer reads the mean of the two (arXiv
// 1901.09504 splits channels like this, into additional ones). What they give is a part of a step apart, so that the mean has steps half as
// wide; a step's size becomes known with the ranges, so q.dither keeps the parts. In real numbers the network stays the same.
func (q *quantizer) copies(m *mobilenet.Model, u unit, seen *observation, sensitivity [][]float64) {
	free := silence(m, u, seen)
	count := share(len(free), free, sensitivity[u.first], sensitivity[u.depthwise])
	dither := make([]float64, len(count))
	next, readers, channels := 0, m.Layers[u.last].Float.Weights, m.Layers[u.last].In.C
	for from, n := range count {
		if n == 1 {
			continue
		}
		for i := from; i < len(readers); i += channels {
			readers[i] /= float32(n)
		}
		dither[from] = part(0, n)
		for i := 1; i < n; i++ {
			to := free[next]
			next++
			copyChannel(&m.Layers[u.first], &m.Layers[u.depthwise], to, from)
			for row := 0; row < len(readers); row += channels {
				readers[row+to] = readers[row+from]
			}
			dither[to] = part(i, n)
			seen.layers[u.first].copy(to, from)
			seen.layers[u.depthwise].copy(to, from)
		}
	}
	if next > 0 {
		q.dither[u.first], q.dither[u.depthwise] = dither, dither
	}
}

// share tells how often each channel is to be computed, once and what n free ones allow: rounding noise of n copies is 1/n² of one's.
func share(n int, free []int, first, depthwise []float64) (count []int) {
	harm := make([]float64, len(first))
	count = make([]int, len(first))
	for c := range harm {
		harm[c], count[c] = first[c]+depthwise[c], 1
	}
	for _, c := range free {
		harm[c] = 0
	}
	for range n {
		most, at := 0.0, -1
		for c, h := range harm {
			k := float64(count[c])
			if gain := h / (k * k) * (2*k + 1) / ((k + 1) * (k + 1)); count[c] < maxCopies && gain > most { // 1/k² - 1/(k+1)²
				most, at = gain, c
			}
		}
		if at < 0 {
			break
		}
		count[at]++
	}
	return count
}

// part is what the i-th of n copies adds, in steps: they are a step/n apart, and 0 in the mean.
func part(i, n int) float64 { return (float64(i)+0.5)/float64(n) - 0.5 }

// copyChannel lets channel to be computed as channel from is, by layer a and the depthwise layer b.
func copyChannel(a, b *mobilenet.Layer, to, from int) {
	k := a.Parameters() / a.Out.C
	copy(a.Float.Weights[to*k:][:k], a.Float.Weights[from*k:][:k])
	for t := 0; t < len(b.Float.Weights); t += b.Out.C {
		b.Float.Weights[t+to] = b.Float.Weights[t+from]
	}
	a.Float.Bias[to], b.Float.Bias[to] = a.Float.Bias[from], b.Float.Bias[from]
}

// silence finds the channels of a unit that give the same for all pixels of all pictures. What that is, goes into the biases of the last layer,
// and the channels' weights become 0.
func silence(m *mobilenet.Model, u unit, seen *observation) (free []int) {
	a, b, c := &m.Layers[u.first], &m.Layers[u.depthwise], &m.Layers[u.last]
	o := &seen.layers[u.depthwise]
	if o.pixels < deadPixels {
		return nil
	}
	for i := range a.Out.C {
		if o.most[i] != o.minimum[i] {
			continue
		}
		free = append(free, i)
		k := a.Parameters() / a.Out.C
		clear(a.Float.Weights[i*k:][:k])
		for t := 0; t < len(b.Float.Weights); t += b.Out.C {
			b.Float.Weights[t+i] = 0
		}
		a.Float.Bias[i], b.Float.Bias[i] = 0, 0
		for out := range c.Out.C {
			w := &c.Float.Weights[out*a.Out.C+i]
			c.Float.Bias[out] += float32(*w * o.most[i])
			*w = 0
		}
	}
	return free
}
