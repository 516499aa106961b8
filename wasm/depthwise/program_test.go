package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"mobilenet/core/tflite/tflitetest"
)

// asProgram has this test's executable be the program itself, so that tests can kill it.
const asProgram = "DEPTHWISE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		patience, blink = 0, time.Millisecond
		main()
	}
	os.Exit(m.Run())
}

// A bench is a folder with a small model of made-up weights, where the program is run.
type bench struct {
	t   *testing.T
	dir string
}

func newBench(t *testing.T) *bench {
	b := &bench{t, t.TempDir()}
	b.write("model.tflite", tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 48, Classes: 7, Seed: 20}))
	b.write("names.txt", []byte("ant\nbee\ncat\ndog\neel\nfox\ngnu\n"))
	return b
}

// command is the program with these arguments, to be run in the bench's folder.
func (b *bench) command(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Dir = b.dir
	c.Env = append(os.Environ(), asProgram+"=1", "XDG_CACHE_HOME="+filepath.Join(b.dir, "cache"))
	return c
}

// run runs the program, and returns what it wrote and its exit status.
func (b *bench) run(args ...string) (stdout, stderr string, status int) {
	b.t.Helper()
	return b.finish(b.command(args...))
}

// classify is run for that command with the bench's model.
func (b *bench) classify(args ...string) (stdout, stderr string, status int) {
	b.t.Helper()
	return b.run(append([]string{"classify", "--model", "model.tflite", "--labels", "names.txt"}, args...)...)
}

func (b *bench) finish(c *exec.Cmd) (stdout, stderr string, status int) {
	b.t.Helper()
	var out, err bytes.Buffer
	c.Stdout, c.Stderr = &out, &err
	var exit *exec.ExitError
	if e := c.Run(); e != nil && !errors.As(e, &exit) {
		b.t.Fatal(e)
	}
	return out.String(), err.String(), c.ProcessState.ExitCode()
}

func (b *bench) write(name string, data []byte) {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o777)
	if err == nil {
		err = os.WriteFile(path, data, 0o666)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) read(name string) string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

// drawing draws something of its own for every seed.
func drawing(seed uint64) *image.NRGBA {
	rng := rand.New(rand.NewPCG(seed, 7))
	m := image.NewNRGBA(image.Rect(0, 0, 60, 50))
	for range 12 {
		c := color.NRGBA{uint8(rng.Uint32()), uint8(rng.Uint32()), uint8(rng.Uint32()), 255}
		x, y := rng.IntN(60), rng.IntN(50)
		for dy := range rng.IntN(30) {
			for dx := range 20 {
				m.SetNRGBA(x+dx, y+dy, c)
			}
		}
	}
	return m
}

func encoded(t *testing.T, encode func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, seed uint64) []byte {
	return encoded(t, func(w io.Writer) error { return png.Encode(w, drawing(seed)) })
}

// folder fills a folder with every kind of file: pictures that are read, of seven formats, some broken, and other things.
func (b *bench) folder() {
	m := drawing(1)
	b.write("photos/a.png", pngOf(b.t, 1))
	b.write("photos/b.JPG", encoded(b.t, func(w io.Writer) error { return jpeg.Encode(w, m, nil) }))
	b.write("photos/c.gif", encoded(b.t, func(w io.Writer) error { return gif.Encode(w, m, nil) }))
	b.write("photos/d.bmp", encoded(b.t, func(w io.Writer) error { return bmp.Encode(w, m) }))
	b.write("photos/e.tiff", encoded(b.t, func(w io.Writer) error { return tiff.Encode(w, m, nil) }))
	for name, path := range map[string]string{"photos/f.webp": "testdata/lossless.webp", "photos/h.heic": "heic/testdata/rotated.heic"} {
		file, err := os.ReadFile("../../core/picture/" + path)
		if err != nil {
			b.t.Fatal(err)
		}
		b.write(name, file)
	}
	b.write("photos/deeper/still/g.png", pngOf(b.t, 2))
	b.write("photos/no ending", pngOf(b.t, 3))
	b.write("photos/cut.png", pngOf(b.t, 4)[:60])
	b.write("photos/empty.jpg", nil)
	b.write("photos/lies.jpg", []byte("no picture at all"))
	b.write("photos/phone.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"))
	b.write("photos/notes.txt", []byte("not a picture, and not said to be one"))
	b.write("photos/.hidden/h.png", pngOf(b.t, 5))
	b.write("photos/._a.png", []byte("what macOS leaves"))
	if err := os.Symlink("a.png", filepath.Join(b.dir, "photos/link.png")); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(b.dir, "photos/loop")); err != nil {
		b.t.Fatal(err)
	}
}

var (
	good = []string{"photos/a.png", "photos/b.JPG", "photos/c.gif", "photos/d.bmp", "photos/deeper/still/g.png", "photos/e.tiff", "photos/f.webp",
		"photos/h.heic", "photos/link.png", "photos/no ending"}
	bad = []string{"photos/cut.png", "photos/empty.jpg", "photos/lies.jpg", "photos/phone.heic"}
)

// many fills a folder with n pictures, and returns their names.
func (b *bench) many(n int) (names []string) {
	for i := range n {
		name := fmt.Sprintf("many/%02d/%04d.png", i%7, i)
		b.write(name, pngOf(b.t, uint64(i)))
		names = append(names, name)
	}
	return names
}

func contains(t *testing.T, where, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s has no %q:\n%s", where, p, text)
		}
	}
}
