package teach

import (
	"math"
	"slices"
	"testing"
)

func validate(t *testing.T, examples []Example, o Options) *Validation {
	t.Helper()
	v, err := Validate(ctx, examples, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What Validate says of a part is what a classifier says that learned from the others, but for their common centre.
func TestValidateAgainstTrain(t *testing.T) {
	all := pictures(12, 4, 25, 40, 0.7)
	v := validate(t, all, Options{Strength: 3e-3})
	fold, parts := v.set.parts()
	if parts != 5 || v.Folds != 5 {
		t.Fatalf("%d parts", parts)
	}
	for part := range parts {
		var rest []Example
		for i, e := range all {
			if fold[i] != part {
				rest = append(rest, e)
			}
		}
		c := train(t, rest, Options{Strength: 3e-3})
		for i, e := range all {
			if fold[i] != part {
				continue
			}
			mean := make([]float32, len(e.Views[0]))
			for j := range mean {
				mean[j] = (e.Views[0][j] + e.Views[1][j]) / 2
			}
			p, err := c.Probabilities(mean)
			if err != nil {
				t.Fatal(err)
			}
			for k := range p {
				if got := v.Answers[i].Probabilities[k]; math.Abs(got-p[k]) > 0.03 {
					t.Errorf("example %d, class %d: %.3f, by training on the others %.3f", i, k, got, p[k])
				}
			}
		}
	}
}

func TestParts(t *testing.T) {
	classes := []int{1, 2, 3, 7, 30, 31}
	s := &set{classes: classes}
	for c, n := range classes {
		s.class = append(s.class, slices.Repeat([]int{c}, n)...)
	}
	fold, parts := s.parts()
	if parts != 5 || fold[0] != -1 {
		t.Errorf("%d parts, the only example of a class is in part %d", parts, fold[0])
	}
	sizes := make([]int, parts)
	for i, c := range s.class {
		if fold[i] >= 0 {
			sizes[fold[i]]++
		}
		if i > 0 && s.class[i-1] == c && fold[i] != fold[i-1] && fold[i] != (fold[i-1]+1)%5 && classes[c] >= 5 {
			t.Errorf("class %d goes from part %d to %d", c, fold[i-1], fold[i])
		}
	}
	if slices.Max(sizes)-slices.Min(sizes) > 4 {
		t.Errorf("parts of %v examples", sizes)
	}
	s.class = slices.Concat(slices.Repeat([]int{0}, 7000), slices.Repeat([]int{1}, 100), []int{2, 2})
	fold, parts = s.parts()
	held := make([]int, 3)
	for i, f := range fold {
		if f == 0 {
			held[s.class[i]]++
		}
	}
	if parts != 1 || !slices.Equal(held, []int{1400, 20, 1}) {
		t.Errorf("%d parts, %v held out", parts, held)
	}
}

func TestChoiceOfStrength(t *testing.T) {
	clear, noisy := pictures(1, 3, 60, 40, 2), pictures(1, 3, 60, 40, 0.1)
	a, b := validate(t, clear, Options{}), validate(t, noisy, Options{})
	if !(a.Strength < b.Strength) {
		t.Errorf("strength %v where classes lie apart, %v where they hardly do", a.Strength, b.Strength)
	}
	if again := validate(t, clear, Options{}); again.Strength != a.Strength {
		t.Errorf("strength %v, then %v", a.Strength, again.Strength)
	}
}

func TestProgress(t *testing.T) {
	all := pictures(1, 3, 20, 40, 1)
	var seen []float64
	note := func(done float64) { seen = append(seen, done) }
	v := validate(t, all, Options{Progress: note})
	if len(seen) < 6 || !slices.IsSorted(seen) || seen[len(seen)-1] != 1 {
		t.Errorf("progress %v", seen)
	}
	// With many classes a training takes a while: it tells of each step, by and by.
	seen = nil
	c := train(t, pictures(1, 40, 200, 40, 1), Options{Progress: note})
	if len(seen) < c.Steps/2 || len(seen) < 5 || !slices.IsSorted(seen) || seen[len(seen)-1] != 1 || seen[len(seen)/2] == 1 {
		t.Errorf("progress of %d steps %v", c.Steps, seen)
	}
	seen = nil
	if _, err := v.Curve(ctx, note); err != nil || len(seen) != 20 || seen[19] != 1 {
		t.Errorf("progress of the curve %v, %v", seen, err)
	}
}

func TestUnknown(t *testing.T) {
	all := pictures(9, 12, 60, 64, 1.2)
	strangers := slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return e.Class < 8 })
	known := slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return e.Class >= 8 })
	taught, test := known[:240], known[240:]
	v := validate(t, taught, Options{})
	unknown, err := v.Unknown(0.9)
	if err != nil || unknown == nil {
		t.Fatal(unknown, err)
	}
	c := train(t, taught, Options{Strength: v.Strength})
	share := func(examples []Example) float64 {
		n := 0
		for _, e := range examples {
			var logits []float32
			for _, v := range c.Head.Logits(nil, e.Views[0]) {
				logits = append(logits, float32(v))
			}
			if unknown.IsNone(0, logits, e.Views[0]) {
				n++
			}
		}
		return float64(n) / float64(len(examples))
	}
	if refused := share(test); refused > 0.2 {
		t.Errorf("%.2f of the known are refused, where 0.1 were asked for", refused)
	}
	if refused := share(strangers); refused < 0.8 {
		t.Errorf("%.2f of the strangers are refused", refused)
	}
	// The threshold goes on with the next classifier, the centre is its own.
	c.Head.Unknown = unknown
	next := train(t, known, Options{Start: c})
	if u := next.Head.Unknown; u == nil || u.Threshold != unknown.Threshold || slices.Equal(u.Centre, unknown.Centre) {
		t.Error("the next classifier has another threshold, or the same centre")
	}
}

func TestUnknownOfNothing(t *testing.T) {
	if u, err := validate(t, pictures(1, 2, 2, 20, 1), Options{}).Unknown(0.9); u != nil || err != nil {
		t.Errorf("a threshold by 8 views: %v, %v", u, err)
	}
	v := validate(t, pictures(1, 4, 5, 20, 1), Options{})
	for _, keep := range []float64{0, 1, -1, math.NaN()} {
		if _, err := v.Unknown(keep); err == nil {
			t.Errorf("no error for a share of %v", keep)
		}
	}
}

// Counter-examples tell by themselves where there is no threshold, and beside one.
func TestUnknownOfCounterExamples(t *testing.T) {
	countered := func(n int) []Example {
		all := pictures(1, 3, n, 20, 3)
		for i := range all {
			if all[i].Class == 2 {
				all[i].Class = Counter
			}
		}
		return all
	}
	few := countered(2)
	if u := train(t, few, Options{}).Head.Unknown; u == nil || !u.Counter || u.Centre != nil {
		t.Errorf("learned with counter-examples: %+v", u)
	}
	if u, err := validate(t, few, Options{}).Unknown(0.9); err != nil || u == nil || !u.Counter || u.Centre != nil {
		t.Errorf("a threshold by 8 views: %+v, %v", u, err)
	}
	many := countered(9)
	c := train(t, many, Options{})
	var err error
	if c.Head.Unknown, err = validate(t, many, Options{}).Unknown(0.9); err != nil || !c.Head.Unknown.Counter || c.Head.Unknown.Centre == nil {
		t.Fatalf("%+v, %v", c.Head.Unknown, err)
	}
	if u := train(t, many, Options{Start: c}).Head.Unknown; !u.Counter || u.Threshold != c.Head.Unknown.Threshold {
		t.Errorf("the next classifier has %+v", u)
	}
	if err := c.Head.Check(20); err != nil {
		t.Error(err)
	}
}

func TestReport(t *testing.T) {
	all := pictures(14, 4, 30, 64, 1.5)
	const wrong = 17
	all[wrong].Class = (all[wrong].Class + 1) % 4
	all = append(all, Example{Class: 9, Views: all[5].Views}) // the only one of its class
	r := validate(t, all, Options{}).Report()
	if r.Folds != 5 || r.Tested != 120 || r.Accuracy < 0.9 {
		t.Errorf("%d folds, %d tested, accuracy %v", r.Folds, r.Tested, r.Accuracy)
	}
	if len(r.Doubtful) == 0 || r.Doubtful[0].Example != wrong {
		t.Errorf("doubtful are %v, example %d has a wrong class", r.Doubtful, wrong)
	}
	total := 0
	for own, row := range r.Cells {
		tested, rightOnes := 0, len(row[own])
		for _, cell := range row {
			tested += len(cell)
			for _, i := range cell {
				if r.Classes[own] != all[i].Class {
					t.Errorf("example %d of class %d is in the row of class %d", i, all[i].Class, r.Classes[own])
				}
			}
		}
		total += tested
		answered := 0
		for other := range r.Cells {
			answered += len(r.Cells[other][own])
		}
		e := r.Each[own]
		if e.Tested != tested || e.Right != rightOnes || e.Answered != answered || e.Recall != share(rightOnes, tested) || e.Precision != share(rightOnes, answered) {
			t.Errorf("class %d: %+v, the cells have %d tested, %d answered, %d right", r.Classes[own], e, tested, answered, rightOnes)
		}
	}
	if last := r.Each[4]; total != r.Tested || last.Examples != 1 || last.Tested != 0 || r.Classes[4] != 9 {
		t.Errorf("%d in cells; the single example's class: %+v", total, last)
	}
}

func TestCurve(t *testing.T) {
	v := validate(t, pictures(15, 5, 80, 64, 0.5), Options{})
	curve, err := v.Curve(ctx, nil)
	if err != nil || len(curve) != 4 {
		t.Fatal(curve, err)
	}
	if curve[0].Examples != 8 || curve[3].Examples != 64 || curve[3].Accuracy < curve[0].Accuracy+0.05 {
		t.Errorf("%+v", curve)
	}
	if math.Abs(curve[3].Accuracy-v.Report().Accuracy) > 0.02 {
		t.Errorf("the curve ends at %v, the report has %v", curve[3].Accuracy, v.Report().Accuracy)
	}
}
