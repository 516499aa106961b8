package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how wide help is: as the terminal, but no wider than is good to read; 80 columns elsewhere.
func helpWidth() int {
	if !isTerminal(os.Stdout) {
		return 80
	}
	return min(max(terminalWidth(os.Stdout), 40), 100)
}

// wrapHelp has the help of all commands broken into lines of that width.
func wrapHelp(root *cobra.Command) {
	cobra.AddTemplateFunc("wrap", func(s string) string { return wrap(s, helpWidth()) })
	cobra.AddTemplateFunc("wrapFlags", func(f *pflag.FlagSet) string { return f.FlagUsagesWrapped(helpWidth()) })
	usage := root.UsageTemplate()
	for _, flags := range []string{".LocalFlags", ".InheritedFlags"} {
		usage = strings.ReplaceAll(usage, flags+".FlagUsages", "wrapFlags "+flags)
	}
	root.SetUsageTemplate(usage)
	root.SetHelpTemplate("{{with (or .Long .Short)}}{{wrap .}}\n\n{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}")
}

// wrap breaks the paragraphs of a text, between which an empty line stands, into lines of n columns.
func wrap(s string, n int) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(s), "\n\n") {
		if i > 0 {
			b.WriteString("\n\n")
		}
		at := 0
		for _, word := range strings.Fields(paragraph) {
			w := columns(word)
			switch {
			case at == 0:
			case at+1+w > n:
				b.WriteByte('\n')
				at = 0
			default:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += w
		}
	}
	return b.String()
}
