package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
)

// madeUpFloats gives l weights whose sums are about as large as the inputs, as in a trained network, and an input.
func madeUpFloats(l *mobilenet.Layer, seed uint64) (in []float32) {
	r := rand.New(rand.NewPCG(seed, 0))
	floats := func(n int, spread float64) []float32 {
		b := make([]float32, n)
		for i := range b {
			b[i] = float32(spread * r.NormFloat64())
		}
		return b
	}
	inputs := max(1, l.Parameters()/l.Out.C) // of a sum
	weights := floats(l.Parameters(), 1/math.Sqrt(float64(inputs)))
	l.Float = &mobilenet.Float{Weights: weights, Bias: floats(l.Biases(), 1), Min: -1.5, Max: 1.5}
	if seed%2 == 1 {
		infinity := float32(math.Inf(1))
		l.Float.Min, l.Float.Max, l.Float.Leak = -infinity, infinity, 0.1
	}
	return floats(l.In.Len(), 1)
}

// Float kernels against the same loops in float64.
func testFloatLayer(t *testing.T, l mobilenet.Layer) {
	t.Helper()
	seed := rand.Uint64()
	for name, h := range HostsForTest(t) {
		in := madeUpFloats(&l, seed)
		got, want := runFloatLayer(t, h, &l, in), naiveFloat(&l, in)
		for i := range want {
			if math.Abs(float64(got[i])-want[i]) > 1e-4 {
				t.Fatalf("%s, seed %d: value %d is %v, want %v\n%+v to %+v", name, seed, i, got[i], want[i], l.In, l.Out)
			}
		}
	}
}

func naiveFloat(l *mobilenet.Layer, in []float32) []float64 {
	if l.Kind == mobilenet.FullyConnected {
		l = asPixel(l)
	}
	var out []float64
	w := l.Float.Weights
	for oy := range l.Out.H {
		for ox := range l.Out.W {
			for c := range l.Out.C {
				sum := 0.0
				if l.Kind != mobilenet.AveragePool {
					sum = float64(l.Float.Bias[c])
				}
				for y := range l.Kernel {
					for x := range l.Kernel {
						iy, ix := oy*l.Stride+y-l.Pad.Top, ox*l.Stride+x-l.Pad.Left
						if iy < 0 || iy >= l.In.H || ix < 0 || ix >= l.In.W {
							continue
						}
						pixel := in[(iy*l.In.W+ix)*l.In.C:][:l.In.C]
						switch l.Kind {
						case mobilenet.AveragePool:
							sum += float64(pixel[c]) / float64(l.In.H*l.In.W)
						case mobilenet.Depthwise:
							sum += float64(pixel[c]) * float64(w[(y*3+x)*l.Out.C+c])
						default:
							for k, v := range pixel {
								sum += float64(v) * float64(w[((c*l.Kernel+y)*l.Kernel+x)*l.In.C+k])
							}
						}
					}
				}
				if leak := float64(l.Float.Leak); leak > 0 && sum < 0 {
					sum *= leak
				}
				out = append(out, min(max(sum, float64(l.Float.Min)), float64(l.Float.Max)))
			}
		}
	}
	return out
}

func runFloatLayer(t testing.TB, h HostForTest, l *mobilenet.Layer, in []float32) []float32 {
	t.Helper()
	p := layerProgram(t, l, h.Capabilities, nil, Float32)
	b := make([]byte, p.Input.bytes())
	for i, v := range in {
		putFloat32(b[4*(i/l.In.C*p.Input.Stride+i%l.In.C):], v)
	}
	e := runProgram(t, h, p, b)
	defer e.Close()
	out, err := e.real(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFloat(t *testing.T) {
	one := mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
	for _, s := range []mobilenet.Shape{{H: 3, W: 3, C: 8}, {H: 7, W: 9, C: 13}, {H: 4, W: 5, C: 40}, {H: 28, W: 29, C: 3}} {
		t.Run(s.String(), func(t *testing.T) {
			testFloatLayer(t, layerOf(mobilenet.Pointwise, s, 11, 1, 1, mobilenet.Padding{}))
			testFloatLayer(t, layerOf(mobilenet.Depthwise, s, s.C, 3, 1, one))
			testFloatLayer(t, layerOf(mobilenet.Depthwise, s, s.C, 3, 2, mobilenet.Padding{Bottom: 1, Right: 1}))
			for _, colours := range []int{1, 3} {
				picture := mobilenet.Shape{H: s.H, W: s.W, C: colours}
				testFloatLayer(t, layerOf(mobilenet.Conv, picture, s.C, 3, 2, one))
				testFloatLayer(t, layerOf(mobilenet.Conv, picture, s.C, 3, 1, mobilenet.Padding{Bottom: 1, Right: 1}))
				for _, pad := range unevenPaddings {
					testFloatLayer(t, layerOf(mobilenet.Conv, picture, s.C, 3, 2, pad))
				}
			}
			for _, pad := range unevenPaddings {
				testFloatLayer(t, layerOf(mobilenet.Depthwise, s, s.C, 3, 2, pad))
			}
			square := mobilenet.Shape{H: s.H, W: s.H, C: s.C}
			testFloatLayer(t, layerOf(mobilenet.AveragePool, square, s.C, s.H, 1, mobilenet.Padding{}))
		})
	}
	for _, s := range fullyConnectedShapes {
		testFloatLayer(t, fullyConnectedOf(mobilenet.Shape{H: s.h, W: s.w, C: s.k}, s.c))
	}
}

// Strassen's products, in strips that threads share, and in one whose channels they share; odd numbers of pixels, and what is too
// small or cannot be cut.
func TestStrassen(t *testing.T) {
	for _, s := range []struct{ h, w, k, c, strips int }{
		{11, 11, 64, 128, 1}, {9, 11, 72, 144, 1}, {8, 12, 128, 128, 1}, {20, 20, 64, 128, 1}, {17, 17, 512, 128, 0}, {56, 56, 64, 128, 8},
		{28, 28, 256, 128, 2}, {29, 31, 64, 128, 0}, {95, 1, 64, 128, 0}, {11, 11, 60, 128, 0}, {11, 11, 64, 136, 0},
	} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			l := layerOf(mobilenet.Pointwise, mobilenet.Shape{H: s.h, W: s.w, C: s.k}, s.c, 1, 1, mobilenet.Padding{})
			if _, strips := strassenFor(&l, true); strips != s.strips {
				t.Errorf("%d strips, want %d", strips, s.strips)
			}
			testFloatLayer(t, l)
		})
	}
}

// Threads change nothing in a float layer, not even how it rounds.
func TestFloatThreads(t *testing.T) {
	for _, s := range []mobilenet.Shape{{H: 11, W: 11, C: 64}, {H: 56, W: 56, C: 64}, {H: 6, W: 6, C: 24}} {
		l := layerOf(mobilenet.Pointwise, s, 128, 1, 1, mobilenet.Padding{})
		seed := rand.Uint64()
		in := madeUpFloats(&l, seed)
		hosts := HostsForTest(t)
		one, three := runFloatLayer(t, hosts["wazero-simd-1"], &l, in), runFloatLayer(t, hosts["wazero-simd-3"], &l, in)
		for i := range one {
			if one[i] != three[i] {
				t.Fatalf("%v, seed %d: value %d is %v by one thread and %v by three", s, seed, i, one[i], three[i])
			}
		}
	}
}
