package simd

import (
	"math"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// Pieces of the kernels for float32 models. Their sums are added in another order than the reference adds them, and
// relaxed_madd rounds once or twice as the processor likes: the last bits differ.

// The constants of a float layer that the kernels' parameter q points to: f32x4 each.
const (
	fMin    = 0
	fMax    = 16
	fCells  = 32 // 1/n of the average pool
	fLength = 48
)

func floatConstants(b []byte, l *mobilenet.Layer) {
	splat(b[fMin:], math.Float32bits(l.Float.Min))
	splat(b[fMax:], math.Float32bits(l.Float.Max))
	splat(b[fCells:], math.Float32bits(1/float32(l.In.H*l.In.W)))
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

// clampFloats pushes v within the activation's bounds.
func clampFloats(f *asm.Func, v, q asm.Local) {
	f.Get(v, q).V128Load(fMax).F32x4Pmin().Get(q).V128Load(fMin).F32x4Pmax()
}

// fused is the part of a kernel's name that tells how it multiplies and adds.
func fused(relaxed bool) string {
	if relaxed {
		return "_madd"
	}
	return ""
}
