package classify

import (
	"fmt"
	"strings"
)

// ParseLabels reads a label file: a class a line. Byte order mark, carriage returns and empty lines at the end are dropped.
func ParseLabels(text string) []string {
	text = strings.TrimRight(strings.TrimPrefix(text, "\ufeff"), " \t\r\n")
	if text == "" {
		return nil
	}
	labels := strings.Split(text, "\n")
	for i, l := range labels {
		labels[i] = strings.TrimSpace(l)
	}
	return labels
}

// FitLabels gives every class of a model its name. Models of TF-slim have a background class at index 0, those of Keras have
// not, and label files come with and without it: one label too few gets "background" put before it, one too many loses its
// first, which must be the background. Any other count is an error. Without labels (nil) classes are called "class 17". A model
// without classes needs none and ignores them.
func FitLabels(labels []string, classes int) ([]string, error) {
	if classes == 0 {
		return nil, nil
	}
	if labels == nil {
		for i := range classes {
			labels = append(labels, fmt.Sprintf("class %d", i))
		}
		return labels, nil
	}
	startsWithBackground := len(labels) > 0 && isBackground(labels[0])
	switch len(labels) {
	case classes:
		return append([]string(nil), labels...), nil
	case classes - 1:
		if startsWithBackground {
			return nil, fmt.Errorf("%d labels for %d classes: the background is among them, so another one is missing", len(labels), classes)
		}
		return append([]string{"background"}, labels...), nil
	case classes + 1:
		if !startsWithBackground {
			return nil, fmt.Errorf("%d labels for %d classes: the first, %q, is not the background, so it cannot be left out",
				len(labels), classes, labels[0])
		}
		return append([]string(nil), labels[1:]...), nil
	}
	return nil, fmt.Errorf("%d labels for %d classes: they must be as many, or differ by the background", len(labels), classes)
}

// isBackground knows the names that TensorFlow's label files give class 0.
func isBackground(label string) bool {
	l := strings.ToLower(strings.TrimSpace(label))
	return l == "background" || l == "dummy"
}
