//go:build !wasm

package quantize_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mobilenet/core/checkpoint"
	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/native"
	"mobilenet/core/picture"
	"mobilenet/core/pixels"
	"mobilenet/core/quantize"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
)

// whole makes the tests take all pictures, folds and networks: minutes instead of seconds. "make quantize" sets it and prints the table.
var whole = flag.Bool("whole", false, "take all pictures, folds and networks")

// written is for asking other programs about the models: LiteRT.js among them.
var written = flag.String("written", "", "write the quantised models of TestSameBytes into this `folder`")

// start makes the fast engine of this machine.
func start(m *mobilenet.Model) (mobilenet.Engine, error) {
	p, err := native.Compile(m)
	if err != nil {
		return nil, err
	}
	e, err := p.Engine()
	if err != nil {
		return nil, err
	}
	return &programEngine{e, p}, nil
}

// programEngine closes its program, too.
type programEngine struct {
	mobilenet.Engine
	program *native.Program
}

func (e *programEngine) Close() error {
	if err := e.Engine.Close(); err != nil {
		return err
	}
	return e.program.Close()
}

// inputs are the picture files that match pattern, as the model reads them.
func inputs(t *testing.T, m *mobilenet.Model, pattern string) (names []string, all [][]byte) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		photo, err := picture.Decode(data, picture.Default)
		if err != nil {
			t.Fatal(err)
		}
		in := m.InputShape()
		input := make([]byte, in.Len())
		if err := pixels.Resize(input, in.W, in.H, photo, pixels.Center.Box(photo.Width, photo.Height, in.W, in.H), false); err != nil {
			t.Fatal(err)
		}
		all = append(all, input)
	}
	return names, all
}

// float32Model is a quantised model with its weights as real numbers.
func float32Model(t *testing.T, m *mobilenet.Model) *mobilenet.Model {
	t.Helper()
	n := *m
	n.Type, n.Stored = mobilenet.Float32, mobilenet.Float32
	n.Layers = append([]mobilenet.Layer(nil), m.Layers...)
	in := m.Input.Quant
	n.Input = mobilenet.Input{Type: mobilenet.Float32}
	for c := range 3 {
		n.Input.Mean[c], n.Input.Scale[c] = float32(in.Zero), in.Scale
	}
	n.Output = mobilenet.Output{Type: mobilenet.Float32, Softmax: &mobilenet.Softmax{Beta: 1}}
	infinity := float32(math.Inf(1))
	for i := range n.Layers {
		l := &n.Layers[i]
		q := l.Quantized
		f := &mobilenet.Float{Weights: l.Weights(nil), Min: -infinity, Max: infinity}
		for c, b := range q.Bias {
			f.Bias = append(f.Bias, float32(float64(b)*float64(q.In.Scale)*float64(q.WeightScale(c))))
		}
		if l.Kind != mobilenet.FullyConnected && l.Kind != mobilenet.AveragePool {
			f.Min, f.Max = 0, 6
		}
		l.Float, l.Quantized = f, nil
	}
	return &n
}

// A realCase is a float network of ImageNet's classes; first is the number of the first, 1 where a background comes before.
type realCase struct {
	name  string
	first int
	model func(t *testing.T) *mobilenet.Model
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func realCases() []realCase {
	return []realCase{
		{"v1_0.25_128_float", 1, func(t *testing.T) *mobilenet.Model {
			m, err := tflite.Read(readFile(t, testmodel.Shared(t, "cases/models/v1_0.25_128_float.tflite")))
			if err != nil {
				t.Fatal(err)
			}
			return m
		}},
		{"keras_0.25_128_imagenet", 0, func(t *testing.T) *mobilenet.Model {
			r, err := checkpoint.Read(readFile(t, testmodel.Shared(t, "cases/checkpoints/keras_0.25_128_imagenet.h5")), checkpoint.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return r.Model
		}},
		{"default dequantised", 1, func(t *testing.T) *mobilenet.Model {
			m, err := tflite.Read(testmodel.Default(t))
			if err != nil {
				t.Fatal(err)
			}
			return float32Model(t, m)
		}},
	}
}

// classes reads the class of each labelled photo, by its name.
func classes(t *testing.T) map[string]int {
	t.Helper()
	of := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(readFile(t, testmodel.Shared(t, "photos/classes.txt")))), "\n") {
		var class int
		var name string
		if _, err := fmt.Sscan(line, &class, &name); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		of[name] = class
	}
	return of
}

// best is the best answer of a model to each picture.
func best(t *testing.T, m *mobilenet.Model, pictures [][]byte) []int {
	t.Helper()
	e, err := start(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var all []int
	var out mobilenet.Result
	for _, p := range pictures {
		if err := e.Run(context.Background(), p, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		most := 0
		for c, v := range out.Logits {
			if v > out.Logits[most] {
				most = c
			}
		}
		all = append(all, most)
	}
	return all
}

// TestFlowers calibrates with the labelled photos and compares the answers to pictures of another set.
func TestFlowers(t *testing.T) {
	for _, c := range realCases() {
		for _, scheme := range []quantize.Scheme{quantize.PerChannel, quantize.PerTensor} {
			if !*whole && (c.name != "v1_0.25_128_float" || scheme != quantize.PerChannel) {
				continue
			}
			t.Run(fmt.Sprint(c.name, ", ", scheme), func(t *testing.T) {
				m := c.model(t)
				_, photos := inputs(t, m, testmodel.Shared(t, "photos")+"/*.JPEG")
				_, flowers := inputs(t, m, testmodel.Shared(t, "flowers")+"/test/*/*.jpg")
				begin := time.Now()
				q, report, err := quantize.Quantize(context.Background(), m, photos, quantize.Options{Scheme: scheme, Engine: start})
				if err != nil {
					t.Fatal(err)
				}
				took := time.Since(begin)
				a, err := quantize.Compare(context.Background(), m, q, flowers, start)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("calibration %d of %d, largest difference %.3f, %v; flowers %d of %d (%.1f%%), %.3f", report.Same, report.Pictures, report.Difference, took,
					a.Same, a.Pictures, 100*float64(a.Same)/float64(a.Pictures), a.Difference)
				// What the smallest network keeps, so that no change makes it worse unseen: a little less than the 95% it was measured to reach.
				if !*whole && 100*a.Same < 92*a.Pictures {
					t.Errorf("the best answer is float's on %d of %d flowers", a.Same, a.Pictures)
				}
				if *whole {
					var b strings.Builder
					for _, l := range report.Layers {
						fmt.Fprintf(&b, " %s %.1f", l.Name, l.Noise)
					}
					t.Log(b.String())
				}
			})
		}
	}
}

// TestTrainedV2 looks at the noise of each layer of a trained MobileNetV2, with its additions and linear layers.
func TestTrainedV2(t *testing.T) {
	m, err := tflite.Read(readFile(t, testmodel.Shared(t, "cases/models/v2_teachable_machine_float.tflite")))
	if err != nil {
		t.Fatal(err)
	}
	_, photos := inputs(t, m, testmodel.Shared(t, "photos")+"/*.JPEG")
	_, report, err := quantize.Quantize(context.Background(), m, photos[:20], quantize.Options{Engine: start})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range report.Layers {
		if l.Noise < 15 {
			t.Errorf("layer %s: %.1f dB", l.Name, l.Noise)
		}
	}
	t.Logf("best answers the same on %d of %d", report.Same, report.Pictures)
}

// TestSameBytes runs a real network's quantised model, as its file has it, in the SIMD engine and in the reference.
func TestSameBytes(t *testing.T) {
	m := realCases()[0].model(t)
	_, photos := inputs(t, m, testmodel.Shared(t, "photos")+"/*.JPEG")
	for _, scheme := range []quantize.Scheme{quantize.PerChannel, quantize.PerTensor} {
		q, _, err := quantize.Quantize(context.Background(), m, photos[:20], quantize.Options{Scheme: scheme, Engine: start})
		if err != nil {
			t.Fatal(err)
		}
		file, err := tflite.Write(q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if dir := *written; dir != "" {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("v1_0.25_128_%v.tflite", q.Type)), file, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		read, err := tflite.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		want := outputs(t, reference.New, q, photos[:5])
		if got := outputs(t, start, read, photos[:5]); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: the SIMD engine gives other bytes", scheme)
		}
	}
}

// TestFolds calibrates with 90 of the labelled photos and tests with the other 10, ten times, and counts the right answers.
func TestFolds(t *testing.T) {
	if !*whole {
		t.Skip("skipped: ten calibrations a network; make quantize runs them")
	}
	for _, c := range realCases() {
		t.Run(c.name, func(t *testing.T) {
			m := c.model(t)
			names, photos := inputs(t, m, testmodel.Shared(t, "photos")+"/*.JPEG")
			class, float := classes(t), best(t, m, photos)
			const folds = 10
			right, rounded, same := 0, 0, 0
			for fold := range folds {
				var calibrate, test [][]byte
				var at []int
				for i, p := range photos {
					if i%folds == fold {
						test, at = append(test, p), append(at, i)
					} else {
						calibrate = append(calibrate, p)
					}
				}
				q, _, err := quantize.Quantize(context.Background(), m, calibrate, quantize.Options{Engine: start})
				if err != nil {
					t.Fatal(err)
				}
				for k, answer := range best(t, q, test) {
					i := at[k]
					want := class[filepath.Base(names[i])] + c.first
					if float[i] == want {
						right++
					}
					if answer == want {
						rounded++
					}
					if answer == float[i] {
						same++
					}
				}
			}
			t.Logf("of %d photos: float %d right, quantised %d, the same answer %d", len(photos), right, rounded, same)
		})
	}
}
