package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// sweep is how depthwise 3×3 convolutions go over their output: row by row, in each row by tiles of 4 pixels, in each tile over
// the channels, some lanes of them at a time, innermost. Rows above and below the picture are read from a row of zero points.
// Tiles that reach beside the picture, at the row's ends, have code of their own; those between share a loop.
type sweep struct {
	in, out         mobilenet.Shape // C is the stride of the maps
	step            int             // the layer's stride
	pad             mobilenet.Padding
	inSize, outSize int // bytes of a value
	lanes           int // channels at a time
	block           int // bytes of the weights of so many channels
}

func (s sweep) String() string {
	return fmt.Sprintf("%dx%d_%v_to%v_s%d_pad%d.%d", sweepTile, s.lanes, s.in, s.out, s.step, s.pad.Top, s.pad.Left)
}

// sweepTile is the output pixels of a tile.
const sweepTile = 4

// A tile is what the body of a sweep's inner loop works on.
type tile struct {
	sweep
	pixels    int          // that it computes, at most sweepTile
	rows      [3]asm.Local // addresses of the channels in the tile's first input column
	w         asm.Local    // address of the channels' weights
	dst       asm.Local    // address of the channels in the first output pixel
	q, padRow asm.Local
	first     int // one value that the first output pixel has
}

// columns is how many input columns the tile reads.
func (t tile) columns() int { return (t.pixels-1)*t.step + 3 }

// beside tells whether input column k of the tile lies beside the picture.
func (t tile) beside(k int) bool {
	x := t.first*t.step - t.pad.Left + k
	return x < 0 || x >= t.in.W
}

// outputs is the bytes from the first output pixel to each.
func (t tile) outputs() []int { return multiples(t.pixels, t.out.C*t.outSize) }

// emit writes the kernel: (in, out, weights, q, padRow, y0, y1, c0, c1 i32). It computes the rows y0 ≤ y < y1 of the output in
// the channels c0 ≤ c < c1, multiples of lanes; neither may be empty. begin declares the body's locals and gives the body.
func (s sweep) emit(m *asm.Module, name string, begin func(f *asm.Func) func(t tile)) *asm.Func {
	f := m.Func(name)
	in, out, weights, q, padRow := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	y, y1, c0, c1 := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	rows, outRow, iy, x, c := f.Locals(asm.I32, 3), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	t := tile{sweep: s, w: f.Local(asm.I32), dst: f.Local(asm.I32), q: q, padRow: padRow}
	for r := range t.rows {
		t.rows[r] = f.Local(asm.I32)
	}
	body := begin(f)

	// channels computes one tile, whose first output pixel pushX pushes.
	channels := func(pushX func()) {
		for r := range t.rows {
			f.Get(rows[r])
			pushX()
			f.I32Const(s.step).I32Mul().I32Const(s.pad.Left).I32Sub().I32Const(s.in.C).I32Mul()
			f.Get(c0).I32Add().I32Const(s.inSize).I32Mul().I32Add().Set(t.rows[r])
		}
		f.Get(outRow)
		pushX()
		f.I32Const(s.out.C).I32Mul().Get(c0).I32Add().I32Const(s.outSize).I32Mul().I32Add().Set(t.dst)
		f.Get(weights, c0).I32Const(s.block / s.lanes).I32Mul().I32Add().Set(t.w)
		f.Get(c0).Set(c)
		next := f.Loop()
		{
			body(t)
			for _, row := range t.rows {
				f.Get(row).I32Const(s.lanes * s.inSize).I32Add().Set(row)
			}
			f.Get(t.dst).I32Const(s.lanes * s.outSize).I32Add().Set(t.dst)
			f.Get(t.w).I32Const(s.block).I32Add().Set(t.w)
			f.Get(c).I32Const(s.lanes).I32Add().Tee(c).Get(c1).I32LtU().BrIf(next)
		}
		f.End()
	}

	row := f.Loop()
	{
		for r := range rows {
			f.Get(y).I32Const(s.step).I32Mul().I32Const(r - s.pad.Top).I32Add().Set(iy)
			f.Get(in, iy).I32Const(s.in.W * s.in.C * s.inSize).I32Mul().I32Add()
			f.Get(padRow)
			f.Get(iy).I32Const(s.in.H).I32LtU() // a row above the picture is a large unsigned number
			f.Select().Set(rows[r])
		}
		f.Get(out, y).I32Const(s.out.W * s.out.C * s.outSize).I32Mul().I32Add().Set(outRow)
		for first := 0; first < s.out.W; {
			t.first, t.pixels = first, min(sweepTile, s.out.W-first)
			tiles := 1
			for s.inside(first) && s.inside(first+tiles*sweepTile) {
				tiles++
			}
			if tiles == 1 {
				channels(func() { f.I32Const(first) })
			} else {
				f.I32Const(first).Set(x)
				next := f.Loop()
				{
					channels(func() { f.Get(x) })
					f.Get(x).I32Const(sweepTile).I32Add().Tee(x).I32Const(first + tiles*sweepTile).I32LtU().BrIf(next)
				}
				f.End()
			}
			first += tiles * sweepTile
		}
		f.Get(y).I32Const(1).I32Add().Tee(y).Get(y1).I32LtU().BrIf(row)
	}
	f.End()
	return f
}

// inside tells whether a whole tile from output pixel x on reads and writes nothing beside the picture.
func (s sweep) inside(x int) bool {
	first := x*s.step - s.pad.Left
	return first >= 0 && first+(sweepTile-1)*s.step+3 <= s.in.W && x+sweepTile <= s.out.W
}
