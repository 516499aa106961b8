package simd

import (
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// averagePool is the mean of bytes over all n pixels, 8 channels at a time:
//
//	acc0, acc1 (4 channels each) += the pixel's 8 channels, for all pixels
//
// LiteRT rounds AVERAGE_POOL_2D and MEAN in two ways, on the file's own numbers (for int8 ours less 128):
//
//	average   trunc((sum ± n/2) / n), with the sign of the sum
//	mean      roundHalfEven(float32(sum·scale) + bias)
//
// The division is of floats and yet exact: sums are below 2²⁴, and a quotient below 256 that is no integer lies further from
// the next one than float32 rounds.
type averagePool struct {
	in   mobilenet.Shape // C is the stride of the map
	mean bool
}

func (p averagePool) String() string {
	if p.mean {
		return fmt.Sprintf("mean_1x8_%v", p.in)
	}
	return fmt.Sprintf("average_pool_1x8_%v", p.in)
}

// maxPoolCells keeps sums below 2²⁴.
const maxPoolCells = 1 << 16

// poolConstants packs what the kernel finds at q. fileType is the type of the model's tensors.
func poolConstants(b []byte, l *mobilenet.Layer, fileType mobilenet.DType) {
	constants(b, l, Int16)
	q := l.Quantized
	less := 0
	if fileType == mobilenet.Int8 {
		less = 128
	}
	n := l.In.H * l.In.W
	scale, bias := float32(n), float32(n/2)
	if q.Mean {
		scale = float32(q.In.Scale/q.Out.Scale) * float32(1/float32(n))
		bias = float32(int(q.Out.Zero)-less) - float32(float32(n*(int(q.In.Zero)-less))*scale)
	}
	splat(b[qLess:], math.Float32bits(float32(n*less)))
	splat(b[qScale:], math.Float32bits(scale))
	splat(b[qBias:], math.Float32bits(bias))
	splat(b[qBack:], math.Float32bits(float32(less-int(q.Out.Zero))))
}

// emit writes the kernel: (in, out, q, c0, c1 i32), for the channels c0 ≤ c < c1, multiples of 8. The output is Int16.
func (p averagePool) emit(m *asm.Module) *asm.Func {
	f := m.Func(p.String())
	in, out, q, c, c1 := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	a, n := f.Local(asm.I32), f.Local(asm.I32)
	v, sign := f.Local(asm.V128), f.Local(asm.V128)
	acc := f.Locals(asm.V128, 2)
	f.I32Const(math.MinInt32).I32x4Splat().Set(sign)
	channels := f.Loop()
	{
		f.V128Const([16]byte{}).Tee(acc[0]).Set(acc[1])
		f.Get(in, c).I32Add().Set(a)
		f.I32Const(p.in.H * p.in.W).Set(n)
		pixels := f.Loop()
		{
			f.Get(a).V128Load8x8U(0).Set(v)
			f.Get(v).I32x4ExtendLowI16x8U().Get(acc[0]).I32x4Add().Set(acc[0])
			f.Get(v).I32x4ExtendHighI16x8U().Get(acc[1]).I32x4Add().Set(acc[1])
			f.Get(a).I32Const(p.in.C).I32Add().Set(a)
			f.Get(n).I32Const(1).I32Sub().Tee(n).BrIf(pixels)
		}
		f.End()
		f.Get(out, c).I32Const(2).I32Mul().I32Add()
		for i := range 2 {
			f.Get(acc[i]).F32x4ConvertI32x4S().Get(q).V128Load(qLess).F32x4Sub().Set(v)
			if p.mean {
				f.Get(v, q).V128Load(qScale).F32x4Mul().Get(q).V128Load(qBias).F32x4Add().F32x4Nearest()
			} else {
				f.Get(v, q).V128Load(qBias).Get(v, sign).V128And().V128Or().F32x4Add()
				f.Get(q).V128Load(qScale).F32x4Div().F32x4Trunc()
			}
			f.Get(q).V128Load(qBack).F32x4Add()
			f.Get(q).V128Load(qMax).F32x4Pmin().Get(q).V128Load(qMin).F32x4Pmax().I32x4TruncSatF32x4S()
		}
		f.I16x8NarrowI32x4S().V128Store(0)
		f.Get(c).I32Const(8).I32Add().Tee(c).Get(c1).I32LtU().BrIf(channels)
	}
	f.End()
	return f
}

// averagePoolF32 is the mean of floats over all pixels, 4 channels at a time.
type averagePoolF32 struct {
	in mobilenet.Shape // C is the stride of the map
}

func (p averagePoolF32) String() string { return fmt.Sprintf("average_pool_f32_1x4_%v", p.in) }

// emit writes the kernel: (in, out, q, c0, c1 i32), for the channels c0 ≤ c < c1, multiples of 4.
func (p averagePoolF32) emit(m *asm.Module) *asm.Func {
	f := m.Func(p.String())
	in, out, q, c, c1 := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	a, n, acc := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.V128)
	channels := f.Loop()
	{
		f.V128Const([16]byte{}).Set(acc)
		f.Get(in, c).I32Const(4).I32Mul().I32Add().Set(a)
		f.I32Const(p.in.H * p.in.W).Set(n)
		pixels := f.Loop()
		{
			f.Get(a).V128Load(0).Get(acc).F32x4Add().Set(acc)
			f.Get(a).I32Const(4 * p.in.C).I32Add().Set(a)
			f.Get(n).I32Const(1).I32Sub().Tee(n).BrIf(pixels)
		}
		f.End()
		f.Get(acc, q).V128Load(fCells).F32x4Mul().Set(acc)
		f.Get(out, c).I32Const(4).I32Mul().I32Add()
		clampFloats(f, acc, q)
		f.V128Store(0)
		f.Get(c).I32Const(4).I32Add().Tee(c).Get(c1).I32LtU().BrIf(channels)
	}
	f.End()
	return f
}
