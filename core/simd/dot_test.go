package simd

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// A lowering is what a processor may make of i32x4.relaxed_dot_i8x16_i7x16_add_s, in instructions that are the same everywhere. The second operand is
// signed or not, and two products are added in 32 bits, or in 16 with saturation or without.
type lowering struct {
	name     string
	unsigned bool
	pairs    func(f *asm.Func) *asm.Func // adds two vectors of products; nil: in 32 bits
}

var lowerings = []lowering{
	{"sdot, vpdpbssd", false, nil},
	{"vpdpbusd", true, nil},
	{"vpmaddubsw", true, (*asm.Func).I16x8AddSatS},
	{"smull, addp", false, (*asm.Func).I16x8Add},
}

var (
	evenPairs = [16]byte{0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29}
	oddPairs  = [16]byte{2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31}
	evenFours = [16]byte{0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27}
	oddFours  = [16]byte{4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31}
)

func (l lowering) emit(f *asm.Func) *asm.Func {
	a, b, c, low, high := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
	f.Set(c)
	f.Set(b)
	f.Set(a)
	product := func(extendA, extendB func() *asm.Func, to asm.Local) {
		f.Get(a)
		extendA()
		f.Get(b)
		extendB()
		f.I16x8Mul().Set(to)
	}
	if l.unsigned {
		product(f.I16x8ExtendLowI8x16S, f.I16x8ExtendLowI8x16U, low)
		product(f.I16x8ExtendHighI8x16S, f.I16x8ExtendHighI8x16U, high)
	} else {
		product(f.I16x8ExtendLowI8x16S, f.I16x8ExtendLowI8x16S, low)
		product(f.I16x8ExtendHighI8x16S, f.I16x8ExtendHighI8x16S, high)
	}
	if l.pairs != nil {
		f.Get(low, high).I8x16Shuffle(evenPairs)
		f.Get(low, high).I8x16Shuffle(oddPairs)
		return l.pairs(f).I32x4ExtaddPairwiseI16x8S().Get(c).I32x4Add()
	}
	f.Get(low).I32x4ExtaddPairwiseI16x8S().Set(low)
	f.Get(high).I32x4ExtaddPairwiseI16x8S().Set(high)
	f.Get(low, high).I8x16Shuffle(evenFours)
	f.Get(low, high).I8x16Shuffle(oddFours)
	return f.I32x4Add().Get(c).I32x4Add()
}

// The dot kernels give the same in every lowering, for they keep the second operand in 0..127.
func TestDotLowerings(t *testing.T) {
	relaxed := dotAdd
	defer func() { dotAdd = relaxed }()
	host := HostsForTest(t)["wazero-simd-1"]
	capabilities := Capabilities{Threads: 1, Relaxed: true, Dot: true}
	one := mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
	layers := []mobilenet.Layer{
		layerOf(mobilenet.Pointwise, mobilenet.Shape{H: 3, W: 3, C: 24}, 56, 1, 1, mobilenet.Padding{}),
		layerOf(mobilenet.Pointwise, mobilenet.Shape{H: 2, W: 1, C: 64}, 11, 1, 1, mobilenet.Padding{}),
		layerOf(mobilenet.Depthwise, mobilenet.Shape{H: 5, W: 6, C: 24}, 24, 3, 1, one),
		layerOf(mobilenet.Depthwise, mobilenet.Shape{H: 7, W: 9, C: 11}, 11, 3, 2, one),
	}
	for _, lowering := range lowerings {
		dotAdd = lowering.emit
		for _, shape := range layers {
			for n := range 4 * extremes {
				kind, seed := n%extremes, rand.Uint64()
				r := rand.New(rand.NewPCG(seed, 0))
				l := shape
				quantizedFor(r, &l, kind)
				in := bytesOf(r, l.In.Len(), r.IntN(extremes))
				t.Run(fmt.Sprint(lowering.name, " ", l.Kind, l.In, " weights ", kind, " ", n), func(t *testing.T) {
					p := layerProgram(t, &l, capabilities, nil, Uint8)
					p.Capabilities.Relaxed = false // it needs none now
					e := runProgram(t, host, p, stored(&p.Input, in))
					defer e.Close()
					got, err := e.quantized(0, nil)
					if err != nil {
						t.Fatal(err)
					}
					if want := naive(&l, in); !slices.Equal(got, want) {
						t.Errorf("seed %d: %v, want %v", seed, got, want)
					}
				})
			}
		}
	}
}
