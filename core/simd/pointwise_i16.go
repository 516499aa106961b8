package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// pointwiseI16 is a 1×1 convolution of int16 activations [n,k], their zero point subtracted: P pixels × 8 output channels
// at a time, two input channels a step ("c2").
//
//	                w0: 4 channels × 2 k   w1: 4 channels × 2 k
//	a: 2 k of pixel 0      acc00                  acc01
//	a: 2 k of pixel 1      acc10                  acc11
//	…                      …                      …
//	a: 2 k of pixel P-1    acc(P-1)0              acc(P-1)1
//
// One load splats a pair of activations, i32x4.dot_i16x8_s multiplies it with the pairs of four channels. Live are
// 2P accumulators, 2 weights, 1 activation and 1 product: 14 with P = 5.
//
// Weights are packed [blocks][8 bias i32][8 multipliers f32][k/2][2][4 channels][2] i16, zero point subtracted.
type pointwiseI16 struct {
	pixels int // P
	k      int // input channels, or all values of a map, a multiple of 4; as many int16 from pixel to pixel
	stride int // bytes from pixel to pixel of the output
	req    requantizer
}

// tileI16 is the pixels of a tile: as many as there are registers for.
const tileI16 = 4

// wirePointwiseI16 is for pointwise layers and for fully connected ones: these read a whole map as if it were one pixel.
func wirePointwiseI16(s *step) {
	constants := s.requantizerConstants()
	order := s.in.channelOrder()
	k := newPointwiseI16(s, s.in.pixels()/s.out.pixels()*len(order), s.out.pixels())
	s.wirePointwise(k, constants, func(b []byte) { k.pack(b, s.layer, order) })
}

// newPointwiseI16 is the kernel for n pixels of k channels.
func newPointwiseI16(s *step, k, n int) pointwiseI16 {
	return pointwiseI16{
		pixels: min(n, tileI16), k: k, stride: s.out.Stride * s.out.Layout.size(), req: requantizerFor(s.layer, s.out.Layout, k),
	}
}

func (p pointwiseI16) String() string {
	return fmt.Sprintf("pointwise_i16_%dx8c2_k%d_to%d%s", p.pixels, p.k, p.stride, p.req)
}

func (p pointwiseI16) blockBytes() int { return pointwiseI16Header + p.k*16 }
func (p pointwiseI16) overread() int   { return 0 }

// unrollI16 is the number of steps in the inner loop's body. More gain nothing in today's V8 and cost a third in older ones, which
// hoist all loads of the body and run out of registers.
const unrollI16 = 2

// pointwiseI16Header is the bytes of a block's biases and multipliers.
const pointwiseI16Header = 64

func (p pointwiseI16) emit(f *asm.Func) {
	var args pointwiseArgs[asm.Local]
	params(f, args.list())
	pixel, a, end, w, dst := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	acc := accumulators(f, p.pixels, 2)
	w0, w1, act := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)

	rowBytes := p.k * 2

	block := f.Loop()
	{
		f.I32Const(0).Set(pixel)
		pixels := f.Loop()
		{
			overlapTail(f, pixel, args.pixels, p.pixels)
			f.Get(args.in, pixel).I32Const(rowBytes).I32Mul().I32Add().Set(a)
			startAccumulators(f, acc, args.weights)
			f.Get(args.weights).I32Const(pointwiseI16Header).I32Add().Set(w)
			f.Get(a).I32Const(rowBytes).I32Add().Set(end)
			step := f.Loop()
			{
				for u := range unrollI16 {
					f.Get(w).V128Load(32 * u).Set(w0)
					f.Get(w).V128Load(32*u + 16).Set(w1)
					for i := range p.pixels {
						f.Get(a).V128Load32Splat(i*rowBytes + 4*u).Set(act)
						f.Get(act, w0).I32x4DotI16x8S().Get(acc[i][0]).I32x4Add().Set(acc[i][0])
						f.Get(act, w1).I32x4DotI16x8S().Get(acc[i][1]).I32x4Add().Set(acc[i][1])
					}
				}
				f.Get(w).I32Const(32 * unrollI16).I32Add().Set(w)
				f.Get(a).I32Const(4 * unrollI16).I32Add().Tee(a).Get(end).I32LtU().BrIf(step)
			}
			f.End()
			f.Get(args.out, pixel).I32Const(p.stride).I32Mul().I32Add().Set(dst)
			p.req.store(f, tileStore{acc, args.constants, args.weights, dst, multiples(p.pixels, p.stride), act})
			f.Get(pixel).I32Const(p.pixels).I32Add().Tee(pixel).Get(args.pixels).I32LtU().BrIf(pixels)
		}
		f.End()
		f.Get(args.weights).I32Const(p.blockBytes()).I32Add().Set(args.weights)
		f.Get(args.out).I32Const(8 * p.req.layout.size()).I32Add().Set(args.out)
		f.Get(args.blocks).I32Const(1).I32Sub().Tee(args.blocks).BrIf(block)
	}
	f.End()
}

// pack writes the weights [Cout][n][K] of l: for the input's channel k those at order[k], and none where that is negative. n is the number of
// pixels that a sum goes over.
func (p pointwiseI16) pack(b []byte, l *mobilenet.Layer, order []int) {
	q := l.Quantized
	size := len(q.Weights) / l.Out.C
	pixel := size / (p.k / len(order)) // its weights
	zero := int(q.WeightZero)
	for c := range l.Out.C {
		block := b[c/8*p.blockBytes():]
		lane := c % 8
		putInt32(block[4*lane:], q.Bias[c])
		putFloat32(block[blockMultipliers+4*lane:], q.Multiplier(c))
		at := pointwiseI16Header + lane*4
		for row := q.Weights[c*size:][:size]; len(row) > 0; row = row[pixel:] {
			for k := 0; k < len(order); k += 2 {
				pair := block[at:][:4:4]
				if i := order[k]; i >= 0 {
					v := int(row[i]) - zero
					pair[0], pair[1] = byte(v), byte(v>>8)
				}
				if i := order[k+1]; i >= 0 {
					v := int(row[i]) - zero
					pair[2], pair[3] = byte(v), byte(v>>8)
				}
				at += 32
			}
		}
	}
}
