package imagenet

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mobilenet/core/classify"
	"mobilenet/weights"
)

func TestClasses(t *testing.T) {
	classes, err := Classes()
	if err != nil {
		t.Fatal(err)
	}
	if len(classes) != 1000 {
		t.Fatalf("%d classes", len(classes))
	}
	synset := regexp.MustCompile(`^n[0-9]{8}$`)
	before := ""
	for i, c := range classes {
		// ILSVRC's classes are sorted by synset: in order, they are also unique.
		if !synset.MatchString(c.Synset) || c.Synset <= before {
			t.Errorf("class %d, %s: its synset %s follows %s", i, c.Label, c.Synset, before)
		}
		before = c.Synset
		if fault := faultOf(c.Gloss); fault != "" {
			t.Errorf("class %d, %s: its gloss %q %s", i, c.Label, c.Gloss, fault)
		}
	}
}

// faultOf says what is wrong with a gloss as one short line.
func faultOf(gloss string) string {
	words := strings.Fields(gloss)
	switch {
	case len(words) < 2:
		return "is no more than a word"
	case len(gloss) > 90:
		return fmt.Sprintf("has %d bytes", len(gloss))
	case strings.ContainsAny(gloss, "\"“”`;:"):
		return "has a quotation mark, colon or semicolon"
	case strings.Count(gloss, "(") != strings.Count(gloss, ")"), strings.Count(gloss, "[") != strings.Count(gloss, "]"):
		return "has an unbalanced bracket"
	case strings.Join(words, " ") != gloss:
		return "has more than one space in a row or at an end"
	case strings.HasSuffix(gloss, ".") || strings.HasSuffix(gloss, ","):
		return "ends in punctuation"
	}
	switch words[len(words)-1] {
	case "a", "an", "the", "and", "or", "of", "that", "which", "having", "but", "than":
		return "breaks off"
	}
	return ""
}

func TestFaultOf(t *testing.T) {
	for _, gloss := range []string{
		"", "butterflies", "a \"big\" dog", "dog (of Spain", "dog of Spain,", "two  spaces", "insect smaller than the dragonfly but",
		strings.Repeat("very ", 20) + "large dog",
	} {
		if faultOf(gloss) == "" {
			t.Errorf("%q passes", gloss)
		}
	}
}

func TestGroups(t *testing.T) {
	classes, err := Classes()
	if err != nil {
		t.Fatal(err)
	}
	groups, err := Groups()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, c := range classes {
		count[c.Group]++
	}
	names := map[string]bool{}
	for _, g := range groups {
		if n := count[g.Key]; n < 4 {
			t.Errorf("group %s has %d classes", g.Key, n)
		}
		delete(count, g.Key)
		for _, word := range g.Above {
			if english, chinese, _ := strings.Cut(word, " "); english == "" || chinese == "" || strings.Contains(chinese, " ") {
				t.Errorf("group %s: %q is not a word and its Chinese", g.Key, word)
			}
		}
		for _, name := range []string{"key " + g.Key, g.English, g.Chinese} {
			if names[name] {
				t.Errorf("group %s: %s names two", g.Key, name)
			}
			names[name] = true
		}
	}
	for key, n := range count {
		t.Errorf("%d classes are in a group %q, which groups.tsv has not", n, key)
	}
	// One class of many groups, so that a shift by a line does not pass.
	for label, group := range map[string]string{
		"beagle": "dogs", "hyena": "wolves", "peacock": "birds", "loggerhead": "reptiles", "beacon": "structures",
		"submarine": "boats", "grand piano": "instruments", "toilet tissue": "health",
	} {
		found := false
		for _, c := range classes {
			found = found || c.Label == label && c.Group == group
		}
		if !found {
			t.Errorf("%s is not in group %s", label, group)
		}
	}
}

// The labels are those of the label file that is shipped, wherever one is at hand: no test downloads it.
func TestLabels(t *testing.T) {
	list, err := weights.Default()
	if err != nil {
		t.Fatal(err)
	}
	file := list.Labels[list.Models[0].Labels]
	text, err := os.ReadFile(filepath.Join("..", "..", "dist", "models", file.Named("labels.txt")))
	if err != nil {
		t.Setenv("GOPROXY", "off")
		if text, err = list.Read(context.Background(), file); err != nil {
			t.Skipf("neither dist/models nor the module cache has the labels: %v", err)
		}
	}
	classes, err := Classes()
	if err != nil {
		t.Fatal(err)
	}
	labels := classify.ParseLabels(string(text))
	if len(labels) != len(classes)+1 {
		t.Fatalf("%d labels for the background and %d classes", len(labels), len(classes))
	}
	for i, c := range classes {
		if c.Label != labels[i+1] {
			t.Errorf("class %d is %q here and %q in the label file", i, c.Label, labels[i+1])
		}
	}
}

// The photos for tests are named by ImageNet's own synsets: classes.txt has lines as "3 n01491361_tiger_shark.JPEG".
func TestPhotos(t *testing.T) {
	shared := os.Getenv("SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(shared, "photos", "classes.txt"))
	if err != nil {
		t.Skipf("skipped: there is no %s/photos", shared)
	}
	defer f.Close()
	classes, err := Classes()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var i int
		var name string
		if _, err := fmt.Sscan(lines.Text(), &i, &name); err != nil || i < 0 || i >= len(classes) {
			t.Fatalf("line %q: %v", lines.Text(), err)
		}
		if !strings.HasPrefix(name, classes[i].Synset+"_") {
			t.Errorf("class %d is %s, and its photo is %s", i, classes[i].Synset, name)
		}
	}
	if n == 0 {
		t.Error("classes.txt is empty")
	}
}

func TestTable(t *testing.T) {
	for _, text := range []string{"n01440764\ttench\tfish\n", "n01440764\ttench\t\ta fish\n", "\n", "a\tb\tc\td\te\n"} {
		if got, err := ParseClasses(text); err == nil {
			t.Errorf("%q gives %q", text, got)
		}
	}
	got, err := ParseClasses("n01440764\ttench\tfish\tfreshwater fish\r\n")
	if want := (Class{"n01440764", "tench", "fish", "freshwater fish"}); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestLicense(t *testing.T) {
	for _, words := range []string{"This software and database is being provided", "WordNet 3.0 Copyright 2006 by Princeton University"} {
		if !strings.Contains(License, words) {
			t.Errorf("the licence lacks %q", words)
		}
	}
}
