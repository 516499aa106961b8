package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// sweep is the loops of a depthwise 3×3 convolution over its output: rows, in a row tiles of 4 pixels, and innermost a tile's
// channels, some lanes of them at a time. Rows above and below the input are read from a row of zero points. Tiles that read
// outside the input, at a row's ends, have code of their own; those between share a loop.
//
//	| tile 0 | tile 1  tile 2  …  tile n-2 | tile n-1 |      three spans
type sweep struct {
	in, out         mobilenet.Shape // C is the stride of the maps
	step            int             // the layer's stride
	pad             mobilenet.Padding
	inSize, outSize int // bytes of a value
	lanes           int // channels at a time
	block           int // bytes of the weights of so many channels
}

func newSweep(s *step, lanes, block int) sweep {
	return sweep{
		in: s.in.stored(), out: s.out.stored(), step: s.layer.Stride, pad: s.layer.Pad,
		inSize: s.in.Layout.size(), outSize: s.out.Layout.size(), lanes: lanes, block: block,
	}
}

// sweepArgs are the arguments of a depthwise kernel, for at least one row and 8 channels.
type sweepArgs[T any] struct {
	in, out, weights, constants T // addresses of the layer's
	padRow                      T // address of a row of zero points
	y0, y1                      T // the output's rows y0 ≤ y < y1
	c0, c1                      T // its channels c0 ≤ c < c1, multiples of 8
}

func (a *sweepArgs[T]) list() []*T {
	return []*T{&a.in, &a.out, &a.weights, &a.constants, &a.padRow, &a.y0, &a.y1, &a.c0, &a.c1}
}

// wireDepthwise splits the layer's rows or its channels among the threads. pack writes all weights.
func (s *step) wireDepthwise(k kernel, sweep sweep, constants int, zero uint8, pack func(b []byte)) {
	s.out.Order = s.in.Order
	f, padRow := s.function(k), s.padRow(zero)
	weights := s.image(s.out.Stride/sweep.lanes*sweep.block, pack)
	for t, p := range s.split(s.axis()) {
		args := sweepArgs[int]{
			in: s.in.Offset, out: s.out.Offset, weights: weights, constants: constants, padRow: padRow,
			y0: p.rows.from, y1: p.rows.to, c0: 8 * p.blocks.from, c1: 8 * p.blocks.to,
		}
		s.call(t, f, args.list())
	}
}

// padRow is the address of a row of zero points, long enough for every depthwise layer.
func (c *compiler) padRow(zero uint8) int {
	if at, ok := c.padRows[zero]; ok {
		return at
	}
	longest := 0
	for i, l := range c.program.Model.Layers {
		if l.Kind == mobilenet.Depthwise {
			in := c.input(i)
			longest = max(longest, in.address(in.Shape.W, 0)-in.Offset)
		}
	}
	c.padRows[zero] = c.image(longest, func(b []byte) {
		for i := range b {
			b[i] = zero
		}
	})
	return c.padRows[zero]
}

func (s sweep) String() string {
	return fmt.Sprintf("%dx%d_%v_to%v_s%d_pad%d.%d", sweepTile, s.lanes, s.in, s.out, s.step, s.pad.Top, s.pad.Left)
}

// sweepTile is the output pixels of a tile.
const sweepTile = 4

// A tile is what the body of a sweep's inner loop works on.
type tile struct {
	sweep
	pixels    int          // of the output, at most sweepTile
	rows      [3]asm.Local // addresses of the channels in the tile's first input column
	w         asm.Local    // address of the channels' weights
	dst       asm.Local    // address of the channels in the first output pixel
	constants asm.Local
	padRow    asm.Local
	first     int // x of the tile's first output pixel, or of any tile of its span
}

// columns is how many input columns the tile reads.
func (t tile) columns() int { return (t.pixels-1)*t.step + 3 }

// outside reports whether input column k of the tile lies outside the input.
func (t tile) outside(k int) bool {
	x := t.first*t.step - t.pad.Left + k
	return x < 0 || x >= t.in.W
}

// load loads the three rows of input column k, from the row of zero points where it lies outside the input.
func (t tile) load(f *asm.Func, k int, rows [3]asm.Local, load func(offset int) *asm.Func) {
	for r, v := range rows {
		if t.outside(k) {
			f.Get(t.padRow)
			load(0).Set(v)
		} else {
			f.Get(t.rows[r])
			load(k * t.in.C).Set(v)
		}
	}
}

// outputs lists the offsets of the output pixels.
func (t tile) outputs() []int { return multiples(t.pixels, t.out.C*t.outSize) }

// emit writes the kernel. begin declares the body's locals and gives the body.
func (s sweep) emit(f *asm.Func, begin func() func(t tile)) {
	var args sweepArgs[asm.Local]
	params(f, args.list())
	y, c0 := args.y0, args.c0
	rows, outRow, iy, x, c := f.Locals(asm.I32, 3), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	t := tile{sweep: s, w: f.Local(asm.I32), dst: f.Local(asm.I32), constants: args.constants, padRow: args.padRow}
	for r := range t.rows {
		t.rows[r] = f.Local(asm.I32)
	}
	body := begin()

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
		f.Get(args.weights, c0).I32Const(s.block / s.lanes).I32Mul().I32Add().Set(t.w)
		f.Get(c0).Set(c)
		next := f.Loop()
		{
			body(t)
			for _, row := range t.rows {
				f.Get(row).I32Const(s.lanes * s.inSize).I32Add().Set(row)
			}
			f.Get(t.dst).I32Const(s.lanes * s.outSize).I32Add().Set(t.dst)
			f.Get(t.w).I32Const(s.block).I32Add().Set(t.w)
			f.Get(c).I32Const(s.lanes).I32Add().Tee(c).Get(args.c1).I32LtU().BrIf(next)
		}
		f.End()
	}

	row := f.Loop()
	{
		for r := range rows {
			f.Get(y).I32Const(s.step).I32Mul().I32Const(r - s.pad.Top).I32Add().Set(iy)
			f.Get(args.in, iy).I32Const(s.in.W * s.in.C * s.inSize).I32Mul().I32Add()
			f.Get(args.padRow)
			f.Get(iy).I32Const(s.in.H).I32LtU() // a row above the input is a large unsigned number
			f.Select().Set(rows[r])
		}
		f.Get(args.out, y).I32Const(s.out.W * s.out.C * s.outSize).I32Mul().I32Add().Set(outRow)
		for _, span := range s.spans() {
			t.first, t.pixels = span.first, span.pixels
			if span.tiles == 1 {
				channels(func() { f.I32Const(span.first) })
				continue
			}
			f.I32Const(span.first).Set(x)
			next := f.Loop()
			{
				channels(func() { f.Get(x) })
				f.Get(x).I32Const(sweepTile).I32Add().Tee(x).I32Const(span.end()).I32LtU().BrIf(next)
			}
			f.End()
		}
		f.Get(y).I32Const(1).I32Add().Tee(y).Get(args.y1).I32LtU().BrIf(row)
	}
	f.End()
}

// A tileSpan is consecutive tiles of a row that share their code.
type tileSpan struct {
	first  int // output pixel
	pixels int // of a tile
	tiles  int
}

// end is the output pixel after the span's last.
func (s tileSpan) end() int { return s.first + s.tiles*sweepTile }

// spans divides a row of the output, from left to right.
func (s sweep) spans() []tileSpan {
	var spans []tileSpan
	for first := 0; first < s.out.W; first = spans[len(spans)-1].end() {
		span := tileSpan{first, min(sweepTile, s.out.W-first), 1}
		for s.inside(first) && s.inside(span.end()) {
			span.tiles++
		}
		spans = append(spans, span)
	}
	return spans
}

// inside reports whether a whole tile from output pixel x on reads and writes nothing outside the maps.
func (s sweep) inside(x int) bool {
	first := x*s.step - s.pad.Left
	return first >= 0 && first+(sweepTile-1)*s.step+3 <= s.in.W && x+sweepTile <= s.out.W
}
