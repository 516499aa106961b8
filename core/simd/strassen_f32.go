package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// strassenF32 is a 1×1 convolution of floats by Strassen's algorithm, as Winograd put it: seven products of half matrices instead
// of eight. A strip of pixels is cut into quarters, and so are the weights:
//
//	               input channels                      output channels
//	first pixels     A11   A12         input channels     B11   B12
//	second pixels    A21   A22                            B21   B22
//
//	S1 = A21 + A22   S2 = S1 − A11   S3 = A11 − A21   S4 = A12 − S2    for each strip
//	T1 = B12 − B11   T2 = B22 − T1   T3 = B22 − B12   T4 = T2 − B21    when the weights are packed
//
// A block is 8 channels of the first half of the output and the 8 at the same place in the second half. Three loops over the
// pixels make it, each a chain of products that stay in a tile's registers, as in pointwiseF32. What "→" names goes to memory:
//
//	bias  + A11·B11 → U   + A12·B21 → C11
//	U     + S2·T2   → V   + S3·T3   → W     − A22·T4 → C21
//	bias' + S1·T1   (+ W → C22)   + V   + S4·B22 → C12
//
// bias' is the second half's less the first's, which U brings. Rounding errors are a few times those of the plain sums, beside
// the largest values and not beside each one.
//
// Weights are packed [blocks][8 bias, B11, B21, T2, T3, −T4, 8 bias', T1, B22], each matrix [k/2][8 channels] f32.
type strassenF32 struct {
	pixels  int // of a strip
	k       int // input channels, a multiple of 8
	stride  int // bytes from pixel to pixel of the output, whose channels are a multiple of 16
	relaxed bool
}

// Below these, what comes on top of the products costs more than the eighth that is saved: with few pixels, reading three quarters
// more of weights.
const (
	strassenPixels = 96
	strassenIn     = 64
	strassenOut    = 128
)

// The most pixels of a strip, and values of its input, which the second level cache has to hold beside the S.
const (
	stripPixels = 400
	stripValues = 1 << 17
)

// strassenFor gives the kernel for a layer and how many strips it has, or none if the layer is too small or cannot be cut.
// Strips do not depend on the threads, so that the rounding does not either.
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
		k = strassenF32{pixels: n / strips, k: l.In.C, stride: 4 * l.Out.C, relaxed: relaxed}
	}
	return k, strips
}

func (s strassenF32) String() string {
	return fmt.Sprintf("strassen_f32_%dx8_strip%d_k%d_to%d%s", s.tile(), s.pixels, s.k, s.stride, fused(s.relaxed))
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

// scratch is the bytes for S1 to S4, U, V and W.
func (s strassenF32) scratch() int { return 2*s.half()*s.row() + 3*s.partBytes() }

// overread is the bytes behind the last block that are prefetched as if there were one more.
func (s strassenF32) overread() int { return s.blockBytes() }

func strassenF32Operator(l *mobilenet.Layer, t target) *operator {
	if !t.float || l.Kind != mobilenet.Pointwise {
		return nil
	}
	k, strips := strassenFor(l, t.relaxed)
	if strips == 0 {
		return nil
	}
	return &operator{reads: Float32, writes: Float32, scratch: k.scratch(), wire: func(s *step) { k.wire(s, strips) }}
}

// wire splits strips among the threads if they are many enough, and otherwise channels.
func (s strassenF32) wire(step *step, strips int) {
	constants := step.floatConstants()
	blocks := step.out.Stride / 16
	weights := step.image(blocks*s.blockBytes(), func(b []byte) { s.pack(b, step.layer) })
	step.alloc(s.overread())
	f := step.function(s)
	for t, p := range partition(strips, blocks, step.threads(), strips >= 2*step.threads()) {
		first := p.rows.from * s.pixels
		step.call(t, f, &strassenArgs[int]{
			in: step.in.address(first, 0), out: step.out.address(first, 8*p.blocks.from),
			weights: weights + p.blocks.from*s.blockBytes(), constants: constants, scratch: step.scratchOf(t),
			strips: p.rows.length(), blocks: p.blocks.length(),
		})
	}
}

// strassenArgs are the arguments of strassenF32. It computes at least one strip and one block.
type strassenArgs[T any] struct {
	in        T // address of the first strip
	out       T // address of the first block's channels in the first pixel
	weights   T // address of the first block's
	constants T // address of the layer's
	scratch   T // address of room for S1 to S4, U, V and W
	strips    T // how many
	blocks    T // how many, of 8 channels in each half of the output
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
	declare(f, &args)
	left, dst, chain, n, pixel := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	in, sums, parts, out := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32) // of the tile's first pixel
	b := newBlockF32(f, s.tile(), s.row(), s.relaxed)
	step := s.stepEmitter(f, b, args.constants, in, sums, parts, out)

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
					f.Get(args.in, pixel).I32Const(s.row()).I32Mul().I32Add().Set(in)
					f.Get(args.scratch, pixel).I32Const(s.row()).I32Mul().I32Add().Set(sums)
					f.Get(args.scratch, pixel).I32Const(32).I32Mul().I32Add().I32Const(2 * s.half() * s.row()).I32Add().Set(parts)
					f.Get(dst, pixel).I32Const(s.stride).I32Mul().I32Add().Set(out)
					f.Get(chain).Set(b.w)
					for _, do := range steps {
						step(do)
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

// stepEmitter gives what writes a chain's steps for the tile b. The tile's first pixel has the address in, its S1, U and output
// the others.
func (s strassenF32) stepEmitter(f *asm.Func, b *blockF32, constants, in, sums, parts, out asm.Local) func(strassenStep) {
	right, second := s.row()/2, s.pixels-s.half() // bytes to the second channels, and the second pixels
	s3 := s.half() * s.row()                      // bytes from S1 to S3
	operands := [...]struct {
		base asm.Local
		at   int
	}{
		matA11: {in, 0}, matA12: {in, right}, matA22: {in, second*s.row() + right},
		matS1: {sums, 0}, matS2: {sums, right}, matS3: {sums, s3}, matS4: {sums, s3 + right},
	}
	quarters := [...]int{outC11: 0, outC12: s.stride / 2, outC21: second * s.stride, outC22: second*s.stride + s.stride/2}
	part := func(which, pixel, vector int) int { return which*s.partBytes() + 32*pixel + 16*vector }
	storeSum := func(sum asm.Local, quarter, pixel, vector int) {
		f.Get(out)
		clampFloats(f, sum, constants)
		f.V128Store(quarters[quarter] + pixel*s.stride + 16*vector)
	}
	return func(step strassenStep) {
		switch step.do {
		case fromBias:
			b.start()
		case addProduct:
			a := operands[step.with]
			f.Get(a.base).I32Const(a.at).I32Add().Set(b.a)
			b.multiply(s.k / 2)
		case fromPart:
			b.each(func(acc asm.Local, i, vector int) { f.Get(parts).V128Load(part(step.with, i, vector)).Set(acc) })
		case toPart:
			b.each(func(acc asm.Local, i, vector int) { f.Get(parts, acc).V128Store(part(step.with, i, vector)) })
		case toOutput:
			b.each(func(acc asm.Local, i, vector int) { storeSum(acc, step.with, i, vector) })
		case forkC22:
			b.each(func(acc asm.Local, i, vector int) {
				f.Get(acc, parts).V128Load(part(partW, i, vector)).F32x4Add().Set(b.act)
				storeSum(b.act, outC22, i, vector)
				f.Get(acc, parts).V128Load(part(partV, i, vector)).F32x4Add().Set(acc)
			})
		}
	}
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
