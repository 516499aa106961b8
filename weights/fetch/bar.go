package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// A bar shows on a terminal how much of a file has arrived. Elsewhere it is silent.
type bar struct {
	w     io.Writer // nil: silent
	name  string
	size  int64
	shown int64 // percent, -1 before the first
}

func newBar(w io.Writer, name string, size int64) *bar {
	b := &bar{name: name, size: size, shown: -1}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		b.w = w
	}
	return b
}

func (b *bar) update(done int64) {
	percent := done * 100 / b.size
	if b.w == nil || percent == b.shown {
		return
	}
	b.shown = percent
	fmt.Fprintf(b.w, "\r\x1b[K%s  %3d%%  %s of %s", b.name, percent, megabytes(done), megabytes(b.size))
}

func (b *bar) clear() {
	if b.shown >= 0 {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
