package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// averagePoolF32 is the mean of floats over all pixels, 4 channels at a time.
type averagePoolF32 struct {
	in    mobilenet.Shape // C is the stride of the map
	leaks bool
}

func wireAveragePoolF32(s *step) {
	s.wirePool(averagePoolF32{s.in.stored(), leaks(s.layer)}, s.floatConstants())
}

func (p averagePoolF32) String() string {
	return fmt.Sprintf("average_pool_f32_1x4_%v%s", p.in, fused(false, p.leaks))
}

func (p averagePoolF32) emit(f *asm.Func) {
	var args poolArgs[asm.Local]
	params(f, args.list())
	in, out, q, c, c1 := args.in, args.out, args.constants, args.c0, args.c1
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
		activateFloats(f, acc, q, p.leaks)
		f.V128Store(0)
		f.Get(c).I32Const(4).I32Add().Tee(c).Get(c1).I32LtU().BrIf(channels)
	}
	f.End()
}
