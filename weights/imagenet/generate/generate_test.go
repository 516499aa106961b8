package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/weights/imagenet"
)

// sample is a small WordNet, in the form of data.noun: numbers are not offsets here.
const sample = `  1 This software and database is being provided to you
  14 WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved.
00000010 03 n 01 entity 0 000 | that which is
00000020 05 n 02 animal 0 beast 0 001 @ 00000010 n 0000 | a living organism; "a beast of the field"
00000030 05 n 01 dog 0 002 @ 00000020 n 0000 ~ 00000040 n 0000 | a canine
00000040 05 n 02 Maltese_dog 0 Maltese 0 001 @ 00000030 n 0000 | a breed (old) of toy dogs; white
00000050 05 n 01 crane 0 001 @ 00000020 n 0000 | large wading bird
00000060 06 n 01 crane 0 001 @ 00000010 n 0000 | machine that lifts things
00000070 06 n 01 web 0 002 @i 00000010 n 0000 + 00000020 v 0101 | any of various nets
`

func read(t *testing.T) wordNet {
	t.Helper()
	w, err := readWordNet(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestReadWordNet(t *testing.T) {
	w := read(t)
	if len(w) != 7 {
		t.Errorf("%d synsets", len(w))
	}
	if got := fmt.Sprintf("%+v", *w[40]); got != "{number:40 words:[Maltese dog Maltese] above:[30] gloss:a breed (old) of toy dogs; white}" {
		t.Error(got)
	}
	if got := w[70].above; len(got) != 1 || got[0] != 10 {
		t.Errorf("web is below %d", got)
	}
	lines := strings.SplitAfter(sample, "\n")
	for _, tt := range []struct{ text, want string }{
		{strings.ReplaceAll(sample, "3.0", "3.1"), "WordNet 3.0"},
		{"", "WordNet 3.0"},
		{lines[1] + "00000010 03 n 01 entity", "line 2"},
		{lines[1] + "00000010 03 n ff entity 0 000 | that which is", "255 words"},
		{lines[1] + "00000010 03 n 01 entity 0 002 @ 00000020 n 0000 | that which is", "2 pointers"},
		{lines[1] + "00000010 03 n 01 entity 0 999999999 | that which is", "line 2"},
	} {
		if _, err := readWordNet(strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.80q: error %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestSynsets(t *testing.T) {
	w := read(t)
	found, err := w.synsets([]string{"dog", "Maltese dog", "crane", "crane", "web"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{30, 40, 50, 60, 70} {
		if found[i].number != want {
			t.Errorf("label %d is synset %d, want %d", i, found[i].number, want)
		}
	}
	for _, tt := range []struct {
		labels []string
		want   string
	}{
		{[]string{"dog", "crane", "web"}, "may be any of"},
		{[]string{"dog", "Maltese"}, "first word of no synset"},
		{[]string{"web", "dog"}, "behind 00000070"},
	} {
		if _, err := w.synsets(tt.labels); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q", tt.labels, err, tt.want)
		}
	}
}

func TestGroup(t *testing.T) {
	w := read(t)
	group := func(key string, synsets ...string) imagenet.Group { return imagenet.Group{Key: key, Synsets: synsets} }
	targets, err := w.targets([]imagenet.Group{
		group("dogs", "n00000030 dog"), group("animals", "n00000020 animal"), group("other", "n00000010 entity"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[int]string{40: "dogs", 30: "dogs", 50: "animals", 60: "other"} {
		if got := targets[w.nearest(w[number], targets)]; got != want {
			t.Errorf("%08d is in %q, want %q", number, got, want)
		}
	}
	delete(targets, 10)
	if got := w.nearest(w[60], targets); got != 0 {
		t.Errorf("the machine is below %08d", got)
	}
	for _, groups := range [][]imagenet.Group{
		{group("dogs", "n00000030 cat")}, {group("dogs", "n00000031 dog")}, {group("dogs", "dog")},
		{group("dogs", "n00000030 dog"), group("pets", "n00000030 dog")},
	} {
		if _, err := w.targets(groups); err == nil {
			t.Errorf("%q: no error", groups)
		}
	}
}

func TestShort(t *testing.T) {
	for gloss, want := range map[string]string{
		`a living organism; "a beast of the field"`:                                 "living organism",
		`a breed (old) of toy dogs; white`:                                          "breed of toy dogs",
		`any of various spiders of the genus Araneus, of the Old World`:             "spiders, of the Old World",
		`large bird: "one", "two"`:                                                  "large bird",
		"flat fish of warm seas having eyes " + strings.Repeat("very ", 12):         "flat fish of warm seas",
		"insect like the dragonfly but smaller and with " + strings.Repeat("x", 60): "insect like the dragonfly but smaller",
		strings.Repeat("x", 100):                                                    strings.Repeat("x", 100),
		"":                                                                          "",
	} {
		if got := short(gloss); got != want {
			t.Errorf("%.60q gives %q, want %q", gloss, got, want)
		}
	}
}

// What is committed is what the generator writes, where WordNet 3.0 is installed.
func TestUpToDate(t *testing.T) {
	const nouns = "/usr/share/wordnet/data.noun"
	if _, err := os.Stat(nouns); err != nil {
		t.Skip("skipped: WordNet (Debian's wordnet-base) is not installed")
	}
	dir := t.TempDir()
	groups, err := os.ReadFile("../groups.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "groups.tsv"), groups, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), nouns, dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "classes.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../classes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("classes.tsv is not what the generator writes: run go run ./weights/imagenet/generate")
	}
}

// Every correction has a reason and a class.
func TestCorrections(t *testing.T) {
	classes, err := imagenet.Classes()
	if err != nil {
		t.Fatal(err)
	}
	glosses := map[string]string{}
	for _, c := range classes {
		glosses[c.Synset+" "+c.Label] = c.Gloss
	}
	for number, c := range corrections {
		if got := glosses[fmt.Sprintf("n%08d %s", number, c.label)]; got != c.gloss || c.why == "" {
			t.Errorf("%08d %s: classes.tsv has %q, the correction %q because %q", number, c.label, got, c.gloss, c.why)
		}
	}
}
