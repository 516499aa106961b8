package classify

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
)

// A heat map against its definition, for every way in which weights are kept.
func TestHeatmap(t *testing.T) {
	const classes, resolution = 5, 96 // features [3,3,256]
	random := rand.New(rand.NewPCG(5, 6))
	for _, kind := range []string{"float", "per tensor", "per channel"} {
		m := newModel(t, mobilenet.Network{Resolution: resolution}, classes)
		shape := m.Layers[m.Features()].Out
		fc := &m.Layers[len(m.Layers)-1]
		weight := make([]float64, classes*shape.C) // what the stored ones stand for
		if kind == "float" {
			fc.Float = &mobilenet.Float{Bias: make([]float32, classes)}
			for i := range weight {
				fc.Float.Weights = append(fc.Float.Weights, random.Float32()-0.5)
				weight[i] = float64(fc.Float.Weights[i])
			}
		} else {
			fc.Quantized = &mobilenet.Quantized{WeightZero: 74, WeightScales: []float32{0.02}, Bias: make([]int32, classes)}
			if kind == "per channel" {
				fc.Quantized.WeightScales = []float32{0.01, 0.02, 0.03, 0.04, 0.05}
			}
			scales := fc.Quantized.WeightScales
			for i := range weight {
				q := uint8(random.Uint32())
				fc.Quantized.Weights = append(fc.Quantized.Weights, q)
				weight[i] = float64(scales[i/shape.C%len(scales)]) * (float64(q) - 74)
			}
		}
		engine := always(make([]float32, classes)...)
		for range shape.Len() {
			engine.features = append(engine.features, 6*random.Float32())
		}
		c, err := New(m, engine, nil)
		if err != nil {
			t.Fatal(err)
		}
		for class := range classes {
			got, err := c.Heatmap(engine.features, class)
			if err != nil {
				t.Fatal(err)
			}
			if got.Class != class || got.Width != 3 || got.Height != 3 || len(got.Data) != 9 {
				t.Fatalf("%s: %d×%d, %d values", kind, got.Width, got.Height, len(got.Data))
			}
			for y := range 3 {
				for x := range 3 {
					want := 0.0
					for ch := range shape.C {
						want += weight[class*shape.C+ch] * float64(engine.features[(y*3+x)*shape.C+ch])
					}
					if v := float64(got.Data[y*3+x]); math.Abs(v-want) > 1e-4*(1+math.Abs(want)) {
						t.Errorf("%s, class %d at %d,%d: %v, want %v", kind, class, x, y, v, want)
					}
				}
			}
		}
		for _, class := range []int{-1, classes, math.MaxInt} {
			if _, err := c.Heatmap(engine.features, class); err == nil || !strings.Contains(err.Error(), "not in 0..4") {
				t.Errorf("class %d: error %v", class, err)
			}
		}
		if _, err := c.Heatmap(engine.features[1:], 0); err == nil || !strings.Contains(err.Error(), "2303 features") {
			t.Errorf("too few features: error %v", err)
		}
	}
	// A model whose classifier has no weights.
	c := newClassifier(t, always(1, 2), 2, nil)
	if _, err := c.Heatmap(make([]float32, c.model.Layers[c.model.Features()].Out.Len()), 1); err == nil || !strings.Contains(err.Error(), "fc") {
		t.Errorf("no weights: error %v", err)
	}
}
