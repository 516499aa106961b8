package simd

import (
	"fmt"

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
//	double   z ≤ 254: z = z1 + z2, the block runs over the pixels twice, with the weights z1 and then z2
//	triple   z = 255: three times
//
// A block of eight is of the widest class in it. Live with P = 4: 8 accumulators, 4 weights, 2 activations, 1 product.
//
// Weights are packed [blocks][8 bias i32][8 multipliers f32][8 offsets i32][passes][k/4][2][4 channels][4].
type pointwiseI8 struct {
	pixels int // P
	k      int // input channels, a multiple of 8; as many bytes from pixel to pixel
	stride int // bytes from pixel to pixel of the output
	paired bool
	req    requantizer
}

func (p pointwiseI8) String() string {
	name := "single"
	if p.paired {
		name = "paired"
	}
	return fmt.Sprintf("pointwise_i8_%dx8c4_%s_k%d_to%d%s", p.pixels, name, p.k, p.stride, p.req)
}

const pointwiseI8Header = 96

// blockBytes is the size of a block's weights for so many passes.
func (p pointwiseI8) blockBytes(passes int) int { return pointwiseI8Header + passes*p.k*8 }

// emit writes the kernel: (in, out, weights, q, sums, n, blocks, passes i32). It computes n ≥ P pixels and blocks ≥ 1 of 8
// channels; sums points to the pixels' Σ a.
func (p pointwiseI8) emit(m *asm.Module) *asm.Func {
	f := m.Func(p.String())
	in, out, weights, q := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	sums, n, blocks, passes := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	pixel, first, a, end := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	w, pass, dst := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	acc := accumulators(f, p.pixels, 2)
	w0, w1, v0, v1 := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
	act, next := f.Local(asm.V128), f.Local(asm.V128)

	block := f.Loop()
	{
		f.I32Const(0).Set(pixel)
		pixels := f.Loop()
		{
			lastWhole(f, pixel, n, p.pixels)
			f.Get(in, pixel).I32Const(p.k).I32Mul().I32Add().Set(first)
			startAccumulators(f, acc, weights)
			f.Get(weights).I32Const(pointwiseI8Header).I32Add().Set(w)
			f.Get(passes).Set(pass)
			again := f.Loop()
			{
				f.Get(first).Tee(a).I32Const(p.k).I32Add().Set(end)
				step := f.Loop()
				{
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
					f.Get(w).I32Const(64).I32Add().Set(w)
					f.Get(a).I32Const(8).I32Add().Tee(a).Get(end).I32LtU().BrIf(step)
				}
				f.End()
				if !p.paired {
					f.Get(pass).I32Const(1).I32Sub().Tee(pass).BrIf(again)
				}
			}
			f.End()
			for i := range p.pixels {
				f.Get(sums, pixel).I32Const(4).I32Mul().I32Add().V128Load32Splat(4 * i).Set(act)
				for v := range 2 {
					f.Get(act, weights).V128Load(64 + 16*v).I32x4Mul().Get(acc[i][v]).I32x4Add().Set(acc[i][v])
				}
			}
			f.Get(out, pixel).I32Const(p.stride).I32Mul().I32Add().Set(dst)
			p.req.store(f, acc, q, weights, 32, dst, multiples(p.pixels, p.stride), act)
			f.Get(pixel).I32Const(p.pixels).I32Add().Tee(pixel).Get(n).I32LtU().BrIf(pixels)
		}
		f.End()
		f.Get(weights).I32Const(p.k * 8).Get(passes).I32Mul().I32Add().I32Const(pointwiseI8Header).I32Add().Set(weights)
		f.Get(out).I32Const(8 * p.req.form.size()).I32Add().Set(out)
		f.Get(blocks).I32Const(1).I32Sub().Tee(blocks).BrIf(block)
	}
	f.End()
	return f
}

// multiply adds a·w + b·v to four sums.
func (p pointwiseI8) multiply(f *asm.Func, acc, a, w, b, v asm.Local) {
	f.Get(a, w).I16x8RelaxedDotI8x16I7x16S()
	f.Get(b, v).I16x8RelaxedDotI8x16I7x16S()
	if p.paired {
		f.I16x8Add().I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
		return
	}
	f.I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
	f.I32x4ExtaddPairwiseI16x8S().Get(acc).I32x4Add().Set(acc)
}

// channelSums is Σ a of the int8 activations [n,k], a pixel at a time.
type channelSums struct{ k int }

func (s channelSums) String() string { return fmt.Sprintf("channel_sums_i8_k%d", s.k) }

// emit writes the kernel: (in, sums, n i32), n ≥ 1.
func (s channelSums) emit(m *asm.Module) *asm.Func {
	f := m.Func(s.String())
	in, sums, n := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
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
	return f
}

// A run is neighbouring blocks of output channels of one class.
type run struct {
	paired bool
	passes int
	first  int // block, counted from the layer's first
	blocks int
	offset int // of the first block's weights, in bytes
}

// cost is about what a block of the run takes, against a paired one.
func (r run) cost() float64 {
	if r.paired {
		return 1
	}
	return 1.35 * float64(r.passes)
}

// shareRuns splits runs into n parts of about the same cost.
func (p pointwiseI8) shareRuns(runs []run, n int) [][]run {
	total := 0.0
	for _, r := range runs {
		total += r.cost() * float64(r.blocks)
	}
	parts := make([][]run, n)
	done := 0.0 // cost of the blocks before
	for _, r := range runs {
		for i := 0; i < r.blocks; {
			// The block belongs to the part in which its middle lies, and with it all blocks up to that part's end.
			part := min(int((done+r.cost()/2)/total*float64(n)), n-1)
			more := int((float64(part+1)/float64(n)*total-done)/r.cost() + 0.5)
			if part == n-1 {
				more = r.blocks
			}
			blocks := min(max(more, 1), r.blocks-i)
			parts[part] = append(parts[part], run{r.paired, r.passes, r.first + i, blocks, r.offset + i*p.blockBytes(r.passes)})
			done += r.cost() * float64(blocks)
			i += blocks
		}
	}
	return parts
}
