package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// conv is the first convolution, 3×3 over three colours. Row by row of the output it copies each pixel's window into a
// buffer (im2col) as int16, the zero point subtracted, and runs the pointwise kernel over the row:
//
//	[r0 c0 RGB  r0 c1 RGB  r0 c2 RGB | r1 … | r2 … | 0]   28 int16 a pixel, 56 bytes
type conv struct {
	in, out mobilenet.Shape // out.C is the stride of the map
	step    int
	pad     mobilenet.Padding
	zero    uint8
	dot     pointwiseI16
}

func (c conv) String() string {
	return fmt.Sprintf("conv_im2col_%v_to%v_s%d_pad%d.%d_zero%d", c.in, c.out, c.step, c.pad.Top, c.pad.Left, c.zero)
}

const (
	convTaps   = 28 // 27 and one to make it even
	convWindow = 2 * convTaps
)

// bufferBytes is the room that each thread needs for a row of windows.
func (c conv) bufferBytes() int { return c.out.W * convWindow }

// emit writes the kernel: (in, out, weights, q, buffer, y0, y1 i32), for the rows y0 ≤ y < y1 of the output.
func (c conv) emit(m *asm.Module, dot *asm.Func) *asm.Func {
	f := m.Func(c.String())
	in, out, weights, q, buffer := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	y, y1 := f.Param(asm.I32), f.Param(asm.I32)
	src, dst, x, iy := f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32), f.Local(asm.I32)
	zero := f.Local(asm.V128)
	f.I32Const(int(c.zero)).I16x8Splat().Set(zero)

	// Output pixels x0 ≤ x < x1 have a window inside the picture's columns.
	x0 := min((c.pad.Left+c.step-1)/c.step, c.out.W)
	x1 := x0
	for x1 < c.out.W && x1*c.step-c.pad.Left+3 <= c.in.W {
		x1++
	}

	row := f.Loop()
	{
		for r := range 3 {
			f.Get(y).I32Const(c.step).I32Mul().I32Const(r - c.pad.Top).I32Add().Tee(iy)
			f.I32Const(c.in.H).I32LtU()
			f.If()
			{
				f.Get(in, iy).I32Const(c.in.W * 3).I32Mul().I32Add().Set(src)
				for x := range c.out.W {
					if x < x0 || x >= x1 {
						c.edge(f, src, buffer, x, r)
					}
				}
				if x1 > x0 {
					f.Get(src).I32Const((x0*c.step - c.pad.Left) * 3).I32Add().Set(src)
					f.Get(buffer).I32Const(x0 * convWindow).I32Add().Set(dst)
					f.I32Const(x1 - x0).Set(x)
					windows := f.Loop()
					{
						// Nine values by two vectors of eight that overlap.
						f.Get(dst, src).V128Load8x8U(0).Get(zero).I16x8Sub().V128Store(r * 18)
						f.Get(dst, src).V128Load8x8U(1).Get(zero).I16x8Sub().V128Store(r*18 + 2)
						f.Get(src).I32Const(3 * c.step).I32Add().Set(src)
						f.Get(dst).I32Const(convWindow).I32Add().Set(dst)
						f.Get(x).I32Const(1).I32Sub().Tee(x).BrIf(windows)
					}
					f.End()
				}
			}
			f.Else()
			{
				f.Get(buffer).Set(dst)
				f.I32Const(c.out.W).Set(x)
				blanks := f.Loop()
				{
					f.Get(dst).V128Const([16]byte{}).V128Store(r * 18)
					f.Get(dst).I32Const(0).I32Store16(r*18 + 16)
					f.Get(dst).I32Const(convWindow).I32Add().Set(dst)
					f.Get(x).I32Const(1).I32Sub().Tee(x).BrIf(blanks)
				}
				f.End()
			}
			f.End()
		}
		f.Get(buffer)
		f.Get(out, y).I32Const(c.out.W * c.out.C).I32Mul().I32Add()
		f.Get(weights, q).I32Const(c.out.W).I32Const(c.out.C / 8).Call(dot)
		f.Get(y).I32Const(1).I32Add().Tee(y).Get(y1).I32LtU().BrIf(row)
	}
	f.End()
	return f
}

// edge copies row r of the window of output pixel x, which reaches beside the picture.
func (c conv) edge(f *asm.Func, src, buffer asm.Local, x, r int) {
	for t := range 3 {
		column := x*c.step - c.pad.Left + t
		for colour := range 3 {
			f.Get(buffer)
			if column < 0 || column >= c.in.W {
				f.I32Const(0)
			} else {
				f.Get(src).I32Load8U(column*3 + colour).I32Const(int(c.zero)).I32Sub()
			}
			f.I32Store16(x*convWindow + r*18 + t*6 + 2*colour)
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
