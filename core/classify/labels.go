package classify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mobilenet/core/internal/labelfile"
)

// ParseLabels reads a label file: a class a line. Byte order mark, carriage returns and empty lines at the end are dropped. A file
// of nothing else has no label, which is not the same as no file: it fits no model.
func ParseLabels(text string) []string { return labelfile.Parse(text) }

// imageNetClasses is how many things ImageNet's networks tell apart. Those of TF-slim have a class for the background before them,
// those of Keras have not.
const imageNetClasses = 1000

// FitLabels returns a name for every class of a model. There must be as many labels as classes, but for the background: a model of
// 1001 classes is ImageNet's with the background as class 0, and lists of its 1000 things get "background" put before them; a list
// that names the background first, and has one label more than the model has classes, loses it. No other model is taken to have a
// class for the background that its labels leave out, for were another one missing, all names would be off by one. Without labels
// (nil) classes are called "class 17". A model without classes needs none and ignores them.
func FitLabels(labels []string, classes int) ([]string, error) {
	if classes == 0 {
		return nil, nil
	}
	if labels == nil {
		return unnamed(classes), nil
	}
	hasBackground := classes == imageNetClasses+1
	namesBackground := len(labels) > 0 && isBackground(labels[0])
	switch {
	case len(labels) == classes:
		return slices.Clone(labels), nil
	case len(labels) == classes-1 && hasBackground && !namesBackground:
		return append([]string{"background"}, labels...), nil
	case len(labels) == classes+1 && !hasBackground && namesBackground:
		return slices.Clone(labels[1:]), nil
	}
	or := fmt.Sprintf("%s with “background” first", thousands(classes+1))
	if hasBackground {
		or = fmt.Sprintf("%s without “background”", thousands(classes-1))
	}
	return nil, fmt.Errorf("%s; the model needs %s (or %s)", listOf(labels, namesBackground), thousands(classes), or)
}

// unnamed are the names of classes without labels.
func unnamed(classes int) (labels []string) {
	for i := range classes {
		labels = append(labels, fmt.Sprintf("class %d", i))
	}
	return labels
}

// listOf says how many labels there are.
func listOf(labels []string, namesBackground bool) string {
	s := fmt.Sprintf("the list has %s labels", thousands(len(labels)))
	if len(labels) == 1 {
		s = "the list has 1 label"
	}
	if namesBackground {
		s += ", “background” included"
	}
	return s
}

// thousands writes n with a comma before every three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// isBackground knows the names that TensorFlow's label files give class 0.
func isBackground(label string) bool {
	l := strings.ToLower(strings.TrimSpace(label))
	return l == "background" || l == "dummy"
}
