// Modules prints one JavaScript module of what TypeScript files of the repository export, for tests that use parts of the page without
// the page. The library stays apart: it is imported from ../mobilenet/mobilenet.js.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	var entry strings.Builder
	for _, name := range os.Args[1:] {
		fmt.Fprintf(&entry, "export * from %s;\n", strconv.Quote("./"+name))
	}
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(1)
	}
	result := api.Build(api.BuildOptions{
		Stdin:    &api.StdinOptions{Contents: entry.String(), ResolveDir: dir},
		Bundle:   true,
		Format:   api.FormatESModule,
		Target:   api.ES2022,
		LogLevel: api.LogLevelWarning,
		Plugins: []api.Plugin{{Name: "library", Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: `/mobilenet\.js$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: "../mobilenet/mobilenet.js", External: true}, nil
			})
		}}},
	})
	if len(result.Errors) > 0 {
		os.Exit(1)
	}
	os.Stdout.Write(result.OutputFiles[0].Contents)
}
