package mobilenet_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/teach"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// inputs are n noisy pictures for a model, each with a brightness and contrast of its own, so that their embeddings differ.
func inputs(m *mobilenet.Model, n int) [][]byte {
	random := rand.New(rand.NewPCG(4, 4))
	all := make([][]byte, n)
	for i := range all {
		all[i] = make([]byte, m.InputShape().Len())
		mean, contrast, period := random.Float64()*160, 5+random.Float64()*90, 1+random.IntN(30)
		for j := range all[i] {
			all[i][j] = uint8(mean + contrast*random.Float64()*float64(1+j/period%2)/2)
		}
	}
	return all
}

// run is what the plain engine gives for each input.
func run(t *testing.T, m *mobilenet.Model, inputs [][]byte) []mobilenet.Result {
	t.Helper()
	engine, err := scalar.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	results := make([]mobilenet.Result, len(inputs))
	for i, input := range inputs {
		if err := engine.Run(context.Background(), input, mobilenet.Want{Embedding: true}, &results[i]); err != nil {
			t.Fatal(err)
		}
	}
	return results
}

// learned is a head that tells so many classes apart, as core/teach learns it from a few pictures of noise.
func learned(t *testing.T, embeddings [][]float32, classes int) *mobilenet.Head {
	t.Helper()
	var examples []teach.Example
	for i, e := range embeddings {
		examples = append(examples, teach.Example{Class: i % classes, Views: [][]float32{e}})
	}
	c, err := teach.Train(context.Background(), examples, teach.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &c.Head
}

func softmax(logits []float64) []float64 {
	sum, out := 0.0, make([]float64, len(logits))
	for c, v := range logits {
		out[c] = math.Exp(v)
		sum += out[c]
	}
	for c := range out {
		out[c] /= sum
	}
	return out
}

// worst is the largest difference of a probability between a head and a model's logits.
func worst(h *mobilenet.Head, results []mobilenet.Result) float64 {
	most := 0.0
	for _, r := range results {
		logits := make([]float64, len(r.Logits))
		for c, v := range r.Logits {
			logits[c] = float64(v)
		}
		got := softmax(logits)
		for c, p := range softmax(h.Logits(nil, r.Embedding)) {
			most = max(most, math.Abs(p-got[c]))
		}
	}
	return most
}

func TestWithClassifier(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		t.Run(form.Name, func(t *testing.T) {
			model, err := tflite.Read(tflitetest.Build(form.Spec))
			if err != nil {
				t.Fatal(err)
			}
			pictures := inputs(model, 10)
			before := run(t, model, pictures)
			var embeddings [][]float32
			for _, r := range before {
				embeddings = append(embeddings, append([]float32(nil), r.Embedding...))
			}
			for _, classes := range []int{2, 5} {
				head := learned(t, embeddings, classes)
				taught, err := model.WithClassifier(head)
				if err != nil {
					t.Fatal(err)
				}
				after := run(t, taught, pictures)
				for i := range after {
					if len(after[i].Logits) != classes {
						t.Fatalf("%d logits for %d classes", len(after[i].Logits), classes)
					}
					for j, v := range after[i].Embedding {
						if v != before[i].Embedding[j] {
							t.Fatalf("the embedding changed")
						}
					}
				}
				file, err := tflite.Write(taught, nil)
				if err != nil {
					t.Fatal(err)
				}
				back, err := tflite.Read(file)
				if err != nil {
					t.Fatal(err)
				}
				if got := run(t, back, pictures[:2])[1].Output; !bytes.Equal(got, after[1].Output) {
					t.Errorf("%d classes: written and read again, the model gives %v, not %v", classes, got, after[1].Output)
				}
				if f := model.Fingerprint(); f != taught.Fingerprint() || f != back.Fingerprint() {
					t.Errorf("fingerprint %s, with other classes %s, read again %s", f, taught.Fingerprint(), back.Fingerprint())
				}
				if most := worst(head, after); most > 0.02 {
					t.Errorf("%d classes: probabilities differ by %.4f", classes, most)
				}
			}
		})
	}
}

func TestWithClassifierWithoutExamples(t *testing.T) {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Seed: 1}))
	if err != nil {
		t.Fatal(err)
	}
	pictures := inputs(model, 20)
	var embeddings [][]float32
	for _, r := range run(t, model, pictures) {
		embeddings = append(embeddings, append([]float32(nil), r.Embedding...))
	}
	head := learned(t, embeddings, 3)
	head.Examples = nil
	taught, err := model.WithClassifier(head)
	if err != nil {
		t.Fatal(err)
	}
	if most := worst(head, run(t, taught, pictures)); most > 0.25 {
		t.Errorf("probabilities differ by %.4f", most)
	}
}

// A second head takes the place of the first, and dense layers before the classifier go.
func TestWithClassifierReplaces(t *testing.T) {
	spec := tflitetest.Keras(mobilenet.Float32)
	spec.Top.Dense = [2]int{12, 5}
	model, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	size := model.Layers[model.Embedding()].Out.Len()
	head := &mobilenet.Head{Weights: make([]float32, 3*size), Bias: []float32{1, 2, 3}}
	once, err := model.WithClassifier(head)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := once.WithClassifier(head)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*mobilenet.Model{once, twice} {
		if n := len(m.Layers); n != model.Embedding()+2 || m.Classes != 3 || m.Top.Dense != [2]int{} || m.Layers[n-1].Name != "fc" {
			t.Errorf("%d layers, %d classes, %+v", n, m.Classes, m.Top)
		}
		if got := run(t, m, inputs(m, 1))[0].Logits; got[0] != 1 || got[2] != 3 {
			t.Errorf("logits %v of a head of biases", got)
		}
	}
	if model.Classes != 10 || model.Top.Dense != [2]int{12, 5} {
		t.Errorf("the model itself changed: %+v", model.Network)
	}
}

func TestWithClassifierRefuses(t *testing.T) {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Seed: 1}))
	if err != nil {
		t.Fatal(err)
	}
	size := model.Layers[model.Embedding()].Out.Len()
	nan := float32(math.NaN())
	weights := func() []float32 { return make([]float32, 2*size) }
	bad := weights()
	bad[size+3] = nan
	for _, c := range []struct {
		head *mobilenet.Head
		want string
	}{
		{&mobilenet.Head{}, "0 weights and 0 biases"},
		{&mobilenet.Head{Weights: weights(), Bias: make([]float32, 3)}, "each class has"},
		{&mobilenet.Head{Weights: bad, Bias: make([]float32, 2)}, "weight 3 of class 1 is NaN"},
		{&mobilenet.Head{Weights: weights(), Bias: []float32{0, nan}}, "the bias of class 1 is NaN"},
		{&mobilenet.Head{Weights: weights(), Bias: make([]float32, 2), Examples: [][]float32{{1}}}, "example 0 is an embedding of 1 numbers"},
	} {
		if _, err := model.WithClassifier(c.head); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}
