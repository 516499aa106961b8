package classify

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// A Heatmap says how much each part of a view adds to the logit of a class: a class activation map (Zhou et al. 2016, arXiv 1512.04150).
type Heatmap struct {
	Class         int // its index in the model's output, or in that of the head in use
	Width, Height int
	// Data [Height,Width] are shares of the class's logit: their mean is the logit without its bias. Some are negative.
	Data []float32
}

// Heatmap returns the class activation map of class, an index in the model's output: the last feature map [h,w,c], as
// Classification.Features has it, weighted as the layers after it weigh it for that class. Where fully connected layers stand before the
// classifier, their ReLU lets pass what it lets pass of these features. Nothing is run. Where a Taught is in use that replaces the model's classes,
// it is of that.
func (c *Classifier) Heatmap(features []float32, class int) (*Heatmap, error) {
	return c.heatmap(c.taught.Load(), features, class)
}

func (c *Classifier) heatmap(t *Taught, features []float32, class int) (*Heatmap, error) {
	labels, head := c.classes(t)
	if err := checkClass(class, len(labels)); err != nil {
		return nil, err
	}
	shape := c.model.Layers[c.model.Features()].Out
	if len(features) != shape.Len() {
		return nil, fmt.Errorf("%d features, where the model's are [%d,%d,%d], %d", len(features), shape.H, shape.W, shape.C, shape.Len())
	}
	embedding, share := features, float32(shape.H*shape.W) // the mean of the map is the logit
	if !c.model.Top.Flat {
		embedding, share = means(features, shape), 1
	}
	var weights []float32
	if size := c.embedding(); head != nil {
		weights = head.Weights[class*size:][:size]
	} else if gradient, err := classGradient(c.model, embedding, class); err != nil {
		return nil, err
	} else {
		weights = gradient
	}
	m := &Heatmap{Class: class, Width: shape.W, Height: shape.H, Data: make([]float32, shape.H*shape.W)}
	for i := range m.Data {
		pixel := weights // one a channel, or one a value
		if c.model.Top.Flat {
			pixel = weights[i*shape.C:]
		}
		var sum float32
		for j, v := range features[i*shape.C:][:shape.C] {
			sum += float32(pixel[j] * v) // or an Arm would fuse both, and round once
		}
		m.Data[i] = sum * share
	}
	return m, nil
}

// means are the means of a feature map's channels.
func means(features []float32, s mobilenet.Shape) []float32 {
	out := make([]float32, s.C)
	for ; len(features) > 0; features = features[s.C:] {
		for c, v := range features[:s.C] {
			out[c] += v
		}
	}
	for c := range out {
		out[c] /= float32(s.H * s.W)
	}
	return out
}

// A ClassError tells of a class that is not there.
type ClassError struct{ Class, Classes int }

func (e *ClassError) Error() string {
	return fmt.Sprintf("class %d is not in 0..%d", e.Class, e.Classes-1)
}

// checkClass refuses what is none of so many classes.
func checkClass(class, classes int) error {
	if classes == 0 {
		return ErrNoClassifier
	}
	if class < 0 || class >= classes {
		return &ClassError{class, classes}
	}
	return nil
}
