package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// conv is the first convolution, 3×3 over three colours. Row by row of the output it copies each pixel's window into a buffer
// (im2col) and runs a pointwise kernel over the row. A window holds int16, the zero point subtracted, or floats:
//
//	[r0 c0 RGB  r0 c1 RGB  r0 c2 RGB | r1 … | r2 … | 0]   28 values a pixel, the last one is filling
type conv struct {
	in, out mobilenet.Shape // out.C is the stride of the map
	step    int
	pad     mobilenet.Padding
	zero    uint8
	form    Form // of the windows: Int16 or Float32
	outSize int  // bytes of an output value
}

func (c conv) String() string {
	return fmt.Sprintf("conv_im2col_%v_%v_to%v_s%d_pad%d.%d_zero%d", c.form, c.in, c.out, c.step, c.pad.Top, c.pad.Left, c.zero)
}

// convTaps is the values of a window: 27, and one for kernels that take more than one a step.
const convTaps = 28

// window is the bytes of a window.
func (c conv) window() int { return convTaps * c.form.size() }

// emit writes the kernel: (in, out, weights, q, buffer, y0, y1 i32), for the rows y0 ≤ y < y1 of the output. buffer has room for
// a row of windows, zero at first. dot is the pointwise kernel.
func (c conv) emit(m *asm.Module, dot *asm.Func) *asm.Func {
	f := m.Func(c.String())
	in, out, weights, q, buffer := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	y, y1 := f.Param(asm.I32), f.Param(asm.I32)
	src, dst, x, iy := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	zero, blank := f.Local(asm.V128), f.Local(asm.V128)
	f.I32Const(int(c.zero)).I16x8Splat().Set(zero)
	pixel := 3 * c.inSize()

	// Output pixels x0 ≤ x < x1 have a window inside the picture's columns.
	x0 := min((c.pad.Left+c.step-1)/c.step, c.out.W)
	x1 := x0
	for x1 < c.out.W && x1*c.step-c.pad.Left+3 <= c.in.W {
		x1++
	}

	row := f.Loop()
	{
		for r := range 3 {
			at := r * 9 * c.form.size()
			f.Get(y).I32Const(c.step).I32Mul().I32Const(r - c.pad.Top).I32Add().Tee(iy)
			f.I32Const(c.in.H).I32LtU()
			f.If()
			{
				f.Get(in, iy).I32Const(c.in.W * pixel).I32Mul().I32Add().Set(src)
				for x := range c.out.W {
					if x < x0 || x >= x1 {
						c.edge(f, src, buffer, x, at)
					}
				}
				if x1 > x0 {
					f.Get(src).I32Const((x0*c.step - c.pad.Left) * pixel).I32Add().Set(src)
					f.Get(buffer).I32Const(x0 * c.window()).I32Add().Set(dst)
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
				f.Get(buffer).Set(dst)
				f.I32Const(c.out.W).Set(x)
				windows := f.Loop()
				{
					for _, part := range c.rowParts() {
						f.Get(dst, blank).V128Store(at + part)
					}
					f.Get(dst).I32Const(c.window()).I32Add().Set(dst)
					f.Get(x).I32Const(1).I32Sub().Tee(x).BrIf(windows)
				}
				f.End()
			}
			f.End()
		}
		f.Get(buffer)
		f.Get(out, y).I32Const(c.out.W * c.out.C * c.outSize).I32Mul().I32Add()
		f.Get(weights, q).I32Const(c.out.W).I32Const(c.out.C / 8).Call(dot)
		f.Get(y).I32Const(1).I32Add().Tee(y).Get(y1).I32LtU().BrIf(row)
	}
	f.End()
	return f
}

// rows are the input's rows that the output's rows y0 ≤ y < y1 are computed from.
func (c conv) rows(y0, y1 int) (from, to int) {
	return max(0, y0*c.step-c.pad.Top), min(c.in.H, (y1-1)*c.step-c.pad.Top+3)
}

// inSize is the bytes of a colour of the picture.
func (c conv) inSize() int {
	if c.form == Float32 {
		return 4
	}
	return 1
}

// rowParts is where the vectors stand that make up the nine values of a window's row; they overlap.
func (c conv) rowParts() []int {
	if c.form == Float32 {
		return []int{0, 16, 20}
	}
	return []int{0, 2}
}

// copyRow copies a row of a window that lies inside the picture.
func (c conv) copyRow(f *asm.Func, src, dst, zero asm.Local, at int) {
	for _, part := range c.rowParts() {
		if c.form == Float32 {
			f.Get(dst, src).V128Load(part).V128Store(at + part)
		} else {
			f.Get(dst, src).V128Load8x8U(part / 2).Get(zero).I16x8Sub().V128Store(at + part)
		}
	}
}

// edge copies a row of the window of output pixel x, which reaches beside the picture.
func (c conv) edge(f *asm.Func, src, buffer asm.Local, x, at int) {
	for k := range 9 {
		column := x*c.step - c.pad.Left + k/3
		beside := column < 0 || column >= c.in.W
		from, to := (column*3+k%3)*c.inSize(), x*c.window()+at+k*c.form.size()
		f.Get(buffer)
		switch {
		case c.form == Float32 && beside:
			f.F32Const(0).F32Store(to)
		case c.form == Float32:
			f.Get(src).F32Load(from).F32Store(to)
		case beside:
			f.I32Const(0).I32Store16(to)
		default:
			f.Get(src).I32Load8U(from).I32Const(int(c.zero)).I32Sub().I32Store16(to)
		}
	}
}

// convTapOrder is the order of the weights [3,3,3] in a window.
func convTapOrder() []int {
	taps := make([]int, convTaps)
	for i := range taps {
		taps[i] = i
	}
	taps[27] = -1
	return taps
}
