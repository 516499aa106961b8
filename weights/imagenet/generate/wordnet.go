package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A synset is a meaning in WordNet: words for one thing.
type synset struct {
	number int      // its byte offset in data.noun, by which ImageNet names it
	words  []string // the most usual first
	above  []int    // its hypernyms: the synsets of what it is a kind of
	gloss  string   // its definition, with examples in quotation marks
}

// A wordNet holds the nouns of WordNet by number.
type wordNet map[int]*synset

// version is what the head of data.noun says. Another release numbers its synsets anew.
const version = "WordNet 3.0 "

// readWordNet reads a file data.noun, whose form wndb(5) describes.
func readWordNet(r io.Reader) (wordNet, error) {
	nouns := wordNet{}
	right := false
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(line, "  ") { // the licence
			right = right || strings.Contains(line, version)
			continue
		}
		s, err := parseSynset(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		nouns[s.number] = s
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if !right {
		return nil, fmt.Errorf("its head does not name %s, whose numbers ImageNet uses", strings.TrimSpace(version))
	}
	return nouns, nil
}

// parseSynset reads a line: offset, file, type, number of words (hexadecimal), words each with an id, number of pointers, pointers
// of four fields each, a bar, the gloss.
func parseSynset(line string) (*synset, error) {
	head, gloss, found := strings.Cut(line, " | ")
	fields := strings.Fields(head)
	if !found || len(fields) < 5 {
		return nil, fmt.Errorf("%.40q is no synset", line)
	}
	number, err := strconv.Atoi(fields[0])
	if err != nil {
		return nil, err
	}
	s := &synset{number: number, gloss: strings.TrimSpace(gloss)}
	words, err := strconv.ParseUint(fields[3], 16, 8)
	if err != nil {
		return nil, err
	}
	fields = fields[4:]
	if uint64(len(fields)) < 2*words+1 {
		return nil, fmt.Errorf("synset %08d ends before its %d words do", number, words)
	}
	for range words {
		s.words = append(s.words, strings.ReplaceAll(fields[0], "_", " "))
		fields = fields[2:]
	}
	pointers, err := strconv.ParseUint(fields[0], 10, 16)
	if err != nil {
		return nil, err
	}
	fields = fields[1:]
	if uint64(len(fields)) < 4*pointers {
		return nil, fmt.Errorf("synset %08d ends before its %d pointers do", number, pointers)
	}
	for ; pointers > 0; pointers-- {
		if fields[0] == "@" || fields[0] == "@i" {
			above, err := strconv.Atoi(fields[1])
			if err != nil {
				return nil, err
			}
			s.above = append(s.above, above)
		}
		fields = fields[4:]
	}
	return s, nil
}

// nearest is the synset of targets that lies the fewest steps above s, s itself included, or 0. Of several as near it is the one
// that comes first in WordNet's order of hypernyms.
func (w wordNet) nearest(s *synset, targets map[int]string) int {
	seen := map[int]bool{s.number: true}
	for level := []int{s.number}; len(level) > 0; {
		var next []int
		for _, number := range level {
			if targets[number] != "" {
				return number
			}
			for _, above := range w[number].above {
				if !seen[above] && w[above] != nil {
					seen[above] = true
					next = append(next, above)
				}
			}
		}
		level = next
	}
	return 0
}
