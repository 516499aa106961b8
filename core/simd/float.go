package simd

import (
	"math"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// What kernels for float32 models share. They add in another order than the reference, and relaxed_madd rounds once or twice,
// depending on the processor: the last bits differ.

// The constants of a float layer, from their address on: f32x4 each.
const (
	fMin   = 0
	fMax   = 16 // of a LeakyReLU its slope
	fCells = 32 // 1/n of the average pool
)

// floatConstants is the address of the layer's constants.
func (s *step) floatConstants() int {
	return s.image(constantsBytes, func(b []byte) { packFloat(b, s.layer) })
}

// packFloat writes the constants of l.
//
//go:noinline
func packFloat(b []byte, l *mobilenet.Layer) {
	most := l.Float.Max
	if leaks(l) {
		most = l.Float.Leak
	}
	for at, v := range [...]float32{l.Float.Min, most, 1 / float32(l.In.H*l.In.W)} {
		splat(b[16*at:], math.Float32bits(v))
	}
}

// multiplyAdd adds v · w to acc.
func multiplyAdd(f *asm.Func, relaxed bool, acc, v asm.Local, pushW func()) {
	f.Get(v)
	pushW()
	if relaxed {
		f.Get(acc).F32x4RelaxedMadd().Set(acc)
	} else {
		f.F32x4Mul().Get(acc).F32x4Add().Set(acc)
	}
}

// activateFloats pushes v after the activation: clamped to its bounds, or that of a layer that leaks.
//
//go:noinline
func activateFloats(f *asm.Func, v, constants asm.Local, leaks bool) {
	if leaks {
		f.Get(v)
	}
	f.Get(v, constants).V128Load(fMax)
	if leaks {
		f.F32x4Mul()
	} else {
		f.F32x4Pmin().Get(constants).V128Load(fMin)
	}
	f.F32x4Pmax()
}

// leaks tells that the layer's activation is a LeakyReLU.
func leaks(l *mobilenet.Layer) bool { return l.Float != nil && l.Float.Leak != 0 }

// fused is the suffix of a kernel's name that says how it multiplies and adds, and whether its activation is a LeakyReLU.
func fused(relaxed, leaks bool) string {
	suffix := ""
	if relaxed {
		suffix = "_madd"
	}
	if leaks {
		suffix += "_leaky"
	}
	return suffix
}
