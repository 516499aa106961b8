package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// strassenF32 is a 1×1 convolution of floats by Strassen's algorithm, as Winograd put it: seven products of half matrices instead
// of eight. A strip of pixels is divided into quarters, and so are the weights:
//
//	               input channels                      output channels
//	first pixels     A11   A12         input channels     B11   B12
//	second pixels    A21   A22                            B21   B22
//
//	S1 = A21 + A22   S2 = S1 − A11   S3 = A11 − A21   S4 = A12 − S2    for each strip
//	T1 = B12 − B11   T2 = B22 − T1   T3 = B22 − B12   T4 = T2 − B21    when the weights are packed
//
// A block is 8 channels of the first half of the output and the 8 at the same place in the second half. Three loops over the
// pixels compute it, each a chain of products that stay in a tile's registers, as in pointwiseF32. "→" stores to memory:
//
//	bias  + A11·B11 → U   + A12·B21 → C11
//	U     + S2·T2   → V   + S3·T3   → W     − A22·T4 → C21
//	bias' + S1·T1   (+ W → C22)   + V   + S4·B22 → C12
//
// bias' is the second half's less the first's, which is in U. Rounding errors are a few times those of plain sums, relative to the
// largest values rather than to each one.
//
// Weights are packed [blocks][8 bias, B11, B21, T2, T3, −T4, 8 bias', T1, B22], each matrix [k/2][8 channels] f32.
type strassenF32 struct {
	pixels  int // of a strip
	k       int // input channels, a multiple of 8
	stride  int // bytes from pixel to pixel of the output, whose channels are a multiple of 16
	relaxed bool
	leaks   bool
}

// In smaller layers the overhead outweighs the eighth of the products that is saved: with few pixels, reading three quarters more
// weights.
const (
	strassenPixels = 96
	strassenIn     = 64
	strassenOut    = 128
)

// The most pixels of a strip, and values of its input: the second-level cache has to hold them beside the S.
const (
	stripPixels = 400
	stripValues = 1 << 17
)

// strassenFor returns the kernel for a layer and the number of strips, 0 if the layer is too small or cannot be divided. Strips do not
// depend on the threads, and so neither does the rounding.
func strassenFor(l *mobilenet.Layer, relaxed bool) (k strassenF32, strips int) {
	n := l.Out.H * l.Out.W
	if l.In.C < strassenIn || l.In.C%8 != 0 || l.Out.C < strassenOut || l.Out.C%16 != 0 {
		return k, 0
	}
	least := 0
	for s := 1; n/s >= strassenPixels; s++ {
		if n%s != 0 || n/s > stripPixels || n/s*l.In.C > stripValues {
			continue
		}
		half := (n/s + 1) / 2
		if cost := s * costF32(half, tileF32(half, relaxed)); strips == 0 || cost < least {
			strips, least = s, cost
		}
	}
	if strips > 0 {
		k = strassenF32{pixels: n / strips, k: l.In.C, stride: 4 * l.Out.C, relaxed: relaxed, leaks: leaks(l)}
	}
	return k, strips
}

func (s strassenF32) String() string {
	return fmt.Sprintf("strassen_f32_%dx8_strip%d_k%d_to%d%s", s.tile(), s.pixels, s.k, s.stride, fused(s.relaxed, s.leaks))
}

// half is the pixels of half a strip. Halves of an odd one share the pixel in the middle, which is computed twice.
func (s strassenF32) half() int { return (s.pixels + 1) / 2 }
func (s strassenF32) tile() int { return tileF32(s.half(), s.relaxed) }

// row is the bytes from pixel to pixel of the input, and of the sums: [S1 S2] of all pixels, then [S3 S4].
func (s strassenF32) row() int { return 4 * s.k }

func (s strassenF32) matrixBytes() int { return 16 * s.k }
func (s strassenF32) blockBytes() int  { return 7*s.matrixBytes() + 2*32 }

// partBytes is the size of U, V or W: [pixels][8 channels] f32.
func (s strassenF32) partBytes() int { return 32 * s.half() }

func strassenTakes(l *mobilenet.Layer) bool {
	_, strips := strassenFor(l, false)
	return strips > 0
}

func strassenScratch(l *mobilenet.Layer, relaxed bool) int {
	k, _ := strassenFor(l, relaxed)
	return 2*k.half()*k.row() + 3*k.partBytes() // S1 to S4; U, V and W
}

// wireStrassenF32 splits strips among the threads if they are many enough, and otherwise channels.
func wireStrassenF32(s *step) {
	k, strips := strassenFor(s.layer, s.relaxed())
	constants := s.floatConstants()
	blocks := s.out.Stride / 16
	weights := s.image(blocks*k.blockBytes(), func(b []byte) { k.pack(b, s.layer) })
	s.alloc(k.blockBytes()) // prefetched as if there were one more
	f := s.function(k)
	along := byBlocks
	if strips >= 2*s.threads() {
		along = byRows
	}
	for t, p := range (grid{strips, blocks}).split(s.threads(), along) {
		first := p.rows.from * k.pixels
		args := strassenArgs[int]{
			in: s.in.address(first, 0), out: s.out.address(first, 8*p.blocks.from),
			weights: weights + p.blocks.from*k.blockBytes(), constants: constants, scratch: s.scratchOf(t),
			strips: p.rows.length(), blocks: p.blocks.length(),
		}
		s.call(t, f, args.list())
	}
}

// strassenArgs are the arguments of strassenF32. It computes at least one strip and one block.
type strassenArgs[T any] struct {
	in, out            T // addresses of the first pixels, of out the first block's channels
	weights, constants T // addresses of the first block's, and of the layer's
	scratch            T // address of room for S1 to S4, U, V and W
	strips, blocks     T // how many, and of 8 channels in each half of the output
}

func (a *strassenArgs[T]) list() []*T {
	return []*T{&a.in, &a.out, &a.weights, &a.constants, &a.scratch, &a.strips, &a.blocks}
}

// A strassenStep is what a chain does with a tile's sums, and with what.
type strassenStep struct{ do, with int }

const ( // do
	fromBias   = iota // the sums begin with the bias
	fromPart          // they begin with a part
	addProduct        // the product of an operand and the next weights is added
	toPart            // they become a part
	toOutput          // they become a quarter of the output
	forkC22           // with W they become C22, and they go on with V
)

const ( // with
	matA11, matA12, matA22, matS1, matS2, matS3, matS4 = 0, 1, 2, 3, 4, 5, 6
	partU, partV, partW                                = 0, 1, 2
	outC11, outC12, outC21, outC22                     = 0, 1, 2, 3
)

// strassenChains are the three chains as they are drawn above.
var strassenChains = [...][]strassenStep{
	{{do: fromBias}, {addProduct, matA11}, {toPart, partU}, {addProduct, matA12}, {toOutput, outC11}},
	{
		{fromPart, partU}, {addProduct, matS2}, {toPart, partV}, {addProduct, matS3}, {toPart, partW}, {addProduct, matA22},
		{toOutput, outC21},
	},
	{{do: fromBias}, {addProduct, matS1}, {do: forkC22}, {addProduct, matS4}, {toOutput, outC12}},
}

// strassenProducts counts the products of a chain; after the last one comes the next block's first.
func strassenProducts(chain int) (n int) {
	for _, step := range strassenChains[chain%len(strassenChains)] {
		if step.do == addProduct {
			n++
		}
	}
	return n
}

func (s strassenF32) emit(f *asm.Func) {
	var args strassenArgs[asm.Local]
	params(f, args.list())
	left, dst, chain, n, pixel := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	tile := strassenTile{
		strassenF32: s, in: f.Local(asm.I32), sums: f.Local(asm.I32), parts: f.Local(asm.I32), out: f.Local(asm.I32),
		constants: args.constants,
	}
	tile.block = newBlockF32(f, s.tile(), s.row(), s.relaxed)
	b := tile.block

	f.I32Const(s.half()).Set(n)
	strip := f.Loop()
	{
		s.emitSums(f, args.in, args.scratch)
		f.Get(args.weights).Set(chain)
		f.Get(args.out).Set(dst)
		f.Get(args.blocks).Set(left)
		block := f.Loop()
		{
			for i, steps := range strassenChains {
				products := strassenProducts(i)
				b.prefetch = prefetchF32(roundUp(s.half(), s.tile())/s.tile(), products, strassenProducts(i+1))
				f.Get(chain).I32Const(products * s.matrixBytes()).I32Add().Set(b.next)
				f.I32Const(0).Set(pixel)
				tiles := f.Loop()
				{
					overlapTail(f, pixel, n, s.tile())
					f.Get(args.in, pixel).I32Const(s.row()).I32Mul().I32Add().Set(tile.in)
					f.Get(args.scratch, pixel).I32Const(s.row()).I32Mul().I32Add().Set(tile.sums)
					f.Get(args.scratch, pixel).I32Const(32).I32Mul().I32Add().I32Const(2 * s.half() * s.row()).I32Add().Set(tile.parts)
					f.Get(dst, pixel).I32Const(s.stride).I32Mul().I32Add().Set(tile.out)
					f.Get(chain).Set(b.w)
					for _, step := range steps {
						tile.emitStep(f, step)
					}
					f.Get(pixel).I32Const(s.tile()).I32Add().Tee(pixel).Get(n).I32LtU().BrIf(tiles)
				}
				f.End()
				f.Get(b.w).Set(chain)
			}
			f.Get(dst).I32Const(32).I32Add().Set(dst)
			f.Get(left).I32Const(1).I32Sub().Tee(left).BrIf(block)
		}
		f.End()
		f.Get(args.in).I32Const(s.pixels * s.row()).I32Add().Set(args.in)
		f.Get(args.out).I32Const(s.pixels * s.stride).I32Add().Set(args.out)
		f.Get(args.strips).I32Const(1).I32Sub().Tee(args.strips).BrIf(strip)
	}
	f.End()
}

// A strassenTile is a tile of pixels at the same place in both halves of a strip: its sums, and the addresses of its first pixel in
// the input, S1, U and the output.
type strassenTile struct {
	strassenF32
	block                *blockF32
	in, sums, parts, out asm.Local
	constants            asm.Local
}

// emitStep writes a step of a chain.
func (t strassenTile) emitStep(f *asm.Func, step strassenStep) {
	b := t.block
	switch step.do {
	case fromBias:
		b.start()
	case fromPart:
		b.each(func(acc asm.Local, i, vector int) { f.Get(t.parts).V128Load(t.part(step.with, i, vector)).Set(acc) })
	case addProduct:
		right, second, s3 := t.row()/2, (t.pixels-t.half())*t.row(), t.half()*t.row() // bytes to A12, A21 and S3
		base := t.in
		if step.with >= matS1 {
			base = t.sums
		}
		at := [...]int{matA11: 0, matA12: right, matA22: second + right, matS1: 0, matS2: right, matS3: s3, matS4: s3 + right}
		f.Get(base).I32Const(at[step.with]).I32Add().Set(b.a)
		b.multiply(t.k / 2)
	case toPart:
		b.each(func(acc asm.Local, i, vector int) { f.Get(t.parts, acc).V128Store(t.part(step.with, i, vector)) })
	case toOutput:
		b.each(func(acc asm.Local, i, vector int) { t.store(f, acc, step.with, i, vector) })
	case forkC22:
		b.each(func(acc asm.Local, i, vector int) {
			f.Get(acc, t.parts).V128Load(t.part(partW, i, vector)).F32x4Add().Set(b.act)
			t.store(f, b.act, outC22, i, vector)
			f.Get(acc, t.parts).V128Load(t.part(partV, i, vector)).F32x4Add().Set(acc)
		})
	}
}

// part is where a pixel of the tile has its values of U, V or W.
func (t strassenTile) part(which, pixel, vector int) int {
	return which*t.partBytes() + 32*pixel + 16*vector
}

// store puts four channels of a pixel into a quarter of the output.
func (t strassenTile) store(f *asm.Func, sum asm.Local, quarter, pixel, vector int) {
	right, second := t.stride/2, (t.pixels-t.half())*t.stride
	f.Get(t.out)
	activateFloats(f, sum, t.constants, t.leaks)
	f.V128Store([...]int{outC11: 0, outC12: right, outC21: second, outC22: second + right}[quarter] + pixel*t.stride + 16*vector)
}

// emitSums makes S1 to S4 of the strip at in.
func (s strassenF32) emitSums(f *asm.Func, in, scratch asm.Local) {
	a, sums, end, rows := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	a11, a21, sum := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
	half, second, s3 := s.row()/2, (s.pixels-s.half())*s.row(), s.half()*s.row()
	f.Get(in).Set(a)
	f.Get(scratch).Set(sums)
	f.I32Const(s.half()).Set(rows)
	row := f.Loop()
	{
		f.Get(a).I32Const(half).I32Add().Set(end)
		channels := f.Loop()
		{
			f.Get(a).V128Load(0).Set(a11)
			f.Get(a).V128Load(second).Set(a21)
			f.Get(sums, a21, a).V128Load(second + half).F32x4Add().Tee(sum).V128Store(0)
			f.Get(sums, sum, a11).F32x4Sub().Tee(sum).V128Store(half)
			f.Get(sums, a11, a21).F32x4Sub().V128Store(s3)
			f.Get(sums, a).V128Load(half).Get(sum).F32x4Sub().V128Store(s3 + half)
			f.Get(sums).I32Const(16).I32Add().Set(sums)
			f.Get(a).I32Const(16).I32Add().Tee(a).Get(end).I32LtU().BrIf(channels)
		}
		f.End()
		f.Get(a).I32Const(half).I32Add().Set(a)
		f.Get(sums).I32Const(half).I32Add().Set(sums)
		f.Get(rows).I32Const(1).I32Sub().Tee(rows).BrIf(row)
	}
	f.End()
}

// pack writes the weights [Cout][k] of l.
func (s strassenF32) pack(b []byte, l *mobilenet.Layer) {
	half, matrix := l.Out.C/2, s.matrixBytes()
	for c := range half {
		first, second := l.Float.Weights[c*s.k:][:s.k], l.Float.Weights[(half+c)*s.k:][:s.k]
		block := b[c/8*s.blockBytes()+c%8*4:]
		chain1, chain2, chain3 := block, block[32+2*matrix:], block[32+5*matrix:]
		putFloat32(chain1, l.Float.Bias[c])
		putFloat32(chain3, l.Float.Bias[half+c]-l.Float.Bias[c])
		for i := range s.k / 2 {
			put := func(b []byte, weights ...float32) {
				for j, w := range weights {
					putFloat32(b[j*matrix+32*i:], w)
				}
			}
			b11, b12, b21, b22 := first[i], second[i], first[s.k/2+i], second[s.k/2+i]
			t1 := b12 - b11
			t2 := b22 - t1
			put(chain1[32:], b11, b21)
			put(chain2, t2, b22-b12, b21-t2)
			put(chain3[32:], t1, b22)
		}
	}
}
