package mobilenet_test

import (
	"slices"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

func read(t *testing.T, spec tflitetest.Spec) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCheckTakesModels(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		if err := read(t, form.Spec).Check(); err != nil {
			t.Errorf("%s: %v", form.Name, err)
		}
	}
	m, err := read(t, tflitetest.Spec{}).AtResolution(96)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(); err != nil {
		t.Errorf("at another resolution: %v", err)
	}
}

// TestCheckRefuses damages a model of α=0.25 that reads 32×32 pixels, and expects to be told what and where.
func TestCheckRefuses(t *testing.T) {
	// quantized alters a copy of the quantised weights of layer i.
	quantized := func(i int, change func(q *mobilenet.Quantized)) func(m *mobilenet.Model) {
		return func(m *mobilenet.Model) {
			q := *m.Layers[i].Quantized
			change(&q)
			m.Layers[i].Quantized = &q
		}
	}
	for want, damage := range map[string]func(m *mobilenet.Model){
		"the model has no layers": func(m *mobilenet.Model) { m.Layers = nil },
		"the model has 0 average pools, not 1; the last layer is pointwise":                        func(m *mobilenet.Model) { m.Layers = m.Layers[:27] },
		"layer conv reads [32,32,3], but the model's input is [64,64,3]":                           func(m *mobilenet.Model) { m.Resolution = 64 },
		"layer pw2 reads [8,8,16], but the layer before it gives [16,16,8]":                        func(m *mobilenet.Model) { m.Layers = slices.Delete(m.Layers, 2, 4) },
		"layer pw1 reads values quantised as":                                                      quantized(2, func(q *mobilenet.Quantized) { q.In.Zero++ }),
		"layer pw1: an output of [0,16,16]: height and width must be 1 to 1024":                    func(m *mobilenet.Model) { m.Layers[2].Out.H = 0 },
		"layer pw1: an output of [16,16,-1]":                                                       func(m *mobilenet.Model) { m.Layers[2].Out.C = -1 },
		"layer conv: kernel 3, stride 0 and padding {Top:0 Left:0 Bottom:1 Right:1} do not make":   func(m *mobilenet.Model) { m.Layers[0].Stride = 0 },
		"layer dw1: kernel 40, stride 1 and padding {Top:1 Left:1 Bottom:1 Right:1} do not make":   func(m *mobilenet.Model) { m.Layers[1].Kernel = 40 },
		"layer dw1: kernel 3, stride 1 and padding {Top:-1 Left:1 Bottom:3 Right:1} do not make":   func(m *mobilenet.Model) { m.Layers[1].Pad.Top, m.Layers[1].Pad.Bottom = -1, 3 },
		"layer dw1: kernel 3, stride 1 and padding {Top:1 Left:1 Bottom:0 Right:1} do not make":    func(m *mobilenet.Model) { m.Layers[1].Pad.Bottom = 0 },
		"layer dw1: kernel 3, stride 1 and padding {Top:1 Left:1 Bottom:1 Right:0} do not make":    func(m *mobilenet.Model) { m.Layers[1].Pad.Right = 0 },
		"layer dw1: a depthwise layer keeps the channels, not [16,16,8] to [16,16,9]":              func(m *mobilenet.Model) { m.Layers[1].Out.C++ },
		"layer pw1: a pointwise layer has kernel 1 and keeps height and width, not kernel 2 and":   func(m *mobilenet.Model) { m.Layers[2].Kernel = 2 },
		"layer pw1: a pointwise layer has kernel 1 and keeps height and width, not kernel 1 and [": func(m *mobilenet.Model) { m.Layers[2].Out.H++ },
		"layer pw1: unknown kind Kind(77)":                                                         func(m *mobilenet.Model) { m.Layers[2].Kind = 77 },
		"layer pool: an average pool gives one pixel, not [2,1,256]":                               func(m *mobilenet.Model) { m.Layers[27].Out.H++ },
		"layer pool: an average pool from":                                                         quantized(27, func(q *mobilenet.Quantized) { q.In, q.Out.Zero, q.Mean = q.Out, q.Out.Zero+1, false }),
		"layer dw2: no uint8 weights":                                                              func(m *mobilenet.Model) { m.Layers[3].Quantized = nil },
		"layer conv: no float32 weights":                                                           func(m *mobilenet.Model) { m.Type = mobilenet.Float32 },
		"layer dw2: 143 weights, 16 biases and 1 scales do not fit":                                quantized(3, func(q *mobilenet.Quantized) { q.Weights = q.Weights[1:] }),
		"layer dw2: 144 weights, 15 biases and 1 scales do not fit":                                quantized(3, func(q *mobilenet.Quantized) { q.Bias = q.Bias[1:] }),
		"layer dw2: 144 weights, 16 biases and 3 scales do not fit":                                quantized(3, func(q *mobilenet.Quantized) { q.WeightScales = make([]float32, 3) }),
	} {
		m := *read(t, tflitetest.Spec{})
		m.Layers = slices.Clone(m.Layers)
		damage(&m)
		if err := m.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestCheckRun(t *testing.T) {
	m := read(t, tflitetest.Spec{})
	input := make([]byte, 32*32*3)
	for _, test := range []struct {
		input []byte
		want  mobilenet.Want
		err   string // "": none
	}{
		{input, mobilenet.Want{}, ""},
		{input, mobilenet.Want{Layer: 99}, ""}, // which is not asked for
		{input, mobilenet.Want{Activations: true, Layer: 28}, ""},
		{input[1:], mobilenet.Want{}, "input of 3071 bytes: the model reads [32,32,3], 3072 bytes"},
		{input, mobilenet.Want{Activations: true, Layer: 29}, "there is no layer 29: the model's are 0 to 28"},
		{input, mobilenet.Want{Activations: true, Layer: -1}, "there is no layer -1: the model's are 0 to 28"},
	} {
		got := ""
		if err := m.CheckRun(test.input, test.want); err != nil {
			got = err.Error()
		}
		if got != test.err {
			t.Errorf("%d bytes, %+v: %q, want %q", len(test.input), test.want, got, test.err)
		}
	}
}
