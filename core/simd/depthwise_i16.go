package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// depthwiseI16 is a depthwise 3×3 convolution of bytes: 4 output pixels of a row × 8 channels at a time. The three rows of one
// input column serve up to three output pixels:
//
//	row 0  8 channels ─┐ interleaved: lo = 4 channels × (row 0, row 1)   hi = the other 4
//	row 1  8 channels ─┘
//	row 2  8 channels ── widened:     lo2, hi2 = 4 channels × (row 2, 0)
//
//	 column t of output i:   acc(i)0 += lo·w(t,0) + lo2·w(t,2)    acc(i)1 += hi·w(t,1) + hi2·w(t,3)
//
// Live are 8 accumulators, the 4 vectors of the column, a weight and a product. Columns outside the input are zero points too.
//
// Weights are packed [C/8][8 bias i32][8 multipliers f32][3 columns][4 vectors][4 channels][2] i16, zero point subtracted;
// the input's zero point is in the biases.
type depthwiseI16 struct {
	sweep
	zeroFree bool // the input's zero point is 0, so columns outside it add nothing
	req      requantizer
}

func wireDepthwiseI16(s *step) {
	constants, zero := s.requantizerConstants(), s.layer.Quantized.In.Zero
	k := depthwiseI16{newSweep(s, 8, depthwiseBlock), zero == 0, requantizerFor(s.layer, s.out.Layout, 9)}
	s.wireDepthwise(k, k.sweep, constants, zero, func(b []byte) { k.pack(b, s.layer, s.in) })
}

func (d depthwiseI16) String() string {
	return fmt.Sprintf("depthwise_i16_%v_%t%s", d.sweep, d.zeroFree, d.req)
}

const (
	depthwiseHeader = 64
	depthwiseBlock  = depthwiseHeader + 3*4*16
)

var (
	interleaveLow  = [16]byte{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23}
	interleaveHigh = [16]byte{8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31}
)

//go:noinline
func (d depthwiseI16) emit(f *asm.Func) {
	d.sweep.emit(f, func() func(t tile) {
		row0, row1, row2, lo, hi := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
		lo2, hi2 := row0, row1 // free by then
		sums := accumulators(f, min(sweepTile, d.out.W), 2)
		return func(t tile) {
			acc := sums[:t.pixels]
			startAccumulators(f, acc, t.w)
			for k := range t.columns() {
				if t.outside(k) && d.zeroFree {
					continue
				}
				t.load(f, k, [3]asm.Local{row0, row1, row2}, f.V128Load8x8U)
				f.Get(row0, row1).I8x16Shuffle(interleaveLow).Set(lo)
				f.Get(row0, row1).I8x16Shuffle(interleaveHigh).Set(hi)
				f.Get(row2).I32x4ExtendLowI16x8U().Set(lo2)
				f.Get(row2).I32x4ExtendHighI16x8U().Set(hi2)
				for i := range acc {
					column := k - i*d.step
					if column < 0 || column > 2 {
						continue
					}
					at := depthwiseHeader + 64*column
					f.Get(lo, t.w).V128Load(at).I32x4DotI16x8S().Get(acc[i][0]).I32x4Add().Set(acc[i][0])
					f.Get(hi, t.w).V128Load(at + 16).I32x4DotI16x8S().Get(acc[i][1]).I32x4Add().Set(acc[i][1])
					f.Get(lo2, t.w).V128Load(at + 32).I32x4DotI16x8S().Get(acc[i][0]).I32x4Add().Set(acc[i][0])
					f.Get(hi2, t.w).V128Load(at + 48).I32x4DotI16x8S().Get(acc[i][1]).I32x4Add().Set(acc[i][1])
				}
			}
			d.req.store(f, tileStore{acc, t.constants, t.w, t.dst, t.outputs(), row2})
		}
	})
}

// pack writes the weights [3,3,C] of l, its channels in the order of the map in.
func (d depthwiseI16) pack(b []byte, l *mobilenet.Layer, in *Map) {
	q := l.Quantized
	zero, inZero := int32(q.WeightZero), int32(q.In.Zero)
	for i := range l.Out.C {
		c := in.channel(i)
		block := b[i/8*depthwiseBlock:]
		lane := i % 8
		sum := int32(0)
		for t := range 9 {
			y, x := t/3, t%3
			v := int32(q.Weights[t*l.Out.C+c]) - zero
			sum += v
			// Rows 0 and 1 are the halves of a lane in the first two vectors of a column, row 2 the low half in the others.
			at := depthwiseHeader + 64*x + y/2*32 + lane*4 + y%2*2
			block[at], block[at+1] = byte(v), byte(v>>8)
		}
		putInt32(block[4*lane:], q.Bias[c]-inZero*sum)
		putFloat32(block[blockMultipliers+4*lane:], q.Multiplier(c))
	}
}
