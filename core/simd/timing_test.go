package simd_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
)

// BenchmarkNode is the default model and MobileNetV2 1.0 224 in Node.js, by the clock there: the whole network, with what it takes of
// memory, and each layer.
//
//	go test -run '^$' -bench Node ./core/simd               everything
//	go test -run '^$' -bench Node/V2//network ./core/simd   the whole of V2, in each setting
func BenchmarkNode(b *testing.B) {
	b.Run("V1", func(b *testing.B) { benchmarkNode(b, golden(b, "mobilenet_v1_1.0_224_quant")) })
	b.Run("V2", func(b *testing.B) {
		model, err := tflite.Read(read(b, testmodel.Shared(b, "cases/models/v2_1.0_224_uint8.tflite")))
		if err != nil {
			b.Fatal(err)
		}
		benchmarkNode(b, model)
	})
}

func benchmarkNode(b *testing.B, model *mobilenet.Model) {
	for _, s := range settings(b) {
		if s.host != (nodeHost{}) {
			continue
		}
		b.Run(s.String(), func(b *testing.B) {
			p, err := simd.Compile(model, s.capabilities)
			if err != nil {
				b.Fatal(err)
			}
			instance, err := s.host.Instantiate(p)
			if err != nil {
				b.Fatal(err)
			}
			node := instance.(*nodeInstance)
			defer node.Close()
			if err := p.Pack(node.Write); err != nil {
				b.Fatal(err)
			}
			b.Run("network", func(b *testing.B) {
				median(b, node, 0, len(model.Layers))
				b.ReportMetric(float64(len(p.Module))/1024, "KB-module")
				b.ReportMetric(float64(p.Pages), "pages")
			})
			for i := range model.Layers {
				l := &model.Layers[i]
				b.Run(l.Name, func(b *testing.B) {
					b.ReportMetric(float64(l.MultiplyAdds())/median(b, node, i, i+1), "GMAC/s")
				})
			}
		})
	}
}

// median runs layers b.N times and reports the median in ns, which the mean of a first few slow runs would hide.
func median(b *testing.B, node *nodeInstance, first, last int) float64 {
	times, err := node.time(first, last, b.N)
	if err != nil {
		b.Fatal(err)
	}
	slices.Sort(times)
	ns := float64(times[len(times)/2])
	b.ReportMetric(ns, "ns/op")
	return ns
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
