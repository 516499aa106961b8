package simd

import (
	"fmt"

	asm "mobilenet/core/wasmasm"
)

// pointwiseDot is a 1×1 convolution of bytes for processors that multiply and add them in one instruction: P pixels × 4·V output channels at a
// time, sixteen input channels a step. i32x4.relaxed_dot_i8x16_i7x16_add_s is sdot there.
//
//	                     w0: 4 channels × 4 k  …  w(V-1)
//	a: 16 k of pixel 0, four of them splatted    acc00          …  acc0(V-1)
//	…                                            …                 …
//	a: 16 k of pixel P-1                         acc(P-1)0      …  acc(P-1)(V-1)
//
// Four input channels of a pixel are splatted from its vector, by a shuffle, once for all V. Live with P = 4 and V = 4: 16 accumulators, 4
// pixels, 4 weights, a splat and the 4 constants of the requantiser: 29, as many of Arm's 32 registers as V8 gives out.
//
// Activations are a = value − 128, weights z = weight − least, and sums are put together as pointwiseI8 explains. The instruction is the same on
// every processor as long as z ≤ 127. Where a channel's weights reach further, so up to 255, z = 2h + l, and there are two passes:
//
//	Σ a·z = 2·Σ a·h + Σ a·l
//
// Weights are packed [blocks][4V bias i32][4V multipliers f32][4V offsets i32][passes][k/4][V][4 channels][4].
type pointwiseDot struct {
	pixels  int // P
	vectors int // V: 4, or 2 for the last channels
	k       int // input channels, a multiple of 8; as many bytes from pixel to pixel
	stride  int // bytes from pixel to pixel of the output
	wide    bool
	req     requantizer
}

// tileDot is the pixels of a tile: as many as V8 has registers for. With five it spills two sums in every step, and the tile is slower:
// RATIONALE.md has the counts.
const tileDot = 4

// wirePointwiseDot places the blocks of each class one after the other.
func wirePointwiseDot(s *step) {
	constants := s.requantizerConstants()
	order := s.in.channelOrder()
	sorted := sortForDot(s.layer)
	s.out.Order = sorted.order
	kernelOf := func(class channelClass) pointwiseDot {
		return pointwiseDot{
			pixels: min(tileDot, s.out.pixels()), vectors: 2 * class.eights(), k: s.in.Stride,
			stride: s.out.Stride * s.out.Layout.size(), wide: class == dotWide, req: requantizerFor(s.layer, s.out.Layout, s.in.Shape.C),
		}
	}
	blockBytes := func(class channelClass) int { return kernelOf(class).blockBytes() }
	size := 0
	for i, r := range sorted.ranges {
		sorted.ranges[i].offset = size
		size += r.blocks * blockBytes(r.class)
	}
	weights := s.image(size, func(b []byte) { packDot(b, s.layer, sorted, kernelOf, order, int(s.in.padding)-128) })
	s.wireSummed(sorted.ranges, weights, constants, blockBytes, func(class channelClass) kernel { return kernelOf(class) })
}

func (p pointwiseDot) String() string {
	name := "narrow"
	if p.wide {
		name = "wide"
	}
	return fmt.Sprintf("pointwise_dot_%dx%dc16_%s_k%d_to%d%s", p.pixels, 4*p.vectors, name, p.k, p.stride, p.req)
}

// multipliers and offsets are where those of a block lie, after its biases, and header where its weights do.
func (p pointwiseDot) multipliers() int { return 16 * p.vectors }
func (p pointwiseDot) offsets() int     { return 32 * p.vectors }
func (p pointwiseDot) header() int      { return 48 * p.vectors }

// passBytes is the size of a block's weights for one pass, and blockBytes of the block.
func (p pointwiseDot) passBytes() int { return 4 * p.vectors * p.k }

func (p pointwiseDot) blockBytes() int {
	if p.wide {
		return p.header() + 2*p.passBytes()
	}
	return p.header() + p.passBytes()
}

func (p pointwiseDot) emit(f *asm.Func) {
	var args pointwiseI8Args[asm.Local]
	params(f, args.list())
	pixel, a, end, w, dst := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	acc := accumulators(f, p.pixels, p.vectors)
	acts, weights, act := f.Locals(asm.V128, p.pixels), f.Locals(asm.V128, p.vectors), f.Local(asm.V128)

	// step multiplies n of sixteen input channels, which are in acts.
	step := func(n, u int) {
		for four := range n / 4 {
			for v, weight := range weights {
				f.Get(w).V128Load(16 * (p.vectors*(4*u+four) + v)).Set(weight)
			}
			for i := range acts {
				f.Get(acts[i], acts[i]).I8x16Shuffle(splatFour(four)).Set(act)
				for v, weight := range weights {
					dotAdd(f.Get(act, weight, acc[i][v])).Set(acc[i][v])
				}
			}
		}
	}
	// pass multiplies all input channels with the weights from w on.
	pass := func() {
		f.Get(args.in, pixel).I32Const(p.k).I32Mul().I32Add().Set(a)
		whole := p.k / 16 * 16
		if whole > 0 {
			unroll := 1
			if whole%32 == 0 {
				unroll = 2
			}
			f.Get(a).I32Const(whole).I32Add().Set(end)
			steps := f.Loop()
			{
				for u := range unroll {
					for i, act := range acts {
						f.Get(a).V128Load(i*p.k + 16*u).Set(act)
					}
					step(16, u)
				}
				f.Get(w).I32Const(4 * p.vectors * 16 * unroll).I32Add().Set(w)
				f.Get(a).I32Const(16 * unroll).I32Add().Tee(a).Get(end).I32LtU().BrIf(steps)
			}
			f.End()
		}
		if p.k > whole { // eight are left
			for i, act := range acts {
				f.Get(a).V128Load64Zero(i * p.k).Set(act)
			}
			step(8, 0)
			f.Get(w).I32Const(4 * p.vectors * 8).I32Add().Set(w)
		}
	}

	req := p.req.hold(f, args.constants)
	block := f.Loop()
	{
		f.I32Const(0).Set(pixel)
		pixels := f.Loop()
		{
			overlapTail(f, pixel, args.pixels, p.pixels)
			f.Get(args.weights).I32Const(p.header()).I32Add().Set(w)
			if p.wide {
				for _, row := range acc {
					for _, sum := range row {
						f.V128Const([16]byte{}).Set(sum)
					}
				}
				pass()
				for v := range weights {
					f.Get(args.weights).V128Load(16 * v).Set(act)
					for i := range acc {
						f.Get(acc[i][v]).I32Const(1).I32x4Shl().Get(act).I32x4Add().Set(acc[i][v])
					}
				}
			} else {
				startAccumulators(f, acc, args.weights)
			}
			pass()
			for v, offset := range weights {
				f.Get(args.weights).V128Load(p.offsets() + 16*v).Set(offset)
			}
			f.Get(args.sums, pixel).I32Const(4).I32Mul().I32Add().V128Load(0).Set(acts[0])
			for i := range acc {
				f.Get(acts[0], acts[0]).I8x16Shuffle(splatFour(i)).Set(act)
				for v, offset := range weights {
					f.Get(acc[i][v], act, offset).I32x4Mul().I32x4Add().Set(acc[i][v])
				}
			}
			for v, multiplier := range weights {
				f.Get(args.weights).V128Load(p.multipliers() + 16*v).Set(multiplier)
			}
			f.Get(args.out, pixel).I32Const(p.stride).I32Mul().I32Add().Set(dst)
			req.store(f, acc, weights, dst, multiples(p.pixels, p.stride), act)
			f.Get(pixel).I32Const(p.pixels).I32Add().Tee(pixel).Get(args.pixels).I32LtU().BrIf(pixels)
		}
		f.End()
		f.Get(args.weights).I32Const(p.blockBytes()).I32Add().Set(args.weights)
		f.Get(args.out).I32Const(4 * p.vectors * p.req.layout.size()).I32Add().Set(args.out)
		f.Get(args.blocks).I32Const(1).I32Sub().Tee(args.blocks).BrIf(block)
	}
	f.End()
}

// splatFour is a shuffle that fills a vector with the given four of its bytes: the first four, the second …
func splatFour(four int) (lanes [16]byte) {
	for i := range lanes {
		lanes[i] = byte(4*four + i%4)
	}
	return lanes
}
