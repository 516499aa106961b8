package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"mobilenet/core/simd/wazerohost"
	"mobilenet/wasm/depthwise/licenses"
)

func newVersion() *cobra.Command {
	var texts bool
	c := newCommand("version [flags]", textVersion, cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		w := c.OutOrStdout()
		if texts {
			text, err := licenses.Text()
			if err == nil {
				_, err = io.WriteString(w, text)
			}
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
