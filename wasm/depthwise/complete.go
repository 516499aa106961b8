package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"mobilenet/weights"
)

// complete has the shell offer values of a flag.
func complete(c *cobra.Command, flag string, values ...string) {
	must(c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
}

// completeModels has the shell offer the names of models, and files.
func completeModels(c *cobra.Command) {
	must(c.RegisterFlagCompletionFunc("model", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return modelNames(), cobra.ShellCompDirectiveDefault
	}))
}

// modelNames are those in the list.
func modelNames() (names []string) {
	list, err := weights.Default()
	if err != nil {
		return nil
	}
	for i := range list.Models {
		names = append(names, list.Models[i].Name)
	}
	return names
}

// must is for errors of this program's own making: a flag that it does not have.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func withName(name string, err error) error { return fmt.Errorf("%s: %w", name, err) }

// closing closes what was written, and says if that failed.
func closing(out *output, err error) error { return errors.Join(err, out.Close()) }
