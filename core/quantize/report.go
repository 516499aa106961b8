package quantize

import (
	"context"
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// A Report says what a quantised model lost.
type Report struct {
	Agreement
	Layers []LayerReport
}

// A LayerReport is a layer of a quantised model beside that of the float model, with its channels scaled as Quantize scaled them.
type LayerReport struct {
	Name string
	// Noise is the ratio of signal to noise in decibels, 10·log10(Σ float² / Σ (float − quantised)²), over the calibration pictures, at most
	// noisePictures of them. +Inf: no noise, or no signal.
	Noise float64
	// Least and Most are what the layer's bytes 0 and 255 stand for.
	Least, Most float32
}

// An Agreement compares two models on pictures.
type Agreement struct {
	Pictures int
	Same     int // pictures of which both give the same best answer, the first of equally good ones
	// Difference is the largest difference of a probability.
	Difference float64
}

// noisePictures is how many pictures the noise of layers is measured on.
const noisePictures = 16

// report compares a quantised model with the float one on the calibration pictures.
func (q *quantizer) report(float, quantized *mobilenet.Model, seen *observation) (*Report, error) {
	r := &Report{}
	signal, noise := make([]float64, len(float.Layers)), make([]float64, len(float.Layers))
	few := min(len(q.pictures), noisePictures)
	reference, err := q.Engine(float)
	if err != nil {
		return nil, err
	}
	defer reference.Close()
	maps := make([][]float32, len(float.Layers))
	keep := mobilenet.Want{Each: func(layer int, values []float32) { maps[layer] = append(maps[layer][:0], values...) }}
	each := mobilenet.Want{Each: func(layer int, values []float32) {
		for i, v := range values {
			exact := float64(maps[layer][i])
			signal[layer] += float64(exact * exact)
			noise[layer] += float64((exact - float64(v)) * (exact - float64(v)))
		}
	}}
	engine, err := q.Engine(quantized)
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	var exact, out mobilenet.Result
	for i, picture := range q.pictures {
		want := mobilenet.Want{}
		if i < few {
			if err := reference.Run(q.ctx, picture, keep, &exact); err != nil {
				return nil, err
			}
			q.ran()
			want = each
		}
		if err := engine.Run(q.ctx, picture, want, &out); err != nil {
			return nil, err
		}
		r.add(quantized, seen.logits[i], out.Logits)
		q.ran()
	}
	for i := range quantized.Layers {
		l := &quantized.Layers[i]
		ratio := math.Inf(1)
		if noise[i] > 0 && signal[i] > 0 {
			ratio = 10 * math.Log10(signal[i]/noise[i])
		}
		r.Layers = append(r.Layers, LayerReport{l.Name, ratio, l.Quantized.Out.Real(0), l.Quantized.Out.Real(255)})
	}
	return r, nil
}

// Compare runs two models on pictures, bytes [H,W,C], and compares their answers. start makes their engines.
func Compare(ctx context.Context, float, quantized *mobilenet.Model, pictures [][]byte, start func(*mobilenet.Model) (mobilenet.Engine, error)) (*Agreement, error) {
	if float.Answers() != quantized.Answers() {
		return nil, fmt.Errorf("one model tells %d things apart, the other %d", float.Answers(), quantized.Answers())
	}
	a, err := start(float)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	b, err := start(quantized)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var agreement Agreement
	var exact, rounded mobilenet.Result
	for _, p := range pictures {
		if err := a.Run(ctx, p, mobilenet.Want{}, &exact); err != nil {
			return nil, err
		}
		if err := b.Run(ctx, p, mobilenet.Want{}, &rounded); err != nil {
			return nil, err
		}
		agreement.add(quantized, exact.Logits, rounded.Logits)
	}
	return &agreement, nil
}

// add compares the logits of one picture.
func (a *Agreement) add(m *mobilenet.Model, exact, rounded []float32) {
	a.Pictures++
	if len(exact) == 0 {
		return // no classifier
	}
	if best(exact) == best(rounded) {
		a.Same++
	}
	p, q := probabilitiesOf(m, exact), probabilitiesOf(m, rounded)
	for c := range p {
		a.Difference = math.Max(a.Difference, math.Abs(p[c]-q[c]))
	}
}

func best(logits []float32) int { return slices.Index(logits, slices.Max(logits)) }

// probabilitiesOf are the probabilities of logits: their softmax, or, where several outputs are probabilities by themselves, the logistic function of each.
func probabilitiesOf(m *mobilenet.Model, logits []float32) []float64 {
	p, sum, peak := make([]float64, len(logits)), 0.0, float64(slices.Max(logits))
	if m.Output.Logistic != nil && m.Classes > 1 {
		for c, v := range logits {
			p[c] = 1 / (1 + math.Exp(-float64(v)))
		}
		return p
	}
	for c, v := range logits {
		p[c] = math.Exp(float64(v) - peak)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}
