// Package labelfile reads the label files that stand beside models and inside them.
package labelfile

import "strings"

// Parse reads a class a line. Byte order mark, carriage returns and empty lines at the end are dropped. A file of nothing else has no
// label, which is not the same as no file.
func Parse(text string) []string {
	text = strings.TrimRight(strings.TrimPrefix(text, "\ufeff"), " \t\r\n")
	if text == "" {
		return []string{}
	}
	labels := strings.Split(text, "\n")
	for i, l := range labels {
		labels[i] = strings.TrimSpace(l)
	}
	return labels
}
