package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// printable writes s so that a terminal shows it and obeys none of it: control characters, those that turn the direction of writing, bytes
// that are no UTF-8, and the backslash that marks them become \n, \x1b, \u202e and the like. File names and labels come from anywhere.
func printable(s string) string { return escape(strings.ReplaceAll(s, `\`, `\\`)) }

// printableLines is printable for a message, whose line breaks are its own, and backslashes too.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = escape(l)
	}
	return strings.Join(lines, "\n")
}

// escape writes what a terminal must not be given.
func escape(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsPrint(r): // marks that change what was printed before them are among these
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// cells is how many columns of a terminal r takes.
func cells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// columns is how many columns of a terminal s takes, which is printable.
func columns(s string) (n int) {
	for _, r := range s {
		n += cells(r)
	}
	return n
}

// fit makes s, which is printable, exactly n columns wide: it is filled up by spaces, or its end, or its beginning where that says less, gives way
// to an ellipsis.
func fit(s string, n int, keepEnd bool) string {
	if n <= 0 {
		return ""
	}
	all := columns(s)
	if all <= n {
		return s + strings.Repeat(" ", n-all)
	}
	runes := []rune(s)
	if keepEnd {
		left := n - 1
		i := len(runes)
		for i > 0 && cells(runes[i-1]) <= left {
			i--
			left -= cells(runes[i])
		}
		return "…" + string(runes[i:]) + strings.Repeat(" ", left)
	}
	left, i := n-1, 0
	for i < len(runes) && cells(runes[i]) <= left {
		left -= cells(runes[i])
		i++
	}
	return string(runes[:i]) + "…" + strings.Repeat(" ", left)
}
