package quantize

import (
	"context"
	"math"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// withSilence is a float model of which each depthwise layer's channels 1 and 4 say nothing: one gives 0 and one 2 whatever the picture.
func withSilence(t *testing.T) *mobilenet.Model {
	m, err := tflite.Read(tflitetest.Build(tflitetest.Keras(mobilenet.Float32)))
	if err != nil {
		t.Fatal(err)
	}
	m = copyOf(m)
	for i := range m.Layers {
		if l := &m.Layers[i]; l.Kind == mobilenet.Depthwise {
			for k := range l.Float.Weights {
				if c := k % l.Out.C; c == 1 || c == 4 {
					l.Float.Weights[k] = 0
				}
			}
			l.Float.Bias[1], l.Float.Bias[4] = -1, 2
		}
	}
	return m
}

func logits(t *testing.T, m *mobilenet.Model, picture []byte) []float32 {
	e, err := scalar.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var out mobilenet.Result
	if err := e.Run(context.Background(), picture, mobilenet.Want{}, &out); err != nil {
		t.Fatal(err)
	}
	return out.Logits
}

// Channels that say nothing become copies, and in real numbers the network stays the same, with channels scaled, too.
func TestCopies(t *testing.T) {
	m := withSilence(t)
	pictures := make([][]byte, 5) // several, or channels of the last maps, which have a pixel or four, would be silent too
	for k := range pictures {
		pictures[k] = make([]byte, m.InputShape().Len())
		for i := range pictures[k] {
			pictures[k][i] = uint8(i*i>>(k+2) + i/50 + 40*k)
		}
	}
	q := &quantizer{ctx: context.Background(), pictures: pictures, Options: Options{Engine: scalar.New}, dither: map[int][]float64{}}
	seen, err := q.observe(m, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range seen.layers {
		seen.layers[i].pixels = deadPixels // as if there had been so many
	}
	n := copyOf(m)
	sensitivity, all := sensitivities(n, seen), units(n)
	for _, u := range all {
		q.copies(n, u, seen, sensitivity)
	}
	if len(q.dither) < len(all) { // made-up weights leave some units with nothing to copy
		t.Fatalf("%d layers of %d units have copies", len(q.dither), len(all))
	}
	for layer, parts := range q.dither {
		copies, sum := 0, 0.0
		for c, p := range parts {
			sum += p
			if p != 0 {
				copies++
			}
			if layer == all[0].depthwise && (c == 1 || c == 4) && p == 0 {
				t.Errorf("layer %s: channel %d was free and is not used", n.Layers[layer].Name, c)
			}
		}
		if copies < 2 || math.Abs(sum) > 1e-9 {
			t.Errorf("layer %s: %d copies, parts %v", n.Layers[layer].Name, copies, parts)
		}
	}
	q.equalize(n, seen)
	for _, picture := range pictures {
		want, got := logits(t, m, picture), logits(t, n, picture)
		for i := range want {
			if math.Abs(float64(got[i]-want[i])) > 1e-3*(1+math.Abs(float64(want[i]))) {
				t.Fatalf("logit %d is %v, and was %v", i, got[i], want[i])
			}
		}
	}
}

// The mean of two roundings half a step apart is that of steps half as wide.
func TestPart(t *testing.T) {
	for n := 1; n <= maxCopies; n++ {
		worst := 0.0
		for k := range 1000 {
			x, mean := 1+float64(k)/1000, 0.0
			for i := range n {
				mean += math.Round(x+part(i, n)) / float64(n)
			}
			worst = math.Max(worst, math.Abs(mean-x))
		}
		if worst > 0.5/float64(n)+1e-9 {
			t.Errorf("%d copies are off by up to %.3f steps, want %.3f", n, worst, 0.5/float64(n))
		}
	}
}

// Of four channels the two that matter most are copied.
func TestShare(t *testing.T) {
	if got := share(2, []int{0, 5}, []float64{9, 1, 4, 2, 0, 9}, []float64{0, 1, 5, 3, 0, 0}); got[2] != 2 || got[3] != 2 || got[0] != 1 || got[5] != 1 {
		t.Errorf("computed %v times", got)
	}
}
