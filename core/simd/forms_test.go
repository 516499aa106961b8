package simd_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/simd"
)

// checkModel compares an engine with the reference on a model: all results, and the output of a layer.
func checkModel(t *testing.T, s setting, m *mobilenet.Model, seed uint64) {
	t.Helper()
	ref, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	p, err := simd.Compile(m, s.capabilities)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := simd.Start(p, s.host)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	unharmed := fence(t, p, simd.InstanceForTest(engine))
	compare(t, engine, ref, m, picture(seed, m), int(seed*7)%len(m.Layers))
	unharmed()
	if t.Failed() {
		t.Logf("%v, %v to %v, %+v", m.Type, m.Layers[0].In, m.Layers[m.Features()].Out, m.Network)
	}
}

func randomModel(seed uint64) *mobilenet.Model {
	return testmodel.Random(rand.New(rand.NewPCG(seed, 7)))
}

// Networks of every form that a Model has: grey and oblong inputs, any padding, no pool, dense layers, no classifier.
func TestRandomModels(t *testing.T) {
	for seed := range uint64(40) {
		for i, s := range settings(t) {
			if s.host == (nodeHost{}) && (s.capabilities.Threads > 1 && seed%20 != 0 || (uint64(i)+seed)%2 != 0) {
				continue // V8's threads, and V8 itself, take long to start
			}
			t.Run(fmt.Sprintf("%d-%v", seed, s), func(t *testing.T) { checkModel(t, s, randomModel(seed), seed) })
		}
	}
}

// With a narrow layer after wide depthwise ones, the maps that are kept before theirs in the memory are shorter than a pixel of theirs, and so
// than their padding, from whose left end depthwise kernels count addresses.
func TestNarrowTop(t *testing.T) {
	n := mobilenet.Network{Version: mobilenet.V2, Alpha: 1, Resolution: 2, Top: mobilenet.Top{EachPixel: 1, Flat: true}}
	for seed, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32} {
		layers, err := n.Layers()
		if err != nil {
			t.Fatal(err)
		}
		m := testmodel.WithWeights(rand.New(rand.NewPCG(uint64(seed), 8)), n, layers, dtype)
		for _, s := range settings(t) {
			if s.capabilities.Threads == 1 {
				t.Run(fmt.Sprint(dtype, s), func(t *testing.T) { checkModel(t, s, m, uint64(seed)) })
			}
		}
	}
}
