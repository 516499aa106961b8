package simd_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

func build(t testing.TB, spec tflitetest.Spec) *mobilenet.Model {
	t.Helper()
	model, err := tflite.Read(tflitetest.Build(spec))
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func picture(seed uint64, model *mobilenet.Model) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, model.Layers[0].In.Len())
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// compare runs a picture through engine and the reference and compares all that an engine can give.
func compare(t testing.TB, engine *simd.Engine, ref mobilenet.Engine, model *mobilenet.Model, rgb []byte, layer int) {
	t.Helper()
	want := mobilenet.Want{Embedding: true, Features: true, Activations: true, Layer: layer}
	var got, expected mobilenet.Result
	if err := engine.Run(context.Background(), rgb, want, &got); err != nil {
		t.Fatal(err)
	}
	if err := ref.Run(context.Background(), rgb, want, &expected); err != nil {
		t.Fatal(err)
	}
	if model.Type == mobilenet.Float32 {
		near(t, "logits", got.Logits, expected.Logits, deep)
		near(t, "embedding", got.Embedding, expected.Embedding, deep)
		near(t, "features", got.Features, expected.Features, deep)
		tolerance := shallow
		if layer > 8 {
			tolerance = deep
		}
		near(t, "layer "+model.Layers[layer].Name, got.Layer, expected.Layer, tolerance)
		if len(got.Output) != len(expected.Output) {
			t.Errorf("output of %d bytes, want %d", len(got.Output), len(expected.Output))
		}
		return
	}
	equal(t, "logits", got.Logits, expected.Logits)
	equal(t, "output", got.Output, expected.Output)
	equal(t, "embedding", got.Embedding, expected.Embedding)
	equal(t, "features", got.Features, expected.Features)
	equal(t, "layer "+model.Layers[layer].Name, got.Layer, expected.Layer)
}

// How far floats may be from the reference's, which adds in another order: max |a-b| / max |b|. Made-up weights let rounding
// errors grow from layer to layer.
const (
	shallow = 1e-4
	deep    = 1e-2
)

func near(t testing.TB, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	worst, largest := 0.0, 0.0
	for i := range want {
		worst = max(worst, math.Abs(float64(got[i])-float64(want[i])))
		largest = max(largest, math.Abs(float64(want[i])))
	}
	if !(worst <= tolerance*largest) {
		t.Errorf("%s: differs by %g, the largest value is %g", what, worst, largest)
	}
}

func equal[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: value %d of %d is %v, want %v", what, i, len(want), got[i], want[i])
			return
		}
	}
}

// TestForms compares every layer of small networks of each form with the reference, one layer a picture.
func TestForms(t *testing.T) {
	for i, form := range tflitetest.Forms() {
		t.Run(form.Name, func(t *testing.T) {
			model := build(t, form.Spec)
			ref, err := reference.New(model)
			if err != nil {
				t.Fatal(err)
			}
			for k, s := range settings(t) {
				if s.capabilities.Threads > 1 && s.host == (nodeHost{}) && (i+k)%5 != 0 {
					continue // V8's threads take long to start
				}
				if s.capabilities.Dot && i%4 != 0 {
					continue // and its optimising compiler takes long
				}
				t.Run(s.String(), func(t *testing.T) {
					engine := start(t, model, s)
					for layer := range model.Layers {
						compare(t, engine, ref, model, picture(uint64(layer), model), layer)
					}
				})
			}
		})
	}
}

// MobileNetV2's logits in float32 are those of the reference to 1e-4, though 17 blocks' sums are added in another order.
func TestFloatV2(t *testing.T) {
	for _, spec := range []tflitetest.Spec{{Alpha: 0.35, Seed: 41}, {Alpha: 0.1, Padding: tflitetest.PadAll, AddRelu6: true, Seed: 42}} {
		spec.Version, spec.Type = mobilenet.V2, mobilenet.Float32
		model := build(t, spec)
		ref, err := reference.New(model)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range settings(t) {
			if s.capabilities.Threads > 1 {
				continue
			}
			t.Run(fmt.Sprint(spec.Alpha, s), func(t *testing.T) {
				engine := start(t, model, s)
				for seed := range uint64(5) {
					var got, want mobilenet.Result
					if err := engine.Run(context.Background(), picture(seed, model), mobilenet.Want{}, &got); err != nil {
						t.Fatal(err)
					}
					if err := ref.Run(context.Background(), picture(seed, model), mobilenet.Want{}, &want); err != nil {
						t.Fatal(err)
					}
					near(t, "logits", got.Logits, want.Logits, shallow)
				}
			})
		}
	}
}

// The same weights at other resolutions, odd feature maps among them.
func TestResolutions(t *testing.T) {
	var models []*mobilenet.Model
	for _, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Float32} {
		models = append(models, build(t, tflitetest.Spec{Type: dtype, Seed: 40}))
	}
	models = append(models, build(t, tflitetest.Spec{Version: mobilenet.V2, Alpha: 0.1, Seed: 40}))
	for i := range 5 * len(models) {
		resolution := []int{32, 64, 96, 160, 224}[i%5]
		model, err := models[i/5].AtResolution(resolution)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := reference.New(model)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range settings(t) {
			if s.capabilities.Threads == 1 || resolution == 224 {
				t.Run(fmt.Sprint(model.Version, resolution, model.Type, s), func(t *testing.T) {
					compare(t, start(t, model, s), ref, model, picture(uint64(resolution), model), 3)
				})
			}
		}
	}
}

// Taps and times of the default model, and nothing of them where they are not asked for.
func TestTaps(t *testing.T) {
	model := golden(t, "mobilenet_v1_1.0_224_quant")
	ref, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings(t) {
		t.Run(s.String(), func(t *testing.T) {
			engine := start(t, model, s)
			for _, layer := range []int{0, 1, 13, 24, len(model.Layers) - 1} {
				compare(t, engine, ref, model, picture(7, model), layer)
			}
			var out mobilenet.Result
			if err := engine.Run(context.Background(), picture(8, model), mobilenet.Want{Times: true}, &out); err != nil {
				t.Fatal(err)
			}
			if len(out.Times) != len(model.Layers) || len(out.Embedding)+len(out.Features)+len(out.Layer) != 0 {
				t.Errorf("%d times, %d, %d and %d values", len(out.Times), len(out.Embedding), len(out.Features), len(out.Layer))
			}
			info := engine.Info()
			if info.Threads != s.capabilities.Threads || info.Memory <= 0 || info.Memory > 16<<20 {
				t.Errorf("%+v", info)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	model := build(t, tflitetest.Spec{})
	for want, f := range map[string]simd.Capabilities{
		"0 threads": {}, "17 threads": {Threads: 17, Shared: true}, "need a shared memory": {Threads: 2},
		"time-out": {Threads: 1, Timeout: -1},
	} {
		if _, err := simd.Compile(model, f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", f, err, want)
		}
	}
	changed := func(change func(m *mobilenet.Model)) *mobilenet.Model {
		m := *model
		m.Layers = slices.Clone(model.Layers)
		change(&m)
		return &m
	}
	for want, m := range map[string]*mobilenet.Model{
		"no layers":         changed(func(m *mobilenet.Model) { m.Layers = nil }),
		"the last layer is": changed(func(m *mobilenet.Model) { m.Layers = m.Layers[:5] }),
		"only 3×3": changed(func(m *mobilenet.Model) {
			q := *m.Layers[1].Quantized
			q.Weights = q.Weights[:8]
			m.Layers[1].Kernel, m.Layers[1].Quantized = 1, &q
		}),
		"at most 2 on each side": changed(func(m *mobilenet.Model) { m.Layers[1].Pad.Bottom = 3 }),
		"a layer of kind fully_connected after one of kind depthwise": changed(func(m *mobilenet.Model) {
			m.Layers = append(m.Layers[:2:2], m.Layers[len(m.Layers)-1])
			m.Top.Flat = true
			q := *m.Layers[2].Quantized
			m.Layers[2].In, m.Layers[2].Quantized = m.Layers[1].Out, &q
			q.In, q.Weights = m.Layers[1].Quantized.Out, make([]uint8, m.Layers[2].Parameters())
		}),
		"weights, 0 biases":    changed(func(m *mobilenet.Model) { m.Layers[2].Quantized = &mobilenet.Quantized{In: m.Layers[2].Quantized.In} }),
		"no uint8 weights":     changed(func(m *mobilenet.Model) { m.Layers[2].Quantized = nil }),
		"quantised as":         changed(func(m *mobilenet.Model) { q := *m.Layers[2].Quantized; q.In.Zero++; m.Layers[2].Quantized = &q }),
		"the layer before it":  changed(func(m *mobilenet.Model) { m.Layers[2].In.H++ }),
		"not the first layer":  changed(func(m *mobilenet.Model) { m.Layers[2].Kind = mobilenet.Conv }),
		"the model's input is": changed(func(m *mobilenet.Model) { m.Layers[0].In.C = 4 }),
		"layer pw3: a layer of kind add after one of kind depthwise": changed(func(m *mobilenet.Model) {
			from := m.Layers[5].Quantized.Out
			m.Layers[6].Kind, m.Layers[6].Addend = mobilenet.Add, 4
			m.Layers[6].Quantized = &mobilenet.Quantized{In: from, Addend: m.Layers[4].Quantized.Out, Out: m.Layers[6].Quantized.Out, Max: 255}
		}),
		"unknown kind Kind(9)": changed(func(m *mobilenet.Model) { m.Layers[3].Kind = 9 }),
	} {
		if _, err := simd.Compile(m, simd.Capabilities{Threads: 1}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	engine := start(t, model, settings(t)[0])
	rgb := picture(1, model)
	var out mobilenet.Result
	if err := engine.Run(context.Background(), rgb[1:], mobilenet.Want{}, &out); err == nil {
		t.Error("an input that is too short was taken")
	}
	if err := engine.Run(context.Background(), rgb, mobilenet.Want{Activations: true, Layer: 99}, &out); err == nil {
		t.Error("a layer that does not exist was taken")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := engine.Run(ctx, rgb, mobilenet.Want{}, &out); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := engine.Close(); err != nil {
		t.Error(err)
	}
	if err := engine.Run(context.Background(), rgb, mobilenet.Want{}, &out); err == nil {
		t.Error("a closed engine ran")
	}
}

// A thread that dies makes the run time out; the picture is run again without threads, with the same result.
func TestDeadThread(t *testing.T) {
	threaded := slices.IndexFunc(settings(t), func(s setting) bool { return s.host == (nodeHost{}) && s.capabilities.Threads > 1 })
	if threaded < 0 {
		t.Skip("skipped: node is not on PATH")
	}
	s := settings(t)[threaded]
	s.capabilities.Timeout = 200 * time.Millisecond
	model := build(t, tflitetest.Spec{Resolution: 64, Seed: 50})
	ref, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	engine := start(t, model, s)
	compare(t, engine, ref, model, picture(1, model), 2)
	if err := simd.InstanceForTest(engine).(*nodeInstance).kill(1); err != nil {
		t.Fatal(err)
	}
	compare(t, engine, ref, model, picture(2, model), 2)
	if info := engine.Info(); info.Threads != 1 || !strings.Contains(info.Why, "thread did not answer") {
		t.Errorf("%+v", info)
	}
}

// A program made at build time needs no weights to run.
func TestAttach(t *testing.T) {
	model := build(t, tflitetest.Spec{Seed: 60})
	ref, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings(t)[:1] {
		p, err := simd.Compile(model, s.capabilities)
		if err != nil {
			t.Fatal(err)
		}
		image := p.Image()
		instance, err := s.host.Instantiate(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := instance.Write(p.ImageOffset, image); err != nil {
			t.Fatal(err)
		}
		compare(t, simd.Attach(&p.Plan, instance), ref, model, picture(3, model), 4)
		if err := instance.Close(); err != nil {
			t.Error(err)
		}
	}
}
