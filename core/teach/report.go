package teach

import (
	"cmp"
	"context"
	"slices"
)

// A Report says how good a classifier is, from what it says of examples that it has not learned from.
type Report struct {
	Folds    int // as in Validation: 5 parts in turn, or 1 that was held out
	Classes  []int
	Tested   int     // examples that were asked about
	Accuracy float64 // the share of Tested whose most probable class is right; 0 of none
	// Cells [right class][most probable class] are the examples in each cell of the confusion matrix, by index, in their order.
	Cells [][][]int
	// Each says it for each class.
	Each []ClassReport
	// Doubtful are the examples that probably have a wrong class, the most doubtful first.
	Doubtful []Doubt
}

// A ClassReport counts one class.
type ClassReport struct {
	Examples   int // in all
	Tested     int // of the class
	Answered   int // tested examples for which the class was most probable
	Right      int // both
	Precision  float64
	Recall     float64
	Confidence float64 // the mean probability of the class for its own examples
}

// A Doubt is an example of which classifiers that have not seen it are sure that it shows another class.
type Doubt struct {
	Example     int
	Says        int     // the class, one of Report.Classes
	Probability float64 // of that class
	Own         float64 // of the example's own
}

// doubtful is how many times as probable as its own another class must be. A picture that is only hard has both likely.
const doubtful = 5

// Report makes a report of a validation.
func (v *Validation) Report() *Report {
	n := len(v.Classes)
	r := &Report{Folds: v.Folds, Classes: v.Classes, Each: make([]ClassReport, n), Cells: make([][][]int, n)}
	for c := range r.Cells {
		r.Cells[c] = make([][]int, n)
	}
	right := 0
	for i, a := range v.Answers {
		own := v.set.class[i]
		r.Each[own].Examples++
		if a.Probabilities == nil {
			continue
		}
		best := mostProbable(a.Probabilities)
		r.Cells[own][best] = append(r.Cells[own][best], i)
		r.Tested++
		r.Each[own].Tested++
		r.Each[own].Confidence += a.Probabilities[own]
		r.Each[best].Answered++
		if best == own {
			r.Each[own].Right++
			right++
		} else if a.Probabilities[best] >= doubtful*a.Probabilities[own] {
			r.Doubtful = append(r.Doubtful, Doubt{i, v.Classes[best], a.Probabilities[best], a.Probabilities[own]})
		}
	}
	r.Accuracy = share(right, r.Tested)
	for c := range r.Each {
		e := &r.Each[c]
		e.Precision, e.Recall = share(e.Right, e.Answered), share(e.Right, e.Tested)
		e.Confidence /= float64(max(1, e.Tested))
	}
	slices.SortStableFunc(r.Doubtful, func(a, b Doubt) int { return cmp.Compare(a.Own*b.Probability, b.Own*a.Probability) })
	return r
}

// share is a of n, 0 of nothing.
func share(a, n int) float64 { return float64(a) / float64(max(1, n)) }

// mostProbable is the index of the largest, the first of equal ones.
func mostProbable(probabilities []float64) int {
	best := 0
	for c, p := range probabilities {
		if p > probabilities[best] {
			best = c
		}
	}
	return best
}

// A CurvePoint is the accuracy with some of the examples.
type CurvePoint struct {
	Examples float64 // learned from, the mean of a class
	Accuracy float64 // of those held out
}

// Curve learns from an eighth, a quarter, a half and all of the examples that each part of a validation leaves, with its strength, and asks about
// the part: where the accuracy still grows at the end, more examples will help.
func (v *Validation) Curve(ctx context.Context, progress func(done float64)) ([]CurvePoint, error) {
	s := v.set
	fold, parts := s.parts()
	var points []CurvePoint
	shares := []int{8, 4, 2, 1}
	for n, of := range shares {
		right, tested, learned := 0, 0, 0
		for part := range parts {
			// Every of-th example of each class that the part leaves, so that each share is spread over the order.
			seen, used := make([]int, len(s.classes)), make([]bool, len(s.class))
			var rows []int
			for i, c := range s.class {
				switch {
				case fold[i] == part:
					rows = append(rows, i)
				case seen[c]%of == 0:
					used[i] = true
					rows = append(rows, i)
					seen[c]++
				default:
					seen[c]++
				}
			}
			p := s.some(rows, s.balance(func(i int) bool { return used[i] }), v.Strength)
			f, err := p.solve(ctx, s.start(nil), validateTolerance, 0)
			if err != nil {
				return nil, err
			}
			for k, i := range rows {
				if used[i] {
					learned++
					continue
				}
				tested++
				if mostProbable(f.logits[k*p.classes:][:p.classes]) == s.class[i] {
					right++
				}
			}
			if progress != nil {
				progress(float64(n*parts+part+1) / float64(len(shares)*parts))
			}
		}
		if each := float64(learned) / float64(parts*len(s.classes)); tested > 0 && (len(points) == 0 || each > points[len(points)-1].Examples) {
			points = append(points, CurvePoint{each, share(right, tested)})
		}
	}
	return points, nil
}

// some is the problem of some examples, with the weights of all.
func (s *set) some(rows []int, weight []float64, strength float64) *problem {
	dims := s.size + 1
	p := &problem{dims: dims, classes: len(s.classes), strength: strength}
	for _, i := range rows {
		p.x = append(p.x, s.x[i*dims:][:dims]...)
		p.class = append(p.class, s.class[i])
		p.weight = append(p.weight, weight[i])
	}
	return p
}
