package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// pointwiseF32 is a 1×1 convolution of floats [n,k]: P pixels × 8 output channels at a time, one input channel a step.
//
//	                  w0: 4 channels   w1: 4 channels
//	a: k of pixel 0        acc00            acc01
//	…                      …                …
//	a: k of pixel P-1      acc(P-1)0        acc(P-1)1
//
// Live are 2P accumulators, 2 weights, 1 activation and, without relaxed_madd, 1 product.
//
// Weights are packed [blocks][8 bias][k][8 channels] f32.
type pointwiseF32 struct {
	pixels  int // P
	k       int // input channels that count
	row     int // bytes from pixel to pixel of the input
	stride  int // bytes from pixel to pixel of the output
	relaxed bool
}

// tileF32 is P for n pixels. The last tile overlaps the one before it, so that five pixels can do less in vain than six, for which
// there are registers only where relaxed_madd needs none for a product.
func tileF32(n int, relaxed bool) int {
	cost := func(tile int) int { return (n + tile - 1) / tile * (2*tile + 1) } // of sums, and half as much for two weights
	if relaxed && n >= 6 && cost(6) < cost(5) {
		return 6
	}
	return min(n, 5)
}

func (p pointwiseF32) String() string {
	return fmt.Sprintf("pointwise_f32_%dx8_k%d_of%d_to%d%s", p.pixels, p.k, p.row, p.stride, fused(p.relaxed))
}

func (p pointwiseF32) blockBytes() int { return 32 + p.k*32 }

// emit writes the kernel: (in, out, weights, q, n, blocks i32). It computes n ≥ P pixels and blocks ≥ 1 of 8 channels.
func (p pointwiseF32) emit(m *asm.Module) *asm.Func {
	f := m.Func(p.String())
	in, out, weights, q := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	n, blocks := f.Param(asm.I32), f.Param(asm.I32)
	pixel, a, end, w, dst := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	acc := accumulators(f, p.pixels, 2)
	w0, w1, act := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)

	block := f.Loop()
	{
		f.I32Const(0).Set(pixel)
		pixels := f.Loop()
		{
			lastWhole(f, pixel, n, p.pixels)
			f.Get(in, pixel).I32Const(p.row).I32Mul().I32Add().Set(a)
			startAccumulators(f, acc, weights)
			f.Get(weights).I32Const(32).I32Add().Set(w)
			f.Get(a).I32Const(4 * p.k).I32Add().Set(end)
			step := f.Loop()
			{
				f.Get(w).V128Load(0).Set(w0)
				f.Get(w).V128Load(16).Set(w1)
				for i := range p.pixels {
					f.Get(a).V128Load32Splat(i * p.row).Set(act)
					multiplyAdd(f, p.relaxed, acc[i][0], act, func() { f.Get(w0) })
					multiplyAdd(f, p.relaxed, acc[i][1], act, func() { f.Get(w1) })
				}
				f.Get(w).I32Const(32).I32Add().Set(w)
				f.Get(a).I32Const(4).I32Add().Tee(a).Get(end).I32LtU().BrIf(step)
			}
			f.End()
			f.Get(out, pixel).I32Const(p.stride).I32Mul().I32Add().Set(dst)
			for i := range p.pixels {
				for v := range 2 {
					f.Get(dst)
					clampFloats(f, acc[i][v], q)
					f.V128Store(i*p.stride + 16*v)
				}
			}
			f.Get(pixel).I32Const(p.pixels).I32Add().Tee(pixel).Get(n).I32LtU().BrIf(pixels)
		}
		f.End()
		f.Get(weights).I32Const(p.blockBytes()).I32Add().Set(weights)
		f.Get(out).I32Const(32).I32Add().Set(out)
		f.Get(blocks).I32Const(1).I32Sub().Tee(blocks).BrIf(block)
	}
	f.End()
	return f
}

// pack writes the weights [Cout][k] of l.
func (p pointwiseF32) pack(b []byte, l *mobilenet.Layer) {
	for c := range l.Out.C {
		block := b[c/8*p.blockBytes()+c%8*4:]
		putFloat32(block, l.Float.Bias[c])
		for i, w := range l.Float.Weights[c*p.k:][:p.k] {
			putFloat32(block[32+32*i:], w)
		}
	}
}
