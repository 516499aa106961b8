package classify

import (
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
)

// The gradient through a dense layer is what a small step of each value of the embedding makes, for each activation.
func TestClassGradient(t *testing.T) {
	const inputs, units, classes = 5, 8, 3
	infinity := float32(math.Inf(1))
	for name, activation := range map[string]mobilenet.Float{
		"none":      {Min: -infinity, Max: infinity},
		"ReLU":      {Max: infinity},
		"ReLU6":     {Max: 6},
		"LeakyReLU": {Min: -infinity, Max: infinity, Leak: 0.25},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		random := func(n int) (values []float32) {
			for range n {
				values = append(values, float32(2*rng.NormFloat64()))
			}
			return values
		}
		dense, fc := activation, mobilenet.Float{Min: -infinity, Max: infinity}
		dense.Weights, dense.Bias = random(inputs*units), random(units)
		fc.Weights, fc.Bias = random(units*classes), random(classes)
		one := func(c int) mobilenet.Shape { return mobilenet.Shape{H: 1, W: 1, C: c} }
		m := &mobilenet.Model{Network: mobilenet.Network{Classes: classes}, Layers: []mobilenet.Layer{
			{Kind: mobilenet.AveragePool, In: one(inputs), Out: one(inputs)},
			{Kind: mobilenet.FullyConnected, In: one(inputs), Out: one(units), Kernel: 1, Float: &dense},
			{Kind: mobilenet.FullyConnected, In: one(units), Out: one(classes), Kernel: 1, Float: &fc},
		}}
		logit := func(embedding []float32, class int) (sum float64) {
			for u := range units {
				v := float64(dense.Bias[u])
				for i, e := range embedding {
					v += float64(dense.Weights[u*inputs+i]) * float64(e)
				}
				if v < 0 {
					v *= map[string]float64{"none": 1, "LeakyReLU": 0.25}[name]
				}
				sum += float64(fc.Weights[class*units+u]) * min(v, float64(dense.Max))
			}
			return sum
		}
		embedding := random(inputs)
		for class := range classes {
			gradient, err := classGradient(m, embedding, class)
			if err != nil {
				t.Fatal(err)
			}
			for i := range embedding {
				const step = 1. / 1024
				before, after := append([]float32(nil), embedding...), append([]float32(nil), embedding...)
				before[i] -= step
				after[i] += step
				want := (logit(after, class) - logit(before, class)) / float64(after[i]-before[i])
				if got := float64(gradient[i]); math.Abs(got-want) > 1e-4*(1+math.Abs(want)) {
					t.Errorf("%s: class %d grows with value %d by %v, want %v", name, class, i, got, want)
				}
			}
		}
	}
}
