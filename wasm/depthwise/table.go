package main

import (
	"fmt"
	"os"
	"strings"
)

// A table is what people read: a line a prediction, fitted to the terminal; elsewhere the same between tabs, nothing cut off.
type table struct {
	wide int // the terminal's columns; 0: no terminal
}

func newTable(f *os.File) *table {
	t := &table{}
	if isTerminal(f) {
		t.wide = max(20, terminalWidth(f))
	}
	return t
}

// lines are those about one picture.
func (t *table) lines(file string, a *answer) string {
	var b strings.Builder
	file = printable(file)
	row := func(label, percent string) {
		b.WriteString(t.line(file, label, percent))
		if t.wide > 0 {
			file = "" // said once, above
		}
	}
	if a.NoneOfThese != nil && *a.NoneOfThese {
		row("none of these", "")
	} else if len(a.Predictions) == 0 {
		row("nothing probable enough", "")
	}
	for _, p := range a.Predictions {
		row(printable(p.Label), fmt.Sprintf("%.1f%%", 100*p.Probability))
	}
	return b.String()
}

// line is a row of three columns.
func (t *table) line(file, label, percent string) string {
	if t.wide == 0 {
		return file + "\t" + label + "\t" + percent + "\n"
	}
	const gap, last = 2, 6
	left := t.wide - 1 - 2*gap - last
	first := min(40, left/2)
	return strings.TrimRight(fit(file, first, true)+strings.Repeat(" ", gap)+fit(label, min(left-first, 40), false)+
		strings.Repeat(" ", gap)+fmt.Sprintf("%*s", last, percent), " ") + "\n"
}
