package simd_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
)

var goldenModels = []string{"mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.5_160_quant", "mobilenet_v1_0.75_192_quant", "mobilenet_v1_1.0_224_quant"}

// golden reads one of the goldenModels.
func golden(t testing.TB, name string) *mobilenet.Model {
	t.Helper()
	var data []byte
	if name == "mobilenet_v1_1.0_224_quant" {
		data = testmodel.Default(t)
	} else {
		data = read(t, testmodel.Shared(t, "models/"+name+".tflite"))
	}
	model, err := tflite.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestGoldens compares whole outputs, 1001 bytes each, with what LiteRT.js gave for real photos.
func TestGoldens(t *testing.T) {
	for _, name := range goldenModels {
		t.Run(name, func(t *testing.T) {
			dir := testmodel.Shared(t, "goldens/"+name)
			model := golden(t, name)
			pictures, err := filepath.Glob(filepath.Join(dir, "*.rgb"))
			if err != nil || len(pictures) == 0 {
				t.Fatalf("no pictures in %s (%v)", dir, err)
			}
			for _, s := range settings(t) {
				t.Run(s.String(), func(t *testing.T) {
					engine := start(t, model, s)
					var out mobilenet.Result
					for _, picture := range pictures {
						if err := engine.Run(context.Background(), read(t, picture), mobilenet.Want{}, &out); err != nil {
							t.Fatal(err)
						}
						want := read(t, strings.TrimSuffix(picture, ".rgb")+".out")
						if !bytes.Equal(out.Output, want) {
							t.Errorf("%s: differs from LiteRT", filepath.Base(picture))
						}
					}
				})
			}
		})
	}
}

// TestCases does so for models that other people converted, a MobileNetV2 among them.
func TestCases(t *testing.T) {
	testmodel.Cases(t, func(t *testing.T, file []byte, goldens []testmodel.Golden) {
		model, err := tflite.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range settings(t) {
			t.Run(s.String(), func(t *testing.T) {
				engine := start(t, model, s)
				var out mobilenet.Result
				for _, g := range goldens {
					if err := engine.Run(context.Background(), g.RGB, mobilenet.Want{}, &out); err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(out.Output, g.Output) {
						t.Errorf("%s: differs from LiteRT", g.Name)
					}
				}
			})
		}
	})
}

// start makes an engine that the test closes.
func start(t testing.TB, model *mobilenet.Model, s setting) *simd.Engine {
	t.Helper()
	engine, err := simd.New(model, s.capabilities, s.host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
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
