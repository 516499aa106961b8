package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
)

// naiveAdd is an addition as mobilenet.Quantized.AddMultipliers explains it, in int64.
func naiveAdd(q *mobilenet.Quantized, a, b []uint8) []uint8 {
	ra, rb := q.In.Scale/q.Out.Scale, q.Addend.Scale/q.Out.Scale
	shift := 20 - math.Ilogb(float64(max(ra, rb)))
	ma, mb := int64(math.RoundToEven(math.Ldexp(float64(ra), shift))), int64(math.RoundToEven(math.Ldexp(float64(rb), shift)))
	out := make([]uint8, len(a))
	for i := range out {
		sum := ma*(int64(a[i])-int64(q.In.Zero)) + mb*(int64(b[i])-int64(q.Addend.Zero)) + int64(1)<<(shift-1)
		out[i] = uint8(min(max(sum>>shift+int64(q.Out.Zero), int64(q.Min)), int64(q.Max)))
	}
	return out
}

// additionProgram compiles an addition alone, layer 2: layer 0 stands for what it adds, layer 1 for the layer before it.
func additionProgram(t testing.TB, l *mobilenet.Layer, capabilities Capabilities, maps [3]Map) *Program {
	t.Helper()
	if err := capabilities.check(); err != nil {
		t.Fatal(err)
	}
	m := &mobilenet.Model{Layers: []mobilenet.Layer{{Name: "b", Kind: mobilenet.Add}, {Name: "a", Kind: mobilenet.Add}, *l}}
	if l.Float != nil {
		m.Type = mobilenet.Float32
	}
	c := newCompiler(m, capabilities)
	nothing := *c.operators[0]
	nothing.wire = func(*step) {}
	c.operators[0], c.operators[1] = &nothing, &nothing
	c.program.Layers = maps[:]
	for i := range maps {
		maps[i].Shape, maps[i].Stride = l.In, roundUp(l.In.C, 8)
		maps[i].Offset = c.alloc(maps[i].bytes())
	}
	p, err := c.finish()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// runAddition adds the values b and a as they lie in the maps.
func runAddition(t testing.TB, h HostForTest, p *Program, b, a []byte) *Engine {
	t.Helper()
	instance, err := h.Host.Instantiate(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Pack(instance.Write); err != nil {
		t.Fatal(err)
	}
	for i, values := range [][]byte{b, a} {
		if err := instance.Write(p.Layers[i].Offset, values); err != nil {
			t.Fatal(err)
		}
	}
	if err := instance.Run(2, 3); err != nil {
		t.Fatal(err)
	}
	return &Engine{plan: &p.Plan, instance: instance}
}

// ratios are scales of an addition's input, the output's being 1: the extremes, and around the powers of two, where the shift changes.
var ratios = []float32{1. / 1024, 0.02, 0.4999999, 0.5, 0.7, 0.99999994, 1, 1.0000001, 1.3, 3, 100, 255.99998}

// additionFor has random quantisations.
func additionFor(r *rand.Rand, shape mobilenet.Shape) *mobilenet.Layer {
	quant := func(scale float32) mobilenet.Quant {
		return mobilenet.Quant{Scale: scale, Zero: [...]uint8{0, 128, 255, uint8(r.Uint32())}[r.IntN(4)]}
	}
	ratio := func() float32 {
		if r.IntN(2) == 0 {
			return 0.3 + r.Float32() // as in networks
		}
		return ratios[r.IntN(len(ratios))]
	}
	scale := 0.01 + r.Float32()
	if r.IntN(2) == 0 {
		scale = 1
	}
	q := &mobilenet.Quantized{In: quant(scale * min(ratio(), 255)), Addend: quant(scale * min(ratio(), 255)), Out: quant(scale), Max: 255}
	if scale == 1 {
		q.In.Scale, q.Addend.Scale = ratio(), ratio()
	} else {
		q.In.Scale, q.Addend.Scale = max(q.In.Scale, scale/1000), max(q.Addend.Scale, scale/1000)
	}
	if r.IntN(3) == 0 {
		q.Min = uint8(r.IntN(100))
		q.Max = q.Min + uint8(r.IntN(156))
	}
	return &mobilenet.Layer{Name: "add", Kind: mobilenet.Add, Kernel: 1, Stride: 1, In: shape, Out: shape, Quantized: q}
}

var additionShapes = []mobilenet.Shape{{H: 1, W: 1, C: 8}, {H: 1, W: 1, C: 1}, {H: 3, W: 5, C: 13}, {H: 7, W: 7, C: 160}, {H: 14, W: 13, C: 24}, {H: 31, W: 2, C: 3}}

// Every layout that the three maps can have, channels in one order and in two, all extremes of values and scales.
func TestAdd(t *testing.T) {
	for _, shape := range additionShapes {
		t.Run(shape.String(), func(t *testing.T) {
			seed := rand.Uint64()
			for name, h := range HostsForTest(t) {
				r := rand.New(rand.NewPCG(seed, 0))
				for i := range 3 * 3 * 3 * 2 {
					l := additionFor(r, shape)
					q := l.Quantized
					maps := [3]Map{
						{Layout: Layout(i % 3), Quant: q.Addend, padding: uint8(r.Uint32())},
						{Layout: Layout(i / 3 % 3), Quant: q.In, padding: uint8(r.Uint32())},
						{Layout: Layout(i / 9 % 3), Quant: q.Out},
					}
					if i >= 27 {
						maps[0].Order = r.Perm(shape.C)
						maps[1].Order = maps[0].Order
						if maps[1].Layout != Int16 { // what is gathered are bytes
							maps[1].Order = [][]int{nil, r.Perm(shape.C)}[r.IntN(2)]
						}
					}
					b, a := bytesOf(r, shape.Len(), r.IntN(extremes)), bytesOf(r, shape.Len(), r.IntN(extremes))
					p := additionProgram(t, l, h.Capabilities, maps)
					e := runAddition(t, h, p, stored(&p.Layers[0], b), stored(&p.Layers[1], a))
					got, err := e.quantized(2, nil)
					if err != nil {
						t.Fatal(err)
					}
					what := fmt.Sprintf("%s, seed %d, %v+%v to %v, %+v", name, seed, maps[1].Layout, maps[0].Layout, maps[2].Layout, *q)
					for i, want := range naiveAdd(q, a, b) {
						if got[i] != want {
							t.Fatalf("%s: value %d, %d + %d, is %d, want %d", what, i, a[i], b[i], got[i], want)
						}
					}
					checkPadding(t, what, e, 2)
					if err := e.Close(); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

// checkPadding compares the padding channels of a layer's map with what the plan says of them: the relaxed kernels subtract that.
func checkPadding(t *testing.T, what string, e *Engine, layer int) {
	t.Helper()
	b, err := e.read(layer)
	if err != nil {
		t.Fatal(err)
	}
	m := &e.plan.Layers[layer]
	whole := *m
	whole.Shape.C, whole.Order = 0, nil
	want := stored(&whole, nil) // all of it padding
	for pixel := range m.pixels() {
		for i := m.address(pixel, m.Shape.C) - m.Offset; i < m.address(pixel+1, 0)-m.Offset; i++ {
			if b[i] != want[i] {
				t.Fatalf("%s: byte %d of pixel %d is padding and holds %d, not %d", what, i, pixel, b[i], want[i])
			}
		}
	}
}

func TestAddFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	for _, shape := range additionShapes {
		for name, h := range HostsForTest(t) {
			l := &mobilenet.Layer{Name: "add", Kind: mobilenet.Add, Kernel: 1, Stride: 1, In: shape, Out: shape, Float: &mobilenet.Float{Min: -1, Max: 1.5}}
			if r.IntN(2) == 0 {
				l.Float.Min, l.Float.Max = float32(math.Inf(-1)), float32(math.Inf(1))
			}
			p := additionProgram(t, l, h.Capabilities, [3]Map{{Layout: Float32}, {Layout: Float32}, {Layout: Float32}})
			var values [2][]float32
			var laid [2][]byte
			for k := range values {
				laid[k] = make([]byte, p.Layers[k].bytes())
				for i := range shape.Len() {
					v := float32(r.NormFloat64())
					values[k] = append(values[k], v)
					putFloat32(laid[k][4*(i/shape.C*p.Layers[k].Stride+i%shape.C):], v)
				}
			}
			e := runAddition(t, h, p, laid[0], laid[1])
			got, err := e.real(2, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if want := min(max(values[1][i]+values[0][i], l.Float.Min), l.Float.Max); got[i] != want {
					t.Fatalf("%s, %v: value %d is %v, want %v", name, shape, i, got[i], want)
				}
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
