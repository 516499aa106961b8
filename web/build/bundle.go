package main

import (
	"errors"
	"fmt"
	"os"
	"path"
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

// bundle returns the minified bundle of one entry, by its slash-separated path in the repository.
func (b *bundler) bundle(entry string) ([]byte, error) {
	bundle, _, err := b.build(entry, false)
	return bundle, err
}

// split is bundle with what the entry imports only when it needs it, and what it shares with that, in files of their own, by the
// names by which they import each other.
func (b *bundler) split(entry string) (bundle []byte, chunks map[string][]byte, err error) {
	return b.build(entry, true)
}

func (b *bundler) build(entry string, split bool) (bundle []byte, chunks map[string][]byte, err error) {
	define := map[string]string{}
	for name, value := range b.names {
		define[name] = strconv.Quote(value)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     b.src,
		EntryPoints:       []string{entry},
		Outdir:            filepath.Join(b.src, "bundle"), // only in name
		ChunkNames:        "[name]-[hash]",
		Bundle:            true,
		Splitting:         split,
		Format:            api.FormatESModule,
		Target:            target,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Define:            define,
		Loader:            map[string]api.Loader{".svg": api.LoaderDataURL},
		Plugins:           []api.Plugin{libraryApart, b.madeModules(), b.styles()},
	})
	if err := problems(result.Errors, result.Warnings); err != nil {
		return nil, nil, err
	}
	chunks = map[string][]byte{}
	own := strings.Replace(path.Base(entry), ".ts", ".js", 1)
	for _, file := range result.OutputFiles {
		if name := filepath.Base(file.Path); name == own {
			bundle = file.Contents
		} else {
			chunks[name] = file.Contents
		}
	}
	return bundle, chunks, nil
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

// styles gives a script that imports CSS its minified text: styles that come with a chunk, and not with the first screen.
func (b *bundler) styles() api.Plugin {
	const styles = "styles"
	return api.Plugin{Name: styles, Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `\.css$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind != api.ResolveJSImportStatement {
				return api.OnResolveResult{}, nil
			}
			name, err := filepath.Rel(b.src, filepath.Join(args.ResolveDir, args.Path)) // the chunk's hash has it in it
			return api.OnResolveResult{Path: filepath.ToSlash(name), Namespace: styles}, err
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: styles}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			source, err := os.ReadFile(filepath.Join(b.src, filepath.FromSlash(args.Path)))
			if err != nil {
				return api.OnLoadResult{}, err
			}
			made := api.Transform(string(source), api.TransformOptions{
				Loader:           api.LoaderCSS,
				Sourcefile:       args.Path,
				Target:           target,
				Charset:          api.CharsetUTF8,
				MinifyWhitespace: true,
				MinifySyntax:     true,
			})
			code := string(made.Code)
			return api.OnLoadResult{Contents: &code, Loader: api.LoaderText, Errors: made.Errors, Warnings: made.Warnings}, nil
		})
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
