package simd_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/reference"
	"mobilenet/core/simd"
)

// checkModel compares an engine with the reference on a random model: all results, and the output of a layer.
func checkModel(t *testing.T, s setting, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	m := testmodel.Random(r)
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
	compare(t, engine, ref, m, picture(seed, m), r.IntN(len(m.Layers)))
	unharmed()
	if t.Failed() {
		t.Logf("%v, %v to %v, %+v", m.Type, m.Layers[0].In, m.Layers[m.Features()].Out, m.Network)
	}
}

// Networks of every form that a Model has: grey and oblong inputs, any padding, no pool, dense layers, no classifier.
func TestRandomModels(t *testing.T) {
	for seed := range uint64(40) {
		for i, s := range settings(t) {
			if s.host == (nodeHost{}) && (s.capabilities.Threads > 1 && seed%20 != 0 || (uint64(i)+seed)%2 != 0) {
				continue // V8's threads, and V8 itself, take long to start
			}
			t.Run(fmt.Sprintf("%d-%v", seed, s), func(t *testing.T) { checkModel(t, s, seed) })
		}
	}
}
