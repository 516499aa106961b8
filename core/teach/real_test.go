//go:build !wasm

package teach

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/picture"
	"mobilenet/core/pixels"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
)

// flowers are the first pictures of each species, as a model's two views of them.
func flowers(t *testing.T, m *mobilenet.Model, each int) (inputs [][]byte, classes []int) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(testmodel.Shared(t, "flowers"), "train", "*"))
	if err != nil || len(folders) != 12 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	views, err := pixels.Views(2, pixels.Center)
	if err != nil {
		t.Fatal(err)
	}
	for class, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files[:each] {
			file, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			photo, err := picture.Decode(file, picture.Default)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range views {
				in := m.InputShape()
				input := make([]byte, in.Len())
				if err := pixels.Resize(input, in.W, in.H, photo, v.Crop.Box(photo.Width, photo.Height, in.W, in.H), v.Mirror); err != nil {
					t.Fatal(err)
				}
				inputs = append(inputs, input)
			}
			classes = append(classes, class)
		}
	}
	return inputs, classes
}

// TestRealModels teaches real models of each type a few flowers, and compares what the model with the new classifier says of them with what
// the classifier says.
func TestRealModels(t *testing.T) {
	shared := func(name string) func(t testing.TB) []byte {
		return func(t testing.TB) []byte {
			data, err := os.ReadFile(testmodel.Shared(t, "cases/models/"+name+".tflite"))
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	for name, c := range map[string]struct {
		file func(testing.TB) []byte
		each int
	}{
		"V1 uint8":   {testmodel.Default, 2},
		"V1 int8":    {shared("v1_0.25_224_int8_open_batch"), 4},
		"V1 float32": {shared("v1_0.25_128_float"), 4},
		"V2 uint8":   {shared("v2_1.0_224_uint8"), 2},
		"V2 float32": {shared("v2_teachable_machine_float"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			model, err := tflite.Read(c.file(t))
			if err != nil {
				t.Fatal(err)
			}
			// Without dense layers before its classifier, which not every engine runs.
			size := model.Layers[model.Embedding()].Out.Len()
			if model, err = model.WithClassifier(&mobilenet.Head{Weights: make([]float32, size), Bias: make([]float32, 1)}); err != nil {
				t.Fatal(err)
			}
			inputs, classes := flowers(t, model, c.each)
			var examples []Example
			for i, r := range runAll(t, model, inputs) {
				if i%2 == 0 {
					examples = append(examples, Example{Class: classes[i/2]})
				}
				e := &examples[i/2]
				e.Views = append(e.Views, r.Embedding)
			}
			for _, strength := range []float64{1e-2, 1e-3, 1e-4} {
				learned := train(t, examples, Options{Strength: strength})
				taught, err := model.WithClassifier(&learned.Head)
				if err != nil {
					t.Fatal(err)
				}
				most := 0.0
				for i, r := range runAll(t, taught, inputs) {
					want, err := learned.Probabilities(examples[i/2].Views[i%2])
					if err != nil {
						t.Fatal(err)
					}
					got := make([]float64, len(want))
					for k, v := range r.Logits {
						got[k] = float64(v)
					}
					softmax(got, got)
					for k, p := range want {
						most = max(most, math.Abs(p-got[k]))
					}
				}
				t.Logf("strength %v: probabilities differ by %.4f", strength, most)
				if most > 0.02 {
					t.Error("that is more than 0.02")
				}
				if strength == 1e-2 {
					inputs = inputs[:min(len(inputs), 24)] // enough for the others
				}
			}
		})
	}
}

// runAll is what a model gives for inputs.
func runAll(t *testing.T, m *mobilenet.Model, inputs [][]byte) []mobilenet.Result {
	t.Helper()
	engine, err := simd.New(m, simd.Capabilities{Threads: 1}, wazerohost.Host{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	results := make([]mobilenet.Result, len(inputs))
	for i, input := range inputs {
		if err := engine.Run(ctx, input, mobilenet.Want{Embedding: true}, &results[i]); err != nil {
			t.Fatal(fmt.Errorf("input %d: %w", i, err))
		}
	}
	return results
}
