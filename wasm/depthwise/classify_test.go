package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mobilenet/core/classify"
	"mobilenet/core/picture"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
)

// answers reads lines of JSON.
func answers(t *testing.T, text string) (all []answer) {
	t.Helper()
	for line := range strings.Lines(text) {
		var a answer
		if err := json.Unmarshal([]byte(line), &a); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("line %q: %v", line, err)
		}
		all = append(all, a)
	}
	return all
}

func files(all []answer) (names []string) {
	for _, a := range all {
		names = append(names, a.File)
	}
	return names
}

// A folder with every kind of file gives the answers of the plainest engine for each picture, in the order of names; what is broken is listed
// and changes the exit status.
func TestFolder(t *testing.T) {
	b := newBench(t)
	b.folder()
	stdout, stderr, status := b.classify("--json", "--top", "7", "photos")
	got := answers(t, stdout)
	if !slices.Equal(files(got), good) {
		t.Errorf("answers about %q, want %q", files(got), good)
	}
	if status != statusFailed {
		t.Errorf("exit status %d", status)
	}
	contains(t, "the list of broken pictures", stderr, "4 pictures could not be read", "HEIC", "photos/lies.jpg: not an image format")
	contains(t, "the list of broken pictures", stderr, bad...)
	if strings.ContainsAny(stderr, "\r\x1b") {
		t.Errorf("progress where there is no terminal: %q", stderr)
	}

	model, err := tflite.Read([]byte(b.read("model.tflite")))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := classify.New(model, engine, classify.ParseLabels(b.read("names.txt")))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range got {
		src, err := picture.Decode([]byte(b.read(a.File)), picture.Default)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := plain.Classify(context.Background(), src, classify.Options{TopK: 7})
		if err != nil {
			t.Fatal(err)
		}
		var want []prediction
		for _, p := range seen.Predictions {
			want = append(want, prediction(p))
		}
		if !reflect.DeepEqual(a.Predictions, want) {
			t.Errorf("%s: %v, want %v", a.File, a.Predictions, want)
		}
	}
}

// CSV, the table in a pipe and JSON say the same, with any number of workers.
func TestForms(t *testing.T) {
	b := newBench(t)
	b.many(40)
	stdout, stderr, status := b.classify("--json", "--top", "2", "--jobs", "1", "many")
	want := answers(t, stdout)
	if status != statusFine || stderr != "" || len(want) != 40 {
		t.Fatalf("status %d, %d answers, said %q", status, len(want), stderr)
	}
	if again, _, _ := b.classify("--json", "--top", "2", "--jobs", "5", "many"); again != stdout {
		t.Error("five workers say something else, or in another order, than one")
	}
	stdout, _, _ = b.classify("--csv", "--top", "2", "many")
	records, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil || len(records) != 41 || !slices.Equal(records[0], columnsOf(2, false)) {
		t.Fatalf("%v, %d records, %v", err, len(records), records[0])
	}
	for i, r := range records[1:] {
		p := want[i].Predictions
		if line := []string{want[i].File, "model", strconv.Itoa(p[0].Index), p[0].Label, fmt.Sprintf("%.6f", p[0].Probability),
			strconv.Itoa(p[1].Index), p[1].Label, fmt.Sprintf("%.6f", p[1].Probability)}; !slices.Equal(r, line) {
			t.Errorf("CSV %q, want %q", r, line)
		}
	}
	stdout, _, _ = b.classify("many")
	rows := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if len(rows) != 40 {
		t.Fatalf("a table of %d lines", len(rows))
	}
	for i, row := range rows {
		p := want[i].Predictions[0]
		if line := fmt.Sprintf("%s\t%s\t%.1f%%", want[i].File, p.Label, 100*p.Probability); row != line {
			t.Errorf("table %q, want %q", row, line)
		}
	}
}

// One picture has five lines, or those that are probable enough; it may come from standard input.
func TestOnePicture(t *testing.T) {
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	stdout, _, status := b.classify("one.png")
	if n := strings.Count(stdout, "\n"); n != 5 || status != statusFine {
		t.Errorf("%d lines, status %d:\n%s", n, status, stdout)
	}
	c := b.command("classify", "--model", "model.tflite", "--labels", "names.txt", "-")
	c.Stdin = bytes.NewReader(pngOf(t, 1))
	if piped, _, _ := b.finish(c); piped != strings.ReplaceAll(stdout, "one.png", "-") {
		t.Errorf("from standard input:\n%s\nfrom a file:\n%s", piped, stdout)
	}
	all, _, _ := b.classify("--json", "--top", "7", "one.png")
	p := answers(t, all)[0].Predictions
	some, _, _ := b.classify("--json", "--top", "7", "--min", fmt.Sprint(p[2].Probability), "one.png")
	if got := answers(t, some)[0].Predictions; !reflect.DeepEqual(got, p[:3]) {
		t.Errorf("--min %v: %v of %v", p[2].Probability, got, p)
	}
	none, _, _ := b.classify("--json", "--min", "1", "one.png")
	contains(t, "JSON of nothing probable", none, `"predictions":[]`)
	views, _, _ := b.classify("--json", "--top", "7", "--views", "4", "one.png")
	whole, _, _ := b.classify("--json", "--top", "7", "--crop", "whole", "one.png")
	if views == all || whole == all || whole == views {
		t.Error("--views or --crop changes nothing")
	}
}

// hostile are names that programs trip over: all are classified, none reaches a terminal as it is, and programs get each back.
var hostile = []string{"two words.png", "-dash.png", "a,b\"c.png", "line\nbreak.png", "return\r\nbreak.png", "\xff\xfe not UTF-8.png", "<b>&amp;.png",
	"\x1b[31mred\x07.png", "\u202egnp.exe.png", "漢字と絵.png", `back\slash.png`, "$(date) `id`.png"}

func TestHostileNames(t *testing.T) {
	b := newBench(t)
	for i, name := range hostile {
		b.write(filepath.Join("names", name), pngOf(t, uint64(i)))
	}
	b.write("names/\x1bbroken.jpg", []byte("x"))
	var want []string
	for _, name := range hostile {
		want = append(want, filepath.Join("names", name))
	}
	slices.Sort(want)
	safe := func(what, text string) {
		for line := range strings.SplitSeq(text, "\n") {
			if got := escape(strings.ReplaceAll(line, "\t", "")); got != strings.ReplaceAll(line, "\t", "") {
				t.Errorf("%s has %q", what, line)
			}
		}
	}
	stdout, stderr, _ := b.classify("names")
	safe("the table", stdout)
	safe("the list of broken ones", stderr)
	if n := strings.Count(stdout, "\n"); n != len(hostile) {
		t.Errorf("%d lines for %d pictures", n, len(hostile))
	}
	contains(t, "the table", stdout, `line\nbreak.png`, `\xff\xfe not UTF-8.png`, `\x1b[31mred\x07.png`, `\u202egnp.exe.png`, `back\\slash.png`, "漢字")

	stdout, _, _ = b.classify("--json", "names")
	var got []string
	for _, a := range answers(t, stdout) {
		name, err := a.name()
		if err != nil {
			t.Error(err)
		}
		got = append(got, name)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("JSON has %q, want %q", got, want)
	}
	for _, form := range []string{"all.csv", "all.jsonl"} {
		first, _, _ := b.classify("--output", form, "names")
		whole := b.read(form)
		if _, _, status := b.classify("--output", form, "names"); first != "" || status != statusFailed || b.read(form) != whole {
			t.Errorf("%s: classified again what is in it already", form)
		}
	}
	// The same names from a list.
	b.write("list", []byte(strings.Join(want, "\x00")+"\x00"))
	listed, _, status := b.classify("--json", "--files-from", "list", "--null")
	if got := answers(t, listed); len(got) != len(want) || status != statusFine {
		t.Errorf("--files-from: %d answers of %d, status %d", len(got), len(want), status)
	}
}

// A command line that is wrong is told before anything is done, in words that say what would be right.
func TestUsage(t *testing.T) {
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	b.write("three.txt", []byte("x\ny\nz\n"))
	for _, tt := range []struct {
		args   string
		status int
		says   string
	}{
		{"classify", 2, "no pictures"},
		{"clasify one.png", 2, "is it classify?"},
		{"one.png", 2, "depthwise classify one.png"},
		{"classify --nonsense one.png", 2, "--nonsense"},
		{"classify --crop middle one.png", 2, `"middle" is not "center", "square" or "whole"`},
		{"classify --views 3 one.png", 2, "only 1, 2 and 4"},
		{"classify --top 0 one.png", 2, "at least one"},
		{"classify --min 2 one.png", 2, "between 0 and 1"},
		{"classify --jobs 0 one.png", 2, "at least one"},
		{"classify --csv --json one.png", 2, "exclude each other"},
		{"classify --output x one.png", 2, "say --csv or --json"},
		{"classify --null one.png", 2, "--files-from"},
		{"classify --model absent.tflite one.png", 1, "absent.tflite: there is no such file"},
		{"classify --model mobilenet_v9 one.png", 1, "mobilenet_v1_1.0_224_quant"},
		{"classify --model one.png one.png", 1, "one.png"},
		{"classify --model model.tflite --labels three.txt one.png", 1, "the list has 3 labels; the model needs 7"},
		{"classify --model model.tflite absent.png", 1, "absent.png: no such file"},
		{"classify --model model.tflite --files-from absent", 1, "absent: no such file"},
	} {
		stdout, stderr, status := b.run(strings.Fields(tt.args)...)
		if status != tt.status || !strings.Contains(stderr, tt.says) || stdout != "" {
			t.Errorf("depthwise %s: status %d, wrote %q, said %q; want %q", tt.args, status, stdout, stderr, tt.says)
		}
	}
	for _, args := range [][]string{nil, {"--help"}, {"help", "classify"}, {"classify", "--help"}} {
		stdout, _, status := b.run(args...)
		if status != statusFine || !strings.Contains(stdout, "depthwise classify photo.jpg") {
			t.Errorf("depthwise %v: status %d, %q", args, status, stdout)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(b.dir, "cache")); err == nil {
		t.Errorf("something was fetched: %v", entries)
	}
}
