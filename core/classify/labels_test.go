package classify

import (
	"slices"
	"strings"
	"testing"
)

func TestFitLabels(t *testing.T) {
	with := append([]string{"background"}, numbered(0, 1000)...) // as labels.txt of TF-slim's models
	without := numbered(0, 1000)                                 // as Keras has them
	for _, c := range []struct {
		name    string
		labels  []string
		classes int
		want    []string
	}{
		{"1001 for 1001", with, 1001, with},
		{"1000 for 1001", without, 1001, with},
		{"1000 for 1000", without, 1000, without},
		{"1001 for 1000", with, 1000, without},
		{"other names", []string{" Dummy ", "a", "b"}, 2, []string{"a", "b"}},
		{"own classes", []string{"cat", "dog"}, 2, []string{"cat", "dog"}},
		{"own classes and background", []string{"cat", "dog"}, 3, []string{"background", "cat", "dog"}},
		{"none", nil, 2, []string{"class 0", "class 1"}},
		{"no classes", with, 0, nil},
	} {
		got, err := FitLabels(c.labels, c.classes)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %d labels, %v", c.name, len(got), err)
		}
	}
	for _, c := range []struct {
		labels  []string
		classes int
		says    []string
	}{
		{numbered(0, 999), 1001, []string{"999 labels", "1001 classes"}},
		{numbered(0, 1003), 1001, []string{"1003 labels", "1001 classes"}},
		{[]string{}, 5, []string{"0 labels", "5 classes"}},
		{with, 1002, []string{"1001 labels", "1002 classes", "another one is missing"}},
		{without, 999, []string{"1000 labels", "999 classes", `"label 0"`}},
	} {
		_, err := FitLabels(c.labels, c.classes)
		for _, says := range c.says {
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%d labels for %d classes: error %v, want one that says %q", len(c.labels), c.classes, err, says)
			}
		}
		if _, err := New(newModel(t, c.classes, 32), always(), c.labels); err == nil {
			t.Errorf("New took %d labels for %d classes", len(c.labels), c.classes)
		}
	}
}

// The model's classes decide which label stands for its best output.
func TestLabelOffset(t *testing.T) {
	names := numbered(0, 1000)
	for classes, best := range map[int]int{1000: 84, 1001: 85} {
		logits := make([]float32, classes)
		logits[best] = 20
		c := newClassifier(t, always(logits...), classes, names)
		answer, err := c.ClassifyInputs(ctx, [][]byte{blank(32)}, Options{TopK: 1})
		if err != nil {
			t.Fatal(err)
		}
		if p := answer.Predictions[0]; p.Label != "label 84" || p.Index != best {
			t.Errorf("%d classes: %+v", classes, p)
		}
	}
}

// A caller who changes the labels it gave changes nothing.
func TestLabelsAreCopied(t *testing.T) {
	labels := []string{"a", "b"}
	c := newClassifier(t, always(), 2, labels)
	labels[0] = "x"
	if c.Labels()[0] != "a" {
		t.Error("the labels changed")
	}
}

func TestParseLabels(t *testing.T) {
	for text, want := range map[string][]string{
		"background\ntench, Tinca tinca\n":  {"background", "tench, Tinca tinca"},
		"\ufeffbackground\r\ntench\r\n\r\n": {"background", "tench"},
		"a\n\nb":                            {"a", "", "b"},
		"one":                               {"one"},
		"":                                  nil,
		" \n\n":                             nil,
	} {
		if got := ParseLabels(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
