package reference_test

import (
	"bytes"
	"context"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
)

// TestGoldens compares whole outputs, 1001 bytes each, with what LiteRT.js gave for real photos.
func TestGoldens(t *testing.T) { testmodel.Goldens(t, checkGoldens) }

// TestCases does so for models that other people converted, a MobileNetV2 among them.
func TestCases(t *testing.T) { testmodel.Cases(t, checkGoldens) }

func checkGoldens(t *testing.T, model []byte, goldens []testmodel.Golden) {
	engine := open(t, model)
	var out mobilenet.Result
	for _, g := range goldens {
		if err := engine.Run(context.Background(), g.RGB, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Output, g.Output) {
			t.Errorf("%s: %d bytes differ from LiteRT's", g.Name, differ(out.Output, g.Output))
		}
	}
}

func open(t testing.TB, file []byte) mobilenet.Engine {
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
