package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// pointwiseI8 is a 1×1 convolution of bytes by relaxed SIMD: P pixels × 8 output channels at a time, four input channels a
// step ("c4").
//
//	                w0: 4 channels × 4 k   w1: 4 channels × 4 k
//	a: 4 k of pixel 0      acc00                  acc01
//	…                      …                      …
//	a: 4 k of pixel P-1    acc(P-1)0              acc(P-1)1
//
// i16x8.relaxed_dot_i8x16_i7x16_s is the same on every processor as long as the second operand lies in 0..127. So
// activations are stored as a = value − 128, and a channel's weights as z = weight − its least weight, and
//
//	Σ (value − z_in)(weight − z_w) = Σ a·z + offset·Σ a + (128 − z_in)·Σ (weight − z_w)     offset = least weight − z_w
//
// exactly: Σ a is computed once a pixel, the last term is in the bias. Channels are sorted by how far their weights reach:
//
//	paired   z ≤ 127, and every four weights that meet in an i16 lane add up to 256 at most: two dots are added in i16
//	         before they are widened
//	single   z ≤ 127: each dot is widened
//	wide     all others: activations are widened instead, and multiplied by i16x8 weights − z_w, two input channels a dot
//
// A block of eight is of the widest class in it. Live with P = 4: 8 accumulators, 4 weights, 2 activations, 1 product.
//
// Weights are packed [blocks][8 bias i32][8 multipliers f32][8 offsets i32][k/4][2][4 channels][4], those of wide blocks
// [k/2][2][4 channels][2] i16.
type pointwiseI8 struct {
	pixels int // P
	k      int // input channels, a multiple of 8; as many bytes from pixel to pixel
	stride int // bytes from pixel to pixel of the output
	class  channelClass
	req    requantizer
}

// tileI8 is the pixels of a tile: as many as there are registers for.
const tileI8 = 4

// pointwiseI8Takes leaves layers with many wide channels to pointwiseI16, which has activations of 16 bits already: a wide block takes a
// quarter longer than that kernel's. One wide channel in four outweighs what the narrow ones gain.
func pointwiseI8Takes(l *mobilenet.Layer) bool {
	if l.Quantized == nil {
		return true
	}
	wide := 0
	for c := range l.Out.C {
		if least, most := span(l.Quantized.Weights[c*l.In.C:][:l.In.C]); most-least > 127 {
			wide++
		}
	}
	return 4*wide <= l.Out.C
}

// pointwiseI8Scratch is room for each pixel's Σ a.
func pointwiseI8Scratch(l *mobilenet.Layer, _ bool) int { return 4 * l.Out.H * l.Out.W }

// wirePointwiseI8 splits the layer's rows among the threads, or its blocks of channels. Each thread sums the pixels that it reads: cheaper than a
// barrier.
func wirePointwiseI8(s *step) {
	p := pointwiseI8{
		pixels: min(tileI8, s.out.pixels()), k: s.in.Stride, stride: s.out.Stride * s.out.Layout.size(),
		req: requantizerFor(s.layer, s.out.Layout, s.in.Shape.C),
	}
	constants := s.requantizerConstants()
	order := s.in.channelOrder()
	sorted := sortChannels(p, s.layer, order)
	s.out.Order = sorted.order
	weights := s.image(sorted.bytes, func(b []byte) { p.pack(b, s.layer, sorted, order, int(s.in.padding)-128) })
	s.wireSummed(sorted.ranges, weights, constants, p.blockBytes, func(class channelClass) kernel {
		k := p
		k.class = class
		return k
	})
}

// wireSummed makes the calls of a kernel that needs each pixel's Σ a, one of each class, for ranges of blocks.
func (s *step) wireSummed(ranges []blockRange, weights, constants int, blockBytes func(channelClass) int, of func(channelClass) kernel) {
	sums := s.function(channelSums{s.in.Stride})
	compute := func(t int, rows interval, ranges []blockRange) {
		first, pixels := rows.from*s.out.Shape.W, rows.length()*s.out.Shape.W
		in, scratch := s.in.address(first, 0), s.scratchOf(t)
		args := channelSumsArgs[int]{in: in, sums: scratch, pixels: pixels}
		s.call(t, sums, args.list())
		for _, r := range ranges {
			args := pointwiseI8Args[int]{
				in: in, out: s.out.address(first, 8*r.first), weights: weights + r.offset, constants: constants,
				sums: scratch, pixels: pixels, blocks: r.blocks,
			}
			s.call(t, s.function(of(r.class)), args.list())
		}
	}
	if s.axis() == byRows {
		for t, p := range s.split(byRows) {
			compute(t, p.rows, ranges)
		}
		return
	}
	for t, ranges := range partitionBlocks(ranges, s.threads(), blockBytes) {
		if len(ranges) > 0 {
			compute(t, interval{0, s.out.Shape.H}, ranges)
		}
	}
}

// pointwiseI8Args are the arguments of pointwiseI8. It computes at least P pixels and one block.
type pointwiseI8Args[T any] struct {
	in, out            T // addresses of the first pixels, of out the first block's channels
	weights, constants T // addresses of the first block's, and of the layer's
	sums               T // address of the pixels' Σ a
	pixels, blocks     T // how many, and of 8 output channels
}

func (a *pointwiseI8Args[T]) list() []*T {
	return []*T{&a.in, &a.out, &a.weights, &a.constants, &a.sums, &a.pixels, &a.blocks}
}

func (p pointwiseI8) String() string {
	return fmt.Sprintf("pointwise_i8_%dx8c4_%v_k%d_to%d%s", p.pixels, p.class, p.k, p.stride, p.req)
}

const (
	pointwiseI8Offsets = 64 // bytes from a block's beginning to its offsets
	pointwiseI8Header  = 96
)

// blockBytes is the size of a block's weights.
func (p pointwiseI8) blockBytes(class channelClass) int {
	return pointwiseI8Header + class.weightBytes()*p.k*8
}

func (p pointwiseI8) emit(f *asm.Func) {
	var args pointwiseI8Args[asm.Local]
	params(f, args.list())
	pixel, a, end, w, dst := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	acc := accumulators(f, p.pixels, 2)
	w0, w1, v0, v1 := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
	act, next := f.Local(asm.V128), f.Local(asm.V128)

	block := f.Loop()
	{
		f.I32Const(0).Set(pixel)
		pixels := f.Loop()
		{
			overlapTail(f, pixel, args.pixels, p.pixels)
			f.Get(args.in, pixel).I32Const(p.k).I32Mul().I32Add().Tee(a).I32Const(p.k).I32Add().Set(end)
			startAccumulators(f, acc, args.weights)
			f.Get(args.weights).I32Const(pointwiseI8Header).I32Add().Set(w)
			step := f.Loop()
			{
				if p.class == wideChannel {
					for pair := range 4 {
						f.Get(w).V128Load(32 * pair).Set(w0)
						f.Get(w).V128Load(32*pair + 16).Set(w1)
						for i := range p.pixels {
							f.Get(a).V128Load8x8S(i * p.k).Tee(act).Get(act).I8x16Shuffle(splatPair(pair)).Set(act)
							f.Get(act, w0).I32x4DotI16x8S().Get(acc[i][0]).I32x4Add().Set(acc[i][0])
							f.Get(act, w1).I32x4DotI16x8S().Get(acc[i][1]).I32x4Add().Set(acc[i][1])
						}
					}
				} else {
					f.Get(w).V128Load(0).Set(w0)
					f.Get(w).V128Load(16).Set(w1)
					f.Get(w).V128Load(32).Set(v0)
					f.Get(w).V128Load(48).Set(v1)
					for i := range p.pixels {
						f.Get(a).V128Load32Splat(i * p.k).Set(act)
						f.Get(a).V128Load32Splat(i*p.k + 4).Set(next)
						p.multiply(f, acc[i][0], act, w0, next, v0)
						p.multiply(f, acc[i][1], act, w1, next, v1)
					}
				}
				f.Get(w).I32Const(64 * p.class.weightBytes()).I32Add().Set(w)
				f.Get(a).I32Const(8).I32Add().Tee(a).Get(end).I32LtU().BrIf(step)
			}
			f.End()
			for i := range p.pixels {
				if p.class == wideChannel {
					break // nothing was subtracted from the weights
				}
				f.Get(args.sums, pixel).I32Const(4).I32Mul().I32Add().V128Load32Splat(4 * i).Set(act)
				for v := range 2 {
					f.Get(act, args.weights).V128Load(pointwiseI8Offsets + 16*v).I32x4Mul().Get(acc[i][v]).I32x4Add().Set(acc[i][v])
				}
			}
			f.Get(args.out, pixel).I32Const(p.stride).I32Mul().I32Add().Set(dst)
			p.req.store(f, tileStore{acc, args.constants, args.weights, dst, multiples(p.pixels, p.stride), act})
			f.Get(pixel).I32Const(p.pixels).I32Add().Tee(pixel).Get(args.pixels).I32LtU().BrIf(pixels)
		}
		f.End()
		f.Get(args.weights).I32Const(p.blockBytes(p.class)).I32Add().Set(args.weights)
		f.Get(args.out).I32Const(8 * p.req.layout.size()).I32Add().Set(args.out)
		f.Get(args.blocks).I32Const(1).I32Sub().Tee(args.blocks).BrIf(block)
	}
	f.End()
}

// multiply adds a·w + b·v to four sums.
func (p pointwiseI8) multiply(f *asm.Func, acc, a, w, b, v asm.Local) {
	f.Get(a, w).I16x8RelaxedDotI8x16I7x16S()
	f.Get(b, v).I16x8RelaxedDotI8x16I7x16S()
	if p.class == pairedChannel {
		f.I16x8Add().I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
		return
	}
	f.I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
	f.I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
}

// splatPair is a shuffle that fills a vector with the given two of its eight values of 16 bits.
func splatPair(pair int) (lanes [16]byte) {
	for i := range lanes {
		lanes[i] = byte(4*pair + i%4)
	}
	return lanes
}
