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
	"strings"
	"testing"
)

var ctx = context.Background()

func train(t *testing.T, examples []Example, o Options) *Classifier {
	t.Helper()
	c, err := Train(ctx, examples, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range slices.Concat(c.Head.Weights, c.Head.Bias) {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			t.Fatalf("a weight of %v", v)
		}
	}
	return c
}

// right is the share of examples whose class a classifier gives.
func right(t *testing.T, c *Classifier, examples []Example) float64 {
	t.Helper()
	n := 0
	for _, e := range examples {
		p, err := c.Probabilities(e.Views[0])
		if err != nil {
			t.Fatal(err)
		}
		if c.Classes[mostProbable(p)] == e.Class {
			n++
		}
	}
	return float64(n) / float64(len(examples))
}

func TestTrain(t *testing.T) {
	all := pictures(2, 6, 40, 64, 1)
	c := train(t, all[:120], Options{})
	if !slices.Equal(c.Classes, []int{0, 1, 2, 3, 4, 5}) {
		t.Errorf("classes %v", c.Classes)
	}
	if share := right(t, c, all[120:]); share < 0.95 {
		t.Errorf("%.3f of the examples that were not learned from are right", share)
	}
}

// With centre and scale folded in, the head says what the optimiser's weights say of a standardised embedding.
func TestHeadIsFolded(t *testing.T) {
	s, err := newSet(pictures(3, 3, 8, 20, 1))
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.problem(1e-3).solve(ctx, s.start(nil), 1e-6, 0)
	if err != nil {
		t.Fatal(err)
	}
	head := s.head(f.w)
	for i, e := range s.examples {
		mean := make([]float32, s.size)
		for j := range mean {
			mean[j] = (e.Views[0][j] + e.Views[1][j]) / 2
		}
		for c, v := range head.Logits(nil, mean) {
			if want := f.logits[i*3+c]; math.Abs(v-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("example %d, class %d: logit %v, the optimiser has %v", i, c, v, want)
			}
		}
	}
	// And back: from its own classifier nothing is left to do.
	back := s.start(&Classifier{Head: head, Classes: s.classes})
	for i, v := range back {
		if math.Abs(v-f.w[i]) > 1e-4*(1+math.Abs(f.w[i])) {
			t.Errorf("weight %d is %v after folding, it was %v", i, v, f.w[i])
		}
	}
}

func TestStart(t *testing.T) {
	all := pictures(4, 4, 50, 64, 0.6)
	before := train(t, all[:199], Options{})
	warm, cold := train(t, all, Options{Start: before}), train(t, all, Options{})
	if warm.Steps >= cold.Steps || warm.Steps < 2 {
		t.Errorf("%d steps from a classifier of all examples but one, %d from nothing", warm.Steps, cold.Steps)
	}
	for i, e := range all {
		p, _ := warm.Probabilities(e.Views[0])
		q, _ := cold.Probabilities(e.Views[0])
		for c := range p {
			if math.Abs(p[c]-q[c]) > 0.01 {
				t.Errorf("example %d: probability %v, from nothing %v", i, p[c], q[c])
			}
		}
	}
	// A class that is new has no weights to begin with, and one that is gone leaves none.
	fewer := slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return e.Class == 0 })
	for _, examples := range [][]Example{fewer, append(fewer, pictures(5, 6, 9, 64, 0.6)...)} {
		c := train(t, examples, Options{Start: before})
		if share := right(t, c, examples); share < 0.8 {
			t.Errorf("classes %v: %.3f right", c.Classes, share)
		}
	}
}

// numbered makes examples by integers alone, the same on every system.
func numbered(classes, each, size int) []Example {
	state := uint32(1)
	next := func() float32 {
		state = state*1664525 + 1013904223
		return float32(state>>16) / 65536
	}
	var all []Example
	for i := range classes * each {
		e := Example{Class: i % classes}
		for range 1 + i%2 {
			v := make([]float32, size)
			for j := range v {
				if v[j] = next(); j%classes == e.Class {
					v[j] += 0.25
				}
			}
			e.Views = append(e.Views, v)
		}
		all = append(all, e)
	}
	return all
}

// TestSameBytesEverywhere has the one right answer of all systems: native, js and wasip1, amd64 and arm64.
func TestSameBytesEverywhere(t *testing.T) {
	examples := numbered(7, 11, 130)
	v, err := Validate(ctx, examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := v.Unknown(0.9)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := train(t, examples, Options{Strength: v.Strength})
	for _, data := range []any{c.Head.Weights, c.Head.Bias, v.Strength, unknown.Centre, unknown.Threshold} {
		if err := binary.Write(&out, binary.LittleEndian, data); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range v.Answers {
		binary.Write(&out, binary.LittleEndian, append(a.Probabilities, a.Scores...))
	}
	const want = "f18f5bae3a58f17b044ac38da5257869413d1fcec99c851422b325e83a4d1eff"
	if got := fmt.Sprintf("%x", sha256.Sum256(out.Bytes())); got != want {
		t.Errorf("SHA-256 %s, want %s; %d steps, strength %v", got, want, c.Steps, v.Strength)
	}
}

func TestHardCases(t *testing.T) {
	same := Example{Class: 0, Views: [][]float32{{1, 2, 3}}}
	other := Example{Class: 1, Views: [][]float32{{1, 2, 3}}}
	third := Example{Class: 1, Views: [][]float32{{3, 2, 1}}}
	for _, c := range []struct {
		name     string
		examples []Example
		least    float64 // share that is right
	}{
		{"separable", pictures(1, 5, 20, 50, 3), 1},
		{"inseparable", pictures(1, 5, 60, 10, 0.1), 0.25},
		{"one example a class", pictures(1, 9, 1, 50, 1), 1},
		{"duplicates", append(slices.Repeat([]Example{same}, 30), third, third), 1},
		{"contradictory", []Example{same, other, third}, 0.6},
		{"nothing differs", []Example{same, other}, 0.5},
		{"200 classes", pictures(1, 200, 2, 60, 1.5), 0.95},
		{"unbalanced", append(pictures(1, 2, 1, 50, 1), pictures(1, 1, 400, 50, 1)...), 0.99},
		{"huge numbers", scaled(pictures(1, 3, 9, 20, 1), 1e30), 0.9},
		{"tiny numbers", scaled(pictures(1, 3, 9, 20, 1), 1e-15), 0.9},
		{"class numbers far apart", []Example{same, {Class: math.MaxInt, Views: third.Views}, {Class: Counter, Views: [][]float32{{9, 9, 9}}}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			learned := train(t, c.examples, Options{})
			if share := right(t, learned, c.examples); share < c.least {
				t.Errorf("%.3f of the examples are right", share)
			}
			v, err := Validate(ctx, c.examples, Options{})
			if err != nil {
				t.Fatal(err)
			}
			v.Report()
			if _, err := v.Unknown(0.9); err != nil {
				t.Error(err)
			}
			if _, err := v.Curve(ctx, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func scaled(examples []Example, by float32) []Example {
	for _, e := range examples {
		for _, v := range e.Views {
			for j := range v {
				v[j] *= by
			}
		}
	}
	return examples
}

// A class of one picture among many of another is not given up.
func TestImbalance(t *testing.T) {
	all := pictures(8, 2, 101, 64, 1)
	few := slices.DeleteFunc(slices.Clone(all[:200]), func(e Example) bool { return e.Class == 1 })
	few = append(few, all[1], all[3])
	c := train(t, few, Options{})
	missed := 0
	for _, e := range all[4:] {
		if p, _ := c.Probabilities(e.Views[0]); e.Class == 1 && c.Classes[mostProbable(p)] != 1 {
			missed++
		}
	}
	if missed > 5 {
		t.Errorf("%d of 99 pictures of the rare class are missed", missed)
	}
}

func TestEmptyClassesAndCounters(t *testing.T) {
	all := pictures(6, 3, 10, 30, 2)
	for i := range all {
		all[i].Class = []int{7, Counter, 2}[all[i].Class]
	}
	c := train(t, all, Options{})
	if !slices.Equal(c.Classes, []int{2, 7, Counter}) || len(c.Head.Bias) != 3 {
		t.Errorf("classes %v, %d biases", c.Classes, len(c.Head.Bias))
	}
	if share := right(t, c, all); share != 1 {
		t.Errorf("%.3f right", share)
	}
}

func TestRefuses(t *testing.T) {
	nan, infinity := float32(math.NaN()), float32(math.Inf(1))
	view := func(v ...float32) [][]float32 { return [][]float32{v} }
	good := Example{Class: 0, Views: view(1, 2)}
	for _, c := range []struct {
		examples []Example
		strength float64
		want     string
	}{
		{nil, 0, ErrOneClass.Error()},
		{[]Example{good, good}, 0, ErrOneClass.Error()},
		{[]Example{good, {1, nil}}, 0, "example 1 has no embedding"},
		{[]Example{good, {1, view()}}, 0, "example 1 has no embedding"},
		{[]Example{good, {1, view(1)}}, 0, "example 1 has an embedding of 1 numbers, example 0 one of 2"},
		{[]Example{good, {1, view(1, nan)}}, 0, "example 1: an embedding has a number that is not finite"},
		{[]Example{good, {1, view(infinity, 1)}}, 0, "example 1: an embedding has"},
		{[]Example{good, {-2, view(1, 2)}}, 0, "example 1 is of class -2"},
		{[]Example{good, {1, view(1, 2)}}, -1, "strength -1 is not"},
		{[]Example{good, {1, view(1, 2)}}, math.Inf(1), "strength +Inf is not"},
		{[]Example{good, {1, view(1, 2)}}, math.NaN(), "strength NaN is not"},
	} {
		_, trained := Train(ctx, c.examples, Options{Strength: c.strength})
		_, validated := Validate(ctx, c.examples, Options{Strength: c.strength})
		for _, err := range []error{trained, validated} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		}
	}
	if _, err := Train(ctx, []Example{good, {1, view(1, nan)}}, Options{}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("%v is not ErrNotFinite", err)
	}
}

func TestCancelled(t *testing.T) {
	done, cancel := context.WithCancel(ctx)
	cancel()
	all := pictures(1, 3, 10, 20, 1)
	if _, err := Train(done, all, Options{}); err != context.Canceled {
		t.Errorf("Train gave %v", err)
	}
	if _, err := Validate(done, all, Options{}); err != context.Canceled {
		t.Errorf("Validate gave %v", err)
	}
	v, err := Validate(ctx, all, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Curve(done, nil); err != context.Canceled {
		t.Errorf("Curve gave %v", err)
	}
}
