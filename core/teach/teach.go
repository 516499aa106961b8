// Package teach learns a classifier of one's own classes on the embeddings of a network: softmax regression, in a fraction of a second, and
// what belongs to it: a threshold for "none of these", cross-validation, and a report. Learn does all of it, Validate and Train their parts.
// Model.WithClassifier puts what was learned into the network.
//
// It is the plain method, chosen by measurement (make teach prints it). On the default model's embeddings of twelve species of flowers:
//
//   - The embeddings are centred, and scaled by one number for all. A scale for each of their numbers made no difference (97.5% either way from
//     twenty pictures a class), and it wants more pictures to be known.
//   - A picture's views are averaged. As examples of their own they made no difference either (95.0% both ways from five pictures, 98.3% from
//     forty), and each costs as much as a picture. The two views of pixels.Views(2) are right on 97.5% from ten pictures, the square alone
//     on 96.8%; its mirror image beside it 97.0%; all four views 97.5%.
//   - The whole sum is minimised by L-BFGS, from a thousand pictures in some 20 steps. Newton's method would want a Hessian of 10,000 by 10,000
//     for ten classes. The span of the examples, where they are fewer than an embedding's numbers, would make steps cheaper; but to find it costs
//     as much as it saves from 500 pictures on, and below that there is no hurry. Keeping what L-BFGS knows of the Hessian from one training to the
//     next made more steps, not fewer.
//
// The optimiser is written here, not taken from gonum/optimize: gonum adds up in assembly on some processors, in another order than
// elsewhere, and the same examples are to give the same bytes in a tab, on a server, on Arm. So all products are rounded by themselves, sums
// have one order, and exp and log are this package's own. Besides, logits grow in proportion along a direction, so that a step of the best
// length needs no further product, which a general optimiser cannot know; and the tab's second program stays small.
package teach

import (
	"context"
	"errors"
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
)

// An Example is one picture and what it shows.
type Example struct {
	// Class is 0 or more, or Counter.
	Class int
	// Views are the embeddings of the picture's views, one at least. What is learned is their mean.
	Views [][]float32
}

// Counter is the class of counter-examples: pictures of none of the classes. They are learned as one more class, the last.
const Counter = -1

// Errors that callers tell apart.
var (
	ErrOneClass  = errors.New("examples of two classes at least are needed, or of one and counter-examples")
	ErrNotFinite = errors.New("an embedding has a number that is not finite; if this model gave it, the model's weights or normalisation are wrong")
)

// Options say how to learn. The zero value is ready.
type Options struct {
	// Strength of the regularisation: what the squares of the weights cost, for embeddings of a mean square of 1. 0: DefaultStrength.
	Strength float64
	// Start is a classifier to begin from, learned from nearly the same examples. The result is the same to about 0.01 in probability, but
	// not to the byte: for bytes that depend on the examples alone, begin from nothing.
	Start *Classifier
	// Progress is told how much of the work is done, from 0 to 1.
	Progress func(done float64)
}

// DefaultStrength is good for any number of examples; Validate finds a better one. How often the answers are right hardly depends on it: with a
// third of it and with three times as much as often to 0.5%. How sure they are does.
const DefaultStrength = 1e-3

// A Classifier is what was learned. It is immutable.
type Classifier struct {
	// Head has an output for each of Classes. Its Examples are the examples' views. Its Unknown is that of Options.Start, or of counter-examples
	// alone, before one that Validation.Unknown gives takes its place.
	Head mobilenet.Head
	// Classes are the examples' classes in ascending order, without those of which there is no example; Counter, if there are such, is last.
	Classes  []int
	Strength float64
	Steps    int // of the optimiser
}

// Train learns a classifier. Every class counts the same, however many examples it has. Without Options.Start the same examples, in the
// same order, give the same bytes on every system. It begins with Start's threshold for none of these, if there is one.
func Train(ctx context.Context, examples []Example, o Options) (*Classifier, error) {
	s, err := newSet(examples)
	if err != nil {
		return nil, err
	}
	if o.Strength == 0 {
		o.Strength = DefaultStrength
	}
	if !(o.Strength > 0) || math.IsInf(o.Strength, 0) {
		return nil, fmt.Errorf("strength %v is not a positive number", o.Strength)
	}
	p := s.problem(o.Strength)
	p.progress = o.Progress
	tolerance, least := trainTolerance, 0
	if o.Start != nil {
		tolerance, least = startTolerance, 3
	}
	f, err := p.solve(ctx, s.start(o.Start), tolerance, least)
	if err != nil {
		return nil, err
	}
	if o.Progress != nil {
		o.Progress(1)
	}
	c := &Classifier{Head: s.head(f.w), Classes: s.classes, Strength: o.Strength, Steps: f.steps}
	c.Head.Unknown = s.counterAlone()
	if o.Start != nil && o.Start.Head.Unknown != nil && o.Start.Head.Unknown.Centre != nil {
		c.Head.Unknown = s.unknown(o.Start.Head.Unknown.Threshold)
	}
	return c, nil
}

// The gradient shall fall to this share of what it is without any weights. Measured on a thousand pictures, probabilities of the examples are then
// right to 0.001, from a start to 0.01, and in a validation too. From a start at least three steps are made: a single new example among many
// is a small part of the gradient.
const (
	trainTolerance    = 1e-3
	startTolerance    = 5e-3
	validateTolerance = 2e-2
)

// Probabilities are what a classifier says of an embedding, in the order of Classes.
func (c *Classifier) Probabilities(embedding []float32) ([]float64, error) {
	if len(c.Head.Weights) != len(embedding)*len(c.Classes) {
		return nil, fmt.Errorf("an embedding of %d numbers; the classifier reads %d", len(embedding), len(c.Head.Weights)/len(c.Classes))
	}
	logits := c.Head.Logits(nil, embedding)
	softmax(logits, logits)
	return logits, nil
}
