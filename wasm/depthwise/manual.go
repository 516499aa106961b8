package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newManual makes the command that writes the manual pages, from the text of --help; "make install" runs it.
func newManual(root *cobra.Command) *cobra.Command {
	return newCommand("manual FOLDER", textManual, cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error {
		if err := writeManual(root, args[0]); err != nil {
			return fmt.Errorf("the manual pages cannot be written to %s: %w", filepath.Clean(args[0]), err)
		}
		return nil
	})
}

// writeManual writes the page of a command, and of those below it. cobra has the same in its package doc, by way of Markdown and three more
// modules, which is a fortieth of the program.
func writeManual(c *cobra.Command, folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, below := range c.Commands() {
		if below.IsAvailableCommand() {
			if err := writeManual(below, folder); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(folder, manualName(c)+".1"), manualPage(c), 0o666)
}

// manualName is how a command's page is called.
func manualName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manualPage is a command's page, in the man macros of roff (man(7)).
func manualPage(c *cobra.Command) []byte {
	c.InitDefaultHelpFlag()
	var b bytes.Buffer
	fmt.Fprintf(&b, ".TH %q 1 \"\" Depthwise Depthwise\n.SH NAME\n%s \\- %s\n", strings.ToUpper(manualName(c)), roff(manualName(c)), roff(c.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(c.UseLine()))
	about := c.Long
	if about == "" {
		about = c.Short
	}
	b.WriteString(".SH DESCRIPTION\n" + paragraphs(about))
	if c.HasAvailableLocalFlags() {
		b.WriteString(".SH OPTIONS\n")
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				b.WriteString(manualFlag(f))
			}
		})
	}
	if c.HasExample() {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(c.Example))
	}
	var also []string
	if c.HasParent() {
		also = append(also, manualName(c.Parent()))
	}
	for _, below := range c.Commands() {
		if below.IsAvailableCommand() {
			also = append(also, manualName(below))
		}
	}
	for i, name := range also {
		also[i] = `\fB` + roff(name) + `\fP(1)`
	}
	if len(also) > 0 {
		b.WriteString(".SH SEE ALSO\n" + strings.Join(also, ", ") + "\n")
	}
	return b.Bytes()
}

// paragraphs sets a text whose paragraphs have an empty line between them.
func paragraphs(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		fmt.Fprintf(&b, ".PP\n%s\n", roff(p))
	}
	return b.String()
}

// manualFlag describes a flag: its names, its value, what it does.
func manualFlag(f *pflag.Flag) string {
	value, does := pflag.UnquoteUsage(f)
	name := `\fB` + roff("--"+f.Name) + `\fP`
	if f.Shorthand != "" {
		name = `\fB` + roff("-"+f.Shorthand) + `\fP, ` + name
	}
	if value != "" {
		name += ` \fI` + roff(value) + `\fP`
	}
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" && f.DefValue != "0s" {
		does += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	return fmt.Sprintf(".TP\n%s\n%s\n", name, roff(does))
}

// roff escapes what roff would take for a command: backslashes, hyphens that are minus signs, and dots and quotes at the beginning of a line.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, `-`, `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
