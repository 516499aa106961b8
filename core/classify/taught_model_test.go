package classify

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// A model whose file tells none of these says so as the head that was put into it does, though the range of its logits is cut.
func TestModelTellsNone(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	alike, otherwise := 0, 0
	for i, form := range tflitetest.Forms() {
		if i%3 != 0 { // it takes seconds
			continue
		}
		model, err := tflite.Read(tflitetest.Build(form.Spec))
		if err != nil {
			t.Fatal(err)
		}
		plain := classifierOf(t, model)
		pictures := make([][]byte, 6)
		head := &mobilenet.Head{}
		for i := range pictures {
			pictures[i] = make([]byte, model.InputShape().Len())
			mean, contrast, period := random.Float64()*160, 5+random.Float64()*90, 1+random.IntN(30)
			for j := range pictures[i] {
				pictures[i][j] = uint8(mean + contrast*random.Float64()*float64(1+j/period%2)/2)
			}
			answer, err := plain.ClassifyInputs(ctx, pictures[i:i+1], Options{Embedding: true})
			if err != nil {
				t.Fatal(err)
			}
			head.Examples = append(head.Examples, answer.Embedding)
		}
		// Two classes, each the direction of a picture from the middle of two. Their logits are ±200, and of the others some are near 0: bytes
		// cannot tell all of that.
		n := len(head.Examples[0])
		centre, square := make([]float32, n), 0.0
		for i := range n {
			a, b := head.Examples[0][i], head.Examples[3][i]
			centre[i] = (a + b) / 2
			square += float64(a-b) * float64(a-b)
		}
		for i := range n {
			steep := 200 / max(square/2, 1e-9)
			head.Weights = append(head.Weights, float32(steep*float64(head.Examples[0][i]-head.Examples[3][i])))
		}
		for i := range n {
			head.Weights = append(head.Weights, -head.Weights[i])
		}
		for c := range 2 {
			dot := 0.0
			for i, v := range head.Weights[c*n:][:n] {
				dot -= float64(v) * float64(centre[i])
			}
			head.Bias = append(head.Bias, float32(dot))
		}
		// A threshold in the widest gap between their scores.
		u := &mobilenet.Unknown{Centre: centre}
		var scores []float64
		for _, e := range head.Examples {
			var logits []float32
			for _, v := range head.Logits(nil, e) {
				logits = append(logits, float32(v))
			}
			scores = append(scores, u.Score(logits, e))
		}
		sorted := slices.Sorted(slices.Values(scores))
		if math.IsInf(sorted[0], -1) {
			alike++ // to a few of the made-up networks all pictures look the same
			continue
		}
		widest := 0.0
		for i := range len(sorted) - 1 {
			if gap := sorted[i+1] - sorted[i]; gap > widest {
				widest, u.Threshold = gap, (sorted[i]+sorted[i+1])/2
			}
		}
		head.Unknown = u
		taught, err := model.WithClassifier(head)
		if err != nil {
			t.Fatal(err)
		}
		c := classifierOf(t, taught)
		if !c.TellsNone() || plain.TellsNone() {
			t.Errorf("%s: which model tells none is wrong", form.Name)
		}
		if err := plain.Use(&Taught{Head: head}); err != nil {
			t.Fatal(err)
		}
		for i := range pictures {
			file, err := c.ClassifyInputs(ctx, pictures[i:i+1], Options{Logits: true, Embedding: true})
			if err != nil {
				t.Fatal(err)
			}
			inUse, err := plain.ClassifyInputs(ctx, pictures[i:i+1], Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := scores[i] < u.Threshold
			if u.IsNone(0, file.Logits, file.Embedding) != want {
				otherwise++
			}
			if file.None != want || inUse.None != want {
				t.Errorf("%s: picture %d is none of these: %v by the model, %v by the head, want %v", form.Name, i, file.None, inUse.None, want)
			}
		}
	}
	if otherwise == 0 {
		t.Error("the bytes of the logits would have been enough, so this tests nothing")
	}
	if most := len(tflitetest.Forms()) / 30; alike > most {
		t.Errorf("all pictures look the same to %d forms, more than %d", alike, most)
	}
}

func classifierOf(t *testing.T, m *mobilenet.Model) *Classifier {
	t.Helper()
	engine, err := scalar.New(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	c, err := New(m, engine, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
