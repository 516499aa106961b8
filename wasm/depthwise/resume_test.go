//go:build unix

package main

import (
	"bufio"
	"encoding/csv"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kills is how often a run is killed: go test ./wasm/depthwise -run Killed -kills 50
var kills = flag.Int("kills", 4, "how often TestKilled kills a run, for each form")

// namesIn are the pictures that an output file has a line about, in its order.
func namesIn(t *testing.T, form form, text string) (names []string) {
	t.Helper()
	if form == formJSON {
		return files(answers(t, text))
	}
	if !strings.HasSuffix(text, "\n") {
		t.Errorf("the last line is cut off: %q", text[max(0, len(text)-100):])
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		names = append(names, r[0])
	}
	return names
}

// A run that is killed at any place, again and again, has each picture once in the end.
func TestKilled(t *testing.T) {
	b := newBench(t)
	want := b.many(200)
	slices.Sort(want)
	whole, _, _ := b.classify("--json", "many")
	for name, form := range map[string]form{"all.csv": formCSV, "all.jsonl": formJSON} {
		path := filepath.Join(b.dir, name)
		rng := rand.New(rand.NewPCG(uint64(*kills), 9))
		killed := 0
		for range *kills {
			c := b.command("classify", "--model", "model.tflite", "--labels", "names.txt", "--output", name, "many")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			until := size(path) + rng.Int64N(int64(len(whole) / *kills))
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			alive := true
			for alive && size(path) <= until {
				select {
				case <-ended:
					alive = false
				case <-time.After(100 * time.Microsecond):
				}
			}
			if alive {
				if err := c.Process.Kill(); err == nil {
					killed++
				}
				<-ended
			}
			// A line that reached the file in part, as it does where the machine itself ends.
			if n := size(path); n > 0 && rng.IntN(2) == 0 {
				if err := os.Truncate(path, n-rng.Int64N(min(n, 30))); err != nil {
					t.Fatal(err)
				}
			}
		}
		if killed == 0 {
			t.Error("all runs were over before they were killed")
		}
		if _, stderr, status := b.classify("--output", name, "many"); status != statusFine || stderr != "" {
			t.Errorf("%s: the last run: status %d, said %q", name, status, stderr)
		}
		if got := namesIn(t, form, b.read(name)); !slices.Equal(got, want) {
			t.Errorf("%s: after %d kills %d lines about %d pictures, in order: %v", name, killed, len(got), len(want), slices.IsSorted(got))
		}
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// Wherever an output is cut off, the next run completes it to the very bytes that one run writes. A picture that was broken is tried again.
func TestCutOff(t *testing.T) {
	b := newBench(t)
	for i, name := range []string{"a.png", "line\nbreak.png", "q\"uote,.png", "\xff.png"} {
		b.write(filepath.Join("few", name), pngOf(t, uint64(i)))
	}
	b.write("few/z.png", []byte("not yet"))
	for _, name := range []string{"out.csv", "out.jsonl"} {
		if _, _, status := b.classify("--output", name, "few"); status != statusFailed {
			t.Fatalf("status %d", status)
		}
		whole := b.read(name)
		step := 1 + len(whole)/25
		for n := 0; n < len(whole); n += step {
			b.write(name, []byte(whole[:n]))
			if _, stderr, status := b.classify("--output", name, "few"); status != statusFailed || b.read(name) != whole {
				t.Errorf("%s, cut off after %d bytes: status %d, %q:\n%q\nwant\n%q", name, n, status, stderr, b.read(name), whole)
			}
		}
	}
	b.write("few/z.png", pngOf(t, 9))
	for _, name := range []string{"out.csv", "out.jsonl"} {
		whole := b.read(name)
		if _, _, status := b.classify("--output", name, "few"); status != statusFine || !strings.HasPrefix(b.read(name), whole+`few/z.png`) &&
			!strings.HasPrefix(b.read(name), whole+`{"file":"few/z.png"`) {
			t.Errorf("%s: status %d, %q", name, status, b.read(name))
		}
	}
}

// A file with something else in it is left as it is.
func TestForeignOutput(t *testing.T) {
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	for name, text := range map[string]string{
		"notes.csv": "a,b\n1,2\n", "notes.jsonl": "dear diary\n", "empty.jsonl": "{}\n", "other.jsonl": `{"file":"x","model":"another"}` + "\n",
		"other.csv": strings.Join(columnsOf(5, false), ",") + "\nx,another,1,y,1,,,,,,,,,,,\n",
	} {
		b.write(name, []byte(text))
		if _, stderr, status := b.classify("--output", name, "one.png"); status != statusFailed || b.read(name) != text || !strings.Contains(stderr, name) {
			t.Errorf("%s: status %d, said %q, left %q", name, status, stderr, b.read(name))
		}
	}
}

// Ctrl-C leaves whole lines, and says so.
func TestInterrupted(t *testing.T) {
	b := newBench(t)
	want := b.many(300)
	c := b.command("classify", "--model", "model.tflite", "--output", "all.csv", "--labels", "names.txt", "many")
	var stderr strings.Builder
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(b.dir, "all.csv")
	for size(path) < 2000 {
		time.Sleep(100 * time.Microsecond)
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	got := namesIn(t, formCSV, b.read("all.csv"))
	if status := c.ProcessState.ExitCode(); status != statusInterrupted || len(got) == 0 || len(got) >= len(want) {
		t.Errorf("status %d, %d lines of %d", status, len(got), len(want))
	}
	contains(t, "standard error", stderr.String(), "stopped after ", "all.csv has them")
	if _, _, status := b.classify("--output", "all.csv", "many"); status != statusFine {
		t.Errorf("status %d", status)
	}
	slices.Sort(want)
	if got := namesIn(t, formCSV, b.read("all.csv")); !slices.Equal(got, want) {
		t.Errorf("%d lines of %d", len(got), len(want))
	}
}

// Ctrl-C ends a run that waits for its input.
func TestInterruptedWhileWaiting(t *testing.T) {
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	for _, args := range [][]string{{"--files-from", "-"}, {"one.png", "-"}} {
		c := b.command(append([]string{"classify", "--model", "model.tflite", "--json", "--jobs", "2"}, args...)...)
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if args[0] != "one.png" {
			if _, err := in.Write([]byte("one.png\n")); err != nil {
				t.Fatal(err)
			}
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		answers(t, line)
		if err := c.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		c.Wait()
		in.Close()
		if status := c.ProcessState.ExitCode(); status != statusInterrupted {
			t.Errorf("%q: status %d", args, status)
		}
	}
}

// Two runs do not write to the same file at the same time; when the first has ended, however it did, the next goes on.
func TestTwoRuns(t *testing.T) {
	b := newBench(t)
	b.write("a.png", pngOf(t, 1))
	first := b.command("classify", "--model", "model.tflite", "--labels", "names.txt", "--output", "out.csv", "--files-from", "-")
	in, err := first.StdinPipe()
	if err == nil {
		err = first.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); size(filepath.Join(b.dir, "out.csv")) <= 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it writes nothing")
		}
	}
	if _, stderr, status := b.classify("--output", "out.csv", "a.png"); status != statusFailed || !strings.Contains(stderr, "out.csv: another run") {
		t.Errorf("status %d: %s", status, stderr)
	}
	first.Process.Kill()
	in.Close()
	first.Wait()
	if _, stderr, status := b.classify("--output", "out.csv", "a.png"); status != statusFine || strings.Count(b.read("out.csv"), "a.png") != 1 {
		t.Errorf("status %d: %s, %s", status, stderr, b.read("out.csv"))
	}
}
