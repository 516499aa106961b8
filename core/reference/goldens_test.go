package reference_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
)

// TestGoldens compares whole outputs, 1001 bytes each, with what LiteRT.js gave for real photos.
func TestGoldens(t *testing.T) {
	for _, name := range []string{"mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.5_160_quant", "mobilenet_v1_0.75_192_quant", "mobilenet_v1_1.0_224_quant"} {
		t.Run(name, func(t *testing.T) {
			dir := testmodel.Shared(t, "goldens/"+name)
			data := testmodel.Default
			if name != "mobilenet_v1_1.0_224_quant" {
				data = func(t testing.TB) []byte { return read(t, testmodel.Shared(t, "models/"+name+".tflite")) }
			}
			engine := open(t, data(t))
			pictures, err := filepath.Glob(filepath.Join(dir, "*.rgb"))
			if err != nil || len(pictures) == 0 {
				t.Fatalf("no pictures in %s (%v)", dir, err)
			}
			var out mobilenet.Result
			for _, picture := range pictures {
				if err := engine.Run(context.Background(), read(t, picture), mobilenet.Want{}, &out); err != nil {
					t.Fatal(err)
				}
				want := read(t, strings.TrimSuffix(picture, ".rgb")+".out")
				if !bytes.Equal(out.Output, want) {
					t.Errorf("%s: %d bytes differ from LiteRT's", filepath.Base(picture), differ(out.Output, want))
				}
			}
			t.Logf("%d pictures", len(pictures))
		})
	}
}

func open(t testing.TB, file []byte) *reference.Engine {
	t.Helper()
	model, err := tflite.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// differ counts the places where two outputs are not the same.
func differ(a, b []byte) int {
	if len(a) != len(b) {
		return max(len(a), len(b))
	}
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
