package quantize

import "mobilenet/core/mobilenet"

// A unit is a layer over all channels, the depthwise layer that reads it and the pointwise one that reads that. Between the first and the last
// each channel goes by itself, so that the last may be told to read it from another place, or from two.
type unit struct{ first, depthwise, last int }

// units are those of a network whose channels nobody else reads.
func units(m *mobilenet.Model, shared []bool) (all []unit) {
	for i := 0; i+2 < len(m.Layers); i++ {
		a, b, c := &m.Layers[i], &m.Layers[i+1], &m.Layers[i+2]
		if (a.Kind == mobilenet.Conv || a.Kind == mobilenet.Pointwise) && b.Kind == mobilenet.Depthwise && c.Kind == mobilenet.Pointwise && !shared[i] && !shared[i+1] {
			all = append(all, unit{i, i + 1, i + 2})
		}
	}
	return all
}

const (
	// deadPixels is how many values of a channel must all have been 0, or all the same, to take it for one that never says anything.
	deadPixels = 20000
	// maxCopies is how many channels may say the same.
	maxCopies = 4
)

// copies uses the channels of a unit that say nothing, of which trained MobileNets have many in their first layers (and 8-bit values lose
// most there): a channel whose rounding does the most harm is computed there a second time, so that the last layer can read the mean of two
// (arXiv 1901.09504 splits channels like this, but into new ones). Their biases are a part of a step apart, so that the mean has steps half as
// wide; what a fourth of a step is becomes known with the ranges, so q.dither keeps the part. In real numbers the network stays the same.
func (q *quantizer) copies(m *mobilenet.Model, u unit, seen *observation, sensitivity [][]float64) {
	a, b, c := &m.Layers[u.first], &m.Layers[u.depthwise], &m.Layers[u.last]
	free := q.free(m, u, seen)
	if len(free) == 0 {
		return
	}
	channels := a.Out.C
	harm := make([]float64, channels)
	for _, i := range []int{u.first, u.depthwise} {
		for k, s := range sensitivity[i] {
			harm[k] += s
		}
	}
	count := make([]int, channels)
	for i := range count {
		count[i] = 1
	}
	from := make([]int, 0, len(free)) // what free channels become
	for _, f := range free {
		harm[f] = 0
	}
	for range free {
		most, at := 0.0, -1
		for i, h := range harm {
			n := float64(count[i])
			if gain := h/(n*n) - h/((n+1)*(n+1)); count[i] < maxCopies && gain > most {
				most, at = gain, i
			}
		}
		if at < 0 {
			break
		}
		count[at]++
		from = append(from, at)
	}
	ditherFirst, ditherSecond := make([]float64, channels), make([]float64, channels)
	done := make([]int, channels)
	for k, f := range free {
		if k >= len(from) {
			break
		}
		copyChannel(a, b, f, from[k])
		seen.layers[u.first].copy(f, from[k])
		seen.layers[u.depthwise].copy(f, from[k])
		done[from[k]]++
		ditherFirst[f] = part(done[from[k]], count[from[k]])
		ditherSecond[f] = ditherFirst[f]
	}
	for i, n := range count {
		if n > 1 {
			ditherFirst[i] = part(0, n)
			ditherSecond[i] = ditherFirst[i]
		}
	}
	readers := c.Float.Weights
	for o := range c.Out.C {
		row := readers[o*channels:][:channels]
		for i, n := range count {
			if n > 1 {
				row[i] /= float32(n)
			}
		}
		for k, i := range from {
			row[free[k]] = row[i]
		}
	}
	q.dither[u.first], q.dither[u.depthwise] = ditherFirst, ditherSecond
}

// part is what the i-th of n copies adds, in steps: they are a step/n apart, and 0 in the mean.
func part(i, n int) float64 { return (float64(i)+0.5)/float64(n) - 0.5 }

// copyChannel lets channel to be computed as channel from is.
func copyChannel(a, b *mobilenet.Layer, to, from int) {
	k := a.Parameters() / a.Out.C
	copy(a.Float.Weights[to*k:][:k], a.Float.Weights[from*k:][:k])
	a.Float.Bias[to] = a.Float.Bias[from]
	for t := range b.Kernel * b.Kernel {
		b.Float.Weights[t*b.Out.C+to] = b.Float.Weights[t*b.Out.C+from]
	}
	b.Float.Bias[to] = b.Float.Bias[from]
}

// free are the channels of a unit that say the same for all pixels of all pictures. What that is, the biases of the last layer are given, and
// the channels' weights are taken away.
func (q *quantizer) free(m *mobilenet.Model, u unit, seen *observation) (free []int) {
	a, b, c := &m.Layers[u.first], &m.Layers[u.depthwise], &m.Layers[u.last]
	o := &seen.layers[u.depthwise]
	for i := range a.Out.C {
		if o.most[i] != o.minimum[i] || o.pixels < deadPixels {
			continue
		}
		free = append(free, i)
		k := a.Parameters() / a.Out.C
		clear(a.Float.Weights[i*k:][:k])
		for t := range b.Kernel * b.Kernel {
			b.Float.Weights[t*b.Out.C+i] = 0
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
