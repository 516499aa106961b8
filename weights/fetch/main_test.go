package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/tflite/tflitetest"
	"mobilenet/weights"
)

var labels = []byte("x\ny\nz\n")

// small is a MobileNetV1 of three classes.
func small(seed uint64) []byte {
	return tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 32, Classes: 3, Seed: seed})
}

func fileOf(data []byte, source string) weights.File {
	sum := sha256.Sum256(data)
	return weights.File{Source: source, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
}

// A bench has a list of the models "one" and "two", from a server of its own, and a folder to fetch into.
type bench struct {
	t        *testing.T
	list     *weights.List
	dir      string
	requests []string
	answers  map[string][]byte // by path
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), answers: map[string][]byte{
		"/one.tflite": small(1), "/two.tflite": small(2), "/labels.txt": labels,
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.requests = append(b.requests, r.URL.Path)
		w.Header().Set("Content-Type", "application/octet-stream")
		if data, ok := b.answers[r.URL.Path]; ok {
			w.Write(data)
		} else {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	b.list = &weights.List{Labels: map[string]weights.File{"three": fileOf(labels, server.URL+"/labels.txt")}}
	for i, name := range []string{"one", "two"} {
		b.list.Models = append(b.list.Models, weights.Model{
			Name: name, Alpha: 0.25, Resolution: 32, Classes: 3, Type: "uint8", Labels: "three",
			File: fileOf(small(uint64(i+1)), server.URL+"/"+name+".tflite"),
		})
	}
	return b
}

// run returns what the command prints, and its error.
func (b *bench) run(args ...string) (string, error) {
	var said strings.Builder
	err := run(b.t.Context(), b.list, append(args, "--out", b.dir), &said, &said)
	return said.String(), err
}

func (b *bench) write(name string, data []byte) string {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// names are the models in models.json.
func (b *bench) names() string {
	b.t.Helper()
	entries, err := weights.ReadIndex(b.dir)
	if err != nil {
		b.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

func TestFetch(t *testing.T) {
	b := newBench(t)
	for i, tt := range []struct {
		args     []string
		names    string
		requests int
		says     string
	}{
		{nil, "one", 2, "one." + b.list.Models[0].SHA256[:8] + ".tflite  "},
		{nil, "one", 0, "one is in "},
		{[]string{"two"}, "one two", 1, "two."},
		{[]string{"two", "one"}, "one two", 0, ""},
	} {
		b.requests = nil
		said, err := b.run(tt.args...)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.names(); got != tt.names || len(b.requests) != tt.requests || !strings.Contains(said, tt.says) {
			t.Errorf("run %d: models.json has %q after %v, said %q", i, got, b.requests, said)
		}
		if strings.ContainsAny(said, "\r\x1b") {
			t.Errorf("run %d: progress where there is no terminal: %q", i, said)
		}
	}
}

func TestFetchFails(t *testing.T) {
	b := newBench(t)
	b.answers["/one.tflite"] = small(3)
	_, err := b.run("one", "two")
	if err == nil || !strings.Contains(err.Error(), "one: http://") || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("error %v", err)
	}
	if got := b.names(); got != "two" {
		t.Errorf("models.json has %q", got)
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil || len(entries) != 3 { // two.tflite, labels.txt, models.json
		t.Errorf("left %v, %v", entries, err)
	}
	b.requests = nil
	if _, err := b.run("two", "three"); err == nil || !strings.Contains(err.Error(), `"three"`) || b.requests != nil {
		t.Errorf("unknown name: %v, requests %v", err, b.requests)
	}
}

func TestFromListed(t *testing.T) {
	b := newBench(t)
	two := b.write("whatever.tflite", small(2))
	if _, err := b.run("--from", two); err != nil {
		t.Fatal(err)
	}
	if got := b.names(); got != "two" || len(b.requests) != 1 { // its labels
		t.Errorf("models.json has %q after %v", got, b.requests)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--from", two, "one"}, "is two, not one"},
		{[]string{"--from", two, "--labels", two}, "leave --labels out"},
		{[]string{"--from", b.write("one.tflite", small(1)[:1000])}, "cut off after 1000 of"},
		{[]string{"--from", b.write("one.tflite", small(3))}, "altered: its SHA-256"},
		{[]string{"--from", b.write("x.tflite", small(3)), "one"}, "altered: its SHA-256"},
		{[]string{"--from", b.dir + "/missing.tflite"}, "no such file"},
	} {
		if _, err := b.run(tt.args...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: error %v, want %q", tt.args, err, tt.want)
		}
	}
	if got := b.names(); got != "two" {
		t.Errorf("models.json has %q", got)
	}
}

func TestFromElsewhere(t *testing.T) {
	b := newBench(t)
	five := tflitetest.Build(tflitetest.Spec{Alpha: 0.5, Resolution: 64, Classes: 5})
	entry := func(name string) weights.Entry {
		t.Helper()
		entries, err := weights.ReadIndex(b.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name == name {
				return e
			}
		}
		t.Fatalf("models.json has no %s", name)
		return weights.Entry{}
	}

	if said, err := b.run("--from", b.write("birds.tflite", five)); err != nil || !strings.Contains(said, "no labels") {
		t.Errorf("said %q, %v", said, err)
	}
	e := entry("birds")
	if e.Alpha != 0.5 || e.Resolution != 64 || e.Classes != 5 || e.Type != "uint8" || e.Labels != "" {
		t.Errorf("%+v", e)
	}
	if err := (weights.File{Size: e.Size, SHA256: e.SHA256}).Verify(filepath.Join(b.dir, e.File)); err != nil {
		t.Error(err)
	}

	inside := new(bytes.Buffer)
	inside.Write(five)
	archive := zip.NewWriter(inside)
	if w, err := archive.CreateHeader(&zip.FileHeader{Name: "labels.txt"}); err != nil {
		t.Fatal(err)
	} else if _, err := w.Write([]byte("tit\nrook\nkite\nswan\nhen")); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if said, err := b.run("--from", b.write("inside.tflite", inside.Bytes())); err != nil || !strings.Contains(said, "those in the file") {
		t.Errorf("said %q, %v", said, err)
	}
	if text, err := os.ReadFile(filepath.Join(b.dir, entry("inside").Labels)); string(text) != "tit\nrook\nkite\nswan\nhen\n" {
		t.Errorf("labels %q, %v", text, err)
	}

	names := b.write("names.txt", []byte("crow\r\njay\r\nrook\r\nrobin\r\nwren\r\n"))
	if _, err := b.run("--from", b.write("x.tflite", five), "--labels", names, "birds"); err != nil {
		t.Error(err)
	}
	if got := entry("birds").Labels; !strings.HasPrefix(got, "labels.") {
		t.Errorf("labels %q", got)
	}

	// As many classes as the default model, or without its background: the default's labels.
	for name, classes := range map[string]int{"same": 3, "less": 2} {
		model := tflitetest.Build(tflitetest.Spec{Alpha: 0.5, Resolution: 64, Classes: classes})
		said, err := b.run("--from", b.write(name+".tflite", model))
		if err != nil || !strings.Contains(said, "taken for ImageNet") {
			t.Errorf("%s: said %q, %v", name, said, err)
		}
		if got := entry(name).Labels; got != b.list.Entry(&b.list.Models[0]).Labels {
			t.Errorf("%s: labels %q", name, got)
		}
	}

	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--from", b.write("page.tflite", []byte("<html>"))}, "page.tflite: "},
		{[]string{"--from", b.write("a b.tflite", five)}, `"a b" cannot name a model`},
		{[]string{"--from", b.write("y.tflite", five), "../up"}, "cannot name a model"},
		{[]string{"--from", b.write("y.tflite", five), "--labels", b.write("l", labels)}, "the list has 3 labels; the model needs 5"},
		{[]string{"--from", b.write("y.tflite", five), "--labels", b.dir + "/missing"}, "no such file"},
	} {
		if _, err := b.run(tt.args...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: error %v, want %q", tt.args, err, tt.want)
		}
	}
	if _, err := b.run(); err != nil {
		t.Fatal(err)
	}
	if got := b.names(); !strings.HasPrefix(got, "one ") || !strings.Contains(got, "birds") {
		t.Errorf("models.json has %q: the default first, and those from elsewhere kept", got)
	}
}

func TestCommandLine(t *testing.T) {
	b := newBench(t)
	if said, err := b.run("--help"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(said, "the default model, one.") {
		t.Errorf("--help: %q, %v", said, err)
	}
	if said, err := b.run("--nonsense"); !errors.Is(err, errUsage) || !strings.Contains(said, "-nonsense") {
		t.Errorf("--nonsense: %q, %v", said, err)
	}
	for _, args := range [][]string{{"--from", "x", "one", "two"}, {"--labels", "x"}} {
		if _, err := b.run(args...); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
	if _, err := b.run("two"); err != nil {
		t.Fatal(err)
	}
	said, err := b.run("--list")
	lines := strings.Split(said, "\n")
	if err != nil || len(lines) != 4 || strings.Contains(lines[1], "in "+b.dir) || !strings.Contains(lines[2], "in "+b.dir) {
		t.Errorf("--list: %q, %v", said, err)
	}
}
