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
	pixels   int // P
	k        int // input channels, or all values of a map, without padding after the last
	row      int // bytes from pixel to pixel of the input
	stride   int // bytes from pixel to pixel of the output
	prefetch int // bytes of the next block that each step touches, see prefetchF32
	relaxed  bool
	leaks    bool
}

// wirePointwiseF32 is for pointwise layers and for fully connected ones: these read a whole map as if it were one pixel, its padding channels
// too but for the last ones.
func wirePointwiseF32(s *step) {
	constants := s.floatConstants()
	n := s.out.pixels()
	floats := s.in.pixels() / n * s.in.Stride
	k := newPointwiseF32(s, floats-s.in.Stride+s.in.Shape.C, floats, n)
	if s.layer.Kind == mobilenet.Pointwise {
		k.prefetch = prefetchF32(roundUp(n, k.pixels)/k.pixels, 1, 1)
	}
	s.wirePointwise(k, constants, func(b []byte) { k.pack(b, s.layer, s.in.Shape.C) })
}

// newPointwiseF32 is the kernel for n pixels of k channels that lie so many floats apart.
func newPointwiseF32(s *step, k, floats, n int) pointwiseF32 {
	return pointwiseF32{pixels: tileF32(n, s.relaxed()), k: k, row: 4 * floats, stride: 4 * s.out.Stride, relaxed: s.relaxed(), leaks: leaks(s.layer)}
}

// tileF32 is P for n pixels. The last tile overlaps the one before it, so five pixels can waste less than six. There are registers
// for six only where relaxed_madd needs none for a product.
func tileF32(n int, relaxed bool) int {
	if relaxed && n >= 6 && costF32(n, 6) < costF32(n, 5) {
		return 6
	}
	return min(n, 5)
}

// costF32 is the approximate time of n pixels in tiles of so many: two sums a pixel, and one for a tile's weights.
func costF32(n, tile int) int { return roundUp(n, tile) / tile * (2*tile + 1) }

// prefetchF32 is how many bytes of the next weights each step of a kernel touches, so that all are in the cache in time; 0: none.
// Weights come from memory, and where few tiles share them the processor's own prefetching is late. A steady pace hides the latency,
// which touching many at once would not. weights and next are the sizes of what is multiplied and of what comes next, in one unit.
func prefetchF32(tiles, weights, next int) int {
	if tiles < 2 || tiles > 32 {
		return 0
	}
	return (32*next + weights*tiles - 1) / (weights * tiles)
}

// blockF32 is the register block of a tile, and where it reads.
type blockF32 struct {
	f           *asm.Func
	acc         [][]asm.Local
	w0, w1, act asm.Local
	w, a, end   asm.Local // addresses of weights and of the first pixel
	next        asm.Local // address of weights that are touched, prefetch bytes a step
	prefetch    int
	row         int
	relaxed     bool
}

func newBlockF32(f *asm.Func, pixels, row int, relaxed bool) *blockF32 {
	return &blockF32{
		f: f, acc: accumulators(f, pixels, 2), w0: f.Local(asm.V128), w1: f.Local(asm.V128), act: f.Local(asm.V128),
		w: f.Local(asm.I32), a: f.Local(asm.I32), end: f.Local(asm.I32), next: f.Local(asm.I32), row: row, relaxed: relaxed,
	}
}

// start begins with the bias at w.
func (b *blockF32) start() {
	startAccumulators(b.f, b.acc, b.w)
	b.f.Get(b.w).I32Const(32).I32Add().Set(b.w)
}

// multiply adds the products of k input channels at a with the weights at w, and moves both on.
func (b *blockF32) multiply(k int) {
	f := b.f
	f.Get(b.a).I32Const(4 * k).I32Add().Set(b.end)
	step := f.Loop()
	{
		if b.prefetch > 0 {
			f.Get(b.next).I32Load8U(0).Drop()
			f.Get(b.next).I32Const(b.prefetch).I32Add().Set(b.next)
		}
		f.Get(b.w).V128Load(0).Set(b.w0)
		f.Get(b.w).V128Load(16).Set(b.w1)
		for i, acc := range b.acc {
			f.Get(b.a).V128Load32Splat(i * b.row).Set(b.act)
			multiplyAdd(f, b.relaxed, acc[0], b.act, func() { f.Get(b.w0) })
			multiplyAdd(f, b.relaxed, acc[1], b.act, func() { f.Get(b.w1) })
		}
		f.Get(b.w).I32Const(32).I32Add().Set(b.w)
		f.Get(b.a).I32Const(4).I32Add().Tee(b.a).Get(b.end).I32LtU().BrIf(step)
	}
	f.End()
}

// each visits the sums: of the tile's pixel i, four channels a vector.
func (b *blockF32) each(visit func(acc asm.Local, i, vector int)) {
	for i := range b.acc {
		for vector, acc := range b.acc[i] {
			visit(acc, i, vector)
		}
	}
}

func (p pointwiseF32) String() string {
	return fmt.Sprintf("pointwise_f32_%dx8_k%d_of%d_to%d_prefetch%d%s", p.pixels, p.k, p.row, p.stride, p.prefetch, fused(p.relaxed, p.leaks))
}

func (p pointwiseF32) blockBytes() int { return 32 + p.k*32 }

// overread covers prefetching after the last block: at most one more byte a step and tile than a block has.
func (p pointwiseF32) overread() int {
	if p.prefetch == 0 {
		return 0
	}
	return 2 * p.blockBytes()
}

func (p pointwiseF32) emit(f *asm.Func) {
	var args pointwiseArgs[asm.Local]
	params(f, args.list())
	pixel, dst := f.Local(asm.I32), f.Local(asm.I32)
	b := newBlockF32(f, p.pixels, p.row, p.relaxed)
	b.prefetch = p.prefetch

	block := f.Loop()
	{
		f.I32Const(0).Set(pixel)
		f.Get(args.weights).I32Const(p.blockBytes()).I32Add().Set(b.next)
		pixels := f.Loop()
		{
			overlapTail(f, pixel, args.pixels, p.pixels)
			f.Get(args.in, pixel).I32Const(p.row).I32Mul().I32Add().Set(b.a)
			f.Get(args.weights).Set(b.w)
			b.start()
			b.multiply(p.k)
			f.Get(args.out, pixel).I32Const(p.stride).I32Mul().I32Add().Set(dst)
			b.each(func(acc asm.Local, i, vector int) {
				f.Get(dst)
				activateFloats(f, acc, args.constants, p.leaks)
				f.V128Store(i*p.stride + 16*vector)
			})
			f.Get(pixel).I32Const(p.pixels).I32Add().Tee(pixel).Get(args.pixels).I32LtU().BrIf(pixels)
		}
		f.End()
		f.Get(args.weights).I32Const(p.blockBytes()).I32Add().Set(args.weights)
		f.Get(args.out).I32Const(32).I32Add().Set(args.out)
		f.Get(args.blocks).I32Const(1).I32Sub().Tee(args.blocks).BrIf(block)
	}
	f.End()
}

// pack writes the weights [Cout][n][channels] of l, where n is the number of pixels that a sum goes over. Padding channels between them get
// none.
func (p pointwiseF32) pack(b []byte, l *mobilenet.Layer, channels int) {
	size := len(l.Float.Weights) / l.Out.C
	step := p.row / 4 / (size / channels) // floats from pixel to pixel
	for c := range l.Out.C {
		block := b[c/8*p.blockBytes()+c%8*4:]
		putFloat32(block, l.Float.Bias[c])
		row := l.Float.Weights[c*size:][:size]
		for at := 32; len(row) > 0; at += 32 * step {
			for i, w := range row[:channels] {
				putFloat32(block[at+32*i:], w)
			}
			row = row[channels:]
		}
	}
}
