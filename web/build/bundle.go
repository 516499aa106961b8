package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
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
	first []api.Plugin      // before all others
}

// bundle returns the minified bundle of one entry, by its slash-separated path in the repository.
func (b *bundler) bundle(entry string) ([]byte, error) {
	files, err := b.build(func(options *api.BuildOptions) { options.EntryPoints = []string{entry} })
	if err != nil {
		return nil, err
	}
	return files[bundleName(entry)], nil
}

// split is bundle with what the entry imports only when it needs it, and what it shares with that, in files of their own, by the
// names by which they import each other.
func (b *bundler) split(entry string) (bundle []byte, chunks map[string][]byte, err error) {
	files, err := b.build(func(options *api.BuildOptions) {
		options.EntryPoints = []string{entry}
		options.Splitting = true
	})
	if err != nil {
		return nil, nil, err
	}
	bundle = files[bundleName(entry)]
	delete(files, bundleName(entry))
	return bundle, files, nil
}

// bundleName is the file that is made of an entry: CSS keeps its name.
func bundleName(entry string) string { return strings.Replace(path.Base(entry), ".ts", ".js", 1) }

// build returns files by name. change adds to the options that all have in common.
func (b *bundler) build(change func(*api.BuildOptions)) (map[string][]byte, error) {
	define := map[string]string{}
	for name, value := range b.names {
		define[name] = strconv.Quote(value)
	}
	options := api.BuildOptions{
		AbsWorkingDir:     b.src,
		Outdir:            filepath.Join(b.src, "bundle"), // only in name
		ChunkNames:        "[name]-[hash]",
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            target,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Define:            define,
		Loader:            map[string]api.Loader{".svg": api.LoaderDataURL},
		Plugins:           append(slices.Clone(b.first), libraryApart("../mobilenet/mobilenet.js"), b.madeModules(), b.styles()),
	}
	change(&options)
	result := api.Build(options)
	if err := problems(result.Errors, result.Warnings); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, file := range result.OutputFiles {
		files[filepath.Base(file.Path)] = file.Contents
	}
	return files, nil
}

// libraryApart keeps the library out of the bundles of the page and of the element: they import the same file that others import,
// which the page finds by the path given, and the element beside it. The page imports what converts checkpoints from there, too.
func libraryApart(name string) api.Plugin {
	return api.Plugin{Name: "library", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `/mobilenet\.js$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Path == "./mobilenet.js" {
				return api.OnResolveResult{Path: "./" + path.Base(name), External: true}, nil
			}
			return api.OnResolveResult{Path: name, External: true}, nil
		})
		b.OnResolve(api.OnResolveOptions{Filter: `/mobilenet/convert\.js$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: path.Join("..", "mobilenet", "convert.js"), External: true}, nil
		})
	}}
}

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

// styles gives a script that imports CSS its minified text, with all that it imports: styles that come with a chunk, and not with the
// first screen.
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
			made := api.Build(api.BuildOptions{
				AbsWorkingDir:    b.src,
				EntryPoints:      []string{args.Path},
				Bundle:           true,
				Target:           target,
				Charset:          api.CharsetUTF8,
				MinifyWhitespace: true,
				MinifySyntax:     true,
			})
			result := api.OnLoadResult{Loader: api.LoaderText, Errors: made.Errors, Warnings: made.Warnings}
			if len(made.OutputFiles) == 1 {
				code := string(made.OutputFiles[0].Contents)
				result.Contents = &code
			}
			return result, nil
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
