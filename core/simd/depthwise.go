package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// depthwise is a depthwise 3×3 convolution of bytes: 4 output pixels of a row × 8 channels at a time, the channels
// innermost. The three rows of one input column serve up to three output pixels:
//
//	row 0  8 channels ─┐ interleaved: lo = 4 channels × (row 0, row 1)   hi = the other 4
//	row 1  8 channels ─┘
//	row 2  8 channels ── widened:     lo2, hi2 = 4 channels × (row 2, 0)
//
//	 column t of output i:   acc(i)0 += lo·w(t,0) + lo2·w(t,2)    acc(i)1 += hi·w(t,1) + hi2·w(t,3)
//
// Live are 8 accumulators, the 4 vectors of the column, a weight and a product. Rows above and below the picture are read
// from a row of zero points; columns beside it are zero points too, in blocks of their own at the row's ends.
//
// Weights are packed [C/8][8 bias i32][8 multipliers f32][3 columns][4 vectors][4 channels][2] i16, zero point subtracted;
// the input's zero point is in the biases.
type depthwise struct {
	in, out  mobilenet.Shape // C is the stride of the maps
	step     int             // the layer's stride
	pad      mobilenet.Padding
	zeroFree bool // the input's zero point is 0, so that columns beside the picture count nothing
	req      requantizer
}

func (d depthwise) String() string {
	return fmt.Sprintf("depthwise_4x8_%v_to%v_s%d_pad%d.%d_%t%s", d.in, d.out, d.step, d.pad.Top, d.pad.Left, d.zeroFree, d.req)
}

const (
	depthwiseHeader = 64
	depthwiseBlock  = depthwiseHeader + 3*4*16
	depthwiseTile   = 4
)

// emit writes the kernel: (in, out, weights, q, padRow, y0, y1, c0, c1 i32). It computes the rows y0 ≤ y < y1 of the output
// in the channels c0 ≤ c < c1, multiples of 8; neither may be empty.
func (d depthwise) emit(m *asm.Module) *asm.Func {
	f := m.Func(d.String())
	in, out, weights, q, padRow := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	y, y1, c0, c1 := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	e := depthwiseEmitter{
		depthwise: d, f: f, q: q, weights: weights, padRow: padRow, c0: c0, c1: c1,
		rows: f.Locals(asm.I32, 3), at: f.Locals(asm.I32, 3), dst: f.Local(asm.I32), w: f.Local(asm.I32),
		c: f.Local(asm.I32), outRow: f.Local(asm.I32),
		row0: f.Local(asm.V128), row1: f.Local(asm.V128), row2: f.Local(asm.V128), lo: f.Local(asm.V128), hi: f.Local(asm.V128),
		acc: accumulators(f, min(depthwiseTile, d.out.W), 2),
	}
	x, iy := f.Local(asm.I32), f.Local(asm.I32)
	inRow := d.in.W * d.in.C

	row := f.Loop()
	{
		for r := range 3 {
			f.Get(y).I32Const(d.step).I32Mul().I32Const(r - d.pad.Top).I32Add().Set(iy)
			f.Get(in, iy).I32Const(inRow).I32Mul().I32Add()
			f.Get(padRow)
			f.Get(iy).I32Const(d.in.H).I32LtU() // a row above the picture is a large unsigned number
			f.Select().Set(e.rows[r])
		}
		f.Get(out, y).I32Const(d.out.W * d.out.C * d.req.form.size()).I32Mul().I32Add().Set(e.outRow)
		for first := 0; first < d.out.W; {
			tile := min(depthwiseTile, d.out.W-first)
			blocks := 1
			for d.inside(first, tile) && tile == depthwiseTile && d.inside(first+blocks*tile, tile) {
				blocks++
			}
			if blocks == 1 {
				e.block(first, tile, func() { f.I32Const(first) })
			} else {
				f.I32Const(first).Set(x)
				next := f.Loop()
				{
					e.block(first, tile, func() { f.Get(x) })
					f.Get(x).I32Const(tile).I32Add().Tee(x).I32Const(first + blocks*tile).I32LtU().BrIf(next)
				}
				f.End()
			}
			first += blocks * tile
		}
		f.Get(y).I32Const(1).I32Add().Tee(y).Get(y1).I32LtU().BrIf(row)
	}
	f.End()
	return f
}

// column is the input column of tap t of output x; it may lie beside the picture.
func (d depthwise) column(x, t int) int { return x*d.step - d.pad.Left + t }

// inside tells whether a block of tile outputs from x on reads and writes nothing beside the picture.
func (d depthwise) inside(x, tile int) bool {
	return d.column(x, 0) >= 0 && d.column(x+tile-1, 2) < d.in.W && x+tile <= d.out.W
}

type depthwiseEmitter struct {
	depthwise
	f                          *asm.Func
	q, weights, padRow, c0, c1 asm.Local
	rows, at                   []asm.Local
	dst, w, c, outRow          asm.Local
	row0, row1, row2, lo, hi   asm.Local
	acc                        [][]asm.Local
}

var (
	interleaveLow  = [16]byte{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23}
	interleaveHigh = [16]byte{8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31}
)

// block writes the loop over channels for tile outputs. They begin at output pixel x, which pushX pushes; first is one
// value that x has, from which it is known what lies beside the picture.
func (e depthwiseEmitter) block(first, tile int, pushX func()) {
	f := e.f
	for r := range 3 {
		f.Get(e.rows[r])
		pushX()
		f.I32Const(e.step).I32Mul().I32Const(e.pad.Left).I32Sub().I32Const(e.in.C).I32Mul().I32Add()
		f.Get(e.c0).I32Add().Set(e.at[r])
	}
	f.Get(e.outRow)
	pushX()
	f.I32Const(e.out.C * e.req.form.size()).I32Mul().I32Add()
	f.Get(e.c0).I32Const(e.req.form.size()).I32Mul().I32Add().Set(e.dst)
	f.Get(e.weights, e.c0).I32Const(depthwiseBlock / 8).I32Mul().I32Add().Set(e.w)
	f.Get(e.c0).Set(e.c)
	acc := e.acc[:tile]
	channels := f.Loop()
	{
		startAccumulators(f, acc, e.w)
		for k := range (tile-1)*e.step + 3 {
			beside := e.column(first, k) < 0 || e.column(first, k) >= e.in.W
			if beside && e.zeroFree {
				continue
			}
			for r, v := range []asm.Local{e.row0, e.row1, e.row2} {
				if beside {
					f.Get(e.padRow).V128Load8x8U(0).Set(v)
				} else {
					f.Get(e.at[r]).V128Load8x8U(k * e.in.C).Set(v)
				}
			}
			f.Get(e.row0, e.row1).I8x16Shuffle(interleaveLow).Set(e.lo)
			f.Get(e.row0, e.row1).I8x16Shuffle(interleaveHigh).Set(e.hi)
			f.Get(e.row2).I32x4ExtendLowI16x8U().Set(e.row0)
			f.Get(e.row2).I32x4ExtendHighI16x8U().Set(e.row1)
			for i := range tile {
				t := k - i*e.step
				if t < 0 || t > 2 {
					continue
				}
				taps := depthwiseHeader + 64*t
				f.Get(e.lo, e.w).V128Load(taps).I32x4DotI16x8S().Get(acc[i][0]).I32x4Add().Set(acc[i][0])
				f.Get(e.hi, e.w).V128Load(taps + 16).I32x4DotI16x8S().Get(acc[i][1]).I32x4Add().Set(acc[i][1])
				f.Get(e.row0, e.w).V128Load(taps + 32).I32x4DotI16x8S().Get(acc[i][0]).I32x4Add().Set(acc[i][0])
				f.Get(e.row1, e.w).V128Load(taps + 48).I32x4DotI16x8S().Get(acc[i][1]).I32x4Add().Set(acc[i][1])
			}
		}
		e.req.store(f, acc, e.q, e.w, 32, e.dst, multiples(tile, e.out.C*e.req.form.size()), e.row2)
		for r := range 3 {
			f.Get(e.at[r]).I32Const(8).I32Add().Set(e.at[r])
		}
		f.Get(e.dst).I32Const(8 * e.req.form.size()).I32Add().Set(e.dst)
		f.Get(e.w).I32Const(depthwiseBlock).I32Add().Set(e.w)
		f.Get(e.c).I32Const(8).I32Add().Tee(e.c).Get(e.c1).I32LtU().BrIf(channels)
	}
	f.End()
}

// packDepthwise writes the weights [3,3,C] of l, whose channels stand in the order of the map in.
func packDepthwise(b []byte, l *mobilenet.Layer, in *Map) {
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
		putFloat32(block[32+4*lane:], q.Multiplier(c))
	}
}
