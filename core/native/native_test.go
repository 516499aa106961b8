package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
)

func input(rng *rand.Rand, m *mobilenet.Model) []byte {
	b := make([]byte, m.InputShape().Len())
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// agree reports whether two results are the same, those of a float model within its rounding.
func agree(m *mobilenet.Model, a, b *mobilenet.Result) bool {
	if m.Type != mobilenet.Float32 {
		return bytes.Equal(a.Output, b.Output) && slices.Equal(a.Logits, b.Logits) && slices.Equal(a.Embedding, b.Embedding)
	}
	near := func(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-3*(1+math.Abs(float64(b))) }
	for _, pair := range [][2][]float32{{a.Logits, b.Logits}, {a.Embedding, b.Embedding}} {
		if len(pair[0]) != len(pair[1]) {
			return false
		}
		for i := range pair[0] {
			if !near(pair[0][i], pair[1][i]) {
				return false
			}
		}
	}
	return true
}

// Models of all kinds give the reference's bytes from engines that run at the same time, and still after one of them is closed.
func TestSameAsReference(t *testing.T) {
	if err := wazerohost.Compiles(); err != nil {
		t.Skipf("skipped: %v", err)
	}
	rng := rand.New(rand.NewPCG(20, 1))
	seen := map[string]int{}
	for range 24 {
		m := testmodel.Random(rng)
		seen[fmt.Sprint(m.Version, " ", m.Type)]++
		sameAsReference(t, rng, m)
	}
	if len(seen) != 6 {
		t.Errorf("the sweep had %v, not both versions in all three types", seen)
	}
}

func sameAsReference(t *testing.T, rng *rand.Rand, m *mobilenet.Model) {
	t.Helper()
	name := fmt.Sprintf("%v %v α %.2f at %d", m.Version, m.Type, m.Alpha, m.Resolution)
	ref, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(m)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	want := mobilenet.Want{Embedding: true}
	inputs, expected := make([][]byte, 3), make([]mobilenet.Result, 3)
	for i := range inputs {
		inputs[i] = input(rng, m)
		if err := ref.Run(t.Context(), inputs[i], want, &expected[i]); err != nil {
			t.Fatal(err)
		}
	}
	engines := make([]mobilenet.Engine, 3)
	for i := range engines {
		if engines[i], err = p.Engine(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	check := func(e mobilenet.Engine) {
		for i := range inputs {
			var got mobilenet.Result
			if err := e.Run(context.Background(), inputs[i], want, &got); err != nil {
				t.Errorf("%s: %v", name, err)
			} else if !agree(m, &got, &expected[i]) {
				t.Errorf("%s: another result than the reference's", name)
			}
		}
	}
	var all sync.WaitGroup
	for _, e := range engines {
		all.Go(func() { check(e) })
	}
	all.Wait()
	if err := engines[0].Close(); err != nil {
		t.Error(err)
	}
	check(engines[1])
	for _, e := range engines[1:] {
		err = errors.Join(err, e.Close())
	}
	if err := errors.Join(err, p.Close()); err != nil {
		t.Error(err)
	}
}

// Where there is no compiler, plain Go gives the same, and says why it does.
func TestWithoutCompiler(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 2))
	m := testmodel.Random(rng)
	for m.Type == mobilenet.Float32 {
		m = testmodel.Random(rng)
	}
	p := &Program{model: m, why: errors.New("no compiler for the abacus")}
	e, err := p.Engine()
	if err != nil {
		t.Fatal(err)
	}
	ref, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	var got, expected mobilenet.Result
	rgb := input(rng, m)
	if err := errors.Join(e.Run(t.Context(), rgb, mobilenet.Want{Embedding: true}, &got), ref.Run(t.Context(), rgb, mobilenet.Want{Embedding: true}, &expected)); err != nil {
		t.Fatal(err)
	}
	if !agree(m, &got, &expected) {
		t.Error("another result than the reference's")
	}
	if info := e.Info(); info.Engine != "go" || !strings.Contains(info.Why, "abacus") {
		t.Errorf("%+v", info)
	}
	if err := errors.Join(e.Close(), p.Close()); err != nil {
		t.Error(err)
	}
}

// BenchmarkEngines is the default model in one engine and in one a core, in pictures a second of all together, with what it takes to
// compile the program, to start one engine more, and in memory for that:
//
//	go test -run '^$' -bench Engines ./core/native
func BenchmarkEngines(b *testing.B) {
	m, err := tflite.Read(testmodel.Default(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			p, err := Compile(m)
			if err != nil {
				b.Fatal(err)
			}
			e, err := p.Engine()
			if err := errors.Join(err, e.Close(), p.Close()); err != nil {
				b.Fatal(err)
			}
		}
	})
	p, err := Compile(m)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("another", func(b *testing.B) {
		for b.Loop() {
			e, err := p.Engine()
			if err != nil {
				b.Fatal(err)
			}
			if err := e.Close(); err != nil {
				b.Fatal(err)
			}
		}
		const held = 8
		before := resident(b)
		for range held {
			e, err := p.Engine()
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close()
		}
		b.ReportMetric(float64(resident(b)-before)/held/(1<<20), "MB-resident")
	})
	for _, n := range slices.Compact([]int{1, runtime.NumCPU()}) {
		b.Run(fmt.Sprintf("engines=%d", n), func(b *testing.B) {
			engines := make([]mobilenet.Engine, n)
			for i := range engines {
				if engines[i], err = p.Engine(); err != nil {
					b.Fatal(err)
				}
				defer engines[i].Close()
			}
			rgb := input(rand.New(rand.NewPCG(1, 1)), m)
			b.ResetTimer()
			var all sync.WaitGroup
			for i, e := range engines {
				all.Go(func() {
					var out mobilenet.Result
					for j := i; j < b.N; j += n {
						if err := e.Run(context.Background(), rgb, mobilenet.Want{}, &out); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pictures/s")
		})
	}
}

// resident is the process's memory once what is not used is given back, as Linux counts it; 0 elsewhere.
func resident(b *testing.B) int64 {
	debug.FreeOSMemory()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(data), &size, &pages); err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
