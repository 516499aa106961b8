package main

import (
	"regexp"
	"strings"
)

// most is how long a gloss gets, in bytes.
const most = 80

var (
	example     = regexp.MustCompile(`[;,:]?\s*"[^"]*"?.*$`)
	parentheses = regexp.MustCompile(`\s*\([^()]*\)`)
	// article is what many definitions begin with and others leave out.
	article = regexp.MustCompile(`^(an?|any of (various|numerous|several)( (types|kinds|families) of)?) `)
	taxon   = regexp.MustCompile(` (of|belonging to) the (order|suborder|family|genus) [A-Z][a-z]+`)
	// dangling are words that cannot end a line.
	dangling = regexp.MustCompile(`( (a|an|and|any|as|by|chiefly|for|from|having|in|of|on|one|or|that|the|to|usually|with))+$`)
)

// short makes one short line of a synset's gloss: its first clause without examples, what is in parentheses, the first article and
// names in Latin. A longer one is cut before a word that begins a thought of its own, else at a comma or before a preposition.
func short(gloss string) string {
	s := example.ReplaceAllString(gloss, "")
	s = parentheses.ReplaceAllString(s, "")
	s, _, _ = strings.Cut(s, ";")
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, " ,", ",")
	s = article.ReplaceAllString(s, "")
	s = taxon.ReplaceAllString(s, "")
	s = strings.TrimRight(s, " ,.:")
	for _, breaks := range [][]string{
		{" that ", " which ", " having ", " used ", " with ", " whose ", " where ", " who ", " in which ", " consisting ", " usually ",
			" related ", " noted ", " capable ", " distinguished ", " living ", " found ", " resembling ", " similar ", " originally ",
			" especially ", " typically ", " so that "},
		{", ", " and ", " in ", " on ", " from ", " for ", " of ", " to "},
	} {
		if cut := lastBreak(s, breaks); len(s) > most && cut >= 0 {
			s = strings.TrimRight(s[:cut], " ,")
		}
	}
	return strings.TrimRight(dangling.ReplaceAllString(s, ""), " ,")
}

// lastBreak is where the last of breaks begins that leaves no more than most bytes before it, or -1.
func lastBreak(s string, breaks []string) int {
	last := -1
	for _, b := range breaks {
		if i := strings.LastIndex(s[:min(len(s), most+len(b))], b); i >= 16 && i <= most {
			last = max(last, i)
		}
	}
	return last
}
