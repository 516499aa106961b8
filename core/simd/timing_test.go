package simd_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
)

// TestTiming prints how long the default model takes in Node.js, in all and a layer, if $TIMING is set:
//
//	TIMING=1 go test -run Timing -v ./core/simd
func TestTiming(t *testing.T) {
	if os.Getenv("TIMING") == "" {
		t.Skip("skipped: set TIMING=1 to measure")
	}
	model := golden(t, "mobilenet_v1_1.0_224_quant")
	for _, f := range []simd.Capabilities{
		{Threads: 1}, {Threads: 1, Relaxed: true}, {Threads: 2, Shared: true}, {Threads: 2, Shared: true, Relaxed: true},
	} {
		p, err := simd.Compile(model, f)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := nodeHost{}.Instantiate(p)
		if err != nil {
			t.Fatal(err)
		}
		node := instance.(*nodeInstance)
		if err := p.Pack(node.Write); err != nil {
			t.Fatal(err)
		}
		all, err := node.time(0, len(model.Layers), 200)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(all)
		t.Logf("%s: min %v median %v, %d KB of module, %d pages", setting{nodeHost{}, f}, all[0], all[len(all)/2], len(p.Module)/1024, p.Pages)
		sums := map[string]time.Duration{}
		for i := range model.Layers {
			times, err := node.time(i, i+1, 60)
			if err != nil {
				t.Fatal(err)
			}
			l := &model.Layers[i]
			best := slices.Min(times)
			sums[l.Kind.String()] += best
			if os.Getenv("TIMING") == "2" {
				t.Logf("  %-5s %8v %5.1f GMAC/s", l.Name, best, float64(l.MultiplyAdds())/float64(best))
			}
		}
		t.Log("  ", sums)
		if err := node.Close(); err != nil {
			t.Fatal(err)
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
	for _, f := range []simd.Capabilities{{Threads: 1}, {Threads: 1, Relaxed: true}} {
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
