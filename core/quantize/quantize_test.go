package quantize_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/quantize"
	"mobilenet/core/reference"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// noise is made-up pictures for the model, of different brightness and texture.
func noise(m *mobilenet.Model, n int) [][]byte {
	random := rand.New(rand.NewPCG(7, 7))
	all := make([][]byte, n)
	for i := range all {
		all[i] = make([]byte, m.InputShape().Len())
		mean, contrast, period := random.Float64()*160, 5+random.Float64()*90, 1+random.IntN(30)
		for j := range all[i] {
			all[i][j] = uint8(mean + contrast*random.Float64()*float64(1+j/period%2)/2)
		}
	}
	return all
}

// eachFloat tests each form of a float model that converters make and that can be quantised.
func eachFloat(t *testing.T, each func(t *testing.T, m *mobilenet.Model)) {
	n := 0
	for _, form := range tflitetest.Forms() {
		m, err := tflite.Read(tflitetest.Build(form.Spec))
		if err != nil {
			t.Fatal(err)
		}
		if m.Type != mobilenet.Float32 || m.Layers[0].Float.Leak != 0 {
			continue
		}
		n++
		t.Run(form.Name, func(t *testing.T) { each(t, m) })
	}
	if n < 3 {
		t.Fatalf("%d float forms", n)
	}
}

// outputs is what an engine gives for each picture.
func outputs(t *testing.T, start func(*mobilenet.Model) (mobilenet.Engine, error), m *mobilenet.Model, pictures [][]byte) (all [][]byte) {
	t.Helper()
	e, err := start(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, p := range pictures {
		var out mobilenet.Result
		if err := e.Run(context.Background(), p, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		all = append(all, out.Output)
	}
	return all
}

// A quantised model is written, read again as the same, and runs with the same bytes in plain engines; twice made it is the same file.
func TestQuantize(t *testing.T) {
	eachFloat(t, func(t *testing.T, m *mobilenet.Model) {
		pictures := noise(m, 6)
		before := outputs(t, scalar.New, m, pictures)
		for _, o := range []quantize.Options{{}, {Scheme: quantize.PerTensor}, {Percentile: 99.9, KeepScales: true, KeepBiases: true}} {
			done, all := 0, 0
			o.Progress = func(d, a int) { done, all = d, a }
			q, report, err := quantize.Quantize(context.Background(), m, pictures, o)
			if err != nil {
				t.Fatal(err)
			}
			if done != all || done == 0 {
				t.Errorf("progress ended at %d of %d", done, all)
			}
			if len(report.Layers) != len(m.Layers) || report.Pictures != len(pictures) {
				t.Errorf("a report of %d layers and %d pictures", len(report.Layers), report.Pictures)
			}
			// Through random weights noise grows from layer to layer, far more than through trained ones (TestTrainedV2): so the first layer alone.
			if first := report.Layers[0]; first.Noise < 30 {
				t.Errorf("layer %s: %.1f dB", first.Name, first.Noise)
			}
			file, err := tflite.Write(q, nil)
			if err != nil {
				t.Fatal(err)
			}
			read, err := tflite.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			want := outputs(t, reference.New, q, pictures)
			if got := outputs(t, scalar.New, read, pictures); !reflect.DeepEqual(got, want) {
				t.Errorf("%v: the file gives other bytes", o.Scheme)
			}
			again, _, err := quantize.Quantize(context.Background(), m, pictures, o)
			if err != nil {
				t.Fatal(err)
			}
			if second, err := tflite.Write(again, nil); err != nil || !bytes.Equal(second, file) {
				t.Errorf("%v: made twice, the files differ (%v)", o.Scheme, err)
			}
		}
		if after := outputs(t, scalar.New, m, pictures); !reflect.DeepEqual(before, after) {
			t.Errorf("the float model changed")
		}
	})
}

func TestRefuses(t *testing.T) {
	m, err := tflite.Read(tflitetest.Build(tflitetest.Keras(mobilenet.Float32)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, good := context.Background(), noise(m, 2)
	leaky := *m
	leaky.Layers = append([]mobilenet.Layer(nil), m.Layers...)
	f := *m.Layers[2].Float
	f.Leak, f.Min, f.Max = 0.1, float32(-1/zero()), float32(1/zero())
	leaky.Layers[2].Float = &f
	quantized, err := tflite.Read(tflitetest.Build(tflitetest.Keras(mobilenet.Int8)))
	if err != nil {
		t.Fatal(err)
	}
	huge := *m
	huge.Layers = append([]mobilenet.Layer(nil), m.Layers...)
	g := *m.Layers[0].Float
	g.Bias, g.Max = append([]float32(nil), g.Bias...), float32(1/zero())
	g.Bias[0] = float32(1 / zero())
	huge.Layers[0].Float = &g
	for _, c := range []struct {
		m        *mobilenet.Model
		pictures [][]byte
		o        quantize.Options
		want     string
	}{
		{&leaky, good, quantize.Options{}, "LeakyReLU of slope 0.1"},
		{quantized, good, quantize.Options{}, "int8 already"},
		{m, nil, quantize.Options{}, "no pictures to calibrate with"},
		{m, [][]byte{good[0], good[1][1:]}, quantize.Options{}, "picture 1 has"},
		{m, good, quantize.Options{Percentile: 10}, "a percentile of 10"},
		{m, good, quantize.Options{Scheme: 9}, "Scheme(9)"},
		{&huge, good, quantize.Options{}, "not finite"},
	} {
		if _, _, err := quantize.Quantize(ctx, c.m, c.pictures, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := quantize.Quantize(done, m, good, quantize.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func zero() float64 { return 0 }
