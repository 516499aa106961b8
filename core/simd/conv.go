package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// conv is the first convolution, 3×3 over three colours or one. Row by row of the output it copies each pixel's window into a buffer
// (im2col) and runs a pointwise kernel over the row. A window holds int16, the zero point subtracted, or floats:
//
//	[r0 c0 RGB  r0 c1 RGB  r0 c2 RGB | r1 … | r2 … | –]   28 values a pixel, the last one without a weight
//	[r0 c0 c1 c2 | r1 … | r2 … | – – –]                   12 values of grey, the last three without
type conv struct {
	in, out mobilenet.Shape // out.C is the stride of the map
	step    int
	pad     mobilenet.Padding
	zero    uint8
	layout  Layout    // of the windows: Int16 or Float32
	outSize int       // bytes of an output value
	dot     *asm.Func // the pointwiseKernel
}

func convI16Scratch(l *mobilenet.Layer, _ bool) int {
	return l.Out.W * conv{in: l.In, layout: Int16}.window()
}

func convF32Scratch(l *mobilenet.Layer, _ bool) int {
	return l.Out.W * conv{in: l.In, layout: Float32}.window()
}

func wireConvI16(s *step) {
	constants := s.requantizerConstants()
	c := conv{in: s.in.Shape, layout: Int16, zero: s.layer.Quantized.In.Zero}
	dot := newPointwiseI16(s, c.windowValues(), s.out.Shape.W)
	c.wire(s, dot, constants, func(b []byte) { dot.pack(b, s.layer, c.windowOrder()) })
}

func wireConvF32(s *step) {
	constants := s.floatConstants()
	c := conv{in: s.in.Shape, layout: Float32}
	dot := newPointwiseF32(s, c.terms(), c.windowValues(), s.out.Shape.W)
	c.wire(s, dot, constants, func(b []byte) { dot.pack(b, s.layer, c.terms()) })
}

// wire splits the layer's rows among the threads. Input rows that two threads need are converted by both: cheaper than a barrier.
func (c conv) wire(s *step, dot pointwiseKernel, constants int, pack func(b []byte)) {
	c.out = s.out.stored()
	c.step, c.pad, c.outSize = s.layer.Stride, s.layer.Pad, s.out.Layout.size()
	weights := s.image(s.out.Stride/8*dot.blockBytes(), pack)
	c.dot = s.function(dot)
	f := s.function(c)
	in, convert := s.in, func(int, interval) {}
	if c.layout == Float32 && in.Layout == Uint8 {
		in, convert = s.floatInput, s.convertInput()
	}
	for t, p := range s.split(byRows) {
		convert(t, c.rows(p.rows))
		args := convArgs[int]{
			in: in.Offset, out: s.out.Offset, weights: weights, constants: constants, windows: s.scratchOf(t), y0: p.rows.from, y1: p.rows.to,
		}
		s.call(t, f, args.list())
	}
}

// convArgs are the arguments of conv, for at least one row.
type convArgs[T any] struct {
	in, out, weights, constants T // addresses of the layer's
	windows                     T // address of room for a row of windows
	y0, y1                      T // the output's rows y0 ≤ y < y1
}

func (a *convArgs[T]) list() []*T {
	return []*T{&a.in, &a.out, &a.weights, &a.constants, &a.windows, &a.y0, &a.y1}
}

func (c conv) String() string {
	return fmt.Sprintf("conv_im2col_%v_%v_to%v_s%d_pad%d.%d_zero%d", c.layout, c.in, c.out, c.step, c.pad.Top, c.pad.Left, c.zero)
}

// row is the values of a window's row, and terms those of the window that have weights.
func (c conv) row() int   { return 3 * c.in.C }
func (c conv) terms() int { return 3 * c.row() }

// windowValues is the values of a window, filled up for kernels that take four a step.
func (c conv) windowValues() int { return roundUp(c.terms(), 4) }

// window is the bytes of a window.
func (c conv) window() int { return c.windowValues() * c.layout.size() }

func (c conv) emit(f *asm.Func) {
	var args convArgs[asm.Local]
	params(f, args.list())
	y := args.y0
	src, dst, x, iy := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	zero, nothing := f.Local(asm.V128), f.Local(asm.V128)
	f.I32Const(int(c.zero)).I16x8Splat().Set(zero)
	pixel := c.in.C * c.inSize()

	// The windows of output pixels x0 ≤ x < x1 lie inside the input's columns.
	x0 := min((c.pad.Left+c.step-1)/c.step, c.out.W)
	x1 := x0
	for x1 < c.out.W && x1*c.step-c.pad.Left+3 <= c.in.W {
		x1++
	}

	row := f.Loop()
	{
		for r := range 3 {
			at := r * c.row() * c.layout.size()
			f.Get(y).I32Const(c.step).I32Mul().I32Const(r - c.pad.Top).I32Add().Tee(iy)
			f.I32Const(c.in.H).I32LtU()
			f.If()
			{
				f.Get(args.in, iy).I32Const(c.in.W * pixel).I32Mul().I32Add().Set(src)
				for x := range c.out.W {
					if x < x0 || x >= x1 {
						c.edge(f, src, args.windows, x, at)
					}
				}
				if x1 > x0 {
					f.Get(src).I32Const((x0*c.step - c.pad.Left) * pixel).I32Add().Set(src)
					f.Get(args.windows).I32Const(x0 * c.window()).I32Add().Set(dst)
					f.I32Const(x1 - x0).Set(x)
					windows := f.Loop()
					{
						c.copyRow(f, src, dst, zero, at)
						f.Get(src).I32Const(c.step * pixel).I32Add().Set(src)
						f.Get(dst).I32Const(c.window()).I32Add().Set(dst)
						f.Get(x).I32Const(1).I32Sub().Tee(x).BrIf(windows)
					}
					f.End()
				}
			}
			f.Else()
			{
				f.Get(args.windows).Set(dst)
				f.I32Const(c.out.W).Set(x)
				windows := f.Loop()
				{
					for _, part := range c.rowParts() {
						f.Get(dst, nothing)
						c.store(f, at+part)
					}
					f.Get(dst).I32Const(c.window()).I32Add().Set(dst)
					f.Get(x).I32Const(1).I32Sub().Tee(x).BrIf(windows)
				}
				f.End()
			}
			f.End()
		}
		invoke(f, c.dot, pointwiseArgs[func()]{
			in:        func() { f.Get(args.windows) },
			out:       func() { f.Get(args.out, y).I32Const(c.out.W * c.out.C * c.outSize).I32Mul().I32Add() },
			weights:   func() { f.Get(args.weights) },
			constants: func() { f.Get(args.constants) },
			pixels:    func() { f.I32Const(c.out.W) },
			blocks:    func() { f.I32Const(c.out.C / 8) },
		})
		f.Get(y).I32Const(1).I32Add().Tee(y).Get(args.y1).I32LtU().BrIf(row)
	}
	f.End()
}

// rows returns the input rows that the given output rows read.
func (c conv) rows(out interval) interval {
	return interval{max(0, out.from*c.step-c.pad.Top), min(c.in.H, (out.to-1)*c.step-c.pad.Top+3)}
}

// inSize is the bytes of one colour of an input pixel.
func (c conv) inSize() int {
	if c.layout == Float32 {
		return 4
	}
	return 1
}

// rowParts lists the offsets of the vectors that cover a row of a window. Of nine values they overlap. The one of three values of grey has
// four: it reads a pixel on, and what it writes too far belongs to the window's next row, which is written after it, or has no weight.
func (c conv) rowParts() []int {
	switch {
	case c.row() == 3:
		return []int{0}
	case c.layout == Float32:
		return []int{0, 16, 20}
	}
	return []int{0, 2}
}

// copyRow copies a row of a window that lies inside the input.
func (c conv) copyRow(f *asm.Func, src, dst, zero asm.Local, at int) {
	for _, part := range c.rowParts() {
		f.Get(dst, src)
		switch {
		case c.layout == Float32:
			f.V128Load(part)
		case c.row() == 3:
			f.V128Load32Zero(0).I16x8ExtendLowI8x16U().Get(zero).I16x8Sub()
		default:
			f.V128Load8x8U(part / 2).Get(zero).I16x8Sub()
		}
		c.store(f, at+part)
	}
}

// store stores a vector of rowParts: 16 bytes, but 8 for the four int16 of grey, lest it reach into the next window.
func (c conv) store(f *asm.Func, at int) {
	if c.row() == 3 && c.layout == Int16 {
		f.V128Store64Lane(at, 0)
	} else {
		f.V128Store(at)
	}
}

// edge copies a row of the window of output pixel x, part of which lies outside the input.
func (c conv) edge(f *asm.Func, src, windows asm.Local, x, at int) {
	for k := range c.row() {
		column := x*c.step - c.pad.Left + k/c.in.C
		outside := column < 0 || column >= c.in.W
		from, to := (column*c.in.C+k%c.in.C)*c.inSize(), x*c.window()+at+k*c.layout.size()
		f.Get(windows)
		switch {
		case c.layout == Float32 && outside:
			f.F32Const(0).F32Store(to)
		case c.layout == Float32:
			f.Get(src).F32Load(from).F32Store(to)
		case outside:
			f.I32Const(0).I32Store16(to)
		default:
			f.Get(src).I32Load8U(from).I32Const(int(c.zero)).I32Sub().I32Store16(to)
		}
	}
}

// windowOrder maps a window's values to the weights [3,3,C]; −1 has none.
func (c conv) windowOrder() []int {
	order := make([]int, c.windowValues())
	for i := range order {
		order[i] = i
		if i >= c.terms() {
			order[i] = -1
		}
	}
	return order
}
