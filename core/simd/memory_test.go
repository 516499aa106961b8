package simd_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// A file of a few kilobytes can ask for maps as large as there may be. The engine takes what the largest neighbours among them need,
// a few times the file, and no more; the program that compiles it a few times the file.
func TestMemoryOfLargeMaps(t *testing.T) {
	for i, dtype := range []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32, mobilenet.Uint8, mobilenet.Float32} {
		for _, alpha := range []float64{0.001, 0.1, 1} {
			version := []mobilenet.Version{mobilenet.V1, mobilenet.V2}[i/3]
			file := tflitetest.Build(tflitetest.Spec{Version: version, Type: dtype, Alpha: alpha, MinChannels: 1, Classes: 3, Resolution: 32})
			model, err := tflite.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			if model, err = model.AtResolution(mobilenet.MaxResolution); err != nil {
				t.Fatal(err)
			}
			element := 2 // bytes of a map's number
			if dtype == mobilenet.Float32 {
				element = 4
			}
			maps := 0
			for _, l := range model.Layers[1:] {
				maps = max(maps, element*(filled(l.In)+filled(l.Out)))
			}
			maps += element * model.Layers[0].In.Len()
			const mega = 1 << 20
			for _, relaxed := range []bool{false, true} {
				var p *simd.Program
				took := allocated(func() {
					var err error
					if p, err = simd.Compile(model, simd.Capabilities{Threads: 1, Relaxed: relaxed}); err != nil {
						t.Fatal(err)
					}
					if err := p.Pack(func(int, []byte) error { return nil }); err != nil {
						t.Fatal(err)
					}
				})
				name := fmt.Sprintf("%v, %v, α %v, relaxed %v: a file of %d bytes, maps of %d", version, dtype, alpha, relaxed, len(file), maps)
				if most := maps + 4*len(file) + mega; p.Memory() > most {
					t.Errorf("%s: an engine of %d bytes, where %d are enough", name, p.Memory(), most)
				}
				if most := uint64(2*len(file) + 2*mega); took > most {
					t.Errorf("%s: compiling took %d bytes, where %d are enough", name, took, most)
				}
			}
		}
	}
}

// filled is how many numbers a map has when its channels are filled up to a multiple of 8.
func filled(s mobilenet.Shape) int { return s.H * s.W * ((s.C + 7) / 8 * 8) }

// allocated is how much memory f takes from Go. Other goroutines' is counted too, but not each time.
func allocated(f func()) uint64 {
	least := uint64(math.MaxUint64)
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}
