package classify

import (
	"math"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
)

// Everything that can be asked for comes from one run a view, and is what separate questions give.
func TestOneRunForAllAnswers(t *testing.T) {
	for views := range 3 {
		views++
		engine := features(t)
		c := newClassifier(t, engine, 2, []string{"cat", "dog"})
		fc := &c.model.Layers[len(c.model.Layers)-1]
		fc.Float = &mobilenet.Float{Bias: make([]float32, 2), Weights: make([]float32, 2*fc.In.C)}
		for i := range fc.Float.Weights {
			fc.Float.Weights[i] = float32(i%7) - 3
		}
		inputs := make([][]byte, views)
		for i := range inputs {
			inputs[i] = zeros(32)
		}
		answer, err := c.ClassifyInputs(ctx, inputs, Options{
			Embedding: true, Logits: true, Features: true, Heatmaps: []int{0, Best, 1, Best},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(engine.inputs) != views {
			t.Errorf("%d runs for %d views", len(engine.inputs), views)
		}
		// The fake engine's values grow by one share with every run; features and heat maps are of the first.
		mean := float32(views+1) / 2
		if e := answer.Embedding; len(e) != 1 || math.Abs(float64(e[0]-10*mean)) > 1e-5 {
			t.Errorf("%d views: embedding %v, want %v", views, e, 10*mean)
		}
		if l := answer.Logits; len(l) != 2 || l[0] != 0 || math.Abs(float64(l[1]-mean)) > 1e-6 {
			t.Errorf("%d views: logits %v, want 0, %v", views, l, mean)
		}
		if !slices.Equal(answer.Features, engine.features) {
			t.Errorf("%d views: the features are not the first view's", views)
		}
		if len(answer.Heatmaps) != 4 {
			t.Fatalf("%d heat maps", len(answer.Heatmaps))
		}
		for i, class := range []int{0, 1, 1, 1} { // "dog" is the best answer
			want, err := c.Heatmap(engine.features, class)
			if err != nil {
				t.Fatal(err)
			}
			if m := answer.Heatmaps[i]; m.Class != class || !slices.Equal(m.Data, want.Data) {
				t.Errorf("%d views: heat map %d is %+v, want %+v", views, i, m, want)
			}
		}
		// Another class of the same picture: nothing is run.
		if m, err := c.Heatmap(answer.Features, 0); err != nil || !slices.Equal(m.Data, answer.Heatmaps[0].Data) {
			t.Errorf("%+v, %v", m, err)
		}
		if len(engine.inputs) != views {
			t.Errorf("%d runs after asking about another class", len(engine.inputs))
		}
		// What is not asked for does not come.
		plain, err := c.ClassifyInputs(ctx, inputs, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if plain.Embedding != nil || plain.Logits != nil || plain.Features != nil || plain.Heatmaps != nil {
			t.Errorf("%+v", plain)
		}
	}
}

// Answers stay when the classifier goes on to the next picture.
func TestAnswersAreCopies(t *testing.T) {
	engine := features(t)
	c := newClassifier(t, engine, 2, nil)
	all := Options{Embedding: true, Logits: true, Features: true}
	first, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, all)
	if err != nil {
		t.Fatal(err)
	}
	embedding, logits, features := slices.Clone(first.Embedding), slices.Clone(first.Logits), slices.Clone(first.Features)
	engine.features = make([]float32, len(engine.features))
	if _, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, all); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Embedding, embedding) || !slices.Equal(first.Logits, logits) || !slices.Equal(first.Features, features) {
		t.Error("the second picture has changed the first one's answer")
	}
}

// features is an engine with logits 0, n and embedding 10·n in its nth run, and numbered features.
func features(t *testing.T) *fake {
	engine := &fake{embedding: []float32{10}}
	engine.logits = func([]byte) []float32 { return []float32{0, float32(len(engine.inputs))} }
	m := newModel(t, mobilenet.Network{Resolution: 32}, 2)
	for i := range m.Layers[m.Features()].Out.Len() {
		engine.features = append(engine.features, float32(i))
	}
	return engine
}
