package quantize

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
)

// squaredError is Σ e_i·e_j·H_ij, written down.
func squaredError(h, weights, rounded []float64, scale float64) (sum float64) {
	n := len(weights)
	for i := range n {
		for j := range n {
			sum += (weights[i] - rounded[i]*scale) * h[i*n+j] * (weights[j] - rounded[j]*scale)
		}
	}
	return sum
}

// The rounder beats rounding to the nearest by much where inputs go together, and comes near the best of all roundings of few weights.
func TestRounder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const n, trials, scale = 6, 60, 0.1
	var ours, nearest, best float64
	for range trials {
		h := make([]float64, n*n)
		for range 40 { // inputs with something in common
			common := random.NormFloat64()
			x := make([]float64, n)
			for i := range x {
				x[i] = 2*common + random.NormFloat64()
			}
			for i := range x {
				for j := range x {
					h[i*n+j] += x[i] * x[j] / 40
				}
			}
		}
		weights, simple, rounded := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range weights {
			weights[i] = random.NormFloat64()
			simple[i] = math.RoundToEven(weights[i] / scale)
		}
		newRounder(h, n).round(rounded, weights, scale, -127, 127)
		least := math.Inf(1)
		for code := range 1 << n { // each weight up or down
			for i := range rounded {
				simple[i] = math.Floor(weights[i]/scale) + float64(code>>i&1)
			}
			least = math.Min(least, squaredError(h, weights, simple, scale))
		}
		for i, w := range weights {
			simple[i] = math.RoundToEven(w / scale)
		}
		ours += squaredError(h, weights, rounded, scale)
		nearest += squaredError(h, weights, simple, scale)
		best += least
	}
	t.Logf("squared error: nearest %.3g, ours %.3g, the best of all %.3g", nearest, ours, best)
	if ours > 0.6*nearest || ours > 1.3*best {
		t.Errorf("squared error %.3g; to the nearest it is %.3g, at best %.3g", ours, nearest, best)
	}
}

// Weights stay within the bounds, and one cut off is made up for by the others.
func TestRounderBounds(t *testing.T) {
	h := []float64{1.02, 1, 1, 1.01} // two inputs that are nearly the same
	rounded := make([]float64, 2)
	newRounder(h, 2).round(rounded, []float64{150, 20}, 1, -127, 127)
	if slices.Max(rounded) > 127 || math.Abs(rounded[0]+rounded[1]-170) > 3 {
		t.Errorf("150 and 20 became %v", rounded)
	}
}

// Moments are those of patches cut out one by one.
func TestMoments(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, l := range []mobilenet.Layer{
		{Kind: mobilenet.Conv, In: mobilenet.Shape{H: 7, W: 6, C: 3}, Out: mobilenet.Shape{H: 4, W: 3, C: 5}, Kernel: 3, Stride: 2, Pad: mobilenet.Padding{Top: 1, Left: 0, Bottom: 1, Right: 1}},
		{Kind: mobilenet.Depthwise, In: mobilenet.Shape{H: 5, W: 5, C: 4}, Out: mobilenet.Shape{H: 5, W: 5, C: 4}, Kernel: 3, Stride: 1, Pad: mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}},
		{Kind: mobilenet.Pointwise, In: mobilenet.Shape{H: 3, W: 4, C: 6}, Out: mobilenet.Shape{H: 3, W: 4, C: 2}, Kernel: 1, Stride: 1},
	} {
		in := make([]float32, l.In.Len())
		for i := range in {
			in[i] = max(0, float32(random.NormFloat64()))
		}
		pixels := sample(l.Out, 100, 0)
		m := newMoments(&l)
		m.add(&l, in, pixels)
		at := func(pixel, tap, c int) float64 {
			y, x := pixel/l.Out.W*l.Stride-l.Pad.Top+tap/l.Kernel, pixel%l.Out.W*l.Stride-l.Pad.Left+tap%l.Kernel
			if y < 0 || x < 0 || y >= l.In.H || x >= l.In.W {
				return 0
			}
			return float64(in[(y*l.In.W+x)*l.In.C+c])
		}
		term := func(pixel, group, i int) float64 {
			if l.Kind == mobilenet.Depthwise {
				return at(pixel, i, group)
			}
			return at(pixel, i/l.In.C, i%l.In.C)
		}
		got := make([]float64, m.terms*m.terms)
		for group := range len(m.sum) / m.terms {
			m.covariance(got, group, 0.5)
			for i := range m.terms {
				for j := range m.terms {
					var x, y, xy float64
					for _, p := range pixels {
						x += term(p, group, i)
						y += term(p, group, j)
						xy += term(p, group, i) * term(p, group, j)
					}
					n := float64(len(pixels))
					want := xy/n - x/n*y/n
					if i == j {
						want += 0.5
					}
					if math.Abs(got[i*m.terms+j]-want) > 1e-9 {
						t.Fatalf("%v, group %d: covariance of %d and %d is %v, want %v", l.Kind, group, i, j, got[i*m.terms+j], want)
					}
				}
			}
		}
	}
}

// A sample has no pixel twice and over some pictures every one.
func TestSample(t *testing.T) {
	for _, s := range []mobilenet.Shape{{H: 112, W: 112}, {H: 7, W: 7}, {H: 3, W: 200}, {H: 48, W: 48}} {
		for _, n := range []int{momentPixels, statPixels} {
			for picture := range 3 {
				pixels := sample(s, n, picture)
				if slices.Sort(pixels); len(slices.Compact(slices.Clone(pixels))) != len(pixels) || len(pixels) > n && len(pixels) > s.H*s.W || pixels[len(pixels)-1] >= s.H*s.W {
					t.Errorf("%v, %d: %d pixels, some twice or outside: %v", s, n, len(pixels), pixels)
				}
			}
		}
	}
}
