package simd

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
)

// HostForTest is a host with the capabilities to ask it for.
type HostForTest struct {
	Host         Host
	Capabilities Capabilities
}

// HostsForTest returns the hosts that this machine has; the external tests set it.
var HostsForTest func(t testing.TB) map[string]HostForTest

// Each kernel is tested against these loops: as short as can be, on the model's own layout.

func naiveRequantize(l *mobilenet.Layer, c int, sum int32) uint8 {
	q := l.Quantized
	v := math.RoundToEven(float64(float32(sum)*q.Multiplier(c))) + float64(q.Out.Zero)
	return uint8(min(max(v, float64(q.Min)), float64(q.Max)))
}

// naiveConv is every convolution: weight gives the tap (y, x, k) of output channel c, channels the inputs that c reads.
func naiveConv(l *mobilenet.Layer, in []uint8, channels func(c int) []int, weight func(c, y, x, k int) uint8) []uint8 {
	q := l.Quantized
	var out []uint8
	for oy := range l.Out.H {
		for ox := range l.Out.W {
			for c := range l.Out.C {
				sum := q.Bias[c]
				for y := range l.Kernel {
					for x := range l.Kernel {
						iy, ix := oy*l.Stride+y-l.Pad.Top, ox*l.Stride+x-l.Pad.Left
						if iy < 0 || iy >= l.In.H || ix < 0 || ix >= l.In.W {
							continue
						}
						for _, k := range channels(c) {
							a := int32(in[(iy*l.In.W+ix)*l.In.C+k]) - int32(q.In.Zero)
							sum += a * (int32(weight(c, y, x, k)) - int32(q.WeightZero))
						}
					}
				}
				out = append(out, naiveRequantize(l, c, sum))
			}
		}
	}
	return out
}

func naive(l *mobilenet.Layer, in []uint8) []uint8 {
	if l.Kind == mobilenet.FullyConnected {
		l = asPixel(l)
	}
	w := l.Quantized.Weights
	all := make([]int, l.In.C)
	for i := range all {
		all[i] = i
	}
	switch l.Kind {
	case mobilenet.Depthwise:
		return naiveConv(l, in, func(c int) []int { return all[c : c+1] }, func(c, y, x, _ int) uint8 { return w[(y*3+x)*l.Out.C+c] })
	case mobilenet.AveragePool:
		return naivePool(l, in)
	}
	return naiveConv(l, in, func(int) []int { return all }, func(c, y, x, k int) uint8 {
		return w[((c*l.Kernel+y)*l.Kernel+x)*l.In.C+k]
	})
}

// asPixel is a layer whose input is all values of l's as if they were one pixel's.
func asPixel(l *mobilenet.Layer) *mobilenet.Layer {
	p := *l
	p.In = mobilenet.Shape{H: 1, W: 1, C: l.In.Len()}
	return &p
}

// naivePool is AVERAGE_POOL_2D of a uint8 file.
func naivePool(l *mobilenet.Layer, in []uint8) []uint8 {
	n := l.In.H * l.In.W
	out := make([]uint8, l.In.C)
	for c := range out {
		sum := 0
		for p := range n {
			sum += int(in[p*l.In.C+c])
		}
		out[c] = uint8(min(max((sum+n/2)/n, int(l.Quantized.Min)), int(l.Quantized.Max)))
	}
	return out
}

// layerProgram compiles one layer whose input's channels have the given order. A pointwise layer writes its output as out says.
func layerProgram(t testing.TB, l *mobilenet.Layer, capabilities Capabilities, order []int, out Layout) *Program {
	t.Helper()
	if err := capabilities.check(); err != nil {
		t.Fatal(err)
	}
	m := &mobilenet.Model{Layers: []mobilenet.Layer{*l}}
	if l.Float != nil {
		m.Type = mobilenet.Float32
	}
	c := newCompiler(m, capabilities)
	for i := range operators { // the relaxed kernel, whatever the weights
		if o := &operators[i]; o.kind == l.Kind && o.relaxed && !o.dot && capabilities.Relaxed && !capabilities.Dot && l.Float == nil {
			c.operators[0] = o
		}
	}
	c.planScratch()
	p := c.program
	p.Input = Map{Shape: l.In, Stride: roundUp(l.In.C, 8), Layout: c.operators[0].reads, Order: order}
	if l.Kind == mobilenet.Conv {
		p.Input.Stride = l.In.C
	}
	layout := c.operators[0].writes
	if l.Float == nil {
		p.Input.Quant, p.Input.padding = l.Quantized.In, l.Quantized.In.Zero
		switch l.Kind {
		case mobilenet.Depthwise: // as the pointwise layer after it reads
			layout = operatorFor(&mobilenet.Layer{Kind: mobilenet.Pointwise}, false, capabilities).reads
		case mobilenet.Pointwise, mobilenet.FullyConnected:
			layout = out
		}
	}
	p.Layers = []Map{newMap(l, layout)}
	p.Input.Offset = c.alloc(p.Input.bytes())
	p.Layers[0].Offset = c.alloc(p.Layers[0].bytes())
	if _, err := c.finish(); err != nil {
		t.Fatal(err)
	}
	return p
}

// runLayer computes one layer by its kernels.
func runLayer(t testing.TB, h HostForTest, l *mobilenet.Layer, in []uint8, order []int, layout Layout) []uint8 {
	t.Helper()
	p := layerProgram(t, l, h.Capabilities, order, layout)
	e := runProgram(t, h, p, stored(&p.Input, in))
	defer e.Close()
	out, err := e.quantized(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// runProgram runs a program of one layer on an input that is laid out already.
func runProgram(t testing.TB, h HostForTest, p *Program, in []byte) *Engine {
	t.Helper()
	instance, err := h.Host.Instantiate(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Pack(instance.Write); err != nil {
		t.Fatal(err)
	}
	if err := instance.Write(p.Input.Offset, in); err != nil {
		t.Fatal(err)
	}
	if err := instance.Run(0, 1); err != nil {
		t.Fatal(err)
	}
	return &Engine{plan: &p.Plan, instance: instance}
}

// stored lays values [h,w,c] out as m says.
func stored(m *Map, values []uint8) []byte {
	b := make([]byte, m.bytes())
	for p := range m.pixels() {
		for i := range m.Stride {
			v := m.padding
			if i < m.Shape.C {
				v = values[p*m.Shape.C+m.channel(i)]
			}
			at := b[(p*m.Stride+i)*m.Layout.size():]
			switch m.Layout {
			case Uint8:
				at[0] = v
			case Int8:
				at[0] = v ^ 128
			case Int16:
				binary.LittleEndian.PutUint16(at, uint16(int16(v)-int16(m.Quant.Zero)))
			}
		}
	}
	return b
}

// Extremes of weights and activations.
const (
	random  = iota
	zeros   // all 0
	full    // all 255
	corners // 0 or 255 by chance
	narrow  // within 127 of each other, the relaxed kernels' fast case
	tiny    // within 32 of each other
	edge    // two values, 127 apart or 128: the last case that is narrow, and the first that is wide
	extremes
)

func bytesOf(r *rand.Rand, n, kind int) []uint8 {
	b := make([]uint8, n)
	base, edgeSpan := r.IntN(128), 127+r.IntN(2)
	for i := range b {
		switch kind {
		case random:
			b[i] = uint8(r.Uint32())
		case full:
			b[i] = 255
		case corners:
			b[i] = uint8(255 * r.IntN(2))
		case narrow:
			b[i] = uint8(base + r.IntN(128))
		case tiny:
			b[i] = uint8(base + r.IntN(32))
		case edge:
			b[i] = uint8(base + edgeSpan*r.IntN(2))
		}
	}
	return b
}

// quantizedFor gives the layer weights of a kind and random quantisation.
func quantizedFor(r *rand.Rand, l *mobilenet.Layer, kind int) {
	zeroPoint := func() uint8 { return [...]uint8{0, 128, 255, uint8(r.Uint32())}[r.IntN(4)] }
	q := &mobilenet.Quantized{
		Weights: bytesOf(r, l.Parameters(), kind), WeightZero: zeroPoint(),
		In: mobilenet.Quant{Scale: 1, Zero: zeroPoint()}, Out: mobilenet.Quant{Scale: 1, Zero: zeroPoint()}, Max: 255,
	}
	if kind == random && r.IntN(2) == 0 { // channels of every class
		size := l.Kernel * l.Kernel * l.In.C
		for c := range l.Out.C {
			if l.Kind == mobilenet.Pointwise {
				copy(q.Weights[c*size:], bytesOf(r, size, r.IntN(extremes)))
			}
		}
	}
	if r.IntN(3) == 0 {
		q.Min = uint8(r.IntN(100))
		q.Max = q.Min + uint8(r.IntN(156))
	}
	for range l.Biases() {
		q.Bias = append(q.Bias, int32(r.IntN(1<<16)-1<<15))
	}
	if r.IntN(8) == 0 {
		for i := range q.Bias {
			q.Bias[i] = int32(r.Uint32())
		}
	}
	// Sums spread over the 256 values, or saturate, or vanish.
	spread := 1 / math.Sqrt(float64(max(1, l.Parameters()/l.Out.C))) / 40
	scale := func() float32 {
		return float32(spread * (0.1 + r.Float64()) * [...]float64{1, 1, 1, 1e4, 1e-4}[r.IntN(5)])
	}
	q.WeightScales = []float32{scale()}
	if r.IntN(2) == 0 {
		for range l.Out.C - 1 {
			q.WeightScales = append(q.WeightScales, scale())
		}
	}
	if l.Kind == mobilenet.AveragePool {
		q.Weights, q.WeightScales, q.Out = nil, nil, q.In
	}
	l.Quantized = q
}

// testLayer compares a layer's kernels with the naive loops on every host, for all extremes of weights and activations.
func testLayer(t *testing.T, shape mobilenet.Layer) {
	t.Helper()
	seed := rand.Uint64()
	for name, h := range HostsForTest(t) {
		if h.Capabilities.Relaxed && shape.Kind != mobilenet.Pointwise && shape.Kind != mobilenet.Depthwise {
			continue // the same kernel
		}
		r := rand.New(rand.NewPCG(seed, 0))
		for kind := range extremes {
			l := shape
			quantizedFor(r, &l, kind)
			in := bytesOf(r, l.In.Len(), r.IntN(extremes))
			var order []int
			if l.Kind != mobilenet.Conv && r.IntN(2) == 0 {
				order = r.Perm(l.In.C)
			}
			layout := []Layout{Uint8, Int8, Int16}[r.IntN(3)]
			got, want := runLayer(t, h, &l, in, order, layout), naive(&l, in)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("%s, seed %d, weights %d, to %v: value %d is %d, want %d\n%+v to %+v", name, seed, kind, layout, i, got[i], want[i], l.In, l.Out)
				}
			}
		}
	}
}

func layerOf(kind mobilenet.Kind, in mobilenet.Shape, channels, kernel, stride int, pad mobilenet.Padding) mobilenet.Layer {
	return mobilenet.Layer{
		Name: kind.String(), Kind: kind, In: in, Kernel: kernel, Stride: stride, Pad: pad,
		Out: mobilenet.Shape{
			H: (in.H+pad.Top+pad.Bottom-kernel)/stride + 1, W: (in.W+pad.Left+pad.Right-kernel)/stride + 1, C: channels,
		},
	}
}

func TestPointwise(t *testing.T) {
	for _, s := range []struct{ h, w, k, c int }{
		{1, 1, 8, 8}, {1, 2, 16, 8}, {3, 1, 24, 16}, {2, 2, 32, 40}, {1, 5, 64, 24}, {3, 3, 5, 3}, {4, 5, 13, 21}, {7, 7, 96, 17},
		{28, 28, 8, 16}, {29, 31, 12, 9}, {2, 3, 1024, 8}, {1, 1, 1, 1},
	} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			testLayer(t, layerOf(mobilenet.Pointwise, mobilenet.Shape{H: s.h, W: s.w, C: s.k}, s.c, 1, 1, mobilenet.Padding{}))
		})
	}
}

func TestFullyConnected(t *testing.T) {
	for _, s := range fullyConnectedShapes {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			testLayer(t, fullyConnectedOf(mobilenet.Shape{H: s.h, W: s.w, C: s.k}, s.c))
		})
	}
}

// Pixels and whole maps, with padding channels and without.
var fullyConnectedShapes = []struct{ h, w, k, c int }{
	{1, 1, 8, 8}, {1, 1, 13, 5}, {1, 1, 256, 101}, {1, 1, 1024, 10}, {1, 1, 1, 1}, {1, 2, 8, 9}, {2, 1, 5, 1}, {3, 3, 102, 2}, {7, 5, 3, 17}, {4, 4, 320, 30},
}

func fullyConnectedOf(in mobilenet.Shape, outputs int) mobilenet.Layer {
	l := layerOf(mobilenet.FullyConnected, in, outputs, 1, 1, mobilenet.Padding{})
	l.Out.H, l.Out.W = 1, 1
	return l
}

func TestDepthwise(t *testing.T) {
	for _, stride := range []int{1, 2} {
		for _, pad := range []mobilenet.Padding{{}, {Top: 1, Left: 1, Bottom: 1, Right: 1}, {Bottom: 1, Right: 1}, {Top: 1, Left: 1}} {
			for _, s := range []struct{ h, w, c int }{{3, 3, 8}, {4, 5, 3}, {7, 7, 16}, {8, 14, 24}, {11, 23, 9}, {30, 34, 8}} {
				t.Run(fmt.Sprint(stride, pad, s), func(t *testing.T) {
					testLayer(t, layerOf(mobilenet.Depthwise, mobilenet.Shape{H: s.h, W: s.w, C: s.c}, s.c, 3, stride, pad))
				})
			}
		}
	}
	one := mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
	for _, s := range []struct{ h, w int }{{1, 1}, {2, 2}, {1, 4}, {2, 1}} { // smaller than the kernel
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			testLayer(t, layerOf(mobilenet.Depthwise, mobilenet.Shape{H: s.h, W: s.w, C: 8}, 8, 3, 1, one))
			testLayer(t, layerOf(mobilenet.Depthwise, mobilenet.Shape{H: s.h, W: s.w, C: 11}, 11, 3, 2, one))
		})
	}
	for _, pad := range unevenPaddings {
		t.Run(fmt.Sprint(pad), func(t *testing.T) {
			testLayer(t, layerOf(mobilenet.Depthwise, mobilenet.Shape{H: 6, W: 9, C: 8}, 8, 3, 2, pad))
			testLayer(t, layerOf(mobilenet.Depthwise, mobilenet.Shape{H: 1, W: 2, C: 24}, 24, 3, 1, pad))
		})
	}
}

// unevenPaddings are such as leave rows or columns behind the last window, or have a window see little else.
var unevenPaddings = []mobilenet.Padding{
	{Top: 1, Left: 1, Bottom: 2, Right: 2}, {Top: 2, Left: 2, Bottom: 2, Right: 2}, {Top: 2, Right: 2, Bottom: 1, Left: 1}, {Bottom: 2, Right: 2},
}

func TestConv(t *testing.T) {
	for _, colours := range []int{1, 3} {
		check := func(stride int, pad mobilenet.Padding, h, w, channels int) {
			l := layerOf(mobilenet.Conv, mobilenet.Shape{H: h, W: w, C: colours}, channels, 3, stride, pad)
			t.Run(fmt.Sprintf("%v to %v s%d %v", l.In, l.Out, stride, pad), func(t *testing.T) { testLayer(t, l) })
		}
		for _, pad := range []mobilenet.Padding{{Bottom: 1, Right: 1}, {Top: 1, Left: 1}, {Top: 1, Left: 1, Bottom: 1, Right: 1}} {
			for _, s := range []struct{ h, w, c int }{{32, 32, 8}, {7, 9, 5}, {4, 3, 32}, {2, 2, 8}, {20, 5, 3}} {
				check(1, pad, s.h, s.w, s.c)
				check(2, pad, s.h, s.w, s.c)
			}
		}
		for _, pad := range unevenPaddings {
			check(2, pad, 6, 9, 11)
		}
	}
}

func TestAveragePool(t *testing.T) {
	for _, s := range []mobilenet.Shape{{H: 1, W: 1, C: 8}, {H: 7, W: 7, C: 24}, {H: 5, W: 5, C: 13}, {H: 2, W: 3, C: 40}, {H: 32, W: 32, C: 8}} {
		t.Run(s.String(), func(t *testing.T) {
			l := layerOf(mobilenet.AveragePool, s, s.C, s.H, 1, mobilenet.Padding{})
			l.Out.H, l.Out.W = 1, 1
			testLayer(t, l)
		})
	}
}
