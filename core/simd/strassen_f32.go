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

// beyond is the bytes behind the last block that are read as if there were one more.
func (s strassenF32) beyond() int { return s.blockBytes() }

// emit writes the kernel: (in, out, weights, q, scratch, strips, blocks i32), at least one of each.
func (s strassenF32) emit(m *asm.Module) *asm.Func {
	f := m.Func(s.String())
	in, out, weights, q, scratch := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	strips, blocks := f.Param(asm.I32), f.Param(asm.I32)
	left, dst, chain, n := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	pixel, a, sums, parts, to := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	b := newBlockF32(f, s.tile(), s.row(), s.relaxed)

	half, second, s3 := s.row()/2, s.pixels-s.half(), s.half()*s.row() // bytes to the second channels; the second pixels; bytes to S3
	const u, v, w = 0, 1, 2

	// loop goes through the pixels of a half with a chain of products.
	loop := func(matrices, following int, products func(multiply func(base asm.Local, at int))) {
		b.ahead = aheadF32((s.half()+s.tile()-1)/s.tile(), matrices, following)
		f.Get(chain).I32Const(matrices * s.matrixBytes()).I32Add().Set(b.next)
		f.I32Const(0).Set(pixel)
		tiles := f.Loop()
		{
			lastWhole(f, pixel, n, s.tile())
			f.Get(in, pixel).I32Const(s.row()).I32Mul().I32Add().Set(a)
			f.Get(scratch, pixel).I32Const(s.row()).I32Mul().I32Add().Set(sums)
			f.Get(scratch, pixel).I32Const(32).I32Mul().I32Add().I32Const(2 * s3).I32Add().Set(parts)
			f.Get(dst, pixel).I32Const(s.stride).I32Mul().I32Add().Set(to)
			f.Get(chain).Set(b.w)
			products(func(base asm.Local, at int) {
				f.Get(base).I32Const(at).I32Add().Set(b.a)
				b.multiply(s.k / 2)
			})
			f.Get(pixel).I32Const(s.tile()).I32Add().Tee(pixel).Get(n).I32LtU().BrIf(tiles)
		}
		f.End()
		f.Get(b.w).Set(chain)
	}
	// part is where a tile's pixel has its value of U, V or W.
	part := func(which, pixel, vector int) int { return which*s.partBytes() + 32*pixel + 16*vector }
	keep := func(which int) {
		b.each(func(acc asm.Local, i, vector int) { f.Get(parts, acc).V128Store(part(which, i, vector)) })
	}
	store := func(at int) {
		b.each(func(acc asm.Local, i, vector int) {
			f.Get(to)
			clampFloats(f, acc, q)
			f.V128Store(at + i*s.stride + 16*vector)
		})
	}
	c12, c21 := s.stride/2, second*s.stride
	c22 := c21 + c12

	f.I32Const(s.half()).Set(n)
	strip := f.Loop()
	{
		s.emitSums(f, in, scratch)
		f.Get(weights).Set(chain)
		f.Get(out).Set(dst)
		f.Get(blocks).Set(left)
		block := f.Loop()
		{
			loop(2, 3, func(multiply func(base asm.Local, at int)) {
				b.start()
				multiply(a, 0)
				keep(u)
				multiply(a, half)
				store(0)
			})
			loop(3, 2, func(multiply func(base asm.Local, at int)) {
				b.each(func(acc asm.Local, i, vector int) { f.Get(parts).V128Load(part(u, i, vector)).Set(acc) })
				multiply(sums, half)
				keep(v)
				multiply(sums, s3)
				keep(w)
				multiply(a, second*s.row()+half)
				store(c21)
			})
			loop(2, 2, func(multiply func(base asm.Local, at int)) {
				b.start()
				multiply(sums, 0)
				b.each(func(acc asm.Local, i, vector int) {
					f.Get(acc, parts).V128Load(part(w, i, vector)).F32x4Add().Set(b.act)
					f.Get(to)
					clampFloats(f, b.act, q)
					f.V128Store(c22 + i*s.stride + 16*vector)
					f.Get(acc, parts).V128Load(part(v, i, vector)).F32x4Add().Set(acc)
				})
				multiply(sums, s3+half)
				store(c12)
			})
			f.Get(dst).I32Const(32).I32Add().Set(dst)
			f.Get(left).I32Const(1).I32Sub().Tee(left).BrIf(block)
		}
		f.End()
		f.Get(in).I32Const(s.pixels * s.row()).I32Add().Set(in)
		f.Get(out).I32Const(s.pixels * s.stride).I32Add().Set(out)
		f.Get(strips).I32Const(1).I32Sub().Tee(strips).BrIf(strip)
	}
	f.End()
	return f
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
