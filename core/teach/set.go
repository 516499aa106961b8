package teach

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// A set is examples as the optimiser sees them: the mean of their views, centred and scaled, with a last number 1 for the bias.
type set struct {
	size     int       // of an embedding
	centre   []float64 // [size]
	scale    float64
	x        []float32 // [examples,size+1]
	class    []int     // [examples], an index in classes
	classes  []int     // as in Classifier
	examples []Example
}

// newSet checks examples, and makes a set of them.
func newSet(examples []Example) (*set, error) {
	s := &set{examples: examples}
	for i, e := range examples {
		if e.Class < Counter {
			return nil, fmt.Errorf("example %d is of class %d", i, e.Class)
		}
		if len(e.Views) == 0 || len(e.Views[0]) == 0 {
			return nil, fmt.Errorf("example %d has no embedding", i)
		}
		if i == 0 {
			s.size = len(e.Views[0])
		}
		for _, v := range e.Views {
			if len(v) != s.size {
				return nil, fmt.Errorf("example %d has an embedding of %d numbers, example 0 one of %d", i, len(v), s.size)
			}
			for _, number := range v {
				if f := float64(number); math.IsNaN(f) || math.IsInf(f, 0) {
					return nil, fmt.Errorf("example %d: %w", i, ErrNotFinite)
				}
			}
		}
		if !slices.Contains(s.classes, e.Class) {
			s.classes = append(s.classes, e.Class)
		}
	}
	if len(s.classes) < 2 {
		return nil, ErrOneClass
	}
	slices.SortFunc(s.classes, func(a, b int) int { return cmp.Compare(uint(a), uint(b)) }) // as unsigned, Counter is the largest
	for _, e := range examples {
		s.class = append(s.class, slices.Index(s.classes, e.Class))
	}
	s.standardise()
	return s, nil
}

// standardise fills in centre, scale and x.
func (s *set) standardise() {
	n := len(s.examples)
	means := make([]float64, n*s.size)
	s.centre = make([]float64, s.size)
	for i, e := range s.examples {
		mean := means[i*s.size:][:s.size]
		for _, v := range e.Views {
			for j, number := range v {
				mean[j] += float64(number)
			}
		}
		for j := range mean {
			mean[j] /= float64(len(e.Views))
			s.centre[j] += mean[j]
		}
	}
	for j := range s.centre {
		s.centre[j] /= float64(n)
	}
	square := 0.0
	for i := range n {
		mean := means[i*s.size:][:s.size]
		axpy(mean, -1, s.centre)
		square += dot(mean, mean) / float64(n)
	}
	s.scale = 1
	if root := math.Sqrt(square); root > 1e-20 && !math.IsInf(root, 0) { // or all are the same
		s.scale = 1 / root
	}
	s.x = make([]float32, 0, n*(s.size+1))
	for i := range n {
		for _, v := range means[i*s.size:][:s.size] {
			s.x = append(s.x, float32(v*s.scale))
		}
		s.x = append(s.x, 1)
	}
}

// problem is that of all examples.
func (s *set) problem(strength float64) *problem {
	p := &problem{dims: s.size + 1, classes: len(s.classes), x: s.x, class: s.class, strength: strength}
	p.weight = s.balance(func(int) bool { return true })
	return p
}

// balance gives weights to the examples that are used, 0 to the others: each class that has some gets the same.
func (s *set) balance(used func(i int) bool) []float64 {
	counts, classes := make([]int, len(s.classes)), 0
	for i, c := range s.class {
		if used(i) {
			if counts[c] == 0 {
				classes++
			}
			counts[c]++
		}
	}
	weight := make([]float64, len(s.class))
	for i, c := range s.class {
		if used(i) {
			weight[i] = 1 / float64(classes*counts[c])
		}
	}
	return weight
}

// start is the weights to begin from: none, or those of a classifier for the set's centre and scale.
func (s *set) start(c *Classifier) []float64 {
	dims := s.size + 1
	w := make([]float64, len(s.classes)*dims)
	if c == nil || len(c.Head.Weights) != s.size*len(c.Classes) {
		return w
	}
	for k, class := range s.classes {
		from := slices.Index(c.Classes, class)
		if from < 0 {
			continue
		}
		row := w[k*dims:][:dims]
		for j, v := range c.Head.Weights[from*s.size:][:s.size] {
			row[j] = float64(v)
		}
		row[s.size] = float64(c.Head.Bias[from]) + dot(row[:s.size], s.centre)
		for j := range s.size {
			row[j] /= s.scale
		}
	}
	return w
}

// head folds centre and scale into weights [classes,size+1].
func (s *set) head(w []float64) mobilenet.Head {
	var h mobilenet.Head
	for c := range s.classes {
		row := w[c*(s.size+1):][:s.size+1]
		h.Weights = slices.Grow(h.Weights, s.size)
		for _, v := range row[:s.size] {
			h.Weights = append(h.Weights, float32(v*s.scale))
		}
		h.Bias = append(h.Bias, float32(row[s.size]-float64(dot(row[:s.size], s.centre)*s.scale)))
	}
	for _, e := range s.examples {
		h.Examples = append(h.Examples, e.Views...)
	}
	return h
}
