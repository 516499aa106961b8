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

// observed is what a layer gave for all pictures.
type observed struct {
	histogram histogram
	// Of each channel.
	least, most []float32
	mean        []float64
}

// observe runs a float model on all pictures.
func (q *quantizer) observe(m *mobilenet.Model) (*observation, error) {
	seen := &observation{layers: make([]observed, len(m.Layers)), input: make([]float64, m.Layers[0].In.C)}
	for i := range m.Layers {
		c := m.Layers[i].Out.C
		seen.layers[i] = observed{histogram: newHistogram(), least: make([]float32, c), most: make([]float32, c), mean: make([]float64, c)}
	}
	table := m.FloatInputTable()
	want := mobilenet.Want{Each: func(layer int, values []float32) { seen.layers[layer].add(values) }}
	err := q.run(m, len(q.pictures), want, func(picture int, r *mobilenet.Result) error {
		seen.logits = append(seen.logits, append([]float32(nil), r.Logits...))
		for i, b := range q.pictures[picture] {
			c := i % len(seen.input)
			seen.input[c] += float64(table[c][b])
		}
		for i := range seen.layers {
			if seen.layers[i].histogram.bad {
				return fmt.Errorf("layer %s gives numbers for picture %d that are not finite, or beyond 2^%d: weights or normalisation are wrong", m.Layers[i].Name, picture, maxExponent)
			}
		}
		return nil
	})
	pixels := func(s mobilenet.Shape) float64 { return float64(s.H * s.W * len(q.pictures)) }
	for c := range seen.input {
		seen.input[c] /= pixels(m.Layers[0].In)
	}
	for i := range seen.layers {
		for c := range seen.layers[i].mean {
			seen.layers[i].mean[c] /= pixels(m.Layers[i].Out)
		}
	}
	return seen, err
}

// add counts the values [h,w,c] of one picture.
func (o *observed) add(values []float32) {
	o.histogram.add(values)
	channels := len(o.mean)
	for p := 0; p < len(values); p += channels {
		for c, v := range values[p:][:channels] {
			o.least[c] = min(o.least[c], v)
			o.most[c] = max(o.most[c], v)
			o.mean[c] += float64(v)
		}
	}
}

// reach is how far from 0 channel c goes.
func (o *observed) reach(c int) float64 { return math.Max(float64(o.most[c]), -float64(o.least[c])) }
