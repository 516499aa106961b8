package mobilenet

import (
	"strings"
	"testing"
)

// SAME padding against its definition: every output pixel's window, placed stride apart, covers the input; the zeros around it
// are as few as possible and stand on both sides, the odd one after.
func TestSamePad(t *testing.T) {
	for in := 1; in <= 300; in++ {
		for _, stride := range []int{1, 2} {
			for _, kernel := range []int{1, 3} {
				out, before, after := samePad(in, kernel, stride)
				covered := (out-1)*stride + kernel
				switch {
				case out != (in+stride-1)/stride:
					t.Errorf("in %d, kernel %d, stride %d: out %d", in, kernel, stride, out)
				case after < before || after > before+1:
					t.Errorf("in %d, kernel %d, stride %d: %d before, %d after", in, kernel, stride, before, after)
				case before+after > 0 && before+in+after != covered:
					t.Errorf("in %d, kernel %d, stride %d: %d+%d+%d pixels for windows over %d", in, kernel, stride, before, in, after, covered)
				case in+before+after < covered:
					t.Errorf("in %d, kernel %d, stride %d: windows over %d leave the picture", in, kernel, stride, covered)
				}
			}
		}
	}
	for _, c := range []struct{ in, stride, out, before, after int }{
		{224, 2, 112, 0, 1}, {225, 2, 113, 1, 1}, {112, 1, 112, 1, 1}, {7, 1, 7, 1, 1}, {7, 2, 4, 1, 1},
		{1, 1, 1, 1, 1}, {1, 2, 1, 1, 1}, {2, 2, 1, 0, 1},
	} {
		if out, before, after := samePad(c.in, 3, c.stride); out != c.out || before != c.before || after != c.after {
			t.Errorf("in %d, stride %d: %d, %d, %d; want %+v", c.in, c.stride, out, before, after, c)
		}
	}
}

// PAD of one all around and VALID, as PyTorch's padding=1 becomes: the same size, one pixel elsewhere.
func TestFixedPad(t *testing.T) {
	l := Layer{Name: "conv", Kind: Conv, Kernel: 3, Stride: 2, Out: Shape{C: 32}, Pad: Padding{1, 1, 1, 1}, FixedPad: true}
	for _, c := range []struct{ in, out int }{{224, 112}, {225, 113}, {1, 1}, {2, 1}} {
		if err := l.setInput(Shape{c.in, c.in, 3}); err != nil {
			t.Fatal(err)
		}
		if l.Out != (Shape{c.out, c.out, 32}) || l.Pad != (Padding{1, 1, 1, 1}) {
			t.Errorf("in %d: out %v, pad %v", c.in, l.Out, l.Pad)
		}
	}
	l.Pad = Padding{}
	if err := l.setInput(Shape{2, 2, 3}); err == nil || !strings.Contains(err.Error(), "[2,2,3]") {
		t.Errorf("a 3×3 kernel over 2×2 pixels: error %v", err)
	}
}

func TestFullyConnectedReadsAllPixels(t *testing.T) {
	l := Layer{Name: "fc", Kind: FullyConnected, Kernel: 1, Stride: 1, Out: Shape{C: 10}}
	if err := l.setInput(Shape{7, 5, 16}); err != nil || l.Out != (Shape{1, 1, 10}) || l.Parameters() != 7*5*16*10 {
		t.Errorf("%v of %d weights, error %v", l.Out, l.Parameters(), err)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Conv.String(), "conv"}, {Depthwise.String(), "depthwise"}, {Pointwise.String(), "pointwise"},
		{AveragePool.String(), "average_pool"}, {FullyConnected.String(), "fully_connected"}, {Kind(9).String(), "Kind(9)"},
		{Shape{7, 8, 9}.String(), "[7,8,9]"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if n := (Shape{7, 8, 9}).Len(); n != 504 {
		t.Errorf("[7,8,9] holds %d values, want 504", n)
	}
}
