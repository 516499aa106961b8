package simd_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// FuzzNetwork makes random small networks, alters their files, and compares one of the engines with the reference where the reader
// takes what came of it. Go's fuzzing ends a process that is busy with one input for 10 s, so the networks are small, and threads are
// left to TestRandomNetworks: on a busy machine, they wait long for each other.
func FuzzNetwork(f *testing.F) {
	for seed := range uint64(18) { // each type, on each engine, of each network
		f.Add(seed, []byte{})
		f.Add(seed, []byte{0, byte(8 * seed), 3, 7, 0, 3})
	}
	f.Fuzz(func(t *testing.T, seed uint64, changes []byte) {
		all := slices.DeleteFunc(settings(t), func(s setting) bool { return s.capabilities.Threads > 1 })
		s := all[seed/3%uint64(len(all))]
		checkRandom(t, s, versions[seed/9%2], seed, changes)
		if len(changes) == 0 {
			checkModel(t, s, randomModel(seed), seed)
		}
	})
}

var versions = [...]mobilenet.Version{mobilenet.V1, mobilenet.V2}

func TestRandomNetworks(t *testing.T) {
	for _, version := range versions {
		for seed := range uint64(6) { // each type twice
			for _, s := range settings(t) {
				if s.capabilities.Threads > 1 && s.host == (nodeHost{}) && seed >= 3 {
					continue // V8's threads take long to start
				}
				t.Run(fmt.Sprintf("%v-%v-%d", version, s, seed), func(t *testing.T) { checkRandom(t, s, version, seed, nil) })
			}
		}
	}
}

// checkRandom compares an engine with the reference on a random network whose file is altered by changes, if it is still read.
func checkRandom(t *testing.T, s setting, version mobilenet.Version, seed uint64, changes []byte) {
	r := rand.New(rand.NewPCG(seed, 2))
	spec := tflitetest.Spec{
		Alpha: 0.02 + 0.2*r.Float64(), Resolution: 1 + r.IntN(64), Classes: 1 + r.IntN(40), MinChannels: []int{1, 8}[r.IntN(2)],
		Type: []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32}[seed%3], PerTensor: r.IntN(4) == 0,
		Padding: tflitetest.Padding(r.IntN(3)), Activation: tflitetest.Activation(r.IntN(3)), Pool: tflitetest.Pool(r.IntN(2)),
		Classifier: tflitetest.Classifier(r.IntN(3)), Seed: seed,
	}
	if spec.Version = version; version == mobilenet.V2 {
		spec.AddRelu6, spec.AddendFirst = r.IntN(3) == 0, r.IntN(2) == 0
	}
	if spec.Padding == tflitetest.PadStride2 {
		spec.Resolution = max(spec.Resolution, 32) // or there is nothing left
	}
	graph := tflitetest.NewGraph(spec)
	tflitetest.Change(graph, changes[:min(len(changes), 100)])
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
	p, err := simd.Compile(model, s.capabilities)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := simd.Start(p, s.host)
	if err != nil {
		t.Fatal(err)
	}
	unharmed := fence(t, p, simd.InstanceForTest(engine))
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

// fence fills what is left of the memory behind the image, and gives a test that nothing was written there or into the image. What
// lies outside the memory the module cannot reach: it would trap.
func fence(t *testing.T, p *simd.Program, instance simd.Instance) (unharmed func()) {
	t.Helper()
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
		if m.Layers[i].Kind == mobilenet.Add {
			q.Addend = m.Layers[m.Layers[i].Addend].Quantized.Out
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
		if len(q.Weights) == 0 {
			continue
		}
		q.Weights = slices.Clone(q.Weights)
		switch r.IntN(4) {
		case 0: // a few
			for range 1 + len(q.Weights)/20 {
				q.Weights[r.IntN(len(q.Weights))] = uint8(r.Uint32())
			}
		case 1: // all, so that no channel is narrow
			for i := range q.Weights {
				q.Weights[i] = uint8(r.Uint32())
			}
		case 2: // none is wide
			for i := range q.Weights {
				q.Weights[i] = 64 + q.Weights[i]/2
			}
		}
	}
}
