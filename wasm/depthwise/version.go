package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"mobilenet/core/simd/wazerohost"
	"mobilenet/wasm/depthwise/licenses"
)

func newVersion() *cobra.Command {
	var texts bool
	c := newCommand("version [flags]", textVersion, cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		w := c.OutOrStdout()
		if texts {
			_, err := fmt.Fprint(w, licenses.Text)
			return err
		}
		fmt.Fprintf(w, "depthwise %s, %s %s/%s\n", revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		if err := wazerohost.Compiles(); err != nil {
			fmt.Fprintf(w, "The network runs in plain Go: %v.\n", err)
		} else {
			fmt.Fprintln(w, "The network runs as WebAssembly SIMD, compiled by wazero, which has no relaxed SIMD.")
		}
		if info, ok := debug.ReadBuildInfo(); ok {
			for _, m := range info.Deps {
				fmt.Fprintf(w, "  %s %s\n", m.Path, m.Version)
			}
		}
		return nil
	})
	c.Flags().BoolVar(&texts, "licenses", false, flagText["licenses"])
	return c
}

// revision is what was built: a version or a commit, and when.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown origin"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	version := info.Main.Version
	if at := settings["vcs.revision"]; len(at) >= 12 && (version == "" || version == "(devel)") {
		version = at[:12] + " of " + settings["vcs.time"]
	}
	if settings["vcs.modified"] == "true" && !strings.HasSuffix(version, "+dirty") {
		version += ", with changes"
	}
	return version
}

// newManual makes the command that writes the manual pages, from the text of --help; "make install" runs it.
func newManual(root *cobra.Command) *cobra.Command {
	return newCommand("manual FOLDER", textManual, cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error {
		if err := os.MkdirAll(args[0], 0o777); err != nil {
			return err
		}
		root.DisableAutoGenTag = true // which would have the day in it
		err := doc.GenManTree(root, &doc.GenManHeader{Title: "DEPTHWISE", Section: "1", Source: "Depthwise", Manual: "Depthwise"}, args[0])
		if err != nil {
			return fmt.Errorf("the manual pages cannot be written to %s: %w", filepath.Clean(args[0]), err)
		}
		return nil
	})
}
