//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// onTerminal runs the program on a terminal of so many columns, both of its outputs, and returns what reached the terminal.
func (b *bench) onTerminal(columns int, args ...string) (text string, status int) {
	b.t.Helper()
	c := b.command(args...)
	terminal, err := pty.StartWithSize(c, &pty.Winsize{Rows: 10, Cols: uint16(columns)})
	if err != nil {
		b.t.Skipf("skipped: no terminal: %v", err)
	}
	defer terminal.Close()
	var got bytes.Buffer
	if _, err := io.Copy(&got, terminal); err != nil && !errors.Is(err, syscall.EIO) { // which is how a terminal ends
		b.t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.Wait(); err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	return strings.ReplaceAll(got.String(), "\r\n", "\n"), c.ProcessState.ExitCode()
}

// erased is a line of progress, and what takes it away.
var erased = regexp.MustCompile(`(\r\x1b\[K[^\n\r\x1b]*)*\r\x1b\[K`)

// The table is as wide as the terminal, whatever names and labels are like, and no line of it is broken by progress.
func TestNarrowTerminal(t *testing.T) {
	b := newBench(t)
	for i, name := range append(hostile, strings.Repeat("long", 50)+".png") {
		b.write(filepath.Join("names", name), pngOf(t, uint64(i)))
	}
	b.write("labels", []byte(strings.Repeat(strings.Repeat("a label without end, ", 9)+"\n", 6)+"獏\n"))
	for _, room := range []int{40, 100} {
		text, status := b.onTerminal(room, "classify", "--model", "model.tflite", "--labels", "labels", "--top", "2", "names")
		text = erased.ReplaceAllString(text, "")
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if status != statusFine || len(lines) != 2*(len(hostile)+1) {
			t.Errorf("%d columns: status %d, %d lines:\n%s", room, status, len(lines), text)
		}
		for i, line := range lines {
			if wide := columns(line); wide >= room || escape(line) != line || !strings.HasSuffix(line, "%") {
				t.Errorf("%d columns: a line of %d: %q", room, wide, line)
			}
			if second := strings.HasPrefix(line, " "); second != (i%2 == 1) {
				t.Errorf("%d columns: the name is not on the first line alone: %q", room, line)
			}
		}
	}
}

// A run that takes its time shows how far it is, on one line that it takes away.
func TestProgress(t *testing.T) {
	b := newBench(t)
	b.many(200)
	text, status := b.onTerminal(40, "classify", "--model", "model.tflite", "--output", "all.csv", "many")
	if status != statusFine || !regexp.MustCompile(`\r\x1b\[K\d+ of 200  \d+\.\d/s  \d+ s left`).MatchString(text) {
		t.Errorf("status %d, %q", status, text)
	}
	if rest := erased.ReplaceAllString(text, ""); rest != "" {
		t.Errorf("it leaves %q", rest)
	}
	for line := range strings.SplitSeq(text, "\r\x1b[K") {
		if len(line) >= 40 {
			t.Errorf("progress of %d columns: %q", len(line), line)
		}
	}
}
