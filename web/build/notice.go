package main

import (
	"fmt"
	"strings"
)

// notice is NOTICE.txt: what others made, each with its licence, then the texts, each once.
func notice(all []component) string {
	var b strings.Builder
	b.WriteString("Depthwise is licensed under the Apache License, Version 2.0. The page and its Cloudflare Worker hold what others\n" +
		"made: each is named below with its licence, by a number where the text has to go with it. The texts follow.\n")
	var texts []string
	number := func(text string) int {
		for i := range texts {
			if texts[i] == text {
				return i + 1
			}
		}
		texts = append(texts, text)
		return len(texts)
	}
	for _, c := range all {
		fmt.Fprintf(&b, "\n%s\n    in %s\n", strings.TrimSpace(c.title()+" "+c.version), c.where)
		if c.author != "" {
			fmt.Fprintf(&b, "    by %s\n", c.author)
		}
		if c.source != "" {
			fmt.Fprintf(&b, "    from %s\n", c.source)
		}
		switch {
		case c.text != "":
			fmt.Fprintf(&b, "    licence: %s [%d]\n", c.license, number(c.text))
		case c.url != "":
			fmt.Fprintf(&b, "    licence: %s, %s\n", c.license, c.url)
		case c.license != "":
			fmt.Fprintf(&b, "    licence: %s\n", c.license)
		default:
			b.WriteString("    licence: not told to the build, for it was put in by hand\n")
		}
	}
	for i, text := range texts {
		fmt.Fprintf(&b, "\n%s\n[%d]\n\n%s\n", strings.Repeat("-", 80), i+1, strings.Trim(text, "\n"))
	}
	return b.String()
}

// title says what a component is.
func (c *component) title() string {
	switch {
	case c.name == "std":
		return "Go's runtime and standard library"
	case c.name == heifName, c.name == de265Name:
		return "C++ library " + c.name
	case c.name == "heif.wasm":
		return "WebAssembly of both, with what joins them, " + c.name
	case c.kind == "library":
		return "Go module " + c.name
	case c.kind == "machine-learning-model":
		return "Weights " + c.name
	case c.kind == "data":
		return c.name
	case c.name == "labels":
		return "Labels"
	}
	return "Photo " + c.name
}
