package quantize

import (
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
)

// An observation is what a float model gave for the pictures.
type observation struct {
	layers []observed
	input  []float64   // the mean of what the first layer reads, a colour
	logits [][]float32 // [picture][classes]; none without a classifier
}

// observed is what a layer gave for all pictures, at those pixels that were counted.
type observed struct {
	histogram histogram
	pixels    float64 // counted
	// Of each channel.
	least, most []float32 // with 0
	minimum     []float32 // without it
	mean        []float64
	active      []float64 // the part of the values that the activation let through: neither 0 nor its bound
	moments     *moments  // of what the layer reads; nil where they are not taken
}

// observe runs a float model on all pictures. What only building the quantised model needs, histograms and the moments of what layers read, is
// counted the last time alone.
func (q *quantizer) observe(m *mobilenet.Model, last bool) (*observation, error) {
	seen := &observation{layers: make([]observed, len(m.Layers)), input: make([]float64, m.Layers[0].In.C)}
	for i := range m.Layers {
		c := m.Layers[i].Out.C
		seen.layers[i] = observed{histogram: newHistogram(), least: make([]float32, c), most: make([]float32, c), mean: make([]float64, c),
			minimum: make([]float32, c), active: make([]float64, c)}
		for k := range seen.layers[i].minimum {
			seen.layers[i].minimum[k] = math.MaxFloat32
		}
		if last {
			seen.layers[i].moments = newMoments(&m.Layers[i])
		}
	}
	table := m.FloatInputTable()
	real := make([]float32, m.Layers[0].In.Len())
	current := 0
	want := mobilenet.Want{Each: func(i int, values []float32) {
		l, o := &m.Layers[i], &seen.layers[i]
		pixels := sample(l.Out, statPixels, current)
		o.add(l, values, pixels)
		if last {
			for _, p := range pixels {
				o.histogram.add(values[p*l.Out.C:][:l.Out.C])
			}
		}
		if i+1 < len(m.Layers) && seen.layers[i+1].moments != nil {
			next := &m.Layers[i+1]
			seen.layers[i+1].moments.add(next, values, sample(next.Out, momentPixels, current))
		}
	}}
	err := q.run(m, len(q.pictures), want, func(picture int, r *mobilenet.Result) error {
		seen.logits = append(seen.logits, append([]float32(nil), r.Logits...))
		for i, b := range q.pictures[picture] {
			c := i % len(seen.input)
			real[i] = table[c][b]
			seen.input[c] += float64(real[i])
		}
		if first := seen.layers[0].moments; first != nil {
			first.add(&m.Layers[0], real, sample(m.Layers[0].Out, momentPixels, picture))
		}
		for i := range seen.layers {
			if seen.layers[i].histogram.bad {
				return fmt.Errorf("layer %s gives numbers for picture %d that are not finite, or beyond 2^%d: weights or normalisation are wrong", m.Layers[i].Name, picture, maxExponent)
			}
		}
		current = picture + 1
		return nil
	})
	for c := range seen.input {
		seen.input[c] /= float64(m.Layers[0].In.H * m.Layers[0].In.W * len(q.pictures))
	}
	for i := range seen.layers {
		o := &seen.layers[i]
		for c := range o.mean {
			o.mean[c] /= o.pixels
			o.active[c] /= o.pixels
		}
	}
	return seen, err
}

// add counts some pixels of the values [h,w,c] of one picture.
func (o *observed) add(l *mobilenet.Layer, values []float32, pixels []int) {
	channels := len(o.mean)
	o.pixels += float64(len(pixels))
	for _, p := range pixels {
		pixel := values[p*channels:][:channels]
		for c, v := range pixel {
			o.least[c] = min(o.least[c], v)
			o.most[c] = max(o.most[c], v)
			o.minimum[c] = min(o.minimum[c], v)
			o.mean[c] += float64(v)
			if v > l.Float.Min && v < l.Float.Max {
				o.active[c]++
			}
		}
	}
}

// reach is how far from 0 channel c goes.
func (o *observed) reach(c int) float64 { return math.Max(float64(o.most[c]), -float64(o.least[c])) }

// copy notes that channel to gives what channel from does.
func (o *observed) copy(to, from int) {
	o.least[to], o.most[to], o.minimum[to] = o.least[from], o.most[from], o.minimum[from]
	o.mean[to], o.active[to] = o.mean[from], o.active[from]
}
