package classify

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/pixels"
)

var ctx = context.Background()

func TestPredictions(t *testing.T) {
	ln := func(p float64) float32 { return float32(math.Log(p)) }
	// Probabilities 0.1, 0.4, 0.2, 0.2, 0.1; the sum before normalisation does not matter.
	c := newClassifier(t, always(ln(1), ln(4), ln(2), ln(2), ln(1)), 5, []string{"a", "b", "c", "d", "e"})
	all := []Prediction{{1, "b", 0.4}, {2, "c", 0.2}, {3, "d", 0.2}, {0, "a", 0.1}, {4, "e", 0.1}}
	for topK, want := range map[int]int{0: 5, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 5, math.MaxInt: 5} {
		answer, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, Options{TopK: topK})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(answer.Predictions, all[:want], func(a, b Prediction) bool {
			return a.Index == b.Index && a.Label == b.Label && math.Abs(a.Probability-b.Probability) < 1e-7
		}) {
			t.Errorf("topK %d: %v, want %v", topK, answer.Predictions, all[:want])
		}
		if answer.Embedding != nil {
			t.Errorf("an embedding that nobody asked for")
		}
	}
	if _, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, Options{TopK: -1}); err == nil || !strings.Contains(err.Error(), "-1") {
		t.Errorf("topK -1: error %v", err)
	}
}

// top against sorting everything.
func TestTop(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		for k := range 45 {
			values := make([]float64, n)
			order := make([]int, n)
			for i := range values {
				values[i], order[i] = float64(random.IntN(8)), i // many ties
			}
			sort.SliceStable(order, func(a, b int) bool { return values[order[a]] > values[order[b]] })
			if got, want := top(values, k), order[:min(k, n)]; !slices.Equal(got, want) {
				t.Fatalf("the %d largest of %v: %v, want %v", k, values, got, want)
			}
		}
	}
}

func TestSoftmax(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		logits []float32
		want   []float64
	}{
		{[]float32{0, 0}, []float64{0.5, 0.5}},
		{[]float32{1000, 1000, -1000}, []float64{0.5, 0.5, 0}},
		{[]float32{-1e38, 1e38}, []float64{0, 1}},
		{[]float32{0, -inf}, []float64{1, 0}},
		{[]float32{3}, []float64{1}},
		{nil, nil},
	} {
		got := make([]float64, len(c.logits))
		if err := addProbabilities(got, &mobilenet.Model{}, c.logits, 1); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("softmax of %v is %v, %v; want %v", c.logits, got, err, c.want)
		}
	}
	// A file's softmax may stretch the logits by a β of its own.
	c := newClassifier(t, always(0, 1), 2, nil)
	c.model.Output.Softmax = &mobilenet.Softmax{Beta: 2}
	answer, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, Options{})
	if want := 1 / (1 + math.Exp(-2)); err != nil || math.Abs(answer.Predictions[0].Probability-want) > 1e-15 {
		t.Errorf("β 2: %+v, %v, want %v", answer, err, want)
	}
	// Against the formula.
	logits, want, sum := make([]float32, 1001), make([]float64, 1001), 0.0
	for i := range logits {
		logits[i] = float32(i%37) / 3
		want[i] = math.Exp(float64(logits[i]))
		sum += want[i]
	}
	got := make([]float64, 1001)
	if err := addProbabilities(got, &mobilenet.Model{}, logits, 0.5); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if math.Abs(got[i]-want[i]/sum/2) > 1e-15 {
			t.Fatalf("class %d: %v, want %v", i, got[i], want[i]/sum/2)
		}
	}
	for _, bad := range [][]float32{{0, float32(math.NaN())}, {inf, 0}, {-inf, -inf}} {
		if err := addProbabilities(make([]float64, 2), &mobilenet.Model{}, bad, 1); !errors.Is(err, ErrNotFinite) {
			t.Errorf("softmax of %v: error %v", bad, err)
		}
	}
}

// The engine gets the views that pixels cuts out, and probabilities and embeddings, not logits, are averaged.
func TestViews(t *testing.T) {
	src := pixels.Image{Pix: make([]byte, 4*50*40), Stride: 200, Width: 50, Height: 40}
	random := rand.New(rand.NewPCG(3, 4))
	for i := range src.Pix {
		src.Pix[i] = uint8(random.Uint32())
	}
	networks := []mobilenet.Network{{Resolution: 32}, {Resolution: 32, Width: 48}, {Resolution: 40, Width: 32, Grey: true}}
	for i, o := range []Options{
		{}, {Views: 1, Crop: pixels.Square}, {Views: 1, Crop: pixels.Whole}, {Views: 2}, {Views: 4, Crop: pixels.Whole}, {Views: 2},
	} {
		network := networks[i%len(networks)]
		s := network.InputShape()
		engine := &fake{embedding: []float32{1, 10}}
		engine.logits = func([]byte) []float32 { return []float32{0, float32(len(engine.inputs))} } // 1, 2, 3, ...
		c := newClassifierOf(t, engine, network, 2, nil)
		o.Embedding = true
		answer, err := c.Classify(ctx, src, o)
		if err != nil {
			t.Fatal(err)
		}
		views, err := pixels.Views(max(o.Views, 1), o.Crop)
		if err != nil {
			t.Fatal(err)
		}
		if len(engine.inputs) != len(views) {
			t.Fatalf("%+v: %d runs", o, len(engine.inputs))
		}
		want := 0.0
		for i, v := range views {
			rgb := make([]byte, 3*s.H*s.W)
			if err := pixels.Resize(rgb, s.W, s.H, src, v.Crop.Box(50, 40, s.W, s.H), v.Mirror); err != nil {
				t.Fatal(err)
			}
			if network.Grey {
				rgb = pixels.Luma(rgb)
			}
			if !bytes.Equal(engine.inputs[i], rgb) {
				t.Errorf("%+v: view %d is not %+v", o, i, v)
			}
			want += 1 / (1 + math.Exp(-float64(i+1))) / float64(len(views))
		}
		if p := answer.Predictions[0]; p.Index != 1 || p.Label != "class 1" || math.Abs(p.Probability-want) > 1e-12 {
			t.Errorf("%+v: %+v, want probability %v", o, p, want)
		}
		mean := float32(len(views)+1) / 2
		if e := answer.Embedding; len(e) != 2 || math.Abs(float64(e[0]-mean)) > 1e-6 || math.Abs(float64(e[1]-10*mean)) > 1e-5 {
			t.Errorf("%+v: embedding %v, want %v, %v", o, e, mean, 10*mean)
		}
		times := answer.Timings
		if times.Resize < 0 || times.Network < 0 || times.Total <= 0 || times.Total < times.Resize+times.Network {
			t.Errorf("%+v: timings %+v", o, times)
		}
		if box := views[0].Crop.Box(50, 40, s.W, s.H); answer.Box != box {
			t.Errorf("%+v: box %v, want %v", o, answer.Box, box)
		}
		// The same views, resized by the caller.
		again, err := c.ClassifyInputs(ctx, engine.inputs, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(engine.inputs) != 2*len(views) || len(again.Predictions) != 2 {
			t.Errorf("%+v: %d runs, %d predictions", o, len(engine.inputs), len(again.Predictions))
		}
	}
}

// An embedding extractor gives embeddings, and says so to who asks for more.
func TestWithoutClassifier(t *testing.T) {
	engine := &fake{logits: func([]byte) []float32 { return nil }, embedding: []float32{1, 2, 3}}
	c := newClassifier(t, engine, 0, numbered(0, 1000)) // labels do not matter
	inputs := [][]byte{zeros(32)}
	answer, err := c.ClassifyInputs(ctx, inputs, Options{Embedding: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Predictions) != 0 || !slices.Equal(answer.Embedding, []float32{1, 2, 3}) {
		t.Errorf("%+v", answer)
	}
	for _, o := range []Options{{}, {Logits: true, Features: true}} {
		if _, err := c.ClassifyInputs(ctx, inputs, o); !errors.Is(err, ErrNoClassifier) {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	for _, class := range []int{0, Best} {
		if _, err := c.ClassifyInputs(ctx, inputs, Options{Embedding: true, Heatmaps: []int{class}}); !errors.Is(err, ErrNoClassifier) {
			t.Errorf("heat map of %d: error %v", class, err)
		}
	}
	if len(c.Labels()) != 0 {
		t.Errorf("%d labels", len(c.Labels()))
	}
}

func TestErrorsNameTheValue(t *testing.T) {
	good := pixels.Image{Pix: make([]byte, 4*4*4), Stride: 16, Width: 4, Height: 4}
	c := newClassifier(t, always(1, 2, 3), 3, nil)
	classify := func(src pixels.Image, o Options) error { _, err := c.Classify(ctx, src, o); return err }
	inputs := func(in ...[]byte) error { _, err := c.ClassifyInputs(ctx, in, Options{}); return err }
	broken := errors.New("the engine broke")
	for name, x := range map[string]struct {
		err  error
		says string
	}{
		"views":        {classify(good, Options{Views: 3}), "3 views"},
		"crop":         {classify(good, Options{Crop: 9}), "Crop(9)"},
		"size":         {classify(pixels.Image{}, Options{}), "0×0"},
		"pix":          {classify(pixels.Image{Pix: good.Pix[1:], Stride: 16, Width: 4, Height: 4}, Options{Views: 4}), "63 bytes"},
		"no inputs":    {inputs(), "no inputs"},
		"short input":  {inputs(zeros(32)[1:]), "3071 bytes; the model reads [32,32,3], 3072 bytes"},
		"second input": {inputs(zeros(32), zeros(33)), "3267 bytes"},
		"run":          {c.Run(ctx, nil, mobilenet.Want{}, new(mobilenet.Result)), "0 bytes"},
		"class":        {classify(good, Options{Heatmaps: []int{Best, 3}}), "class 3 is not in 0..2"},
		"negative":     {classify(good, Options{Heatmaps: []int{-2}}), "class -2 is not in 0..2"},
		"wrong engine": {classifyWith(t, always(1, 2), good), "2 logits for 3 classes"},
		"engine":       {classifyWith(t, &fake{err: broken}, good), broken.Error()},
		"nan":          {classifyWith(t, always(1, 2, float32(math.NaN())), good), "not finite"},
	} {
		if x.err == nil || !strings.Contains(x.err.Error(), x.says) {
			t.Errorf("%s: error %v, want one that says %q", name, x.err, x.says)
		}
	}
	for _, args := range []struct {
		m *mobilenet.Model
		e mobilenet.Engine
	}{{nil, always()}, {c.Model(), nil}} {
		if _, err := New(args.m, args.e, nil); err == nil {
			t.Error("a classifier without a model or an engine")
		}
	}
}

func classifyWith(t *testing.T, engine mobilenet.Engine, src pixels.Image) error {
	_, err := newClassifier(t, engine, 3, nil).Classify(ctx, src, Options{})
	return err
}

func TestRun(t *testing.T) {
	engine := always(1, 2, 3)
	engine.embedding = []float32{7}
	c := newClassifier(t, engine, 3, nil)
	var out mobilenet.Result
	if err := c.Run(ctx, zeros(32), mobilenet.Want{Embedding: true}, &out); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(out.Logits, []float32{1, 2, 3}) || !slices.Equal(out.Embedding, []float32{7}) || len(out.Features) != 0 {
		t.Errorf("%+v", out)
	}
	if c.Engine() != mobilenet.Engine(engine) || c.Model().Classes != 3 {
		t.Error("engine or model is another one")
	}
}

// A caller that gives up waiting gets the context's error, and the classifier works on.
func TestCancel(t *testing.T) {
	inside, release := make(chan bool), make(chan bool)
	engine := &fake{logits: func([]byte) []float32 { inside <- true; <-release; return []float32{1} }}
	c := newClassifier(t, engine, 1, nil)
	first := make(chan error)
	go func() { first <- c.Run(ctx, zeros(32), mobilenet.Want{}, new(mobilenet.Result)) }()
	<-inside
	waiting, cancel := context.WithCancel(ctx)
	second := make(chan error)
	go func() { _, err := c.ClassifyInputs(waiting, [][]byte{zeros(32)}, Options{}); second <- err }()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	release <- true
	if err := <-first; err != nil {
		t.Errorf("the first call: %v", err)
	}
	if _, err := c.ClassifyInputs(waiting, [][]byte{zeros(32)}, Options{}); err == nil {
		t.Error("an answer after cancelling")
	}
	if len(engine.inputs) != 1 {
		t.Errorf("%d runs", len(engine.inputs))
	}
}

func TestShared(t *testing.T) {
	c := newClassifier(t, always(1, 2, 3), 3, nil)
	src := pixels.Image{Pix: make([]byte, 4*9*9), Stride: 36, Width: 9, Height: 9}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := c.Classify(ctx, src, Options{Views: 2}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
