// Package imagenet says what ImageNet's 1,000 classes are: the synset, the group and a line of meaning of each, from WordNet 3.0.
// See README.md for where that comes from.
package imagenet

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed classes.tsv
var classes string

//go:embed groups.tsv
var groups string

// License is WordNet's licence, which has to go with every copy of what comes from it: the groups and the glosses.
//
//go:embed wordnet-license.txt
var License string

// A Class is one of the 1,000 things that ILSVRC-2012's networks tell apart.
type Class struct {
	Synset string // its number in WordNet 3.0 behind an n, such as "n01440764"
	Label  string // as in the label file; two pairs of classes share theirs
	Group  string // the key of a Group
	Gloss  string // what the label means: at most 90 bytes, no full stop
}

// A Group is a kind of things, in plain words.
type Group struct {
	Key     string
	English string // plural, in small letters
	Chinese string
	// Above are words for more than this group, each with a space and its Chinese: "animals 动物". They find it, too.
	Above []string
	// Synsets are what is in the group, with all below them, each a number and a word: "n02084071 dog". A class goes to the group
	// that is named the fewest steps above it.
	Synsets []string
}

// Classes gives the classes in the order of the model's output, without the background.
func Classes() ([]Class, error) { return ParseClasses(classes) }

// Groups gives the groups in the order in which lists should show them; the last holds what fits in no other.
func Groups() ([]Group, error) { return ParseGroups(groups) }

// ParseClasses reads what classes.tsv holds: a class a line, its fields in the order of Class.
func ParseClasses(text string) ([]Class, error) {
	rows, err := table("classes.tsv", text, 4)
	var all []Class
	for _, r := range rows {
		all = append(all, Class{r[0], r[1], r[2], r[3]})
	}
	return all, err
}

// ParseGroups reads what groups.tsv holds: a group a line, its fields in the order of Group, in its lists commas between the items; a hyphen is
// an empty list.
func ParseGroups(text string) ([]Group, error) {
	rows, err := table("groups.tsv", text, 5)
	var all []Group
	for _, r := range rows {
		all = append(all, Group{r[0], r[1], r[2], list(r[3]), list(r[4])})
	}
	return all, err
}

func list(field string) []string {
	if field == "-" {
		return nil
	}
	return strings.Split(field, ", ")
}

// table splits lines into so many fields, none of which may be empty, at tabs.
func table(name, text string, want int) (rows [][]string, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(fields) != want || slices.Contains(fields, "") {
			return nil, fmt.Errorf("%s, line %d: %.80q has not %d fields with tabs between them", name, n, line, want)
		}
		rows = append(rows, fields)
	}
	return rows, nil
}
