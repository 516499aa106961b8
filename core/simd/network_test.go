package simd_test

import (
	"bytes"
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
				if s.features.Threads > 1 && s.host == (nodeHost{}) && (i+k)%5 != 0 {
					continue // V8's threads take long to start
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

// The same weights at other resolutions, odd feature maps among them.
func TestResolutions(t *testing.T) {
	models := map[mobilenet.DType]*mobilenet.Model{}
	for _, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Float32} {
		models[dtype] = build(t, tflitetest.Spec{Type: dtype, Seed: 40})
	}
	for i := range 10 {
		resolution := []int{32, 64, 96, 160, 224}[i%5]
		model, err := models[[]mobilenet.DType{mobilenet.Uint8, mobilenet.Float32}[i/5]].AtResolution(resolution)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := reference.New(model)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range settings(t) {
			if s.features.Threads == 1 || resolution == 224 {
				t.Run(fmt.Sprint(resolution, model.Type, s), func(t *testing.T) {
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
			if info.Threads != s.features.Threads || info.Memory <= 0 || info.Memory > 16<<20 {
				t.Errorf("%+v", info)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	model := build(t, tflitetest.Spec{})
	for want, f := range map[string]simd.Features{
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
		"no layers":            changed(func(m *mobilenet.Model) { m.Layers = nil }),
		"the last layer is":    changed(func(m *mobilenet.Model) { m.Layers = m.Layers[:5] }),
		"layer after a":        changed(func(m *mobilenet.Model) { m.Layers = slices.Delete(m.Layers, 2, 3) }),
		"only 3×3":             changed(func(m *mobilenet.Model) { m.Layers[1].Kernel = 5 }),
		"weights, 0 biases":    changed(func(m *mobilenet.Model) { m.Layers[2].Quantized = &mobilenet.Quantized{In: m.Layers[2].Quantized.In} }),
		"no uint8 weights":     changed(func(m *mobilenet.Model) { m.Layers[2].Quantized = nil }),
		"is quantised as":      changed(func(m *mobilenet.Model) { q := *m.Layers[2].Quantized; q.In.Zero++; m.Layers[2].Quantized = &q }),
		"the layer before it":  changed(func(m *mobilenet.Model) { m.Layers[2].In.H++ }),
		"not the first layer":  changed(func(m *mobilenet.Model) { m.Layers[2].Kind = mobilenet.Conv }),
		"has 4 channels":       changed(func(m *mobilenet.Model) { m.Layers[0].In.C = 4 }),
		"unknown kind Kind(9)": changed(func(m *mobilenet.Model) { m.Layers[3].Kind = 9 }),
	} {
		if _, err := simd.Compile(m, simd.Features{Threads: 1}); err == nil || !strings.Contains(err.Error(), want) {
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
	threaded := slices.IndexFunc(settings(t), func(s setting) bool { return s.host == (nodeHost{}) && s.features.Threads > 1 })
	if threaded < 0 {
		t.Skip("skipped: node is not on PATH")
	}
	s := settings(t)[threaded]
	s.features.Timeout = 200 * time.Millisecond
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
		p, err := simd.Compile(model, s.features)
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
		compare(t, simd.Attach(p, instance), ref, model, picture(3, model), 4)
		if err := instance.Close(); err != nil {
			t.Error(err)
		}
	}
}

// FuzzNetwork makes random small networks, alters their files, and compares one of the engines with the reference where the reader
// takes what came of it. Go's fuzzing ends a process that is busy with one input for 10 s, so the networks are small, and threads are
// left to TestRandomNetworks: on a busy machine, they wait long for each other.
func FuzzNetwork(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(seed, []byte{})
		f.Add(seed, []byte{0, byte(8 * seed), 3, 7, 0, 3})
	}
	f.Fuzz(func(t *testing.T, seed uint64, changes []byte) {
		all := slices.DeleteFunc(settings(t), func(s setting) bool { return s.features.Threads > 1 })
		checkRandom(t, all[seed/3%uint64(len(all))], seed, changes)
	})
}

func TestRandomNetworks(t *testing.T) {
	for seed := range uint64(8) {
		for _, s := range settings(t) {
			if s.features.Threads == 1 || s.host != (nodeHost{}) { // V8's threads take long to start
				t.Run(fmt.Sprintf("%v-%d", s, seed), func(t *testing.T) { checkRandom(t, s, seed, nil) })
			}
		}
	}
}

// checkRandom compares an engine with the reference on a random network whose file is altered by changes, if it is still read.
func checkRandom(t *testing.T, s setting, seed uint64, changes []byte) {
	r := rand.New(rand.NewPCG(seed, 2))
	spec := tflitetest.Spec{
		Alpha: 0.02 + 0.2*r.Float64(), Resolution: 1 + r.IntN(64), Classes: 1 + r.IntN(40), MinChannels: []int{1, 8}[r.IntN(2)],
		Type: []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32}[seed%3], PerTensor: r.IntN(4) == 0,
		Padding: tflitetest.Padding(r.IntN(3)), Activation: tflitetest.Activation(r.IntN(3)), Pool: tflitetest.Pool(r.IntN(2)),
		Classifier: tflitetest.Classifier(r.IntN(3)), Seed: seed,
	}
	if spec.Padding == tflitetest.PadStride2 {
		spec.Resolution = max(spec.Resolution, 32) // or there is nothing left
	}
	graph := tflitetest.NewGraph(spec)
	graph.Change(changes[:min(len(changes), 100)])
	model, err := tflite.Read(graph.Bytes())
	if err != nil {
		return
	}
	if model.Type != mobilenet.Float32 {
		disturb(r, model)
	}
	ref, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := simd.New(model, s.features, s.host)
	if err != nil {
		t.Fatal(err)
	}
	unharmed := fence(t, engine)
	if rgb := picture(seed, model); model.Type == mobilenet.Float32 && len(changes) > 0 { // weights may be anything, and sums infinite
		var out mobilenet.Result
		if err := engine.Run(context.Background(), rgb, mobilenet.Want{Features: true}, &out); err != nil {
			t.Error(err)
		}
	} else {
		compare(t, engine, ref, model, rgb, r.IntN(len(model.Layers)))
	}
	unharmed()
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
}

// fence fills what is left of the engine's memory behind the image, and gives a test that nothing was written there or into the
// image. What lies beyond the memory the module cannot reach: it would trap.
func fence(t *testing.T, e *simd.Engine) (unharmed func()) {
	t.Helper()
	p, instance := e.Program(), simd.InstanceForTest(e)
	end := p.ImageOffset + p.ImageSize
	rest := bytes.Repeat([]byte{0xa5}, p.Memory()-end)
	if err := instance.Write(end, rest); err != nil {
		t.Fatal(err)
	}
	want := append(p.Image(), rest...)
	return func() {
		t.Helper()
		got := make([]byte, len(want))
		if err := instance.Read(p.ImageOffset, got); err != nil {
			t.Fatal(err)
		}
		for i, b := range got {
			if b != want[i] {
				t.Fatalf("byte %d of the memory was overwritten: the image is %d to %d", p.ImageOffset+i, p.ImageOffset, end)
			}
		}
	}
}

// disturb gives the model's layers zero points, scales and weights that no training would.
func disturb(r *rand.Rand, m *mobilenet.Model) {
	for i := range m.Layers {
		q := *m.Layers[i].Quantized
		m.Layers[i].Quantized = &q
		if i > 0 {
			q.In = m.Layers[i-1].Quantized.Out
		}
		if m.Layers[i].Kind == mobilenet.AveragePool {
			if !q.Mean {
				q.Out = q.In
			}
			continue
		}
		if r.IntN(3) == 0 {
			q.Out.Zero = uint8(r.Uint32())
		}
		if r.IntN(4) == 0 {
			q.WeightZero = uint8(r.Uint32())
		}
		if r.IntN(4) == 0 {
			q.Out.Scale *= float32(0.25 + 2*r.Float64())
		}
		if r.IntN(4) == 0 {
			q.Min, q.Max = uint8(r.IntN(30)), uint8(200+r.IntN(56))
		}
		if r.IntN(3) == 0 {
			q.Weights = slices.Clone(q.Weights)
			for range 1 + len(q.Weights)/20 {
				q.Weights[r.IntN(len(q.Weights))] = uint8(r.Uint32())
			}
		}
	}
}

func BenchmarkNetwork(b *testing.B) {
	model := golden(b, "mobilenet_v1_1.0_224_quant")
	for _, s := range settings(b)[:1] {
		b.Run(s.String(), func(b *testing.B) {
			engine := start(b, model, s)
			rgb := picture(1, model)
			var out mobilenet.Result
			for b.Loop() {
				if err := engine.Run(context.Background(), rgb, mobilenet.Want{}, &out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCompile is the time from a model to a module and a packed image.
func BenchmarkCompile(b *testing.B) {
	model := golden(b, "mobilenet_v1_1.0_224_quant")
	for _, f := range []simd.Features{{Threads: 1}, {Threads: 1, Relaxed: true}} {
		b.Run(fmt.Sprintf("relaxed=%t", f.Relaxed), func(b *testing.B) {
			for b.Loop() {
				p, err := simd.Compile(model, f)
				if err != nil {
					b.Fatal(err)
				}
				if err := p.Pack(func(int, []byte) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
