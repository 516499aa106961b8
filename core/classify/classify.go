// Package classify is what callers use: it takes an image to the names of what the network sees in it.
package classify

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"slices"
	"time"

	"mobilenet/core/mobilenet"
	"mobilenet/core/pixels"
)

// ErrNoClassifier tells that a model, an embedding extractor, ends with its embedding and names no classes.
var ErrNoClassifier = errors.New("the model has no classifier, it gives embeddings only")

// ErrNotFinite tells that the network gave logits that are no finite numbers: its weights or its normalisation are wrong.
var ErrNotFinite = errors.New("the model gave logits that are not finite numbers; its weights or normalisation are wrong")

// A Classifier holds a model, the engine that runs it, and the names of its classes. Goroutines may share one: calls wait for
// each other.
type Classifier struct {
	model  *mobilenet.Model
	engine mobilenet.Engine
	labels []string
	turn   chan struct{} // holds one token: its holder may use engine and the fields below
	first  mobilenet.Result
	later  mobilenet.Result // of every view but the first, whose features stay
	input  []byte           // RGB [H,W,3]
}

// New makes a classifier of a model, an engine that was made for it, and the names of its classes, as FitLabels takes them.
func New(model *mobilenet.Model, engine mobilenet.Engine, labels []string) (*Classifier, error) {
	if model == nil || engine == nil {
		return nil, errors.New("a classifier needs a model and an engine")
	}
	fitted, err := FitLabels(labels, model.Answers())
	if err != nil {
		return nil, err
	}
	return &Classifier{model: model, engine: engine, labels: fitted, turn: make(chan struct{}, 1)}, nil
}

// Labels are the names of the model's outputs, in their order.
func (c *Classifier) Labels() []string { return c.labels }

// Model is the model that was given to New.
func (c *Classifier) Model() *mobilenet.Model { return c.model }

// Engine is the engine that was given to New.
func (c *Classifier) Engine() mobilenet.Engine { return c.engine }

// Options say how an image is cropped, and what the result holds. The network runs once a view, whatever is asked for.
type Options struct {
	TopK  int         // how many predictions; 0: 5, more than there are classes: all
	Crop  pixels.Crop // used with one view; more views have their own
	Views int         // 1, 2 or 4 views of the image, over which answers are averaged; 0: 1

	Embedding bool
	Logits    bool
	Features  bool
	Heatmaps  []int // the classes to map, by their index in the model's output, or Best
}

// Best stands in Options.Heatmaps for the class of the first prediction.
const Best = -1

// A Classification is what the network sees in an image. What several views say is averaged, but for what has places in the image:
// features and heat maps are of the first view, which of two or four is the Square crop, unmirrored.
type Classification struct {
	Predictions []Prediction // the most probable first, by the mean of the views' probabilities; none without a classifier
	Embedding   []float32    // [channels of the last feature map], or all its values where the model has no pool: the mean of the views'; only if asked for
	Logits      []float32    // [classes], the mean of the views'; only if asked for
	Features    []float32    // [h,w,c], the first view's last feature map; only if asked for
	Heatmaps    []*Heatmap   // one for each of Options.Heatmaps, in their order
	// Box is the part of the image that the first view shows, and that features and heat maps cover; empty from ClassifyInputs.
	Box     image.Rectangle
	Timings Timings
}

// A Prediction is one class and its probability.
type Prediction struct {
	Index       int // in the model's output, background included
	Label       string
	Probability float64 // softmax of the logits, computed in float64
}

// Timings say where the time went. Total is the whole call, with the time it waited for other calls.
type Timings struct{ Resize, Network, Total time.Duration }

// Classify crops and resizes src and classifies it. A model without a classifier gives its embedding if that is asked for, and
// features beside it, else ErrNoClassifier.
func (c *Classifier) Classify(ctx context.Context, src pixels.Image, o Options) (*Classification, error) {
	if o.Views == 0 {
		o.Views = 1
	}
	views, err := pixels.Views(o.Views, o.Crop)
	if err != nil {
		return nil, err
	}
	s := c.model.InputShape()
	box := func(i int) image.Rectangle { return views[i].Crop.Box(src.Width, src.Height, s.W, s.H) }
	classification, err := c.classify(ctx, len(views), o, func(i int) ([]byte, error) {
		if c.input == nil {
			c.input = make([]byte, 3*s.H*s.W)
		}
		err := pixels.Resize(c.input, s.W, s.H, src, box(i), views[i].Mirror)
		return c.Input(c.input), err
	})
	if err != nil {
		return nil, err
	}
	classification.Box = box(0)
	return classification, nil
}

// Input makes of a resized picture, RGB [H,W,3], what the model reads: the same, or for a model of one colour its luma, which is written
// over it.
func (c *Classifier) Input(rgb []byte) []byte {
	if c.model.Grey {
		return pixels.Luma(rgb)
	}
	return rgb
}

// ClassifyInputs classifies an image of which inputs, [H,W,C] as the model reads them, are the views: already cropped and resized.
// Options' Crop and Views do not count.
func (c *Classifier) ClassifyInputs(ctx context.Context, inputs [][]byte, o Options) (*Classification, error) {
	if len(inputs) == 0 {
		return nil, errors.New("no inputs to classify")
	}
	return c.classify(ctx, len(inputs), o, func(i int) ([]byte, error) { return inputs[i], nil })
}

// classify runs the network once for each of n views, input(i).
func (c *Classifier) classify(ctx context.Context, n int, o Options, input func(i int) ([]byte, error)) (*Classification, error) {
	start := time.Now()
	if err := c.check(&o); err != nil {
		return nil, err
	}
	if err := c.lock(ctx); err != nil {
		return nil, err
	}
	defer c.unlock()

	classification := &Classification{}
	probabilities := make([]float64, c.model.Answers())
	result, want := &c.first, mobilenet.Want{Embedding: o.Embedding, Features: o.Features || len(o.Heatmaps) > 0}
	for i := range n {
		begin := time.Now()
		view, err := input(i)
		if err != nil {
			return nil, err
		}
		resized := time.Now()
		if err := c.run(ctx, view, want, result); err != nil {
			return nil, err
		}
		classification.Timings.Resize += resized.Sub(begin)
		classification.Timings.Network += time.Since(resized)

		if err := addProbabilities(probabilities, c.model, result.Logits, 1/float64(n)); err != nil {
			return nil, err
		}
		if o.Logits {
			classification.Logits = addShare(classification.Logits, result.Logits, n)
		}
		if o.Embedding {
			classification.Embedding = addShare(classification.Embedding, result.Embedding, n)
		}
		result, want.Features = &c.later, false
	}
	for _, i := range top(probabilities, o.TopK) {
		classification.Predictions = append(classification.Predictions, Prediction{i, c.labels[i], probabilities[i]})
	}
	for _, class := range o.Heatmaps {
		if class == Best {
			class = classification.Predictions[0].Index
		}
		m, err := c.Heatmap(c.first.Features, class)
		if err != nil {
			return nil, err
		}
		classification.Heatmaps = append(classification.Heatmaps, m)
	}
	if o.Features {
		classification.Features = slices.Clone(c.first.Features)
	}
	classification.Timings.Total = time.Since(start)
	return classification, nil
}

// check refuses options that the model cannot meet, before anything is run, and fills in what they leave out.
func (c *Classifier) check(o *Options) error {
	if o.TopK < 0 {
		return fmt.Errorf("topK %d is negative", o.TopK)
	}
	if o.TopK == 0 {
		o.TopK = 5
	}
	if c.model.Classes == 0 && !o.Embedding {
		return ErrNoClassifier
	}
	for _, class := range o.Heatmaps {
		if class == Best && c.model.Classes > 0 {
			continue
		}
		if err := c.checkClass(class); err != nil {
			return err
		}
	}
	return nil
}

// addShare adds a view's values, of which there are n, to their mean.
func addShare(mean, values []float32, n int) []float32 {
	if mean == nil {
		mean = make([]float32, len(values))
	}
	for i, v := range values {
		mean[i] += v / float32(n)
	}
	return mean
}

// Run computes the network on bytes [H,W,C] as the model reads them, untouched, and fills what want asks for into out.
func (c *Classifier) Run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	return c.run(ctx, input, want, out)
}

// run is Run for a caller that holds the turn.
func (c *Classifier) run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	if s := c.model.InputShape(); len(input) != s.Len() {
		return fmt.Errorf("an input of %d bytes; the model reads %v, %d bytes", len(input), s, s.Len())
	}
	if err := c.engine.Run(ctx, input, want, out); err != nil {
		return err
	}
	if len(out.Logits) != c.model.Answers() {
		return fmt.Errorf("the engine gave %d logits for %d classes; was it made for another model?", len(out.Logits), c.model.Answers())
	}
	return nil
}

// lock waits for the turn, no longer than ctx allows.
func (c *Classifier) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Classifier) unlock() { <-c.turn }

// addProbabilities adds weight times the probability of each answer to sums: the softmax of β·logits, or the logistic function of each
// logit where the model has that of several. The largest logit is taken off before the softmax, so nothing overflows.
func addProbabilities(sums []float64, m *mobilenet.Model, logits []float32, weight float64) error {
	if len(logits) == 0 {
		return nil
	}
	if m.Output.Logistic != nil && m.Answers() == m.Classes {
		for i, v := range logits {
			if v != v {
				return ErrNotFinite
			}
			sums[i] += weight / (1 + math.Exp(-float64(v)))
		}
		return nil
	}
	beta := 1.0
	if s := m.Output.Softmax; s != nil {
		beta = float64(s.Beta)
	}
	largest := float64(slices.Max(logits))
	total := 0.0
	for _, v := range logits {
		total += math.Exp(beta * (float64(v) - largest))
	}
	if math.IsNaN(total) {
		return ErrNotFinite
	}
	for i, v := range logits {
		sums[i] += weight * math.Exp(beta*(float64(v)-largest)) / total
	}
	return nil
}

// top returns the indices of the k largest values, the largest first, of equal ones the lower index first.
func top(values []float64, k int) []int {
	k = min(k, len(values))
	best := make([]int, 0, k)
	for i, v := range values {
		at := len(best)
		for at > 0 && values[best[at-1]] < v {
			at--
		}
		if at == k {
			continue
		}
		if len(best) < k {
			best = append(best, i)
		}
		copy(best[at+1:], best[at:])
		best[at] = i
	}
	return best
}
