package classify

import (
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
)

// A Taught is a head that was learned on the embeddings of a Classifier's model, for Classifier.Use.
type Taught struct {
	Head   *mobilenet.Head
	Labels []string // one for each of the head's classes; nil: "class 0" and so on
	// Beside leaves predictions, logits and heat maps to the model's own classes: what the head says is Classification.Own.
	Beside bool
}

// Own is what a Taught says that is in use beside the model's classes.
type Own struct {
	Predictions []Prediction // the most probable first, by the mean of the views' probabilities
	None        bool         // as Classification.None; false where the head has no Unknown
}

// Use has the calls that begin from now on answer with the classes of a head, computed from the embeddings of the runs that there are anyway, or
// with the model's own again: nil. What was given must not change afterwards.
func (c *Classifier) Use(t *Taught) error {
	if t == nil {
		c.taught.Store(nil)
		return nil
	}
	if t.Head == nil {
		return fmt.Errorf("there is no head to use")
	}
	if err := t.Head.Check(c.embedding()); err != nil {
		return err
	}
	if t.Head.Model != "" {
		if err := t.Head.CheckModel(c.Fingerprint()); err != nil {
			return err
		}
	}
	used, classes := *t, len(t.Head.Bias)
	if used.Labels = slices.Clone(t.Labels); t.Labels == nil {
		used.Labels = unnamed(classes)
	}
	if len(used.Labels) != classes {
		return fmt.Errorf("%d labels for a head of %d classes", len(used.Labels), classes)
	}
	c.taught.Store(&used)
	return nil
}

// TellsNone says whether Classification.None means anything: the model, or the head in use in place of its classes, was taught to tell.
func (c *Classifier) TellsNone() bool {
	_, head := c.classes(c.taught.Load())
	if head != nil {
		return head.Unknown != nil
	}
	return c.model.Unknown != nil
}

// embedding is how many numbers an embedding has.
func (c *Classifier) embedding() int { return c.model.Layers[c.model.Embedding()].Out.Len() }

// classes are the labels of those that predictions are of, and the head that has them, nil for the model's own.
func (c *Classifier) classes(t *Taught) ([]string, *mobilenet.Head) {
	if t == nil || t.Beside {
		return c.labels, nil
	}
	return t.Labels, t.Head
}

// A speaker gathers what a classifier, the model's or a head, says of an image's views.
type speaker struct {
	labels []string
	model  *mobilenet.Model // whose logits are heard; nil: the head's
	// head computes logits from an embedding. Of a model it is nil where that does not tell none of these.
	head          *mobilenet.Head
	size          int // of an embedding
	probabilities []float64
	logits        []float32 // of the last embedding
	exact         []float64
}

// speakers are whose predictions are asked for, and then a head that is in use beside them.
func (c *Classifier) speakers(t *Taught) (list []*speaker) {
	if t == nil || t.Beside {
		list = append(list, &speaker{labels: c.labels, model: c.model, head: c.head, size: c.embedding()})
	}
	if t != nil {
		list = append(list, &speaker{labels: t.Labels, head: t.Head, size: c.embedding()})
	}
	for _, s := range list {
		s.probabilities = make([]float64, len(s.labels))
	}
	return list
}

// hear takes the result of one of n views, and gives its logits.
func (s *speaker) hear(view *mobilenet.Result, n int) ([]float32, error) {
	if s.head != nil && len(view.Embedding) != s.size {
		return nil, fmt.Errorf("the engine gave an embedding of %d numbers, not %d; was it made for another model?", len(view.Embedding), s.size)
	}
	if s.model != nil {
		return view.Logits, addProbabilities(s.probabilities, s.model, view.Logits, 1/float64(n))
	}
	logits := s.logitsOf(view.Embedding)
	return logits, addSoftmax(s.probabilities, logits, 1, 1/float64(n))
}

// logitsOf are the head's of an embedding, until they are asked for again.
func (s *speaker) logitsOf(embedding []float32) []float32 {
	s.exact, s.logits = s.head.Logits(s.exact, embedding), s.logits[:0]
	for _, v := range s.exact {
		s.logits = append(s.logits, float32(v))
	}
	return s.logits
}

// says gives the k most probable classes, and whether the image, of this mean embedding, shows none of the classes. A quantised model's own logits would not do for that, for they are cut to a range in
// which probabilities are right; those of the mean embedding are the mean of the views' exact ones.
func (s *speaker) says(k int, embedding []float32) (predictions []Prediction, none bool) {
	for _, i := range top(s.probabilities, k) {
		predictions = append(predictions, Prediction{i, s.labels[i], s.probabilities[i]})
	}
	if s.head == nil || s.head.Unknown == nil {
		return predictions, false
	}
	return predictions, s.head.Unknown.IsNone(predictions[0].Index, s.logitsOf(embedding), embedding)
}
