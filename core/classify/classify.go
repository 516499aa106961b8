// Package classify is what callers use: it takes an image to the names of what the network sees in it.
package classify

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"sync/atomic"
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
	model       *mobilenet.Model
	engine      mobilenet.Engine
	labels      []string
	head        *mobilenet.Head        // the model's own classifier, where that tells none of these
	taught      atomic.Pointer[Taught] // what is in use, or nil
	fingerprint atomic.Pointer[string] // the model's, once a head has asked for it
	turn        chan struct{}          // holds one token: its holder may use engine and the fields below
	first       mobilenet.Result
	later       mobilenet.Result // of every view but the first, whose features stay
	input       []byte           // RGB [H,W,3]
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
	c := &Classifier{model: model, engine: engine, labels: fitted, turn: make(chan struct{}, 1)}
	if model.Unknown != nil {
		if c.head = model.Head(); c.head == nil {
			return nil, model.CheckUnknown(model.Unknown)
		}
	}
	return c, nil
}

// Labels are the names of the classes that predictions are of, in their order: the model's outputs, unless a Taught that replaces them is in use.
func (c *Classifier) Labels() []string {
	labels, _ := c.classes(c.taught.Load())
	return labels
}

// Model is the model that was given to New.
func (c *Classifier) Model() *mobilenet.Model { return c.model }

// Fingerprint is the model's, which is computed once.
func (c *Classifier) Fingerprint() string {
	known := c.fingerprint.Load()
	if known == nil {
		f := c.model.Fingerprint()
		known = &f
		c.fingerprint.Store(known)
	}
	return *known
}

// Engine is the engine that was given to New.
func (c *Classifier) Engine() mobilenet.Engine { return c.engine }

// Options say how an image is cropped, and what the result holds. The network runs once a view, whatever is asked for.
type Options struct {
	TopK  int         // how many predictions; 0: 5, more than there are classes: all
	Crop  pixels.Crop // used with one view; more views have their own
	Views int         // 1, 2 or 4 views of the image, over which answers are averaged; 0: 1

	Embedding  bool
	Embeddings bool
	Logits     bool
	Features   bool
	Heatmaps   []int // the classes to map, by their index in the model's output, or Best
}

// Best stands in Options.Heatmaps for the class of the first prediction.
const Best = -1

// A Classification is what the network sees in an image. What several views say is averaged, but for what has places in the image:
// features and heat maps are of the first view, which of two or four is the Square crop, unmirrored.
type Classification struct {
	Predictions []Prediction // the most probable first, by the mean of the views' probabilities; none without a classifier
	// None says that the image shows none of the classes, by the mean of the views' embeddings. It is false where Classifier.TellsNone is.
	None       bool
	Own        *Own        // what a Taught says that is in use beside the model's classes
	Embeddings [][]float32 // [views], each as Embedding; only if asked for
	Embedding  []float32   // [channels of the last feature map], or all its values where the model has no pool: the mean of the views'; only if asked for
	Logits     []float32   // [classes], the mean of the views'; only if asked for
	Features   []float32   // [h,w,c], the first view's last feature map; only if asked for
	Heatmaps   []*Heatmap  // one for each of Options.Heatmaps, in their order
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
	taught := c.taught.Load()
	if err := c.check(taught, &o); err != nil {
		return nil, err
	}
	if err := c.lock(ctx); err != nil {
		return nil, err
	}
	defer c.unlock()

	classification := &Classification{}
	speakers := c.speakers(taught)
	embedding := o.Embedding || taught != nil || c.head != nil
	result, want := &c.first, mobilenet.Want{Embedding: embedding || o.Embeddings, Features: o.Features || len(o.Heatmaps) > 0}
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

		for i, s := range speakers {
			logits, err := s.hear(result, n)
			if err != nil {
				return nil, err
			}
			if o.Logits && i == 0 {
				classification.Logits = addShare(classification.Logits, logits, n)
			}
		}
		if embedding {
			classification.Embedding = addShare(classification.Embedding, result.Embedding, n)
		}
		if o.Embeddings {
			classification.Embeddings = append(classification.Embeddings, slices.Clone(result.Embedding))
		}
		result, want.Features = &c.later, false
	}
	classification.Predictions, classification.None = speakers[0].says(o.TopK, classification.Embedding)
	if len(speakers) > 1 {
		own := &Own{}
		own.Predictions, own.None = speakers[1].says(o.TopK, classification.Embedding)
		classification.Own = own
	}
	if !o.Embedding {
		classification.Embedding = nil
	}
	for _, class := range o.Heatmaps {
		if class == Best {
			class = classification.Predictions[0].Index
		}
		m, err := c.heatmap(taught, c.first.Features, class)
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

// check refuses options that the model, or what is in use, cannot meet, before anything is run, and fills in what they leave out.
func (c *Classifier) check(t *Taught, o *Options) error {
	if o.TopK < 0 {
		return fmt.Errorf("topK %d is negative", o.TopK)
	}
	if o.TopK == 0 {
		o.TopK = 5
	}
	if c.model.Classes == 0 && t == nil && !o.Embedding && !o.Embeddings {
		return ErrNoClassifier
	}
	labels, _ := c.classes(t)
	for _, class := range o.Heatmaps {
		if class == Best && len(labels) > 0 {
			continue
		}
		if err := checkClass(class, len(labels)); err != nil {
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
