package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The embeddings of a folder, and pictures that are like one: a copy in another format first, by the angle between the embeddings.
func TestEmbedAndSimilar(t *testing.T) {
	b := newBench(t)
	b.folder()
	b.many(20)
	stdout, _, status := b.run("embed", "--model", "model.tflite", "photos", "many")
	all := map[string][]float32{}
	for line := range strings.Lines(stdout) {
		var e embedded
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		all[e.File] = e.Embedding
	}
	if status != statusFailed || len(all) != len(good)+20 || len(all["photos/a.png"]) != 256 {
		t.Fatalf("status %d, %d embeddings, of %d numbers", status, len(all), len(all["photos/a.png"]))
	}
	angle := func(a, b []float32) float64 {
		var ab, aa, bb float64
		for i := range a {
			ab, aa, bb = ab+float64(a[i])*float64(b[i]), aa+float64(a[i])*float64(a[i]), bb+float64(b[i])*float64(b[i])
		}
		return ab / math.Sqrt(aa*bb)
	}
	stdout, _, status = b.run("similar", "--model", "model.tflite", "--json", "--top", "8", "photos/a.png", "photos", "many")
	var got []neighbour
	for line := range strings.Lines(stdout) {
		var n neighbour
		if err := json.Unmarshal([]byte(line), &n); err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if status != statusFailed || len(got) != 8 {
		t.Fatalf("status %d, %d neighbours", status, len(got))
	}
	var want []float64
	for name, e := range all {
		if name != "photos/a.png" {
			want = append(want, angle(all["photos/a.png"], e))
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	for i, n := range got {
		if math.Abs(n.Similarity-want[i]) > 1e-5 || math.Abs(angle(all["photos/a.png"], all[n.File])-n.Similarity) > 1e-5 {
			t.Errorf("neighbour %d: %s with %v, want %v", i, n.File, n.Similarity, want[i])
		}
	}
}

// What is the same in another format is found, and nothing else, group by group.
func TestDuplicates(t *testing.T) {
	b := newBench(t)
	for i := range 6 {
		b.write(fmt.Sprintf("in/%d.png", i), pngOf(t, uint64(i)))
	}
	b.write("in/again/1.png", pngOf(t, 1))
	b.write("in/z/1.png", pngOf(t, 1))
	b.write("in/z/4.png", pngOf(t, 4))
	stdout, _, status := b.run("similar", "--model", "model.tflite", "--duplicates", "--min", "0.9999", "in")
	if want := "in/1.png\nin/again/1.png\nin/z/1.png\n\nin/4.png\nin/z/4.png\n\n"; status != statusFine || stdout != want {
		t.Errorf("status %d, %q, want %q", status, stdout, want)
	}
}

// The usual bound for duplicates lies between copies of real photos, compressed anew, and other photos.
func TestUsualBoundForDuplicates(t *testing.T) {
	dir := os.Getenv("SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	photos, err := filepath.Glob(filepath.Join(dir, "photos", "*.JPEG"))
	if err != nil || len(photos) < 12 {
		t.Skip("skipped: no shared test data")
	}
	b := newBench(t)
	photos = photos[:12]
	for _, name := range photos {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		b.write("in/"+base, file)
		b.write("in/"+base+".copy.jpg", encoded(t, func(w io.Writer) error { return jpeg.Encode(w, src, &jpeg.Options{Quality: 80}) }))
	}
	stdout, stderr, status := b.run("similar", "--duplicates", "in")
	if strings.Contains(stderr, "cannot be fetched") {
		t.Skipf("skipped: %s", stderr)
	}
	groups := strings.Split(strings.TrimSuffix(stdout, "\n\n"), "\n\n")
	found := 0
	for _, g := range groups {
		names := strings.Split(g, "\n")
		if len(names) != 2 || names[1] != names[0]+".copy.jpg" {
			t.Errorf("not copies of one: %q", names)
		}
		found++
	}
	if status != statusFine || found < len(photos)*9/10 {
		t.Errorf("status %d, %d of %d found", status, found, len(photos))
	}
}
