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
	return s, s.standardise()
}

// standardise fills in centre, scale and x. It goes over all numbers twice and no more: that is a part of the time that one more example takes.
func (s *set) standardise() error {
	n, dims := len(s.examples), s.size+1
	s.centre, s.x = make([]float64, s.size), make([]float32, n*dims)
	square := 0.0
	for i, e := range s.examples {
		own := addMean(s.x[i*dims:][:s.size], s.centre, e.Views)
		if math.IsNaN(own) || math.IsInf(own, 0) { // float32's squares do not overflow a float64
			return fmt.Errorf("example %d: %w", i, ErrNotFinite)
		}
		square += own / float64(n)
	}
	for j := range s.centre {
		s.centre[j] /= float64(n)
	}
	far := dot(s.centre, s.centre)
	s.scale = 1
	if square -= far; square > leastSpread*far {
		s.scale = 1 / math.Sqrt(square)
	}
	for i := range n {
		x := s.x[i*dims:][:s.size]
		for j, c := range s.centre[:len(x)] {
			x[j] = float32((float64(x[j]) - c) * s.scale)
		}
		s.x[i*dims+s.size] = 1
	}
	return nil
}

// leastSpread is what embeddings differ by, in squares relative to the centre's, that is no rounding of float32.
const leastSpread = 1e-13

// addMean writes the mean of views into x and adds it to centre. It gives the mean's square, which is not finite where a view is not.
func addMean(x []float32, centre []float64, views [][]float32) (square float64) {
	a, b := views[0][:len(x)], views[0][:len(x)]
	if len(views) == 2 {
		b = views[1][:len(x)]
	}
	centre = centre[:len(x)]
	for j, v := range a {
		m := (float64(v) + float64(b[j])) / 2
		if len(views) > 2 {
			m = 0
			for _, view := range views {
				m += float64(view[j])
			}
			m /= float64(len(views))
		}
		x[j] = float32(m)
		centre[j] += m
		square += float64(m * m)
	}
	return square
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
