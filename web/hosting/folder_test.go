package hosting

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// write fills a folder with files. A name that ends with a slash is a folder, and data of the form "-> TARGET" is a symbolic link.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		target, link := strings.CutPrefix(data, "-> ")
		switch {
		case err != nil:
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o755)
		case link:
			err = os.Symlink(target, path)
		default:
			err = os.WriteFile(path, []byte(data), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for what, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no folder":         {nil, "there is no folder"},
		"a link to nowhere": {map[string]string{"dist": "-> missing"}, "there is no folder"},
		"a file":            {map[string]string{"dist": page}, "dist cannot be served: name a folder with --dir"},
		"no page":           {map[string]string{"dist/": ""}, "holds no index.html: run make build first"},
		"a page that is a folder": {map[string]string{"dist/index.html/": ""},
			"remove it and run make build, or name another folder with --dir (index.html is a folder)"},
		"a page in such a folder":       {map[string]string{"dist/index.html/index.html": page}, "(index.html is a folder)"},
		"a page that leads out":         {map[string]string{"dist/index.html": "-> ../page", "page": page}, "index.html in"},
		"a page that is a loop":         {map[string]string{"dist/index.html": "-> index.html"}, "index.html in"},
		"a page that leads to a device": {map[string]string{"dist/index.html": "-> /dev/null"}, "index.html in"},
	} {
		top := t.TempDir()
		write(t, top, tt.files)
		_, err := Open(filepath.Join(top, "dist"))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", what, err, tt.want)
		}
	}
}

// The folder is another one at each step, as a build or a deployment leaves it.
func TestFolderReplaced(t *testing.T) {
	top := t.TempDir()
	dist, releases := filepath.Join(top, "dist"), filepath.Join(top, "releases")
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first := map[string]string{"index.html": "first", "app/app.js": "let first", "out": "-> ../secret"}
	second := map[string]string{"index.html": "second", "app/other.js": "let second", "out": "-> ../secret"}
	write(t, top, map[string]string{"secret": "secret"})
	write(t, dist, first)
	t.Chdir(top)
	site, err := Open("dist") // a relative path stays what it was
	do(err)
	t.Chdir(t.TempDir())

	for _, step := range []struct {
		what string
		do   func()
		want map[string]string // bodies, and what is no file by its status
	}{
		{"as built", func() {},
			map[string]string{"/": "first", "/app/app.js": "let first", "/missing": "404", "/out": "404"}},
		{"removed", func() { do(os.RemoveAll(dist)) },
			map[string]string{"/": "503", "/app/app.js": "503", "/missing": "503", "/_headers": "404"}},
		{"half built", func() { write(t, dist, map[string]string{"app/other.js": "let second", "out": "-> ../secret"}) },
			map[string]string{"/": "503", "/index.html": "503", "/app/other.js": "let second", "/app/app.js": "503", "/out": "503"}},
		{"built", func() { write(t, dist, map[string]string{"index.html": "second"}) },
			map[string]string{"/": "second", "/app/other.js": "let second", "/app/app.js": "404", "/out": "404"}},
		{"renamed", func() {
			write(t, filepath.Join(top, "new"), first)
			do(os.Rename(dist, filepath.Join(top, "old")))
			do(os.Rename(filepath.Join(top, "new"), dist))
		}, map[string]string{"/": "first", "/app/app.js": "let first", "/app/other.js": "404", "/out": "404"}},
		{"a file", func() {
			do(os.RemoveAll(dist))
			write(t, top, map[string]string{"dist": "file"})
		}, map[string]string{"/": "503"}},
		{"a link", func() {
			write(t, filepath.Join(releases, "1"), first)
			write(t, filepath.Join(releases, "2"), second)
			write(t, releases, map[string]string{"secret": "secret"})
			do(os.Remove(dist))
			do(os.Symlink(filepath.Join(releases, "1"), dist))
		}, map[string]string{"/": "first", "/app/app.js": "let first", "/out": "404"}},
		{"another link", func() {
			do(os.Symlink(filepath.Join(releases, "2"), filepath.Join(top, "next")))
			do(os.Rename(filepath.Join(top, "next"), dist))
		}, map[string]string{"/": "second", "/app/other.js": "let second", "/app/app.js": "404", "/out": "404", "/../secret": "404"}},
	} {
		step.do()
		for path, want := range step.want {
			w := ask(site, "GET", path)
			got := w.Body.String()
			if w.Code == http.StatusServiceUnavailable &&
				(w.Header().Get("Retry-After") == "" || !strings.Contains(got, "make build") || strings.Contains(got, top)) {
				t.Errorf("%s, %s: says %q", step.what, path, got)
			}
			if w.Code != 200 {
				got = strconv.Itoa(w.Code)
			}
			if got != want {
				t.Errorf("%s, %s: %q, want %q", step.what, path, got, want)
			}
		}
	}
}

// Files of the same name, size and time are told apart, so that no browser keeps the old one. Archives often give all files one time.
func TestSameTime(t *testing.T) {
	top := t.TempDir()
	long := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, release := range []string{"1", "2"} {
		dir := filepath.Join(top, release)
		write(t, dir, map[string]string{"index.html": "page " + release, "index.html.gz": packed(t, "gzip", "page "+release)})
		for _, name := range []string{"index.html", "index.html.gz"} {
			if err := os.Chtimes(filepath.Join(dir, name), long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, top, map[string]string{"dist": "-> 1", "next": "-> 2"})
	site, err := Open(filepath.Join(top, "dist"))
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, accept := range []string{"", "gzip"} {
		tags[accept] = ask(site, "GET", "/", "Accept-Encoding", accept).Header().Get("ETag")
	}
	if err := os.Rename(filepath.Join(top, "next"), filepath.Join(top, "dist")); err != nil {
		t.Fatal(err)
	}
	for accept, tag := range tags {
		w := ask(site, "GET", "/", "Accept-Encoding", accept, "If-None-Match", tag)
		if w.Code != 200 || unpacked(t, w) != "page 2" || w.Header().Get("Content-Encoding") != accept {
			t.Errorf("%q: %d %q %v", accept, w.Code, w.Body, w.Header())
		}
	}
}

// Only a packed file that unpacks to its original is sent, whatever their times are.
func TestTwins(t *testing.T) {
	br, gz := packed(t, "br", page), packed(t, "gzip", page)
	for what, tt := range map[string]struct {
		files map[string]string
		want  string // content coding
	}{
		"both":                     {map[string]string{"index.html.br": br, "index.html.gz": gz}, "br"},
		"stale br":                 {map[string]string{"index.html.br": packed(t, "br", "old"+page[3:]), "index.html.gz": gz}, "gzip"},
		"stale gz":                 {map[string]string{"index.html.gz": packed(t, "gzip", "old page")}, ""},
		"both stale":               {map[string]string{"index.html.br": packed(t, "br", "old"), "index.html.gz": packed(t, "gzip", "old")}, ""},
		"of a longer one":          {map[string]string{"index.html.br": packed(t, "br", page+"\n"), "index.html.gz": packed(t, "gzip", page+"\n")}, ""},
		"of a shorter one":         {map[string]string{"index.html.br": packed(t, "br", page[1:]), "index.html.gz": packed(t, "gzip", page[:9])}, ""},
		"of nothing":               {map[string]string{"index.html.br": packed(t, "br", ""), "index.html.gz": packed(t, "gzip", "")}, ""},
		"cut":                      {map[string]string{"index.html.br": br[:len(br)-1], "index.html.gz": gz[:len(gz)-1]}, ""},
		"empty":                    {map[string]string{"index.html.br": "", "index.html.gz": gz}, "gzip"},
		"not packed":               {map[string]string{"index.html.br": page, "index.html.gz": page}, ""},
		"packed by the other":      {map[string]string{"index.html.br": gz, "index.html.gz": br}, ""},
		"a folder":                 {map[string]string{"index.html.br/": "", "index.html.gz": gz}, "gzip"},
		"a link out of the folder": {map[string]string{"index.html.br": "-> ../index.html.br", "../index.html.br": br, "index.html.gz": gz}, "gzip"},
		"a bomb":                   {map[string]string{"index.html.br": packed(t, "br", page+strings.Repeat("x", 4<<20))}, ""},
	} {
		t.Run(what, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "dist")
			write(t, dir, map[string]string{"index.html": page})
			write(t, dir, tt.files)
			site, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now()
			for _, age := range []time.Duration{0, time.Hour, -time.Hour} { // of the page, against its twins
				if err := os.Chtimes(filepath.Join(dir, "index.html"), now, now.Add(age)); err != nil {
					t.Fatal(err)
				}
				for range 2 { // the second answer is remembered
					w := ask(site, "GET", "/", "Accept-Encoding", "br, gzip")
					if w.Header().Get("Content-Encoding") != tt.want || unpacked(t, w) != page {
						t.Errorf("page written %v later: %q %q", age, w.Header().Get("Content-Encoding"), w.Body)
					}
				}
			}
		})
	}
}

// A page or its packed file that changes while it is served is compared again.
func TestTwinChanges(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"index.html": "one", "index.html.br": packed(t, "br", "one")})
	site, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		files map[string]string
		body  string
		want  string
	}{
		{nil, "one", "br"},
		{map[string]string{"index.html": "two, by hand"}, "two, by hand", ""},
		{map[string]string{"index.html.br": packed(t, "br", "two, by hand")}, "two, by hand", "br"},
		{map[string]string{"index.html.br": "broken"}, "two, by hand", ""},
	} {
		write(t, dir, step.files)
		w := ask(site, "GET", "/", "Accept-Encoding", "br")
		if got := w.Header().Get("Content-Encoding"); got != step.want || unpacked(t, w) != step.body {
			t.Errorf("%v: %q %q, want %q", step.files, got, w.Body, step.want)
		}
	}
}

// A folder with a page is moved to its name with a slash; other folders are no files.
func TestFolderWithoutSlash(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"index.html": page, "sub/index.html": "sub", "a:b %/index.html": "odd", "bare/x.js": "x", "app.js/": "", "sub/page/index.html/": "",
		".hidden/index.html": "hidden",
	})
	site, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/sub": "sub/", "/a:b %": "./a:b%20%25/", "/bare": "", "/bare/": "", "/app.js": "", "/sub/page": "", "/sub/page/": "", "/.hidden": "", "//sub": "",
	} {
		w := ask(site, "GET", path)
		if got := w.Header().Get("Location"); got != want || (w.Code == 301) != (want != "") || w.Code != 301 && w.Code != 404 {
			t.Errorf("%s: %d to %q, want %q", path, w.Code, got, want)
		}
	}
	if w := ask(site, "GET", "/sub/"); w.Body.String() != "sub" {
		t.Errorf("/sub/: %d %q", w.Code, w.Body)
	}
	if w := ask(Below("/some/path", site), "GET", "/some/path/sub"); w.Header().Get("Location") != "sub/" {
		t.Errorf("below a path: %d %v", w.Code, w.Header())
	}
}
