package testmodel

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Golden is a real photo's pixels and what LiteRT.js gave for them.
type Golden struct {
	Name   string
	RGB    []byte // [H,W,3], or [H,W,1] of luma
	Output []byte // the output tensor, 1001 bytes of Google's models
}

// Goldens calls each in a subtest for each model of the shared goldens, with the model's file and its pictures.
func Goldens(t *testing.T, each func(t *testing.T, model []byte, goldens []Golden)) {
	const whole = "mobilenet_v1_1.0_224_quant"
	for _, name := range []string{"mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.5_160_quant", "mobilenet_v1_0.75_192_quant", whole} {
		t.Run(name, func(t *testing.T) {
			pictures, err := filepath.Glob(filepath.Join(Shared(t, "goldens/"+name), "*.rgb"))
			if err != nil || len(pictures) == 0 {
				t.Fatalf("no pictures of %s (%v)", name, err)
			}
			var goldens []Golden
			for _, picture := range pictures {
				base := strings.TrimSuffix(picture, ".rgb")
				goldens = append(goldens, Golden{filepath.Base(base), read(t, picture), read(t, base+".out")})
			}
			model := Default
			if name != whole {
				model = func(t testing.TB) []byte { return read(t, Shared(t, "models/"+name+".tflite")) }
			}
			each(t, model(t), goldens)
			t.Logf("%d pictures", len(goldens))
		})
	}
}

// Cases is Goldens for models that other people converted.
func Cases(t *testing.T, each func(t *testing.T, model []byte, goldens []Golden)) {
	for _, name := range []string{
		"v1_0.75_192_uint8_metadata_labels", "v1_0.25_96_int8_vww", "v1_0.1_48_int8_no_pool", "v2_1.0_224_uint8", "v2_0.35_160_int8_rescaling_inside",
		"v2_96_grey_int8_edge_impulse",
	} {
		t.Run(name, func(t *testing.T) {
			pictures, err := filepath.Glob(filepath.Join(Shared(t, "cases/outputs/"+name), "*.pixels"))
			if err != nil || len(pictures) == 0 {
				t.Fatalf("no pictures of %s (%v)", name, err)
			}
			var goldens []Golden
			for _, picture := range pictures {
				base := strings.TrimSuffix(picture, ".pixels")
				goldens = append(goldens, Golden{filepath.Base(base), read(t, picture), read(t, base+".out")})
			}
			each(t, read(t, Shared(t, "cases/models/"+name+".tflite")), goldens)
			t.Logf("%d pictures", len(goldens))
		})
	}
}

// EachCase tests each model that people have made and put in public and that is to run, as name and file.
func EachCase(t *testing.T, each func(t *testing.T, name string, model []byte)) {
	files, err := filepath.Glob(filepath.Join(Shared(t, "cases"), "models", "v*.tflite"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d models, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".tflite")
		t.Run(name, func(t *testing.T) { each(t, name, read(t, file)) })
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
