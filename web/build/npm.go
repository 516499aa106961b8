package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"mobilenet/web/build/output"
	"mobilenet/weights"
)

// packageFile holds what npm knows of the package, and the version of all that this builds.
const packageFile = "web/package/package.json"

// versionOf reads the version.
func versionOf(src string) (string, error) {
	var p struct{ Version string }
	data, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(packageFile)))
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return "", fmt.Errorf("%s: %w", packageFile, err)
	}
	if p.Version == "" {
		return "", fmt.Errorf("%s has no version", packageFile)
	}
	return p.Version, nil
}

// A packer makes the npm packages: depthwise, the library, and @depthwise/mobilenet-v1, the model that it loads by default.
type packer struct {
	src, out string
	site     *site
	model    weights.Entry
	parts    []component
}

// pack leaves the packages in the folder npm of out, where the site is already.
func (s *site) pack(ctx context.Context, src, out string, models []weights.Entry) error {
	src, err := filepath.Abs(src)
	if err != nil {
		return err
	}
	p := &packer{src: src, out: out, site: s}
	if p.model, err = defaultModel(models); err != nil {
		return err
	}
	if p.parts, err = s.components(ctx, src, models); err != nil {
		return err
	}
	library, err := p.library(ctx)
	if err != nil {
		return err
	}
	model, err := p.modelPackage()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(out, "npm")); err != nil { // of another version
		return err
	}
	for name, files := range map[string]map[string][]byte{"depthwise": library, "depthwise-mobilenet-v1": model} {
		data, err := tarball(files)
		if err != nil {
			return err
		}
		file := filepath.Join(out, "npm", name+"-"+s.version+".tgz")
		if err := output.WriteFile(file, data); err != nil {
			return err
		}
		fmt.Printf("%s, %.2f MB\n", file, float64(len(data))/1e6)
	}
	return nil
}

// defaultModel is the one that weights/fetch gets if it is asked for none.
func defaultModel(models []weights.Entry) (weights.Entry, error) {
	list, err := weights.Default()
	if err != nil {
		return weights.Entry{}, err
	}
	for _, e := range models {
		if e.Name == list.Models[0].Name && e.SHA256 == list.Models[0].SHA256 {
			return e, nil
		}
	}
	return weights.Entry{}, fmt.Errorf("the model %s, of which a package is made, is not in dist/models: go run ./weights/fetch", list.Models[0].Name)
}

// addHashed puts a file into a folder of a package, at its name with a hash, and gives the path at which code in that folder finds it.
func addHashed(files map[string][]byte, folder, name string, data []byte) string {
	name = output.HashedName(name, "-", output.SHA256(data))
	files[path.Join(folder, name)] = data
	return "./" + name
}

// library returns the files of the package depthwise.
func (p *packer) library(ctx context.Context) (map[string][]byte, error) {
	files := map[string][]byte{}
	names := map[string]string{
		"WORKER_FILE":      addHashed(files, "", "assets/worker.js", p.site.files[p.site.find("mobilenet/worker-")]),
		"HEIC_WORKER_FILE": addHashed(files, "", "assets/heic-worker.js", p.site.files[p.site.find("mobilenet/heic-worker-")]),

		"WASM_SIZE": strconv.Itoa(len(p.site.files[p.site.find("mobilenet/tab-")])),
	}
	for program, name := range map[string]string{"tab": "WASM", "workshop": "WORKSHOP", "heif": "HEIF"} {
		built := p.site.find("mobilenet/" + program + "-")
		packed, err := os.ReadFile(filepath.Join(p.out, filepath.FromSlash(built)+".gz"))
		if err != nil {
			return nil, err
		}
		names[name+"_FILE"] = addHashed(files, "", "assets/"+program+".wasm", p.site.files[built])
		names[name+"_GZIP_FILE"] = names[name+"_FILE"] + ".gz"
		files[strings.TrimPrefix(names[name+"_GZIP_FILE"], "./")] = packed
	}
	b := bundler{src: p.src, names: names}
	browser, err := b.build(func(options *api.BuildOptions) {
		packageOptions(options)
		options.EntryPointsAdvanced = entryPoints("web/package/index.ts", "web/package/core.ts", "web/package/convert.ts", "web/mobilenet/element.ts")
		options.Plugins = append([]api.Plugin{libraryApart("./index.js")}, options.Plugins...)
	})
	if err != nil {
		return nil, err
	}
	if err := leaveAlone(browser); err != nil {
		return nil, err
	}
	maps.Copy(files, browser)
	if err := p.addNode(ctx, files); err != nil {
		return nil, err
	}
	if err := p.addPapers(files); err != nil {
		return nil, err
	}
	return files, nil
}

// packageOptions are those of code that others bundle again.
func packageOptions(options *api.BuildOptions) {
	options.Splitting = true
	options.External = []string{"@depthwise/mobilenet-v1", "node:*"}
}

// urlImport is an import of a URL that is known only in the page.
var urlImport = regexp.MustCompile(`\bimport\(([\w$]+\.href)\)`)

// leaveAlone tells bundlers not to look for the file of the one such import there is: minified code has lost such comments.
func leaveAlone(files map[string][]byte) error {
	found := 0
	for name, code := range files {
		found += len(urlImport.FindAll(code, -1))
		files[name] = urlImport.ReplaceAll(code, []byte("import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ $1)"))
	}
	if found != 1 {
		return fmt.Errorf("the package's code imports %d URLs that are known only in the page, and not one (web/mobilenet/in-thread.ts)", found)
	}
	return nil
}

// entryPoints makes of each a file of its name, all in one folder.
func entryPoints(names ...string) (all []api.EntryPoint) {
	for _, name := range names {
		all = append(all, api.EntryPoint{InputPath: name, OutputPath: strings.TrimSuffix(path.Base(name), ".ts")})
	}
	return all
}

// addNode adds what Node.js, Deno and Bun run: another worker, and a program that resizes images as well.
func (p *packer) addNode(ctx context.Context, files map[string][]byte) error {
	program, err := compile(ctx, p.src, "tab", "resize")
	if err != nil {
		return err
	}
	glue, err := wasmExec(ctx, p.src)
	if err != nil {
		return err
	}
	wasm := addHashed(files, "node", "tab.wasm", program)
	b := bundler{src: p.src, made: map[string]string{"wasm_exec": glue}, names: map[string]string{
		"WASM_FILE": wasm, "WASM_GZIP_FILE": "", "WASM_SIZE": strconv.Itoa(len(program)),
		"WORKSHOP_FILE": "../" + path.Join("assets", path.Base(p.site.find("mobilenet/workshop-"))), "WORKSHOP_GZIP_FILE": "",
		"HEIF_FILE": "../" + path.Join("assets", path.Base(p.site.find("mobilenet/heif-"))), "HEIF_GZIP_FILE": "",
		"HEIC_WORKER_FILE": "../" + path.Join("assets", path.Base(p.site.find("mobilenet/heic-worker-"))),
	}}
	platform := func(options *api.BuildOptions) {
		packageOptions(options)
		options.MinifyWhitespace, options.MinifyIdentifiers = false, false // nobody downloads it, and people read it in their logs
		options.Platform = api.PlatformNode
		options.Plugins = append([]api.Plugin{replacing(`/platform\.js$`, filepath.Join(p.src, "web", "package", "node", "platform.ts"))}, options.Plugins...)
	}
	worker, err := b.build(func(options *api.BuildOptions) {
		platform(options)
		options.EntryPoints = []string{"web/package/node/worker.ts"}
		options.Splitting = false
	})
	if err != nil {
		return err
	}
	// A server's bundler may copy it away from its package.json, which says that it is a module; its own name says so too.
	b.names["WORKER_FILE"] = addHashed(files, "node", "worker.mjs", worker["worker.js"])
	entries, err := b.build(func(options *api.BuildOptions) {
		platform(options)
		options.EntryPointsAdvanced = entryPoints("web/package/index.ts", "web/package/core.ts", "web/package/convert.ts")
	})
	if err != nil {
		return err
	}
	for name, data := range entries {
		files["node/"+name] = data
	}
	return nil
}

// replacing puts a file in the place of those that are imported by a path that matches.
func replacing(filter, file string) api.Plugin {
	return api.Plugin{Name: "replacing", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: filter}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: file}, nil
		})
	}}
}

// addPapers adds types, texts and licences to the package depthwise.
func (p *packer) addPapers(files map[string][]byte) error {
	var failed error
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(p.src, filepath.FromSlash(name)))
		failed = errors.Join(failed, err)
		return string(data)
	}
	put := func(name, text string) { files[name] = []byte(text) }
	put("index.d.ts", strings.ReplaceAll(read("web/mobilenet/mobilenet.d.ts"), "'./mobilenet/mobilenet.js'", "'depthwise'"))
	put("core.d.ts", read("web/package/core.d.ts"))
	element := strings.ReplaceAll(read("web/mobilenet/element.d.ts"), "'./mobilenet.js'", "'./index.js'")
	put("element.d.ts", strings.ReplaceAll(element, `<script type="module" src="mobilenet/element.js"></script>`, "import 'depthwise/element';"))
	converts := strings.ReplaceAll(read("web/mobilenet/convert.d.ts"), "'./mobilenet.js'", "'./index.js'")
	put("convert.d.ts", strings.ReplaceAll(converts, "'./mobilenet/convert.js'", "'depthwise/convert'"))
	put("react.d.ts", read("web/package/react.d.ts"))
	put("README.md", read("web/package/README.md"))
	put("CHANGELOG.md", read("web/mobilenet/CHANGELOG.md"))
	put("LICENSE", read("LICENSE"))
	put("NOTICE.txt", notice(p.libraryParts()))
	manifest, err := p.manifest(packageFile, map[string]any{"dependencies": map[string]string{"@depthwise/mobilenet-v1": p.site.version}})
	files["package.json"] = manifest
	return errors.Join(failed, err)
}

// modelPackage returns the files of the package @depthwise/mobilenet-v1.
func (p *packer) modelPackage() (map[string][]byte, error) {
	const folder = "web/package/mobilenet-v1/"
	files := map[string][]byte{}
	var failed error
	read := func(name string) []byte {
		data, err := os.ReadFile(name)
		failed = errors.Join(failed, err)
		return data
	}
	asset := func(name string) string {
		files["assets/"+name] = read(filepath.Join(p.out, "models", name))
		return "./assets/" + name
	}
	m := p.model
	entry := map[string]any{
		"package": "@depthwise/mobilenet-v1",
		"name":    m.Name, "alpha": m.Alpha, "resolution": m.Resolution, "classes": m.Classes, "type": m.Type,
		"size": m.Size, "sha256": m.SHA256, "license": m.License, "source": m.Source,
		"files": map[string]string{"weights": asset(m.File), "weightsGzip": asset(m.File + ".gz"), "labels": asset(m.Labels)},
	}
	said, err := json.MarshalIndent(entry, "", "  ")
	if err != nil {
		return nil, err
	}
	// Bundlers look for this form, and copy the files that it names.
	url := func(name string) string { return fmt.Sprintf("new URL('./assets/%s', import.meta.url)", name) }
	files["index.js"] = fmt.Appendf(nil, "export default {\n  ...%s,\n  urls: () => ({\n    weights: %s,\n    weightsGzip: %s,\n    labels: %s,\n  }),\n};\n",
		strings.ReplaceAll(string(said), "\n", "\n  "), url(m.File), url(m.File+".gz"), url(m.Labels))
	for _, name := range []string{"index.d.ts", "README.md"} {
		files[name] = read(filepath.Join(p.src, filepath.FromSlash(folder+name)))
	}
	files["LICENSE"] = read(filepath.Join(p.src, "LICENSE"))
	files["NOTICE.txt"] = []byte(notice(append(placed(p.parts, "machine-learning-model", "assets/"+m.File), p.labels()...)))
	files["package.json"], err = p.manifest(path.Join(folder, "package.json"), map[string]any{"version": p.site.version})
	return files, errors.Join(failed, err)
}

// labels is the component of the model's labels.
func (p *packer) labels() []component {
	var found []component
	for _, c := range p.parts {
		if c.name == "labels" && c.where == "models/"+p.model.Labels {
			c.where = "assets/" + p.model.Labels
			found = append(found, c)
		}
	}
	return found
}

// libraryParts are what others made of the package depthwise: Go's modules and, in a file of its own as in the site, the decoder of HEIC.
func (p *packer) libraryParts() []component {
	decoder := p.site.heifComponents()
	ofDecoder := func(c component) bool {
		return slices.ContainsFunc(decoder, func(d component) bool { return d.name == c.name })
	}
	all := slices.DeleteFunc(placed(p.parts, "library", "the Go program in assets/ and node/"), ofDecoder)
	for _, c := range decoder {
		c.where = "assets/" + path.Base(c.where)
		all = append(all, c)
	}
	return all
}

// placed are the components of a kind, which are in another place here than in the site.
func placed(parts []component, kind, where string) []component {
	var found []component
	for _, c := range parts {
		if c.kind == kind {
			c.where = where
			found = append(found, c)
		}
	}
	return found
}

// manifest returns the package.json at name, with more in it.
func (p *packer) manifest(name string, more map[string]any) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(p.src, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	// The order of its conditions matters, so the text stays as it is.
	said, err := json.MarshalIndent(more, "", "  ")
	if err != nil {
		return nil, err
	}
	text := strings.TrimSuffix(strings.TrimSpace(string(data)), "\n}")
	return []byte(text + ",\n" + strings.TrimPrefix(string(said), "{\n") + "\n"), nil
}
