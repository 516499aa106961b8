// Depthwise is the command line: it classifies pictures on this machine, thousands of them as well as one, with the network that the page runs.
//
// Its commands and flags are cobra's, not the standard library's: flags may stand behind file names, as people type them, and shell
// completion, manual pages and --help come of one text (text.go), which would be several times as much code of our own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	statusFine        = 0
	statusFailed      = 1 // something could not be done; the rest was
	statusUsage       = 2
	statusInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // the second Ctrl-C ends at once
	}()
	os.Exit(status(newRoot().ExecuteContext(ctx), os.Stderr))
}

// A usageError is a mistake on the command line.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errSaid stands for what has been said already: some pictures could not be read.
var errSaid = errors.New("some pictures could not be read")

// status says what went wrong, if anything, and returns the exit status for it.
func status(err error, stderr io.Writer) int {
	var wrong usageError
	switch {
	case err == nil:
		return statusFine
	case errors.Is(err, context.Canceled):
		return statusInterrupted
	case errors.Is(err, errSaid):
		return statusFailed
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "depthwise: %s\nSee depthwise --help.\n", printableLines(err.Error()))
		return statusUsage
	}
	fmt.Fprintf(stderr, "depthwise: %s\n", printableLines(err.Error()))
	return statusFailed
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use: "depthwise", Short: textRoot.short, Long: textRoot.long, Example: textRoot.example,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			wrong := fmt.Sprintf("there is no command %q", args[0])
			if like := c.SuggestionsFor(args[0]); len(like) > 0 {
				wrong += "; is it " + strings.Join(like, " or ") + "?"
			} else if _, err := os.Lstat(args[0]); err == nil {
				wrong += fmt.Sprintf("; to classify that file: depthwise classify %s", args[0])
			}
			return usage("%s", wrong)
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newClassify(), newEmbed(), newSimilar(), newHeatmap(), newSort(), newTeach(), newConvert(), newServe(), newInfo(), newVersion(), newManual(root))
	wrapHelp(root)
	return root
}

// newCommand makes a command of its text. Use is its name and arguments.
func newCommand(use string, t text, args cobra.PositionalArgs, run func(c *cobra.Command, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: t.short, Long: t.long, Example: t.example, DisableFlagsInUseLine: true,
		Args: func(c *cobra.Command, given []string) error {
			if err := args(c, given); err != nil {
				return usage("%s: %w", c.Name(), err)
			}
			return nil
		},
		RunE: run,
	}
}
