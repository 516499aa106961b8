package main

import (
	"cmp"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""}, {"photo 1.jpg", "photo 1.jpg"}, {"a\nb\tc\rd", `a\nb\tc\rd`}, {"\x1b[2J\x7f", `\x1b[2J\x7f`}, {`\n`, `\\n`},
		{"\xff\xc3(", `\xff\xc3(`}, {"\u202e\u2028\ufeff", `\u202e\u2028\ufeff`}, {"\U000e0001", `\U000e0001`}, {"é漢字", "é漢字"},
	} {
		if got := printable(tt.in); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := printableLines("one\ntwo \x1b \\ three"); got != "one\ntwo \\x1b \\ three" {
		t.Errorf("%q", got)
	}
}

// Whatever a text holds, fit makes it as wide as it is told to, of its beginning or its end.
func TestFit(t *testing.T) {
	for _, tt := range []struct {
		in      string
		n       int
		keepEnd bool
		want    string
	}{
		{"abc", 5, false, "abc  "}, {"abcdef", 4, false, "abc…"}, {"abcdef", 4, true, "…def"}, {"漢字漢字", 4, false, "漢… "},
		{"漢字漢字", 4, true, "…字 "}, {"abc", 0, false, ""}, {"e\u0301a", 2, false, "e\u0301a"}, {"abc", 1, true, "…"},
	} {
		if got := fit(tt.in, tt.n, tt.keepEnd); got != tt.want {
			t.Errorf("%q in %d, end %v: %q, want %q", tt.in, tt.n, tt.keepEnd, got, tt.want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		s := printable(randomText(rng))
		for n := range 12 {
			if got := fit(s, n, n%2 == 0); columns(got) != n || !utf8.ValidString(got) {
				t.Errorf("%q in %d: %q", s, n, got)
			}
		}
	}
}

// Help is no wider than 80 columns where there is no terminal, but for examples, which are to be copied, and says all that the text does.
func TestHelp(t *testing.T) {
	b := newBench(t)
	for _, c := range newRoot().Commands() {
		if c.Name() == "completion" || c.Name() == "help" { // which are cobra's
			continue
		}
		stdout, _, status := b.run(c.Name(), "--help")
		if status != statusFine || !strings.HasPrefix(stdout, wrap(cmp.Or(c.Long, c.Short), 80)) {
			t.Errorf("%s --help: status %d:\n%s", c.Name(), status, stdout)
		}
		for line := range strings.Lines(stdout) {
			if columns(line) > 81 && !strings.Contains(line, "depthwise ") {
				t.Errorf("%s --help has a line of %d columns: %s", c.Name(), columns(line), line)
			}
		}
	}
	if got := wrap("one two\nthree\n\nfour 漢字漢 six", 9); got != "one two\nthree\n\nfour\n漢字漢\nsix" {
		t.Errorf("%q", got)
	}
}

// randomText is of what names are made of that programs trip over.
func randomText(rng *rand.Rand) string {
	pieces := []string{"a", "b", ",", `"`, "\n", "\r", " ", "漢", "e\u0301", "\xff", "\x1b", "=", `\`, ""}
	var b strings.Builder
	for range rng.IntN(12) {
		b.WriteString(pieces[rng.IntN(len(pieces))])
	}
	return b.String()
}

// The scanner finds the records and the first two fields that csvLine wrote, byte for byte, and knows a record that is cut off.
func TestCSVScanner(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		var s csvScanner
		for range 1 + rng.IntN(3) {
			fields := []string{randomText(rng), randomText(rng), randomText(rng)}
			line, err := csvLine(fields)
			if err != nil {
				t.Fatal(err)
			}
			for i, b := range line {
				whole := s.add(b)
				if whole != (i == len(line)-1) {
					t.Fatalf("%q: byte %d ends a record: %v", line, i, whole)
				}
			}
			if string(s.fields[0]) != fields[0] || string(s.fields[1]) != fields[1] {
				t.Fatalf("%q: %q, want %q", line, s.fields, fields[:2])
			}
		}
	}
}
