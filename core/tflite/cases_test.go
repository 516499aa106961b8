package tflite_test

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

// refusedByLiteRT are the models of which LiteRT gives no output: TestNaively and core/reference's TestOpenBatchLiteRT look at them.
var refusedByLiteRT = []string{"v1_0.25_224_int8_open_batch", "v1_0.25_96_grey_int8_person", "v2_teachable_machine_quantised"}

// TestCases reads and runs the models that people have made and put in public, and compares with what LiteRT gives for them.
func TestCases(t *testing.T) {
	testmodel.EachCase(t, func(t *testing.T, name string, data []byte) {
		m, err := tflite.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		outputs, err := filepath.Glob(filepath.Join(testmodel.Shared(t, "cases"), "outputs", name, "*.out"))
		if err != nil || (len(outputs) == 0) != slices.Contains(refusedByLiteRT, name) {
			t.Fatalf("%d outputs, %v", len(outputs), err)
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
