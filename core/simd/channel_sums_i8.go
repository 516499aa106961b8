package simd

import (
	"fmt"

	asm "mobilenet/core/wasmasm"
)

// channelSums is Σ a of the int8 activations [n,k], a pixel at a time.
type channelSums struct{ k int }

func (s channelSums) String() string { return fmt.Sprintf("channel_sums_i8_k%d", s.k) }

// channelSumsArgs are the arguments of channelSums, for at least one pixel.
type channelSumsArgs[T any] struct {
	in, sums T // addresses of the first pixel and its sum
	pixels   T // how many
}

func (a *channelSumsArgs[T]) list() []*T { return []*T{&a.in, &a.sums, &a.pixels} }

func (s channelSums) emit(f *asm.Func) {
	var args channelSumsArgs[asm.Local]
	params(f, args.list())
	in, sums, n := args.in, args.sums, args.pixels
	end, acc := f.Local(asm.I32), f.Local(asm.V128)
	pixel := f.Loop()
	{
		f.V128Const([16]byte{}).Set(acc)
		whole := s.k / 16 * 16
		if whole > 0 {
			f.Get(in).I32Const(whole).I32Add().Set(end)
			step := f.Loop()
			{
				f.Get(in).V128Load(0).I16x8ExtaddPairwiseI8x16S().I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
				f.Get(in).I32Const(16).I32Add().Tee(in).Get(end).I32LtU().BrIf(step)
			}
			f.End()
		}
		if s.k > whole { // eight are left
			f.Get(in).V128Load64Zero(0).I16x8ExtaddPairwiseI8x16S().I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
			f.Get(in).I32Const(8).I32Add().Set(in)
		}
		f.Get(sums)
		f.Get(acc).I32x4ExtractLane(0).Get(acc).I32x4ExtractLane(1).I32Add()
		f.Get(acc).I32x4ExtractLane(2).I32Add().Get(acc).I32x4ExtractLane(3).I32Add()
		f.I32Store(0)
		f.Get(sums).I32Const(4).I32Add().Set(sums)
		f.Get(n).I32Const(1).I32Sub().Tee(n).BrIf(pixel)
	}
	f.End()
}
