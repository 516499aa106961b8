package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// unpack returns the files of an npm package by name, and checks what npm needs of them.
func unpack(t *testing.T, tarball []byte) map[string]string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(z); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name, ok := strings.CutPrefix(header.Name, "package/")
		if !ok || header.Mode != 0o644 || !header.ModTime.Equal(packed) {
			t.Errorf("%s: mode %o, of %v", header.Name, header.Mode, header.ModTime)
		}
		files[name] = string(data)
	}
}

func TestTarball(t *testing.T) {
	files := map[string][]byte{"b.js": []byte("b"), "a/c.wasm": bytes.Repeat([]byte("c"), 5000), "package.json": []byte("{}")}
	first, err := tarball(files)
	if err != nil {
		t.Fatal(err)
	}
	again, err := tarball(files)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("the same files give other bytes")
	}
	got := unpack(t, first)
	if len(got) != len(files) {
		t.Errorf("%d files, want %d", len(got), len(files))
	}
	for name, data := range files {
		if got[name] != string(data) {
			t.Errorf("%s: %d bytes, want %d", name, len(got[name]), len(data))
		}
	}
}

func TestManifest(t *testing.T) {
	src := t.TempDir()
	put(t, src, "package.json", "{\n  \"name\": \"a\",\n  \"exports\": {\n    \"types\": \"./b\",\n    \"default\": \"./a\"\n  }\n}\n")
	p := &packer{src: src}
	got, err := p.manifest("package.json", map[string]any{"version": "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"name\": \"a\",\n  \"exports\": {\n    \"types\": \"./b\",\n    \"default\": \"./a\"\n  },\n  \"version\": \"1.2.3\"\n}\n"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLeaveAlone(t *testing.T) {
	files := map[string][]byte{
		"a.js": []byte(`import("./b.js");import(e.href).then(f);g("import("+h)`),
		"b.js": []byte("`import(${x})`"),
	}
	if err := leaveAlone(files); err != nil {
		t.Fatal(err)
	}
	want := `import("./b.js");import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ e.href).then(f);g("import("+h)`
	if got := string(files["a.js"]); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := string(files["b.js"]); got != "`import(${x})`" {
		t.Errorf("a text was changed: %s", got)
	}
	for _, code := range []map[string][]byte{{}, {"a.js": []byte("import(e.href)"), "b.js": []byte("import(f.href)")}} {
		if leaveAlone(code) == nil {
			t.Errorf("no error about %d files", len(code))
		}
	}
}

// The version stands in package.json alone, and the changelog has a chapter about it.
func TestVersion(t *testing.T) {
	version, err := versionOf("../..")
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile("../mobilenet/CHANGELOG.md")
	if err != nil || !strings.Contains(string(log), "\n## "+version+"\n") {
		t.Errorf("web/mobilenet/CHANGELOG.md has no chapter %q", version)
	}
	for _, bad := range []string{"", "{", `{"name": "a"}`} {
		src := t.TempDir()
		if bad != "" {
			put(t, src, packageFile, bad)
		}
		if v, err := versionOf(src); err == nil {
			t.Errorf("version %q of %q", v, bad)
		}
	}
}
