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
	fMax   = 16
	fCells = 32 // 1/n of the average pool
	fLeak  = 48 // the slope of a LeakyReLU
)

// floatConstants is the address of the layer's constants.
func (s *step) floatConstants() int {
	return s.image(constantsBytes, func(b []byte) {
		splat(b[fMin:], math.Float32bits(s.layer.Float.Min))
		splat(b[fMax:], math.Float32bits(s.layer.Float.Max))
		splat(b[fLeak:], math.Float32bits(s.layer.Float.Leak))
		splat(b[fCells:], math.Float32bits(1/float32(s.layer.In.H*s.layer.In.W)))
	})
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
func activateFloats(f *asm.Func, v, constants asm.Local, leaks bool) {
	if leaks {
		f.Get(v, v, constants).V128Load(fLeak).F32x4Mul().F32x4Pmax()
		return
	}
	f.Get(v, constants).V128Load(fMax).F32x4Pmin().Get(constants).V128Load(fMin).F32x4Pmax()
}

// leaks tells that the layer's activation is a LeakyReLU.
func leaks(l *mobilenet.Layer) bool { return l.Float != nil && l.Float.Leak != 0 }

// leaky is the suffix of a kernel's name that says so.
func leaky(leaks bool) string {
	if leaks {
		return "_leaky"
	}
	return ""
}

// fused is the suffix of a kernel's name that says how it multiplies and adds.
func fused(relaxed bool) string {
	if relaxed {
		return "_madd"
	}
	return ""
}
