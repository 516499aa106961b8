package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"mobilenet/weights/imagenet"
)

// What the page reads of each class is what weights/imagenet says of it.
func TestImageNet(t *testing.T) {
	s := &site{files: map[string][]byte{}}
	name, err := s.addImageNet()
	if err != nil {
		t.Fatal(err)
	}
	if !ofPage(name) || !wantedLater.MatchString(name) {
		t.Errorf("%s belongs to a first visit, or not to the page", name)
	}
	var got struct {
		Source  string
		Groups  [][]any
		Classes [][]any
	}
	if err := json.Unmarshal(s.files[name], &got); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got.Source, "WordNet 3.0 Copyright 2006 by Princeton University") {
		t.Errorf("source %q", got.Source)
	}
	classes, err := imagenet.Classes()
	if err != nil {
		t.Fatal(err)
	}
	groups, err := imagenet.Groups()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Groups) != len(groups) || len(got.Classes) != len(classes) {
		t.Fatalf("%d groups and %d classes", len(got.Groups), len(got.Classes))
	}
	names := map[string][]any{}
	for _, g := range groups {
		above := []any{}
		for _, word := range g.Above {
			above = append(above, word)
		}
		names[g.Key] = []any{g.English, g.Chinese, above}
	}
	for i, c := range classes {
		row := got.Classes[i]
		group := got.Groups[int(row[1].(float64))]
		want := names[c.Group]
		if row[0] != c.Label || row[2] != c.Gloss || !reflect.DeepEqual(group, want) {
			t.Errorf("class %d is %v of %v, want %+v", i, row, group, c)
		}
	}

	c := s.wordNet()
	if c.where != name || c.title() != "WordNet" || c.text != imagenet.License || c.text == "" {
		t.Errorf("component %+v with the title %q", c, c.title())
	}
	if said := notice([]component{c}); !strings.Contains(said, "\nWordNet 3.0\n    in "+name+"\n    by Princeton University\n") ||
		!strings.Contains(said, "licence: WordNet [1]") || !strings.Contains(said, "ALL copies of the software") {
		t.Errorf("notice\n%s", said)
	}
}
