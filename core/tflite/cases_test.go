package tflite_test

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

// TestCases reads and runs the models that people have made and put in public, and compares with what LiteRT gives for them.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testmodel.Shared(t, "cases"), "models", "v*.tflite"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d models, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".tflite")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := tflite.Read(data)
			if err != nil {
				t.Fatal(err)
			}
			outputs, err := filepath.Glob(filepath.Join(filepath.Dir(file), "..", "outputs", name, "*.out"))
			if err != nil {
				t.Fatal(err)
			}
			e, err := scalar.New(m)
			if err != nil {
				t.Fatal(err)
			}
			for _, output := range outputs {
				compare(t, m, e, output)
			}
		})
	}
}

// compare runs the pixels beside a file of what LiteRT gave for them.
func compare(t *testing.T, m *mobilenet.Model, e mobilenet.Engine, output string) {
	t.Helper()
	want, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	pixels, err := os.ReadFile(strings.TrimSuffix(output, ".out") + ".pixels")
	if err != nil {
		t.Fatal(err)
	}
	var got mobilenet.Result
	if err := e.Run(context.Background(), pixels, mobilenet.Want{}, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Output) != len(want) {
		t.Fatalf("%s: %d bytes, want %d", filepath.Base(output), len(got.Output), len(want))
	}
	if m.Output.Type != mobilenet.Float32 {
		if string(got.Output) != string(want) {
			t.Errorf("%s: %v, want %v", filepath.Base(output), got.Output, want)
		}
		return
	}
	largest, furthest := 0.0, 0.0
	for i := 0; i < len(want); i += 4 {
		w, g := float(want[i:]), float(got.Output[i:])
		largest, furthest = max(largest, math.Abs(w)), max(furthest, math.Abs(w-g))
	}
	if !(furthest <= 1e-4*largest) {
		t.Errorf("%s: %v away, of %v", filepath.Base(output), furthest, largest)
	}
}

func float(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
