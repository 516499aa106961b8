package classify

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
)

// size is that of the small network's embeddings.
const size = 256

// embedder is an engine whose embedding is v·(1, 2, 3, … 256)/256 in its vth run, with logits 0, 1, 2.
func embedder(t *testing.T) *fake {
	engine := features(t)
	engine.logits = func([]byte) []float32 { return []float32{0, 1, 2} }
	engine.embedding = nil
	for i := range size {
		engine.embedding = append(engine.embedding, float32(i+1)/size)
	}
	return engine
}

// aHead has classes of which c weighs number c of an embedding by c+1, and with bias 1/2.
func aHead(classes int, u *mobilenet.Unknown) *mobilenet.Head {
	h := &mobilenet.Head{Weights: make([]float32, classes*size), Bias: make([]float32, classes), Unknown: u}
	for c := range classes {
		h.Weights[c*size+c], h.Bias[c] = float32(c+1), 0.5
	}
	return h
}

// softmaxOf is the mean softmax of aHead's logits over so many views of embedder.
func softmaxOf(classes, views int) (probabilities, logits []float64) {
	probabilities, logits = make([]float64, classes), make([]float64, classes)
	for v := 1; v <= views; v++ {
		sum := 0.0
		logit := func(c int) float64 { return float64(v)*float64((c+1)*(c+1))/size + 0.5 }
		for c := range classes {
			sum += math.Exp(logit(c))
		}
		for c := range classes {
			probabilities[c] += math.Exp(logit(c)) / sum / float64(views)
			logits[c] += logit(c) / float64(views)
		}
	}
	return probabilities, logits
}

func near(t *testing.T, what string, predictions []Prediction, want []float64, labels []string) {
	t.Helper()
	if len(predictions) != len(want) {
		t.Fatalf("%s: %d predictions, want %d", what, len(predictions), len(want))
	}
	for i, p := range predictions {
		if math.Abs(p.Probability-want[p.Index]) > 1e-6 || p.Label != labels[p.Index] || i > 0 && p.Probability > predictions[i-1].Probability {
			t.Errorf("%s: %+v, want %v", what, predictions, want)
			return
		}
	}
}

func views(n int) [][]byte { return slices.Repeat([][]byte{zeros(32)}, n) }

// A head in use answers in place of the model's classes or beside them, from the same runs.
func TestUse(t *testing.T) {
	names := []string{"red", "green", "blue", "none of these"}
	for n := 1; n <= 4; n *= 2 {
		engine := embedder(t)
		c := newClassifier(t, engine, 3, []string{"cat", "dog", "bird"})
		fc := &c.model.Layers[len(c.model.Layers)-1]
		fc.Float = &mobilenet.Float{Bias: make([]float32, 3), Weights: slices.Repeat([]float32{1}, 3*size)}
		plain, err := c.ClassifyInputs(ctx, views(n), Options{Logits: true, Heatmaps: []int{2}})
		if err != nil {
			t.Fatal(err)
		}
		if plain.Own != nil || plain.None || c.TellsNone() {
			t.Errorf("without a head: %+v", plain)
		}
		head := aHead(4, nil)
		if err := c.Use(&Taught{Head: head, Labels: names}); err != nil {
			t.Fatal(err)
		}
		engine.inputs = nil
		probabilities, logits := softmaxOf(4, n)
		o := Options{Logits: true, Embedding: true, Embeddings: true, Features: true, Heatmaps: []int{Best, 3, 1}}
		answer, err := c.ClassifyInputs(ctx, views(n), o)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "in place", answer.Predictions, probabilities, names)
		if len(engine.inputs) != n || answer.Own != nil || !slices.Equal(c.Labels(), names) {
			t.Errorf("%d runs of %d views, labels %v, %+v", len(engine.inputs), n, c.Labels(), answer.Own)
		}
		for i, v := range answer.Logits {
			if math.Abs(float64(v)-logits[i]) > 1e-5 {
				t.Errorf("%d views: logits %v, want %v", n, answer.Logits, logits)
			}
		}
		if len(answer.Embeddings) != n {
			t.Fatalf("%d embeddings of %d views", len(answer.Embeddings), n)
		}
		for v, e := range answer.Embeddings {
			if len(e) != size || e[size-1] != float32(v+1) {
				t.Errorf("the embedding of view %d ends with %v", v, e[size-1])
			}
		}
		if e := answer.Embedding; math.Abs(float64(e[size-1])-float64(n+1)/2) > 1e-6 {
			t.Errorf("the mean embedding of %d views ends with %v", n, e[size-1])
		}
		// The maps of the one pixel that this network's last map is: its feature times the weight.
		for i, class := range []int{3, 3, 1} {
			m := answer.Heatmaps[i]
			if want := float32(class+1) * engine.features[class]; m.Class != class || len(m.Data) != 1 || m.Data[0] != want {
				t.Errorf("heat map %+v, want %v of class %d", m, want, class)
			}
		}
		if m, err := c.Heatmap(answer.Features, 3); err != nil || m.Data[0] != answer.Heatmaps[1].Data[0] {
			t.Errorf("from features: %+v, %v", m, err)
		}

		// Beside: all but Own is the model's.
		if err := c.Use(&Taught{Head: head, Labels: names, Beside: true}); err != nil {
			t.Fatal(err)
		}
		engine.inputs = nil
		both, err := c.ClassifyInputs(ctx, views(n), Options{Logits: true, Heatmaps: []int{2}, TopK: 9})
		if err != nil {
			t.Fatal(err)
		}
		if len(engine.inputs) != n || both.Own == nil || both.Own.None {
			t.Fatalf("%d runs of %d views: %+v", len(engine.inputs), n, both)
		}
		near(t, "beside", both.Own.Predictions, probabilities, names)
		if !slices.Equal(both.Predictions, plain.Predictions) || !slices.Equal(both.Logits, plain.Logits) || !slices.Equal(both.Heatmaps[0].Data, plain.Heatmaps[0].Data) {
			t.Errorf("beside a head the model's answer is %+v, without %+v", both, plain)
		}
		if both.Embedding != nil || both.Embeddings != nil || c.Labels()[0] != "cat" {
			t.Errorf("%+v came unasked", both)
		}
		if few, err := c.ClassifyInputs(ctx, views(n), Options{TopK: 2}); err != nil || len(few.Predictions) != 2 || len(few.Own.Predictions) != 2 {
			t.Errorf("two of each: %+v, %v", few, err)
		}
		// And back.
		if err := c.Use(nil); err != nil {
			t.Fatal(err)
		}
		if again, err := c.ClassifyInputs(ctx, views(n), Options{}); err != nil || again.Own != nil || !slices.Equal(again.Predictions, plain.Predictions) {
			t.Errorf("%+v, %v", again, err)
		}
	}
}

// An embedding extractor classifies with a head.
func TestUseWithoutClassifier(t *testing.T) {
	engine := embedder(t)
	engine.logits = func([]byte) []float32 { return nil }
	c := newClassifier(t, engine, 0, nil)
	probabilities, _ := softmaxOf(2, 1)
	names := []string{"class 0", "class 1"}
	for _, beside := range []bool{false, true} {
		if err := c.Use(&Taught{Head: aHead(2, nil), Beside: beside}); err != nil {
			t.Fatal(err)
		}
		engine.inputs = nil
		answer, err := c.ClassifyInputs(ctx, views(1), Options{})
		if err != nil {
			t.Fatal(err)
		}
		own := answer.Predictions
		if beside {
			own = answer.Own.Predictions
			if len(answer.Predictions) != 0 {
				t.Errorf("%+v", answer)
			}
		}
		near(t, "an extractor", own, probabilities, names)
		if _, err := c.ClassifyInputs(ctx, views(1), Options{Heatmaps: []int{Best}}); beside != errors.Is(err, ErrNoClassifier) {
			t.Errorf("beside %v: a heat map of the best: %v", beside, err)
		}
	}
	if err := c.Use(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ClassifyInputs(ctx, views(1), Options{}); !errors.Is(err, ErrNoClassifier) {
		t.Errorf("error %v", err)
	}
	if answer, err := c.ClassifyInputs(ctx, views(2), Options{Embeddings: true}); err != nil || len(answer.Embeddings) != 2 {
		t.Errorf("%+v, %v", answer, err)
	}
}

// None of these is told by the mean embedding over the views, and by counter-examples where they are the most probable.
func TestNone(t *testing.T) {
	engine := embedder(t)
	c := newClassifier(t, engine, 3, nil)
	centre := make([]float32, size)
	score := func(views int) float64 { // the largest logit over the distance from 0, of the mean embedding
		_, logits := softmaxOf(2, views)
		square := 0.0
		for i := range size {
			v := float64(i+1) / size * float64(views+1) / 2
			square += v * v
		}
		return logits[1] / math.Sqrt(square)
	}
	for _, n := range []int{1, 2} {
		for _, x := range []struct {
			unknown mobilenet.Unknown
			classes int
			none    bool
		}{
			{mobilenet.Unknown{Centre: centre, Threshold: score(n) * 0.99}, 2, false},
			{mobilenet.Unknown{Centre: centre, Threshold: score(n) * 1.01}, 2, true},
			{mobilenet.Unknown{Counter: true}, 2, true},                                             // the last class is the most probable
			{mobilenet.Unknown{Centre: centre, Threshold: score(n) * 0.99, Counter: true}, 3, true}, // whatever the threshold says
		} {
			for _, beside := range []bool{false, true} {
				if err := c.Use(&Taught{Head: aHead(x.classes, &x.unknown), Beside: beside}); err != nil {
					t.Fatal(err)
				}
				if c.TellsNone() == beside {
					t.Errorf("beside %v: predictions can be told to mean nothing: %v", beside, c.TellsNone())
				}
				engine.inputs = nil
				answer, err := c.ClassifyInputs(ctx, views(n), Options{})
				if err != nil {
					t.Fatal(err)
				}
				none := answer.None
				if beside {
					if none = answer.Own.None; answer.None {
						t.Errorf("the model says none of these, which it cannot tell")
					}
				}
				if none != x.none || len(engine.inputs) != n {
					t.Errorf("%d views, threshold %v, counter %v: none is %v; %d runs", n, x.unknown.Threshold, x.unknown.Counter, none, len(engine.inputs))
				}
			}
		}
	}
	// A counter class that is not the most probable says nothing.
	head := aHead(3, &mobilenet.Unknown{Counter: true})
	head.Bias[2] = -9
	if err := c.Use(&Taught{Head: head}); err != nil {
		t.Fatal(err)
	}
	if answer, err := c.ClassifyInputs(ctx, views(1), Options{}); err != nil || answer.None {
		t.Errorf("%+v, %v", answer, err)
	}
}

func TestUseRefuses(t *testing.T) {
	engine := embedder(t)
	c := newClassifier(t, engine, 3, nil)
	if err := c.Use(&Taught{Head: aHead(2, nil)}); err != nil {
		t.Fatal(err)
	}
	nan := aHead(2, nil)
	nan.Weights[size+3] = float32(math.NaN())
	for _, x := range []struct {
		taught Taught
		says   string
	}{
		{Taught{}, "no head"},
		{Taught{Head: &mobilenet.Head{}}, "0 weights and 0 biases"},
		{Taught{Head: &mobilenet.Head{Weights: make([]float32, 4), Bias: make([]float32, 2)}}, "embeddings of 256 numbers"},
		{Taught{Head: nan}, "weight 3 of class 1 is NaN"},
		{Taught{Head: aHead(2, &mobilenet.Unknown{Centre: []float32{1}})}, "the centre of what was taught has 1 numbers"},
		{Taught{Head: aHead(2, nil), Labels: []string{"a"}}, "1 labels for a head of 2 classes"},
	} {
		if err := c.Use(&x.taught); err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("error %v, want %q", err, x.says)
		}
	}
	if len(c.Labels()) != 2 {
		t.Error("a head that was refused took the place of the one in use")
	}
	var class *ClassError
	if _, err := c.ClassifyInputs(ctx, views(1), Options{Heatmaps: []int{2}}); !errors.As(err, &class) || err.Error() != "class 2 is not in 0..1" {
		t.Errorf("a heat map of the model's class: error %v", err)
	}
	engine.embedding = engine.embedding[1:]
	if _, err := c.ClassifyInputs(ctx, views(1), Options{}); err == nil || !strings.Contains(err.Error(), "an embedding of 255 numbers, not 256") {
		t.Errorf("error %v", err)
	}
	engine.embedding = slices.Repeat([]float32{float32(math.NaN())}, size)
	if _, err := c.ClassifyInputs(ctx, views(1), Options{}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("an embedding that is not finite: error %v", err)
	}
}
