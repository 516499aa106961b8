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

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
