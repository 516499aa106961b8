package main

import (
	"bytes"
	"image/jpeg"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mobilenet/web/build/output"
	"mobilenet/web/headers"
	"mobilenet/weights"
)

// tree is a repository as small as build can make sense of.
var tree = map[string]string{
	"LICENSE":               "Apache License\nVersion 2.0, January 2004\n",
	"go.mod":                "module tiny\n\ngo 1.26.0\n",
	"wasm/tab/main.go":      "package main\n\nfunc main() { println(\"tab\") }\n",
	"wasm/workshop/main.go": "package main\n\nfunc main() { println(\"workshop\") }\n",
	"wasm/edge/main.go":     "package main\n\nfunc main() {}\n",
	"web/tsconfig.json":     `{"compilerOptions": {"target": "es2022"}}`,
	"web/app/icon.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" stroke="#00787c" stroke-width="2">
		<path d="M8 8h13a3 3 0 0 1 3 3v13" opacity=".5"/><rect x="3" y="13" width="16" height="16" rx="3"/></svg>`,
	"web/app/icon-192.png":                 "\x89PNG",
	"web/app/icon-512.png":                 "\x89PNG large",
	"web/app/maskable-512.png":             "\x89PNG round",
	"web/app/apple-touch-icon.png":         "\x89PNG square",
	"web/app/preview.png":                  "\x89PNG wide",
	"web/service-worker/service-worker.ts": `declare const FILES: string; console.log(JSON.parse(FILES));`,
	"web/app/app.css":                      "@import './css/more.css';\nbody { color: red }\n",
	"web/app/css/more.css":                 "p { background: url(../icon.svg) }\n",
	"web/app/app.ts": `import { load } from '../mobilenet/mobilenet.js';
		import { deep } from './sub/deep.js';
		declare const SAMPLES: string, IMAGENET: string;
		console.log(load, deep, JSON.parse(SAMPLES), IMAGENET, await import('./more.js'));`,
	"web/app/more.ts":                `import { deep } from './sub/deep.js'; import css from './sub/late.css'; export const more = [deep, css];`,
	"web/app/sub/late.css":           "i {\n  color: blue;\n}\n",
	"web/app/sub/deep.ts":            `import { load } from '../../mobilenet/mobilenet.js'; export const deep: unknown = [load, 'déjà vu'];`,
	"web/mobilenet/mobilenet.d.ts":   "export function load(): void;\n",
	"web/mobilenet/element.d.ts":     "export {};\n",
	"web/mobilenet/convert.d.ts":     "export {};\n",
	"web/mobilenet/convert-entry.ts": "export {};\n",
	"web/mobilenet/element.ts":       `import { load } from './mobilenet.js'; import './element-look.js'; console.log(load);`,
	"web/mobilenet/element-look.ts":  `export const look = [1];`,
	"web/mobilenet/entry.ts": `declare const WORKER_FILE: string, WASM_FILE: string, HEIF_FILE: string, HEIC_WORKER_FILE: string;
		export const load = async () => console.log(WORKER_FILE, WASM_FILE, HEIF_FILE, HEIC_WORKER_FILE, await import('./later.js'));`,
	"web/mobilenet/later.ts":       `import { look } from './element-look.js'; console.log(look);`,
	"web/package/package.json":     `{"version": "1.2.3"}`,
	"web/mobilenet/heic-worker.ts": `export const photos = [2];`,
	"web/mobilenet/worker.ts":      `import 'wasm_exec'; declare const Go: new () => unknown; console.log(new Go());`,
	"web/index.html": `<!doctype html>
<html>
  <head>
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src *">
    <meta property="og:image" content="app/preview.png">
    <link rel="icon" href="app/icon.svg">
    <link rel="apple-touch-icon" href="app/apple-touch-icon.png">
    <link rel="manifest" href="manifest.webmanifest">
    <link rel="stylesheet" href="app/app.css">
    <link rel="modulepreload" href="mobilenet/mobilenet.js">
    <script type="module" src="app/app.js"></script>
  </head>
  <a href="https://example.org/app/app.js">elsewhere</a> <a href="#top">up</a>
</html>
`,
}

func put(t *testing.T, dir, name, data string) {
	t.Helper()
	if err := output.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(data)); err != nil {
		t.Fatal(err)
	}
}

func newTree(t *testing.T) (src string) {
	t.Helper()
	src = t.TempDir()
	for name, data := range tree {
		put(t, src, name, data)
	}
	return src
}

// read returns all files of a folder by name.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// find returns the one name that matches.
func find(t *testing.T, files map[string]string, pattern string) string {
	t.Helper()
	var found []string
	for name := range files {
		if regexp.MustCompile("^" + pattern + "$").MatchString(name) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s: found %v among %v", pattern, found, slices.Sorted(maps.Keys(files)))
	}
	return found[0]
}

func contains(t *testing.T, name, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%s has no %q:\n%.2000s", name, want, text)
		}
	}
}

func TestBuild(t *testing.T) {
	src, out := newTree(t), t.TempDir()
	// Two models, as weights/fetch leaves them.
	list := &weights.List{Labels: map[string]weights.File{"l": {SHA256: strings.Repeat("1", 64)}}}
	var entries []string
	for _, name := range []string{"m", "n"} {
		e := list.Entry(&weights.Model{Name: name, Labels: "l", File: weights.File{SHA256: strings.Repeat("2", 64)}})
		put(t, out, "models/"+e.File, strings.Repeat(name, 5000))
		put(t, out, "models/"+e.Labels, strings.Repeat("label\n", 100))
		entries = append(entries, `{"name": "`+e.Name+`", "file": "`+e.File+`", "labels": "`+e.Labels+`"}`)
	}
	put(t, out, "models/models.json", "["+strings.Join(entries, ",")+"]")
	if err := run(t.Context(), src, out, "", false); err != nil {
		t.Fatal(err)
	}
	files := read(t, out)

	wasm := find(t, files, `mobilenet/tab-[0-9a-f]{8}\.wasm`)
	worker := find(t, files, `mobilenet/worker-[0-9a-f]{8}\.js`)
	app := find(t, files, `app/app-[0-9a-f]{8}\.js`)
	chunk := find(t, files, `app/chunk-[2-7A-Z]{8}\.js`)
	more := find(t, files, `app/more-[2-7A-Z]{8}\.js`)
	css := find(t, files, `app/app-[0-9a-f]{8}\.css`)
	icon := find(t, files, `app/icon-[0-9a-f]{8}\.svg`)
	touch := find(t, files, `app/apple-touch-icon-[0-9a-f]{8}\.png`)
	maskable := find(t, files, `app/maskable-512-[0-9a-f]{8}\.png`)
	sample := find(t, files, `samples/peacock\.[0-9a-f]{8}\.png`)
	imagenet := find(t, files, `app/imagenet-[0-9a-f]{8}\.json`)
	contains(t, wasm, files[wasm], "\x00asm")
	contains(t, worker, files[worker], "The Go Authors", "globalThis.Go")
	library := files["mobilenet/mobilenet.js"]
	contains(t, "mobilenet.js", library, `"`+filepath.Base(wasm)+`"`, `"`+filepath.Base(worker)+`"`, "export{")
	later := find(t, files, `mobilenet/later-[2-7A-Z]{8}\.js`)
	contains(t, "mobilenet.js", library, `import("./`+filepath.Base(later)+`")`)
	contains(t, app, files[app], `from"../mobilenet/mobilenet.js"`, `from"./`+filepath.Base(chunk)+`"`,
		`import("./`+filepath.Base(more)+`")`, `"`+sample+`"`, `"`+imagenet+`"`)
	contains(t, chunk, files[chunk], `from"../mobilenet/mobilenet.js"`, "déjà vu")
	contains(t, more, files[more], `from"./`+filepath.Base(chunk)+`"`, "i{color:#00f}")
	contains(t, "element.js", files["mobilenet/element.js"], `from"./mobilenet.js"`)
	if strings.Contains(files[app], "../../mobilenet") {
		t.Errorf("%s imports the library from elsewhere: %s", app, files[app])
	}
	contains(t, css, files[css], "data:image/svg+xml")
	page := files["index.html"]
	contains(t, "index.html", page, `content="`+headers.Meta+`"`, `src="`+app+`"`, `href="`+css+`"`, `href="`+icon+`"`,
		`href="`+touch+`"`, `href="mobilenet/mobilenet.js"`, `"modulepreload" href="`+chunk+`"`, `href="https://example.org/app/app.js"`, `href="#top"`)
	preview := find(t, files, `app/preview-[0-9a-f]{8}\.png`)
	contains(t, "index.html", page, `<meta property="og:image" content="`+preview+`">`)
	if strings.Contains(page, "og:url") || strings.Contains(files["sw.js"], preview) {
		t.Error("the page has an address that nobody gave, or keeps the picture beside links to it")
	}
	if files["mobilenet/mobilenet.d.ts"] != tree["web/mobilenet/mobilenet.d.ts"] {
		t.Error("mobilenet.d.ts is another")
	}
	contains(t, "manifest.webmanifest", files["manifest.webmanifest"], `"`+icon+`"`, `"`+maskable+`"`, `"purpose": "maskable"`, `"action": "share"`)
	contains(t, "sw.js", files["sw.js"], `{"path":"`+app+`","sha256":"`, `"hashed":true}`, `{"path":"`+later+`","sha256":"`, `{"path":"index.html","sha256":"`,
		`{"path":"models/m.22222222.tflite","sha256":"`, `"hashed":true,"packed":true},{"path":"models/models.json"`,
		`"hashed":true,"later":true,"packed":true},`)
	if strings.Contains(files["sw.js"], ".d.ts") || strings.Contains(files["sw.js"], ".png\"") && !strings.Contains(files["sw.js"], sample) {
		t.Errorf("the service worker keeps what the page does not need: %s", files["sw.js"])
	}
	if strings.Contains(files["sw.js"], "NOTICE") || strings.Contains(files["sw.js"], sbomFile) || strings.Contains(files["sw.js"], checksumsFile) {
		t.Errorf("the service worker keeps what no page asks for: %s", files["sw.js"])
	}
	contains(t, "NOTICE.txt", files["NOTICE.txt"], "Go's runtime", wasm, worker, "Copyright 2009 The Go Authors", "Photo peacock", "Yasuhiro Matsumoto",
		"WordNet 3.0\n    in "+imagenet, "WordNet 3.0 Copyright 2006 by Princeton University")
	at := max(0, strings.Index(files["sw.js"], `{"path":"`+imagenet+`"`))
	if kept := strings.SplitAfter(files["sw.js"][at:], "}")[0]; !strings.Contains(kept, imagenet) || !strings.HasSuffix(kept, `"hashed":true}`) {
		t.Errorf("the service worker does not keep %s from the first visit on: %s", imagenet, files["sw.js"])
	}
	contains(t, checksumsFile, files[checksumsFile], "  "+wasm+".gz\n", "  _headers\n", "  NOTICE.txt\n", "  models/n.22222222.tflite\n")
	contains(t, "_headers", files["_headers"], "\n/NOTICE.txt\n", "\n/"+sbomFile+"\n", "\n/"+checksumsFile+"\n", headers.Policy, "\n/\n  Cache-Control: no-cache", "\n/"+wasm+".gz\n  Cache-Control: public",
		"\n/models/m.22222222.tflite\n  Cache-Control: public", "\n/models/models.json\n  Cache-Control: no-cache")
	for _, name := range []string{wasm, worker, imagenet, "index.html", "models/m.22222222.tflite", "models/n.22222222.tflite", "models/labels.11111111.txt"} {
		for _, p := range codings {
			if !p.holds(filepath.Join(out, name+p.extension), []byte(files[name])) {
				t.Errorf("%s%s does not unpack to it", name, p.extension)
			}
		}
	}
	thumbnails := 0
	for name, data := range files {
		if strings.Contains(name, "-thumbnail-") {
			thumbnails++
			if size, err := jpeg.DecodeConfig(strings.NewReader(data)); err != nil || size.Width != 144 || size.Height != 144 || len(data) > 6000 {
				t.Errorf("%s: %d by %d, %d bytes, %v", name, size.Width, size.Height, len(data), err)
			}
		}
		if strings.HasPrefix(name, "samples/") && !output.Hashed(name) || strings.HasPrefix(name, "_headers.") || strings.Contains(name, ".partial") {
			t.Errorf("%s should not be there", name)
		}
	}
	if thumbnails != 6 {
		t.Errorf("%d thumbnails", thumbnails)
	}

	// Somewhere else, the same bytes.
	t.Run("reproducible", func(t *testing.T) {
		src, again := newTree(t), t.TempDir()
		for name, data := range files {
			if strings.HasPrefix(name, "models/") && !strings.HasSuffix(name, ".gz") && !strings.HasSuffix(name, ".br") {
				put(t, again, name, data)
			}
		}
		if err := run(t.Context(), src, again, "", false); err != nil {
			t.Fatal(err)
		}
		got := read(t, again)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if got[name] != files[name] {
				t.Errorf("%s differs", name)
			}
		}
		if len(got) != len(files) {
			t.Errorf("%d files, then %d", len(files), len(got))
		}
	})

	// Once more after a change: what did not change is left alone, what is no longer used goes, what is not ours stays.
	t.Run("incremental", func(t *testing.T) {
		old := time.Now().Add(-time.Hour).Truncate(time.Second)
		for name := range files {
			if err := os.Chtimes(filepath.Join(out, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
		put(t, src, "web/app/app.css", "body { color: blue }")
		put(t, out, "robots.txt", "ours")
		put(t, out, "app/gone.js.br", "its original is gone")
		if err := run(t.Context(), src, out, "", false); err != nil {
			t.Fatal(err)
		}
		after := read(t, out)
		newCSS := find(t, after, `app/app-[0-9a-f]{8}\.css`)
		if newCSS == css {
			t.Error("the style sheet kept its name")
		}
		contains(t, "index.html", after["index.html"], newCSS)
		if after["robots.txt"] != "ours" || after["app/gone.js.br"] != "" || after[css+".br"] != "" {
			t.Errorf("left: %v", slices.Sorted(maps.Keys(after)))
		}
		for name := range after {
			info, err := os.Stat(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			base := strings.TrimSuffix(strings.TrimSuffix(name, ".br"), ".gz")
			changed := base == newCSS || base == "index.html" || base == "sw.js" || base == "_headers" || base == checksumsFile || base == "robots.txt"
			if got := !info.ModTime().Equal(old); got != changed {
				t.Errorf("%s: written anew: %v, want %v", name, got, changed)
			}
		}
	})

	// The page's address, where it is given, with or without a slash at its end.
	t.Run("address", func(t *testing.T) {
		for _, address := range []string{"https://example.org/a&b", "https://example.org/a&b/"} {
			out := t.TempDir()
			if err := run(t.Context(), newTree(t), out, address, false); err != nil {
				t.Fatal(err)
			}
			contains(t, "index.html", read(t, out)["index.html"], `<meta property="og:url" content="https://example.org/a&amp;b/">`,
				`<meta property="og:image" content="https://example.org/a&amp;b/`+preview+`">`)
		}
		for _, address := range []string{"example.org", "/a/", "ftp://example.org/", "https://example.org/?a", "https://"} {
			if err := run(t.Context(), newTree(t), t.TempDir(), address, false); err == nil || !strings.Contains(err.Error(), address) {
				t.Errorf("%s: error %v", address, err)
			}
		}
	})

	// A packed file that is not what it should be is made again.
	t.Run("broken", func(t *testing.T) {
		put(t, out, wasm+".gz", "broken")
		if err := run(t.Context(), src, out, "", false); err != nil {
			t.Fatal(err)
		}
		if !codings[1].holds(filepath.Join(out, wasm+".gz"), []byte(files[wasm])) {
			t.Error("it is still broken")
		}
	})
}

func TestBuildFails(t *testing.T) {
	out := t.TempDir()
	put(t, out, "index.html", "the last good page")
	put(t, out, "app/app-01234567.js", "and its script")
	good := read(t, out)
	for _, tt := range []struct{ name, data, want string }{
		{"wasm/tab/main.go", "package main\n\nfunc main() {\n\tx := 1\n}\n", "wasm/tab/main.go:4:2: declared and not used: x"},
		{"web/app/app.ts", "let x = 1\nlet = 2 +;", "web/app/app.ts:2:"},
		{"web/mobilenet/worker.ts", "import './missing.js'", `Could not resolve "./missing.js"`},
		{"web/mobilenet/entry.ts", "import { look } from './element-look.js'; export const load = () => [look, import('./later.js')];", "would be two files"},
		{"LICENSE", "", "the licence of this page"},
		{"web/index.html", "<html>", "Content-Security-Policy"},
		{"web/index.html", strings.Replace(tree["web/index.html"], "app/app.js", "app/other.js", 1), "app/other.js"},
		{"web/index.html", strings.Replace(tree["web/index.html"], `href="app/app.css"`, "", 1), "does not load app/app.css"},
	} {
		src := newTree(t)
		if err := os.WriteFile(filepath.Join(src, tt.name), []byte(tt.data), 0o644); err != nil {
			t.Fatal(err)
		}
		err := run(t.Context(), src, out, "", false)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
		if !maps.Equal(read(t, out), good) {
			t.Errorf("%s: the failed build changed what was there", tt.name)
		}
	}
	if err := run(t.Context(), t.TempDir(), out, "", false); err == nil || !strings.Contains(err.Error(), "top folder") {
		t.Errorf("elsewhere: error %v", err)
	}
}

// What a person downloads until the first answer, in the folder that is to be deployed.
func TestFirstVisit(t *testing.T) {
	out := filepath.Join("..", "..", "dist")
	if _, err := os.Stat(filepath.Join(out, "index.html")); err != nil {
		t.Skip("skipped: dist is not built: run make build")
	}
	v, err := firstVisit(out)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	v.print(&table)
	t.Logf("\n%s", &table)
	for _, s := range v.over() {
		t.Error(s)
	}
	if v.wasm == 0 || v.brotli < 1e6 {
		t.Error("wasm or model are missing")
	}
}
