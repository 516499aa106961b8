package teach

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
)

// learn calls Learn, whose progress must never go back and end at 1.
func learn(t *testing.T, examples []Example, o LearnOptions) *Learned {
	t.Helper()
	last, calls := 0.0, 0
	o.Progress = func(done float64) {
		if done < last {
			t.Errorf("progress goes back from %v to %v", last, done)
		}
		last, calls = done, calls+1
	}
	l, err := Learn(ctx, examples, o)
	if err != nil {
		t.Fatal(err)
	}
	if last != 1 || o.Validate && calls < 5 {
		t.Errorf("progress ends at %v after %d calls", last, calls)
	}
	return l
}

// Learn gives what Validate, Train, Unknown, Report and Curve give one by one.
func TestLearn(t *testing.T) {
	all := pictures(3, 4, 12, 40, 0.8)
	v := validate(t, all, Options{})
	unknown, err := v.Unknown(0.9)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := v.Curve(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	alone := train(t, all, Options{Strength: v.Strength})
	l := learn(t, all, LearnOptions{Validate: true, Curve: true, Keep: 0.9})
	if !slices.Equal(l.Head.Weights, alone.Head.Weights) || l.Strength != v.Strength {
		t.Error("another classifier than Train's")
	}
	if l.Head.Unknown == nil || l.Head.Unknown.Threshold != unknown.Threshold || !slices.Equal(l.Head.Unknown.Centre, unknown.Centre) {
		t.Errorf("none of these: %+v", l.Head.Unknown)
	}
	if l.Report.Tested != len(all) || l.Report.Accuracy != v.Report().Accuracy || !slices.Equal(l.Curve, curve) {
		t.Errorf("report %+v, curve %v", l.Report, l.Curve)
	}
	// Without a validation strength and threshold are those of the start, and there is no report.
	next := learn(t, append(all, pictures(4, 4, 1, 40, 0.8)...), LearnOptions{Keep: 0.9, Start: l.Classifier})
	if next.Strength != l.Strength || next.Head.Unknown.Threshold != unknown.Threshold || next.Report != nil || next.Curve != nil {
		t.Errorf("the next: strength %v, none of these %+v", next.Strength, next.Head.Unknown)
	}
	if first := learn(t, all, LearnOptions{Keep: 0.9}); first.Strength != DefaultStrength || first.Head.Unknown != nil {
		t.Errorf("without start and validation: strength %v, none of these %+v", first.Strength, first.Head.Unknown)
	}
	if not := learn(t, all, LearnOptions{Validate: true, Start: l.Classifier}); not.Head.Unknown != nil || not.Report == nil {
		t.Errorf("none of these, which was not asked for: %+v", not.Head.Unknown)
	}
	for i := range all {
		if all[i].Class == 3 {
			all[i].Class = Counter
		}
	}
	for _, start := range []*Classifier{nil, l.Classifier} {
		if u := learn(t, all, LearnOptions{Start: start}).Head.Unknown; u == nil || !u.Counter || u.Centre != nil {
			t.Errorf("counter-examples alone: %+v", u)
		}
	}
}

// Classes that are new or gone since the start change nothing but where the optimiser begins.
func TestLearnFromOtherClasses(t *testing.T) {
	all := pictures(6, 5, 30, 64, 0.6)
	without := func(classes ...int) []Example {
		return slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return slices.Contains(classes, e.Class) })
	}
	for name, c := range map[string]struct{ before, now []Example }{
		"one more":               {without(4), all},
		"one fewer":              {all, without(0)},
		"another in one's place": {without(0), without(4)},
		"all others":             {without(2, 3, 4), without(0, 1)},
	} {
		before := learn(t, c.before, LearnOptions{})
		warm, cold := learn(t, c.now, LearnOptions{Start: before.Classifier}), learn(t, c.now, LearnOptions{})
		if !slices.Equal(warm.Classes, cold.Classes) {
			t.Errorf("%s: classes %v", name, warm.Classes)
		}
		most := 0.0
		for _, e := range c.now {
			p, _ := warm.Probabilities(e.Views[0])
			q, _ := cold.Probabilities(e.Views[0])
			for k := range p {
				most = max(most, math.Abs(p[k]-q[k]))
			}
		}
		t.Logf("%s: %d steps, from nothing %d; probabilities differ by %.4f", name, warm.Steps, cold.Steps, most)
		if most > 0.02 {
			t.Errorf("%s: probabilities differ by %.4f", name, most)
		}
	}
}

func TestLearnFails(t *testing.T) {
	all := pictures(1, 2, 9, 20, 1)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	for name, c := range map[string]struct {
		ctx      context.Context
		examples []Example
		o        LearnOptions
		want     error
	}{
		"one class":            {ctx, slices.Clip(slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return e.Class == 1 })), LearnOptions{Validate: true}, ErrOneClass},
		"one class, no report": {ctx, all[:1], LearnOptions{}, ErrOneClass},
		"ended":                {ended, all, LearnOptions{}, context.Canceled},
		"ended, a report":      {ended, all, LearnOptions{Validate: true, Curve: true}, context.Canceled},
		"a share of 2":         {ctx, all, LearnOptions{Validate: true, Keep: 2}, nil},
	} {
		if _, err := Learn(c.ctx, c.examples, c.o); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// learnedBytes is the digest of a head that Learn gives of numbered(5, 12, SIZE), on every system; tests/e2e/library-teach.test.mjs has it too, of
// the same examples in a browser.
var learnedBytes = map[int]string{
	256:  "8529a8b9fe09571c5fc6a058372e33ac3360523f4a8e44b56e557af8623d3d1d",
	1024: "ccb45dfd526e07c77fb2ab354d97925d2243e6f3fccc7a8a7433517ee1d6607d",
}

func TestLearnSameBytes(t *testing.T) {
	for size, want := range learnedBytes {
		l := learn(t, numbered(5, 12, size), LearnOptions{Validate: true, Keep: 0.9})
		var out bytes.Buffer
		for _, data := range []any{l.Head.Weights, l.Head.Bias, l.Strength, l.Head.Unknown.Centre, l.Head.Unknown.Threshold} {
			if err := binary.Write(&out, binary.LittleEndian, data); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(out.Bytes())); got != want {
			t.Errorf("of %d numbers: SHA-256 %s, want %s", size, got, want)
		}
	}
}
