package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree is all files in a folder with their content.
func (b *bench) tree(folder string) map[string]string {
	all := map[string]string{}
	err := filepath.WalkDir(filepath.Join(b.dir, folder), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(b.dir, path)
			all[rel] = b.read(rel)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// Sorting says first what it would do, then does that and no more; repeated, it does nothing; what has a name keeps it.
func TestSort(t *testing.T) {
	b := newBench(t)
	b.many(20)
	b.write("many/00/same.png", pngOf(t, 3))
	b.write("many/01/same.png", pngOf(t, 300))
	sort := func(args ...string) (string, string) {
		t.Helper()
		stdout, stderr, status := b.run(append([]string{"sort", "--model", "model.tflite", "--labels", "names.txt", "--into", "sorted"}, args...)...)
		if status != statusFine {
			t.Errorf("sort %v: status %d, %q", args, status, stderr)
		}
		return stdout, stderr
	}
	before := b.tree("many")
	plan, said := sort("many")
	contains(t, "the dry run", said, "nothing was done", "22 pictures")
	if len(b.tree("sorted")) != 0 {
		t.Error("a dry run made files")
	}
	done, _ := sort("--copy", "many")
	sorted := b.tree("sorted")
	if plan != done && strings.Count(plan, "\n") != strings.Count(done, "\n") || len(sorted) != 22 {
		t.Errorf("planned\n%sdone\n%s%d files", plan, done, len(sorted))
	}
	classes, _, _ := b.classify("--json", "--top", "1", "many")
	for _, a := range answers(t, classes) {
		in := filepath.Join("sorted", a.Predictions[0].Label, filepath.Base(a.File))
		if sorted[in] != before[a.File] && sorted[strings.TrimSuffix(in, ".png")+" (2).png"] != before[a.File] {
			t.Errorf("%s is not in %s", a.File, in)
		}
	}
	if again, said := sort("--copy", "many"); again != "" || !strings.Contains(said, "22 pictures were there already") || len(b.tree("sorted")) != 22 {
		t.Errorf("repeated: %q, %q", again, said)
	}
	if !maps.Equal(b.tree("many"), before) {
		t.Error("the pictures have changed")
	}
	_, _, status := b.run("sort", "--model", "model.tflite", "--into", "linked", "--link", "--min", "1", "many")
	linked, err := os.Stat(filepath.Join(b.dir, "linked/unsure/0001.png"))
	if err != nil {
		t.Fatal(err)
	}
	if source, err := os.Stat(filepath.Join(b.dir, "many/01/0001.png")); err != nil || !os.SameFile(source, linked) || status != statusFine {
		t.Errorf("status %d; linked: %v, %v", status, source, err)
	}
	if _, stderr, status := b.run("sort", "--model", "model.tflite", "--into", "many/sorted", "many"); status != statusUsage || !strings.Contains(stderr, "beside it") {
		t.Errorf("into itself: status %d, %q", status, stderr)
	}
}

func TestFolderName(t *testing.T) {
	for label, want := range map[string]string{
		"tiger shark": "tiger shark", "a/b\\c": "a_b_c", "..": "_", ".": "_", "": "_", "x.": "x", "line\nbreak": "line_break", "\xff": "_", " . ": "_",
		".hidden": "_.hidden", strings.Repeat("漢", 100): strings.Repeat("漢", 60),
	} {
		if got := folderName(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}
