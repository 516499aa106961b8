package classify

import (
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
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
		want    string
	}{
		{numbered(0, 3), 1001, "the list has 3 labels; the model needs 1,001 (or 1,000 without “background”)"},
		{numbered(0, 999), 1001, "the list has 999 labels; the model needs 1,001 (or 1,000 without “background”)"},
		{numbered(0, 1002), 1001, "the list has 1,002 labels; the model needs 1,001 (or 1,000 without “background”)"},
		// The model has the background, so it is another label that is too many, or missing.
		{append(with[:1001:1001], "more"), 1001, "the list has 1,002 labels, “background” included; the model needs 1,001 (or 1,000 without “background”)"},
		{with[:1000], 1001, "the list has 1,000 labels, “background” included; the model needs 1,001 (or 1,000 without “background”)"},
		{without, 999, "the list has 1,000 labels; the model needs 999 (or 1,000 with “background” first)"},
		{with, 1002, "the list has 1,001 labels, “background” included; the model needs 1,002 (or 1,003 with “background” first)"},
		// Which one is missing cannot be known.
		{[]string{"cat"}, 2, "the list has 1 label; the model needs 2 (or 3 with “background” first)"},
		{[]string{"cat", "dog"}, 3, "the list has 2 labels; the model needs 3 (or 4 with “background” first)"},
		{[]string{"background"}, 2, "the list has 1 label, “background” included; the model needs 2 (or 3 with “background” first)"},
		{[]string{"a", "background", "b"}, 2, "the list has 3 labels; the model needs 2 (or 3 with “background” first)"},
		{[]string{}, 1, "the list has 0 labels; the model needs 1 (or 2 with “background” first)"},
		{ParseLabels("\n"), 5, "the list has 0 labels; the model needs 5 (or 6 with “background” first)"},
	} {
		if got, err := FitLabels(c.labels, c.classes); err == nil || err.Error() != c.want {
			t.Errorf("%d labels for %d classes: %d labels and error %v, want %q", len(c.labels), c.classes, len(got), err, c.want)
		}
		if _, err := New(newModel(t, mobilenet.Network{Resolution: 32}, c.classes), always(), c.labels); err == nil {
			t.Errorf("New took %d labels for %d classes", len(c.labels), c.classes)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
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
		answer, err := c.ClassifyInputs(ctx, [][]byte{zeros(32)}, Options{TopK: 1})
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
