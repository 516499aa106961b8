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
// The output is Int16.
//
// LiteRT rounds AVERAGE_POOL_2D and MEAN in two ways, on the file's own numbers (for int8 ours less 128):
//
//	average   trunc((sum ± n/2) / n), with the sign of the sum
//	mean      roundHalfEven(float32(sum·scale) + bias)
//
// The division is in float32 and still exact: sums are below 2²⁴, and a quotient below 256 that is not an integer is farther from
// the nearest one than float32's rounding error.
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

func wireAveragePool(s *step) {
	constants := s.image(constantsBytes, func(b []byte) { packAveragePool(b, s.layer, s.program.Model.Type) })
	s.wirePool(averagePool{s.in.stored(), s.layer.Quantized.Mean}, constants)
}

// poolArgs are the arguments of a pooling kernel, for at least 8 channels.
type poolArgs[T any] struct {
	in, out, constants T // addresses of the layer's
	c0, c1             T // the channels c0 ≤ c < c1, multiples of 8
}

func (a *poolArgs[T]) list() []*T { return []*T{&a.in, &a.out, &a.constants, &a.c0, &a.c1} }

// wirePool splits the channels among the threads.
func (s *step) wirePool(k kernel, constants int) {
	s.out.Order = s.in.Order
	f := s.function(k)
	for t, p := range s.split(byBlocks) {
		args := poolArgs[int]{
			in: s.in.Offset, out: s.out.Offset, constants: constants, c0: 8 * p.blocks.from, c1: 8 * p.blocks.to,
		}
		s.call(t, f, args.list())
	}
}

// packAveragePool writes the constants. fileType is the type of the model's tensors.
func packAveragePool(b []byte, l *mobilenet.Layer, fileType mobilenet.DType) {
	q := l.Quantized
	packRequantizer(b, q, Int16)
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

func (p averagePool) emit(f *asm.Func) {
	var args poolArgs[asm.Local]
	params(f, args.list())
	in, out, q, c, c1 := args.in, args.out, args.constants, args.c0, args.c1
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
}
