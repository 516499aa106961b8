package teach

import (
	"context"
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// A Validation is what classifiers say of examples that they have not learned from.
type Validation struct {
	// Strength is the best of those that were tried, for Options.
	Strength float64
	// Folds tells how the examples were parted: into so many parts, each asked of a classifier that learned from the others. 1: one part, a
	// fifth of each class, was held out, for there are too many examples for more.
	Folds   int
	Classes []int // as in Classifier
	// Answers has one for each example. Those that were in no part, the only one of their class among them, have no Probabilities.
	Answers []Answer

	set *set
}

// An Answer is what a classifier says of an example that it has not learned from.
type Answer struct {
	Probabilities []float64 // in the order of Validation.Classes
	Scores        []float64 // mobilenet.Unknown.Score of each view
}

const (
	folds = 5
	// foldedWork is up to how many examples times classes all folds are learned from. Of more, one part is enough to tell how good the answers
	// are, and all would take minutes.
	foldedWork = 40_000
)

// strengths are those that Validate tries, the strongest first.
var strengths = []float64{1e-2, 1e-3, 1e-4}

// Validate learns from parts of the examples and asks about the others, with Options.Strength, or, where that is 0, with several strengths of
// which it chooses one: the strongest of those whose mean −log probability of the right class is within a standard error of the best.
//
// The parts are blocks of each class's examples in their order, for pictures that were taken one after the other are alike, and one of them
// would know the other's answer. Options.Start is not used: the same examples give the same result.
func Validate(ctx context.Context, examples []Example, o Options) (*Validation, error) {
	s, err := newSet(examples)
	if err != nil {
		return nil, err
	}
	tries := strengths
	if o.Strength != 0 {
		if !(o.Strength > 0) || math.IsInf(o.Strength, 0) {
			return nil, fmt.Errorf("strength %v is not a positive number", o.Strength)
		}
		tries = []float64{o.Strength}
	}
	fold, parts := s.parts()
	v := &Validation{Folds: parts, Classes: s.classes, set: s}
	weights := make([][][]float64, len(tries)) // of each fold's classifier, from which the next strength begins
	logits := make([][]float64, len(tries))
	losses := make([][]float64, len(tries))
	best := 0
	for t, strength := range tries {
		logits[t] = make([]float64, len(examples)*len(s.classes))
		weights[t] = make([][]float64, parts)
		for part := range parts {
			p := s.problem(strength)
			p.weight = s.balance(func(i int) bool { return fold[i] != part })
			if t == 0 {
				weights[t][part] = s.start(nil)
			} else {
				weights[t][part] = slices.Clone(weights[t-1][part])
			}
			f, err := p.solve(ctx, weights[t][part], validateTolerance, 0)
			if err != nil {
				return nil, err
			}
			for i := range examples {
				if fold[i] == part {
					copy(logits[t][i*len(s.classes):][:len(s.classes)], f.logits[i*len(s.classes):])
				}
			}
			if o.Progress != nil {
				o.Progress(float64(t*parts+part+1) / float64(len(tries)*parts))
			}
		}
		losses[t] = s.losses(logits[t], fold)
		if mean(losses[t]) < mean(losses[best]) {
			best = t
		} else if t > best {
			break // weaker ones become worse and worse, and take the longest
		}
	}
	chosen := best
	for t := range best {
		if mean(losses[t]) <= mean(losses[best])+standardError(losses[best]) {
			chosen = t
			break
		}
	}
	v.Strength = tries[chosen]
	v.Answers = make([]Answer, len(examples))
	for i := range examples {
		if fold[i] >= 0 {
			row := logits[chosen][i*len(s.classes):][:len(s.classes)]
			softmax(row, row)
			v.Answers[i] = Answer{row, s.scores(i, weights[chosen][fold[i]])}
		}
	}
	if o.Progress != nil {
		o.Progress(1)
	}
	return v, nil
}

// parts says in which part each example is held out, −1 for one that never is, and how many parts there are.
func (s *set) parts() (fold []int, parts int) {
	counts, seen := make([]int, len(s.classes)), make([]int, len(s.classes))
	for _, c := range s.class {
		counts[c]++
	}
	parts = folds
	if len(s.class)*len(s.classes) > foldedWork {
		parts = 1
	}
	fold = make([]int, len(s.class))
	for i, c := range s.class {
		switch {
		case counts[c] == 1:
			fold[i] = -1
		default:
			// Small classes begin with different parts, so that all parts are about as large.
			fold[i] = (seen[c]*folds/counts[c] + c) % folds
			if parts == 1 && seen[c] < counts[c]-max(1, counts[c]/folds) {
				fold[i] = -1
			} else if parts == 1 {
				fold[i] = 0
			}
		}
		seen[c]++
	}
	return fold, parts
}

// losses are −log probability of the right class for each example that was held out, times its weight, which makes classes count the same.
func (s *set) losses(logits []float64, fold []int) []float64 {
	var losses []float64
	probabilities := make([]float64, len(s.classes))
	weight := s.balance(func(i int) bool { return fold[i] >= 0 })
	n := 0
	for _, f := range fold {
		if f >= 0 {
			n++
		}
	}
	for i, class := range s.class {
		if fold[i] >= 0 {
			row := logits[i*len(s.classes):][:len(s.classes)]
			losses = append(losses, float64((softmax(probabilities, row)-row[class])*weight[i])*float64(n))
		}
	}
	return losses
}

// mean is 0 of no values.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(1, len(values)))
}

// standardError is that of the mean of values.
func standardError(values []float64) float64 {
	m, sum := mean(values), 0.0
	for _, v := range values {
		sum += float64((v - m) * (v - m))
	}
	n := float64(max(2, len(values)))
	return math.Sqrt(sum / (n * (n - 1)))
}

// leastKnown is how many views of known pictures a threshold is set by at least.
const leastKnown = 10

// Unknown finds the threshold above which a share keep lies of the views of known examples that were held out: views, for that is what will be
// asked about, and they lie farther out than their mean. It is for Classifier.Head. Where they are fewer than ten there is no threshold: then
// counter-examples alone tell, or it is nil.
func (v *Validation) Unknown(keep float64) (*mobilenet.Unknown, error) {
	if !(keep > 0 && keep < 1) {
		return nil, fmt.Errorf("a share of %v of the known to keep; it is between 0 and 1", keep)
	}
	var known []float64
	for i, a := range v.Answers {
		if v.set.examples[i].Class == Counter {
			continue
		}
		for _, score := range a.Scores {
			if !math.IsInf(score, 0) {
				known = append(known, score)
			}
		}
	}
	if len(known) < leastKnown {
		return v.set.counterAlone(), nil
	}
	return v.set.unknown(quantile(known, 1-keep)), nil
}
