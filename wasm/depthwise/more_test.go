package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"mobilenet/core/pixels"
	"mobilenet/core/tflite"
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

// The map lies over the part that the network saw, and nowhere else.
func TestHeatmap(t *testing.T) {
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	stdout, stderr, status := b.run("heatmap", "--model", "model.tflite", "--labels", "names.txt", "--class", "Cat", "one.png")
	if status != statusFine || stdout != "one.heatmap.png: where one.png shows cat\n" {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
	drawn, err := png.Decode(strings.NewReader(b.read("one.heatmap.png")))
	if err != nil {
		t.Fatal(err)
	}
	source := drawing(1)
	box := pixels.Center.Box(60, 50, 48, 48)
	changed := 0
	for y := range 50 {
		for x := range 60 {
			at := image.Pt(x, y)
			same := color.NRGBAModel.Convert(drawn.At(x, y)) == color.NRGBAModel.Convert(overWhite(source.NRGBAAt(x, y)))
			if !same && !at.In(box) {
				t.Fatalf("%v has changed, which lies outside %v", at, box)
			}
			if !same {
				changed++
			}
		}
	}
	if drawn.Bounds() != source.Bounds() || changed == 0 {
		t.Errorf("a drawing of %v, %d pixels changed", drawn.Bounds(), changed)
	}
	if _, stderr, status := b.run("heatmap", "--model", "model.tflite", "one.png"); status != statusFailed || !strings.Contains(stderr, "--force") {
		t.Errorf("over a file: status %d, %q", status, stderr)
	}
	if _, _, status := b.run("heatmap", "--model", "model.tflite", "--force", "one.png"); status != statusFine {
		t.Errorf("--force: status %d", status)
	}
	if _, stderr, status := b.run("heatmap", "--model", "model.tflite", "--labels", "names.txt", "--class", "at", "-o", "x.png", "one.png"); status != statusUsage || !strings.Contains(stderr, `"cat"`) {
		t.Errorf("a class that is not there: status %d, %q", status, stderr)
	}
}

func overWhite(c color.NRGBA) color.NRGBA {
	if c.A == 0 {
		return color.NRGBA{255, 255, 255, 255}
	}
	return c
}

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
	if !mapsEqual(b.tree("many"), before) {
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

func mapsEqual(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
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

// A folder becomes a model that knows what was in it; what it says of new pictures is right.
func TestTeach(t *testing.T) {
	b := newBench(t)
	write := func(name string, grey int) {
		m := image.NewGray(image.Rect(0, 0, 48, 48))
		for i := range m.Pix {
			m.Pix[i] = uint8(grey)
			if i%48 < 12 {
				m.Pix[i] /= 2
			}
		}
		var file bytes.Buffer
		if err := png.Encode(&file, m); err != nil {
			t.Fatal(err)
		}
		b.write(name, file.Bytes())
	}
	for i := range 8 {
		write(fmt.Sprintf("lesson/dark/%d.png", i), 20+7*i)
		write(fmt.Sprintf("lesson/bright ones/%d.png", i), 190+7*i)
	}
	b.write("lesson/dark/broken.png", []byte("x"))
	stdout, stderr, status := b.run("teach", "--model", "model.tflite", "--output", "taught.tflite", "lesson")
	if status != statusFailed {
		t.Errorf("status %d", status)
	}
	contains(t, "the report", stdout, "Right on 100.0% of 16 pictures", "bright ones", "taught.tflite has")
	contains(t, "what is broken", stderr, "lesson/dark/broken.png")
	model := []byte(b.read("taught.tflite"))
	if said, err := tflite.ReadMetadata(model); err != nil || !slices.Equal(said.Labels, []string{"bright ones", "dark"}) {
		t.Errorf("labels %v, %v", said, err)
	}
	write("new.png", 45)
	got, _, _ := b.run("classify", "--model", "taught.tflite", "--json", "new.png")
	if a := answers(t, got); len(a) != 1 || a[0].Predictions[0].Label != "dark" || a[0].NoneOfThese == nil {
		t.Errorf("of a new dark one: %s", got)
	}
	if _, stderr, status := b.run("teach", "--model", "model.tflite", "--output", "taught.tflite", "lesson"); status != statusFailed || !strings.Contains(stderr, "--force") {
		t.Errorf("over a file: status %d, %q", status, stderr)
	}
	write("lesson/stray.png", 1)
	if _, stderr, status := b.run("teach", "--model", "model.tflite", "--output", "x.tflite", "lesson"); status != statusFailed || !strings.Contains(stderr, "lesson/stray.png belongs to no class") {
		t.Errorf("a picture without a class: status %d, %q", status, stderr)
	}
}

// info counts what the model has; every command has a manual page with what its --help says, and the shells complete.
func TestInfoAndManual(t *testing.T) {
	b := newBench(t)
	stdout, _, status := b.run("info", "model.tflite", "--labels", "names.txt", "--json")
	var a about
	if err := json.Unmarshal([]byte(stdout), &a); err != nil || status != statusFine {
		t.Fatalf("status %d, %v", status, err)
	}
	parameters, adds := 0, 0
	for _, l := range a.Layers {
		parameters, adds = parameters+l.Parameters, adds+l.MultiplyAdds
	}
	if a.Classes != 7 || a.Labels[2] != "cat" || a.Parameters != parameters || a.MultiplyAdds != adds || len(a.Layers) != 29 || a.Input != [3]int{48, 48, 3} {
		t.Errorf("%+v", a)
	}
	stdout, _, _ = b.run("info", "model.tflite", "--labels", "names.txt")
	contains(t, "info", stdout, "MobileNetV1", "48×48", "ant, bee, cat, …", "dw13", thousands(parameters))
	stdout, _, _ = b.run("info", "--list")
	contains(t, "the list", stdout, "mobilenet_v1_1.0_224_quant", "the default")

	if _, stderr, status := b.run("manual", "man"); status != statusFine {
		t.Fatalf("manual: %q", stderr)
	}
	for _, c := range newRoot().Commands() {
		page := b.read("man/depthwise-" + c.Name() + ".1")
		contains(t, "the page of "+c.Name(), page, c.Short)
		c.Flags().VisitAll(func(f *pflag.Flag) { contains(t, "the page of "+c.Name(), page, strings.ReplaceAll(f.Name, "-", `-`)) })
		if c.Long == "" && c.Name() != "version" {
			t.Errorf("%s has no long text", c.Name())
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if stdout, _, status := b.run("completion", shell); status != statusFine || !strings.Contains(stdout, "depthwise") {
			t.Errorf("completion %s: status %d", shell, status)
		}
	}
	stdout, _, _ = b.run("__complete", "classify", "--crop", "")
	contains(t, "what the shell offers", stdout, "center\nsquare\nwhole\n")
	stdout, _, _ = b.run("version")
	contains(t, "version", stdout, "depthwise ", "go1.", "wazero")
}
