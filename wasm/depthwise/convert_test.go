package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/checkpoint/checkpointtest"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// newConvertBench has a checkpoint of three classes beside the bench's own files, and a folder of pictures to calibrate with.
func newConvertBench(t *testing.T) *bench {
	b := newBench(t)
	b.write("net.safetensors", checkpointtest.Safetensors(0.25, 3, 1))
	b.write("three.txt", []byte("one\ntwo\nthree\n"))
	for i := range 6 {
		b.write(fmt.Sprintf("calibrate/%d.png", i), pngOf(t, uint64(i)))
	}
	return b
}

// A checkpoint becomes a model that classify runs, and the table says what was recognised and assumed, with the flag that changes it.
func TestConvert(t *testing.T) {
	b := newConvertBench(t)
	stdout, stderr, status := b.run("convert", "--labels", "three.txt", "-o", "net.tflite", "net.safetensors")
	if status != statusFine {
		t.Fatalf("status %d, %q", status, stderr)
	}
	contains(t, "the table", stdout, "net.safetensors: safetensors, named as by marvis/pytorch-mobilenet", "MobileNetV1, width multiplier 0.25", "3 classes\n",
		"224×224 pixels", "assumed; --resolution changes it", "imagenet (mean 123.7", "assumed; --normalize changes it", "ReLU", "1 on each side", "1e-05", "net.tflite has 0.9 MB")
	file := []byte(b.read("net.tflite"))
	said, err := tflite.ReadMetadata(file)
	if err != nil || said.Name != "net" || !slices.Equal(said.Labels, []string{"one", "two", "three"}) {
		t.Errorf("metadata %+v, %v", said, err)
	}
	b.write("new.png", pngOf(t, 9))
	got, _, _ := b.run("classify", "--model", "net.tflite", "--json", "new.png")
	if a := answers(t, got); len(a) != 1 || !slices.Contains([]string{"one", "two", "three"}, a[0].Predictions[0].Label) {
		t.Errorf("the converted model says %s", got)
	}

	stdout, stderr, status = b.run("convert", "--resolution", "64", "--normalize", "127.5/128", "--activation", "relu6", "--padding", "same", "--epsilon", "0.001",
		"--name", "mine", "-o", "other.tflite", "net.safetensors")
	if status != statusFine || strings.Contains(stdout, "assumed") {
		t.Errorf("with all settings given: status %d, %q\n%s", status, stderr, stdout)
	}
	m, err := tflite.Read([]byte(b.read("other.tflite")))
	if err != nil {
		t.Fatal(err)
	}
	if m.Resolution != 64 || m.Input.Mean != [3]float32{127.5, 127.5, 127.5} || m.Input.Scale[0] != 1.0/128 || m.Layers[0].Float.Max != 6 || m.Layers[0].FixedPad {
		t.Errorf("the settings are not in the model: %v, %+v", m.Network, m.Input)
	}
	if said, err := tflite.ReadMetadata([]byte(b.read("other.tflite"))); err != nil || said.Name != "mine" {
		t.Errorf("name: %+v, %v", said, err)
	}
}

// With a folder of pictures it becomes a model of bytes, of either type, and what that lost is said. Pictures that cannot be read are listed, and no
// reason to stop.
func TestConvertQuantize(t *testing.T) {
	b := newConvertBench(t)
	for kind, want := range map[string]mobilenet.DType{"int8": mobilenet.Int8, "uint8": mobilenet.Uint8} {
		stdout, stderr, status := b.run("convert", "--quantize", "calibrate", "--type", kind, "--resolution", "64", "-o", kind+".tflite", "net.safetensors")
		if status != statusFine {
			t.Fatalf("%s: status %d, %q", kind, status, stderr)
		}
		contains(t, "the report", stdout, "Quantised to "+kind+", calibrated with 6 pictures.", "A hundred pictures are good", "The best answer is that of floating point on",
			"signal to noise", "pw13")
		m, err := tflite.Read([]byte(b.read(kind + ".tflite")))
		if err != nil || m.Type != want {
			t.Errorf("%s: %v, %v", kind, m, err)
		}
		if !strings.Contains(stdout, "of 6 (") {
			t.Errorf("%s: %s", kind, stdout)
		}
	}
	b.write("calibrate/broken.png", []byte("no picture"))
	stdout, stderr, status := b.run("convert", "--quantize", "calibrate", "--resolution", "64", "-o", "fewer.tflite", "net.safetensors")
	if status != statusFailed {
		t.Errorf("with a broken picture: status %d", status)
	}
	contains(t, "what is broken", stderr, "calibrate/broken.png")
	contains(t, "the report without it", stdout, "calibrated with 6 pictures", "fewer.tflite has")
	stdout, _, _ = b.run("convert", "--quantize", "calibrate", "--pictures", "2", "--resolution", "64", "-o", "two.tflite", "net.safetensors")
	contains(t, "the report with two", stdout, "calibrated with 2 pictures")

	b.write("float.tflite", tflitetest.Build(tflitetest.Spec{Type: mobilenet.Float32, Resolution: 48, Classes: 3, Seed: 4}))
	if _, stderr, status := b.run("convert", "--quantize", "two", "-o", "x.tflite", "float.tflite"); status != statusFailed || !strings.Contains(stderr, "--quantize two: there is no such folder") {
		t.Errorf("without the folder: status %d, %q", status, stderr)
	}
	stdout, stderr, status = b.run("convert", "-q", "calibrate/0.png", "-o", "x.tflite", "float.tflite")
	if status != statusFine || !strings.Contains(stdout, "float.tflite: TensorFlow Lite, floating point") || strings.Contains(stdout, "activation") {
		t.Errorf("a .tflite of floating point: status %d, %q\n%s", status, stderr, stdout)
	}
}

// Whatever is wrong is said by file, value and remedy, and leaves no file.
func TestConvertErrors(t *testing.T) {
	b := newConvertBench(t)
	whole := checkpointtest.Safetensors(0.25, 3, 1)
	b.write("cut.safetensors", whole[:len(whole)/2])
	b.write("notes.pth", []byte("no checkpoint at all"))
	b.write("two.txt", []byte("one\ntwo\n"))
	b.write("empty.pth", nil)
	if err := os.MkdirAll(filepath.Join(b.dir, "none"), 0o777); err != nil {
		t.Fatal(err)
	}
	b.write("taken.tflite", []byte("somebody's"))
	for _, tt := range []struct {
		args   string
		status int
		want   string
	}{
		{"net.safetensors", statusUsage, "convert needs --output FILE"},
		{"-o x.tflite", statusUsage, "accepts 1 arg"},
		{"-o x.tflite --type int4 net.safetensors", statusUsage, "--type int4: int8 or uint8"},
		{"-o x.tflite --type uint8 net.safetensors", statusUsage, "--type goes with --quantize FOLDER"},
		{"-o x.tflite --activation gelu net.safetensors", statusUsage, `activation "gelu" is not relu`},
		{"-o x.tflite --padding valid net.safetensors", statusUsage, `padding "valid" is not symmetric, same, after`},
		{"-o x.tflite --normalize 1 net.safetensors", statusUsage, `normalisation "1" is not`},
		{"-o x.tflite --resolution 0 net.safetensors", statusUsage, "--resolution 0"},
		{"-o x.tflite --epsilon 2 net.safetensors", statusFailed, "batch normalisation adds 2"},
		{"-o x.tflite -q calibrate --pictures 0 net.safetensors", statusUsage, "--pictures 0"},
		{"-o x.tflite cut.safetensors", statusFailed, "cut.safetensors: "},
		{"-o x.tflite notes.pth", statusFailed, "notes.pth: the file is no checkpoint"},
		{"-o x.tflite empty.pth", statusFailed, "empty.pth: the file is empty"},
		{"-o x.tflite missing.pth", statusFailed, "missing.pth: no such file"},
		{"-o x.tflite model.tflite", statusFailed, "model.tflite: the file is a .tflite of uint8 already"},
		{"-o x.tflite --labels two.txt net.safetensors", statusFailed, "--labels two.txt: the list has 2 labels; the model needs 3"},
		{"-o x.tflite --labels none.txt net.safetensors", statusFailed, "--labels none.txt: no such file"},
		{"-o x.tflite -q none net.safetensors", statusFailed, "--quantize none: no picture could be read"},
		{"-o x.tflite -q calibrate --activation leaky:0.1 --resolution 64 net.safetensors", statusFailed, "LeakyReLU"},
		{"-o nowhere/x.tflite net.safetensors", statusFailed, "nowhere/x.tflite: no such file"},
		{"-o taken.tflite net.safetensors", statusFailed, "taken.tflite is there already; give another --output, or --force"},
	} {
		_, stderr, status := b.run(append([]string{"convert"}, strings.Fields(tt.args)...)...)
		if status != tt.status || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: status %d, want %d, and %q in\n%s", tt.args, status, tt.status, tt.want, stderr)
		}
	}
	left, err := filepath.Glob(filepath.Join(b.dir, "*.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	hidden, _ := filepath.Glob(filepath.Join(b.dir, ".depthwise-*"))
	if !slices.Equal(left, []string{"model.tflite", "taken.tflite"}) || len(hidden) > 0 || b.read("taken.tflite") != "somebody's" {
		t.Errorf("errors left %v %v", left, hidden)
	}
	if _, stderr, status := b.run("convert", "--force", "-o", "taken.tflite", "net.safetensors"); status != statusFine || len(b.read("taken.tflite")) < 1000 {
		t.Errorf("--force: status %d, %q", status, stderr)
	}
}
