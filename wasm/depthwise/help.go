package main

import (
	"fmt"
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

// wrapHelp has the help of all commands broken into lines of that width. Functions do it and no template, for package text/template would have
// the linker keep every method of every type: 2.5 MB.
func wrapHelp(root *cobra.Command) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		about := c.Long
		if about == "" {
			about = c.Short
		}
		fmt.Fprintf(c.OutOrStdout(), "%s\n\n%s", wrap(about, helpWidth()), usageOf(c))
	})
	root.SetUsageFunc(func(c *cobra.Command) error {
		_, err := fmt.Fprint(c.OutOrStderr(), usageOf(c))
		return err
	})
}

// usageOf is what stands below a command's description: how it is called, examples, commands below it, flags.
func usageOf(c *cobra.Command) string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if c.Runnable() {
		fmt.Fprintf(&b, "  %s\n", c.UseLine())
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s [command]\n", c.CommandPath())
	}
	if c.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", c.Example)
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\nAvailable Commands:\n")
		for _, below := range c.Commands() {
			if below.IsAvailableCommand() || below.Name() == "help" {
				fmt.Fprintf(&b, "  %-*s %s\n", below.NamePadding(), below.Name(), below.Short)
			}
		}
	}
	flags := func(title string, f *pflag.FlagSet) {
		if text := strings.TrimRight(f.FlagUsagesWrapped(helpWidth()), "\n"); text != "" {
			fmt.Fprintf(&b, "\n%s:\n%s\n", title, text)
		}
	}
	flags("Flags", c.LocalFlags())
	flags("Global Flags", c.InheritedFlags())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nUse \"%s [command] --help\" for more information about a command.\n", c.CommandPath())
	}
	return b.String()
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
