package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// A progress shows on a terminal how far a long run is, on the last line; elsewhere it is silent.
type progress struct {
	mutex  sync.Mutex
	w      io.Writer
	wide   func() int // the terminal's columns; nil: silent
	shown  bool
	start  time.Time
	total  int // -1: not known yet
	done   int // looked at, the broken ones too
	broken int
	passed int // skipped, for they were done before
	marks  []mark
	end    chan struct{}
	ended  sync.WaitGroup
}

// A mark is how much was done at a time, for the rate of late.
type mark struct {
	at   time.Time
	done int
}

// patience is how long a run may take without a word about it, and blink how often the line is drawn anew. Tests have less of both.
var patience, blink = time.Second, 250 * time.Millisecond

// newProgress begins to show progress on w, if that is a terminal.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w, total: -1, start: time.Now(), end: make(chan struct{})}
	if !isTerminal(w) {
		return p
	}
	p.wide = func() int { return terminalWidth(w.(*os.File)) }
	p.ended.Go(func() {
		tick := time.NewTicker(blink)
		defer tick.Stop()
		for {
			select {
			case <-p.end:
				return
			case now := <-tick.C:
				p.mutex.Lock()
				p.draw(now)
				p.mutex.Unlock()
			}
		}
	})
	return p
}

// stop takes the line away.
func (p *progress) stop() {
	close(p.end)
	p.ended.Wait()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.erase()
}

// count changes the numbers.
func (p *progress) count(change func(*progress)) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	change(p)
}

// beside writes to the same terminal what stays.
func (p *progress) beside(write func() error) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.erase()
	return write()
}

func (p *progress) erase() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progress) draw(now time.Time) {
	if now.Sub(p.start) < patience {
		return
	}
	if n := len(p.marks); n == 0 || now.Sub(p.marks[n-1].at) >= time.Second {
		p.marks = append(p.marks, mark{now, p.done})
		if n > 30 {
			p.marks = p.marks[1:]
		}
	}
	line := strings.TrimRight(fit(p.line(now), p.wide()-1, false), " ")
	fmt.Fprintf(p.w, "\r\x1b[K%s", line)
	p.shown = true
}

// line says how much is done, how fast that goes, and what time is left.
func (p *progress) line(now time.Time) string {
	since := mark{p.start, 0}
	if len(p.marks) > 1 {
		since = p.marks[0]
	}
	rate := float64(p.done-since.done) / max(now.Sub(since.at).Seconds(), 0.001)
	line := thousands(p.done + p.passed)
	if p.total >= 0 {
		line += " of " + thousands(p.total)
	}
	line += fmt.Sprintf("  %.1f/s", rate)
	if left := p.total - p.done - p.passed; p.total >= 0 && rate > 0 && left >= 0 {
		line += "  " + duration(time.Duration(float64(left)/rate*float64(time.Second))) + " left"
	}
	if p.broken > 0 {
		line += fmt.Sprintf("  %s unreadable", thousands(p.broken))
	}
	return line
}

// terminalWidth is how many columns a terminal has; 80 where it does not say.
func terminalWidth(f *os.File) int {
	if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
}

// duration is a time in the two largest units that it has.
func duration(d time.Duration) string {
	s := int(d.Seconds() + 0.5)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	}
	return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
}

// thousands writes n with a comma before every three digits.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
