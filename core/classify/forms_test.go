package classify

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// Files of every type through the plain engine: the probabilities are those of the file's own softmax, and a heat map's mean is
// the class's logit without its bias.
func TestModelTypes(t *testing.T) {
	const resolution, classes = 96, 7
	for _, spec := range []tflitetest.Spec{
		{Type: mobilenet.Uint8},
		{Type: mobilenet.Int8, Classifier: tflitetest.FullyConnected},
		{Type: mobilenet.Float32},
		{Version: mobilenet.V2, Alpha: 0.1, Type: mobilenet.Uint8},
		{Version: mobilenet.V2, Alpha: 0.1, Type: mobilenet.Float32},
	} {
		spec.Resolution, spec.Classes = resolution, classes
		c := read(t, spec)
		rgb := zeros(resolution)
		random := rand.New(rand.NewPCG(7, 8))
		for i := range rgb {
			rgb[i] = uint8(random.Uint32())
		}
		var out mobilenet.Result
		if err := c.Run(ctx, rgb, mobilenet.Want{Embedding: true}, &out); err != nil {
			t.Fatal(err)
		}
		all := Options{TopK: classes, Embedding: true, Logits: true}
		for class := range classes {
			all.Heatmaps = append(all.Heatmaps, class)
		}
		answer, err := c.ClassifyInputs(ctx, [][]byte{rgb}, all)
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.Predictions) != classes || len(answer.Embedding) != len(out.Embedding) || !slices.Equal(answer.Logits, out.Logits) {
			t.Errorf("%v: %d predictions, embedding of %d, logits %v", spec.Type, len(answer.Predictions), len(answer.Embedding), answer.Logits)
		}
		for _, p := range answer.Predictions {
			want := probability(c.Model().Output, out.Output, p.Index)
			tolerance := 1e-6
			if spec.Type != mobilenet.Float32 {
				tolerance = 1.0 / 256 // one step of the output's scale
			}
			if math.Abs(p.Probability-want) > tolerance {
				t.Errorf("%v: class %d has probability %v, the file's softmax says %v", spec.Type, p.Index, p.Probability, want)
			}
		}
		fc := &c.Model().Layers[len(c.Model().Layers)-1]
		for class, m := range answer.Heatmaps {
			mean := 0.0
			for _, v := range m.Data {
				mean += float64(v) / float64(len(m.Data))
			}
			var bias, tolerance float64
			if fc.Float != nil {
				bias, tolerance = float64(fc.Float.Bias[class]), 1e-4
			} else {
				q := fc.Quantized
				scale := float64(q.WeightScales[class%len(q.WeightScales)])
				bias = float64(q.Bias[class]) * float64(q.In.Scale) * scale
				// The logit is rounded to half a step; each rounding of the average adds up to half a step times its weight.
				tolerance = float64(q.Out.Scale) / 2
				for _, w := range q.Weights[class*fc.In.C:][:fc.In.C] {
					tolerance += float64(q.In.Scale) / 2 * scale * math.Abs(float64(w)-float64(q.WeightZero))
				}
			}
			if logit := float64(out.Logits[class]); math.Abs(mean+bias-logit) > tolerance {
				t.Errorf("%v: class %d: mean %v + bias %v, logit %v", spec.Type, class, mean, bias, logit)
			}
		}
	}
}

func TestEmbeddingExtractor(t *testing.T) {
	c := read(t, tflitetest.Spec{Classifier: tflitetest.NoClassifier})
	answer, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, Options{Embedding: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Predictions) != 0 || len(answer.Embedding) != 256 {
		t.Errorf("%d predictions, embedding of %d", len(answer.Predictions), len(answer.Embedding))
	}
}

// read makes a classifier of a synthetic file.
func read(t *testing.T, spec tflitetest.Spec) *Classifier {
	t.Helper()
	model, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	c, err := New(model, engine, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// probability is value i of a file's output tensor.
func probability(o mobilenet.Output, output []byte, i int) float64 {
	switch o.Type {
	case mobilenet.Float32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(output[4*i:])))
	case mobilenet.Int8:
		return float64(o.Quant.Real(output[i] + 128))
	}
	return float64(o.Quant.Real(output[i]))
}
