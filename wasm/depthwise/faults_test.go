//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A disk that is full is told, and ends the run at once.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
	defer full.Close()
	b := newBench(t)
	b.many(50)
	for _, form := range []string{"--csv", "--json"} {
		_, stderr, status := b.classify(form, "--output", "/dev/full", "many")
		if status != statusFailed || !strings.Contains(stderr, "/dev/full: no space left on device") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("--output /dev/full: status %d, said %q", status, stderr)
		}
		c := b.command("classify", "--model", "model.tflite", form, "many")
		var said strings.Builder
		c.Stdout, c.Stderr = full, &said
		if c.Run() == nil || c.ProcessState.ExitCode() != statusFailed || !strings.Contains(said.String(), "standard output: no space left on device") {
			t.Errorf("standard output to /dev/full: status %d, said %q", c.ProcessState.ExitCode(), said.String())
		}
	}
}

// A file that may grow no further, as on a disk that fills up in mid-run, keeps whole lines, and goes on when there is room.
func TestDiskFillsUp(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
	b := newBench(t)
	want := b.many(60)
	c := b.command()
	// 4 blocks of 1024 bytes. Without a handler SIGXFSZ would end the program where a disk gives an error.
	c.Args = []string{shell, "-c", `trap "" XFSZ; ulimit -f 4; exec "$0" "$@"`, os.Args[0], "classify", "--model", "model.tflite", "--output", "all.csv", "many"}
	c.Path = shell
	_, stderr, status := b.finish(c)
	got := namesIn(t, formCSV, b.read("all.csv"))
	if status != statusFailed || !strings.Contains(stderr, "all.csv: file too large; its lines are whole") || len(got) == 0 || len(got) >= len(want) {
		t.Errorf("status %d, said %q, %d lines of %d", status, stderr, len(got), len(want))
	}
	if _, stderr, status := b.run("classify", "--model", "model.tflite", "--output", "all.csv", "many"); status != statusFine {
		t.Errorf("status %d, said %q", status, stderr)
	}
	if got := namesIn(t, formCSV, b.read("all.csv")); len(got) != len(want) {
		t.Errorf("%d lines of %d", len(got), len(want))
	}
}

// A reader that has enough ends the program quietly, as head does it to every other.
func TestClosedPipe(t *testing.T) {
	b := newBench(t)
	b.many(300)
	c := b.command("classify", "--model", "model.tflite", "--json", "many")
	var stderr strings.Builder
	c.Stderr = &stderr
	pipe, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReaderSize(io.LimitReader(pipe, 1<<10), 16).ReadString('\n')
	if err != nil {
		t.Error(err)
	}
	answers(t, line)
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) {
		t.Errorf("it ended with %v", err)
	} else if ws := exit.Sys().(syscall.WaitStatus); !ws.Signaled() || ws.Signal() != syscall.SIGPIPE {
		t.Errorf("it ended by %v", exit)
	}
	if stderr.Len() > 0 {
		t.Errorf("it said %q", stderr.String())
	}
}

// What is no file is said to be none, and does not hang.
func TestNoFile(t *testing.T) {
	b := newBench(t)
	if err := syscall.Mkfifo(filepath.Join(b.dir, "pipe.png"), 0o666); err != nil {
		t.Skipf("skipped: %v", err)
	}
	b.write("in/a.png", pngOf(t, 1))
	if err := syscall.Mkfifo(filepath.Join(b.dir, "in/pipe.png"), 0o666); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, status := b.classify("in"); status != statusFine || strings.Count(stdout, "\n") != 1 {
		t.Errorf("a folder with a pipe: status %d, %q, %q", status, stdout, stderr)
	}
	for _, name := range []string{"pipe.png", "/dev/zero"} {
		if _, stderr, status := b.classify(name); status != statusFailed || !strings.Contains(stderr, "no file with a picture") {
			t.Errorf("%s: status %d, %q", name, status, stderr)
		}
	}
}

// Many times as many pictures, and large ones, take no more memory: what is decoded at a time is bounded, and results go as they come.
func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: other systems count a process's memory in other units")
	}
	b := newBench(t)
	b.many(20)
	file := encoded(t, func(w io.Writer) error {
		return jpeg.Encode(w, image.NewYCbCr(image.Rect(0, 0, 1200, 800), image.YCbCrSubsampleRatio420), nil)
	})
	for i := range 150 {
		b.write(fmt.Sprintf("most/%d.jpg", i), file)
	}
	peak := func(folder string) int64 {
		c := b.command("classify", "--model", "model.tflite", "--json", "--output", folder+".jsonl", folder)
		if _, stderr, status := b.finish(c); status != statusFine {
			t.Fatal(stderr)
		}
		return c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	}
	few, most := peak("many"), peak("most")
	t.Logf("%.0f MB, %.0f MB", float64(few)/1e6, float64(most)/1e6)
	if most > few+150e6 { // decoded, each has 4 MB, and all of them 600
		t.Errorf("%.0f MB for 20 small pictures, %.0f for 150 large ones", float64(few)/1e6, float64(most)/1e6)
	}
}
