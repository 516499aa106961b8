// Generate writes classes.tsv: what each of ImageNet's 1,000 classes is, from WordNet 3.0. Debian's package wordnet-base has that
// release's data.noun in /usr/share/wordnet; WordNet 3.1 numbers its synsets otherwise.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"mobilenet/core/classify"
	"mobilenet/web/build/output"
	"mobilenet/weights"
	"mobilenet/weights/imagenet"
)

func main() {
	nouns := flag.String("wordnet", "/usr/share/wordnet/data.noun", "WordNet 3.0's `file` data.noun")
	dir := flag.String("dir", "weights/imagenet", "the `folder` that has groups.tsv and gets classes.tsv")
	flag.Parse()
	if err := run(context.Background(), *nouns, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, nouns, dir string) error {
	f, err := os.Open(nouns)
	if err != nil {
		return fmt.Errorf("%w (it is in Debian's package wordnet-base; -wordnet says where else)", err)
	}
	defer f.Close()
	words, err := readWordNet(f)
	if err != nil {
		return fmt.Errorf("%s: %w", nouns, err)
	}
	labels, err := readLabels(ctx)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "groups.tsv"))
	if err != nil {
		return err
	}
	groups, err := imagenet.ParseGroups(string(text))
	if err != nil {
		return err
	}
	classes, err := words.classes(labels, groups)
	if err != nil {
		return err
	}
	var out strings.Builder
	for _, c := range classes {
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", c.Synset, c.Label, c.Group, c.Gloss)
	}
	return output.WriteFile(filepath.Join(dir, "classes.tsv"), []byte(out.String()))
}

// readLabels gives the labels of the default model without the background.
func readLabels(ctx context.Context) ([]string, error) {
	list, err := weights.Default()
	if err != nil {
		return nil, err
	}
	text, err := list.Read(ctx, list.Labels[list.Models[0].Labels])
	if err != nil {
		return nil, err
	}
	labels := classify.ParseLabels(string(text))
	if len(labels) != 1001 || labels[0] != "background" {
		return nil, fmt.Errorf("%d labels, where the background and 1,000 were expected", len(labels))
	}
	return labels[1:], nil
}

// classes says of every label what it is.
func (w wordNet) classes(labels []string, groups []imagenet.Group) ([]imagenet.Class, error) {
	targets, err := w.targets(groups)
	if err != nil {
		return nil, err
	}
	synsets, err := w.synsets(labels)
	if err != nil {
		return nil, err
	}
	var all []imagenet.Class
	corrected := 0
	for i, s := range synsets {
		c := imagenet.Class{
			Synset: fmt.Sprintf("n%08d", s.number), Label: labels[i], Group: targets[w.nearest(s, targets)], Gloss: short(s.gloss),
		}
		if by, ok := corrections[s.number]; ok {
			if by.label != c.Label || by.gloss == c.Gloss {
				return nil, fmt.Errorf("the correction of %s is of %q, not %q, or changes nothing", c.Synset, by.label, c.Label)
			}
			c.Gloss = by.gloss
			corrected++
		}
		if c.Group == "" {
			return nil, fmt.Errorf("%s %q is below no group's synset", c.Synset, c.Label)
		}
		all = append(all, c)
	}
	if corrected != len(corrections) {
		return nil, fmt.Errorf("%d of the %d corrections are of no class", len(corrections)-corrected, len(corrections))
	}
	return all, nil
}

// targets gives the key of the group that each synset is named by, after a look whether number and word belong together.
func (w wordNet) targets(groups []imagenet.Group) (map[int]string, error) {
	targets := map[int]string{}
	for _, g := range groups {
		for _, name := range g.Synsets {
			digits, word, _ := strings.Cut(strings.TrimPrefix(name, "n"), " ")
			number, err := strconv.Atoi(digits)
			if err != nil || w[number] == nil || w[number].words[0] != word {
				return nil, fmt.Errorf("group %s: %q is no number of a synset with its first word", g.Key, name)
			}
			if targets[number] != "" {
				return nil, fmt.Errorf("%s is in two groups, %s and %s", name, targets[number], g.Key)
			}
			targets[number] = g.Key
		}
	}
	return targets, nil
}
