package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// target is what every browser has that can run the network at all.
const target = api.ES2022

// A bundler makes one file out of an entry and all that it imports.
type bundler struct {
	src   string            // the repository, absolute
	names map[string]string // constants that the sources declare: the names of built files
	made  map[string]string // modules made by the build, by what the sources import them as
}

// bundle gives the minified bundle of one entry, by its slash-separated path in the repository.
func (b *bundler) bundle(entry string) ([]byte, error) {
	define := map[string]string{}
	for name, value := range b.names {
		define[name] = strconv.Quote(value)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     b.src,
		EntryPoints:       []string{entry},
		Outfile:           filepath.Join(b.src, "bundle"+strings.Replace(filepath.Ext(entry), ".ts", ".js", 1)), // only in name
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            target,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Define:            define,
		Loader:            map[string]api.Loader{".svg": api.LoaderDataURL},
		Plugins:           []api.Plugin{libraryApart, b.madeModules()},
	})
	if err := problems(result.Errors, result.Warnings); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

// libraryApart keeps the library out of the bundles of the page and of the element: they import the same file that others import.
var libraryApart = api.Plugin{Name: "library", Setup: func(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: `/mobilenet\.js$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if args.Path == "./mobilenet.js" { // the element, which stays beside it
			return api.OnResolveResult{Path: args.Path, External: true}, nil
		}
		return api.OnResolveResult{Path: "../mobilenet/mobilenet.js", External: true}, nil
	})
}}

// madeModules resolves the imports of modules that are no files.
func (b *bundler) madeModules() api.Plugin {
	const made = "made"
	return api.Plugin{Name: made, Setup: func(build api.PluginBuild) {
		for name, code := range b.made {
			build.OnResolve(api.OnResolveOptions{Filter: "^" + name + "$"}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: name, Namespace: made}, nil
			})
			build.OnLoad(api.OnLoadOptions{Filter: "^" + name + "$", Namespace: made}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
				return api.OnLoadResult{Contents: &code, Loader: api.LoaderJS}, nil
			})
		}
	}}
}

// problems prints warnings, and gives errors as one.
func problems(errs, warnings []api.Message) error {
	for _, s := range api.FormatMessages(warnings, api.FormatMessagesOptions{Kind: api.WarningMessage}) {
		fmt.Fprint(os.Stderr, s)
	}
	if len(errs) == 0 {
		return nil
	}
	said := api.FormatMessages(errs, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New("the sources in web/ do not bundle:\n" + strings.TrimSpace(strings.Join(said, "")))
}
