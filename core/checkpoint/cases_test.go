package checkpoint_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mobilenet/core/checkpoint"
	"mobilenet/core/classify"
	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/picture"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

// caseFile is a checkpoint that somebody made and put in public.
func caseFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(testmodel.Shared(t, filepath.Join("cases/checkpoints", name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Each checkpoint that people made is read as what it is, and written as a .tflite file.
func TestCases(t *testing.T) {
	for name, want := range map[string]struct {
		alpha      float64
		resolution int
		classes    int
		layout     string
		activation checkpoint.Setting[checkpoint.Activation]
	}{
		"pytorch_0.25_imagenet_leaky_relu_legacy.pth.tar": {0.25, 224, 1000, "RetinaFace", assumed(checkpoint.LeakyReLU(0.1))},
		"pytorch_cifar10_4_pairs_zip.pth":                 {0.5, 224, 10, "", assumed(checkpoint.ReLU)},
		"pytorch_sequential_7_pairs_flowers_zip.pth":      {1, 224, 5, "marvis/pytorch-mobilenet", assumed(checkpoint.ReLU)},
		"keras_0.25_96_vww.h5":                            {0.25, 96, 2, "", stated(checkpoint.ReLU)},
		"keras_0.25_128_imagenet.h5":                      {0.25, 128, 1000, "keras.applications.MobileNet", stated(checkpoint.ReLU6)},
		"keras_0.25_224_weights_only_no_top.h5":           {0.25, 224, 0, "keras.applications.MobileNet", assumed(checkpoint.ReLU6)},
	} {
		r, err := checkpoint.Read(caseFile(t, name), checkpoint.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m := r.Model; m.Version != mobilenet.V1 || m.Alpha != want.alpha || m.Resolution != want.resolution || m.Classes != want.classes ||
			r.Layout != want.layout || r.Activation != want.activation {
			t.Errorf("%s is read as %+v, %+v, %+v", name, m.Network, r.Layout, r.Activation)
		}
		if _, err := tflite.Write(r.Model, &tflite.Metadata{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func assumed(a checkpoint.Activation) checkpoint.Setting[checkpoint.Activation] {
	return checkpoint.Setting[checkpoint.Activation]{Value: a, From: checkpoint.FromLayout}
}

func stated(a checkpoint.Activation) checkpoint.Setting[checkpoint.Activation] {
	return checkpoint.Setting[checkpoint.Activation]{Value: a, From: checkpoint.FromFile}
}

// TensorFlow's converter made the twin of the same weights: the outputs are its, to 1e-5, and so are the weights.
func TestFloatTwin(t *testing.T) {
	r, err := checkpoint.Read(caseFile(t, "keras_0.25_96_vww.h5"), checkpoint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	twin, err := tflite.Read(caseFile(t, "keras_0.25_96_vww.float_twin.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	largest := 0.0
	for i := range twin.Layers {
		a, b := twin.Layers[i].Float, r.Model.Layers[i].Float
		if a.Min != b.Min || a.Max != b.Max || len(a.Weights) != len(b.Weights) || len(a.Bias) != len(b.Bias) {
			t.Fatalf("layer %s: %d weights, %v..%v; the twin has %d, %v..%v", twin.Layers[i].Name, len(b.Weights), b.Min, b.Max, len(a.Weights), a.Min, a.Max)
		}
		for k, w := range a.Weights {
			largest = max(largest, math.Abs(float64(w-b.Weights[k]))/(1+math.Abs(float64(w))))
		}
	}
	t.Logf("weights differ by at most %.2g", largest)
	if largest > 1e-5 {
		t.Errorf("a weight differs by %v", largest)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var engines [2]mobilenet.Engine
	for i, m := range []*mobilenet.Model{twin, r.Model} {
		if engines[i], err = scalar.New(m); err != nil {
			t.Fatal(err)
		}
	}
	worst, least, most := 0.0, 1.0, 0.0
	for range 20 {
		input := make([]byte, 96*96*3)
		shade := rng.IntN(256)
		for i := range input {
			input[i] = byte(shade + rng.IntN(64)*(i/288%3))
		}
		var outputs [2][]byte
		for i, e := range engines {
			var out mobilenet.Result
			if err := e.Run(context.Background(), input, mobilenet.Want{}, &out); err != nil {
				t.Fatal(err)
			}
			outputs[i] = bytes.Clone(out.Output)
		}
		for at := 0; at < len(outputs[0]); at += 4 {
			a, b := float(outputs[0][at:]), float(outputs[1][at:])
			worst, least, most = max(worst, math.Abs(a-b)), min(least, a), max(most, a)
		}
	}
	t.Logf("outputs from %.3g to %.3g differ by at most %.2g", least, most, worst)
	if worst > 1e-5 || most-least < 0.1 {
		t.Errorf("outputs from %v to %v differ by up to %v", least, most, worst)
	}
}

func float(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }

// A network that is read rightly names photos rightly. They are 100, each of another class, and easier than ImageNet's, of which the two
// networks are said to name 46.6% and 41.5%.
func TestPhotos(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: photos are for the long tests")
	}
	list := strings.Split(strings.TrimSpace(string(read(t, "photos/classes.txt"))), "\n")
	for name, least := range map[string]int{"pytorch_0.25_imagenet_leaky_relu_legacy.pth.tar": 50, "keras_0.25_128_imagenet.h5": 45} {
		r, err := checkpoint.Read(caseFile(t, name), checkpoint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := scalar.New(r.Model)
		if err != nil {
			t.Fatal(err)
		}
		c, err := classify.New(r.Model, e, make([]string, r.Model.Classes))
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for _, line := range list {
			class, file, _ := strings.Cut(line, " ")
			p, err := picture.Decode(read(t, "photos/"+file), picture.Default)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := c.Classify(context.Background(), p, classify.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if strconv.Itoa(answer.Predictions[0].Index) == class {
				right++
			}
		}
		low, high := interval(right, len(list))
		t.Logf("%s: %d of %d photos right, 95%% interval %.0f to %.0f%%", name, right, len(list), 100*low, 100*high)
		if right < least {
			t.Errorf("%s: %d of %d photos are named rightly, want %d", name, right, len(list), least)
		}
	}
}

// interval is Wilson's, of 95%, for a share of which so many of n were seen.
func interval(seen, n int) (low, high float64) {
	const z = 1.96
	p, m := float64(seen)/float64(n), float64(n)
	centre, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return (centre - half) / (1 + z*z/m), (centre + half) / (1 + z*z/m)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(testmodel.Shared(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
