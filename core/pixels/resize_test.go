package pixels

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/image/draw"
)

// naive is what Resize computes, as its definition says: all pixels of a level, and real numbers but for those pixels, whose fractions
// are dropped.
func naive(w, h int, src Image, box image.Rectangle, mirror bool) []float64 {
	type picture struct {
		w, h int
		rgb  []float64
	}
	whole := picture{src.Width, src.Height, make([]float64, 3*src.Width*src.Height)}
	for y := range src.Height {
		for x := range src.Width {
			p := src.Pix[y*src.Stride+4*x:]
			alpha := float64(p[3]) / 255
			for c := range 3 {
				whole.rgb[3*(y*src.Width+x)+c] = math.Round(alpha*float64(p[c]) + (1-alpha)*255)
			}
		}
	}
	weights := func(n int) []float64 {
		switch {
		case n == 1:
			return []float64{1}
		case n%2 == 0:
			return []float64{1. / 2, 1. / 2}
		}
		return []float64{1. / 4, 1. / 2, 1. / 4}
	}
	half := func(p picture) picture {
		out := picture{w: max(1, p.w/2), h: max(1, p.h/2)}
		for y := range out.h {
			for x := range out.w {
				for c := range 3 {
					sum := 0.0
					for v, down := range weights(p.h) {
						for u, across := range weights(p.w) {
							sum += down * across * p.rgb[3*((2*y+v)*p.w+2*x+u)+c]
						}
					}
					out.rgb = append(out.rgb, math.Floor(sum))
				}
			}
		}
		return out
	}
	sx, sy := float64(box.Dx())/float64(w), float64(box.Dy())/float64(h)
	cubic := func(d float64) float64 { // Mitchell and Netravali's, B = C = 1/3
		const b, c = 1. / 3, 1. / 3
		switch d = math.Abs(d); {
		case d < 1:
			return ((12-9*b-6*c)*d*d*d + (-18+12*b+6*c)*d*d + 6 - 2*b) / 6
		case d < 2:
			return ((-b-6*c)*d*d*d + (6*b+30*c)*d*d + (-12*b-48*c)*d + 8*b + 24*c) / 6
		}
		return 0
	}
	enlarged := func(x, y float64, c int) float64 {
		sum := 0.0
		for j := int(y) - 3; j <= int(y)+3; j++ {
			for i := int(x) - 3; i <= int(x)+3; i++ {
				at := min(max(0, j), whole.h-1)*whole.w + min(max(0, i), whole.w-1)
				sum += cubic(x-0.5-float64(i)) * cubic(y-0.5-float64(j)) * whole.rgb[3*at+c]
			}
		}
		return min(max(0, sum), 255)
	}
	between := func(p picture, x, y float64, c int) float64 { // x, y in pixels of the whole
		u := min(max(0, x*float64(p.w)/float64(src.Width)-0.5), float64(p.w-1))
		v := min(max(0, y*float64(p.h)/float64(src.Height)-0.5), float64(p.h-1))
		at := func(i, j int) float64 { return p.rgb[3*(min(j, p.h-1)*p.w+min(i, p.w-1))+c] }
		i, j := int(u), int(v)
		across := func(j int) float64 { return at(i, j) + (u-float64(i))*(at(i+1, j)-at(i, j)) }
		return across(j) + (v-float64(j))*(across(j+1)-across(j))
	}
	level := max(0, math.Log2(math.Sqrt(sx*sy))-0.5)
	lower := whole
	for range int(level) {
		lower = half(lower)
	}
	upper := half(lower)
	blend := level - math.Floor(level)
	out := make([]float64, 3*w*h)
	for y := range h {
		for x := range w {
			to := x
			if mirror {
				to = w - 1 - x
			}
			u, v := float64(box.Min.X)+(float64(x)+0.5)*sx, float64(box.Min.Y)+(float64(y)+0.5)*sy
			for c := range 3 {
				if sx < 1 && sy < 1 {
					out[3*(y*w+to)+c] = enlarged(u, v, c)
					continue
				}
				out[3*(y*w+to)+c] = (1-blend)*between(lower, u, v, c) + blend*between(upper, u, v, c)
			}
		}
	}
	return out
}

// noise is a picture of random pixels whose rows have gap bytes between them. Its last row ends without a gap.
func noise(w, h, gap int, opaque bool) Image {
	random := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	i := Image{Stride: 4*w + gap, Width: w, Height: h}
	i.Pix = make([]byte, i.Stride*(h-1)+4*w)
	for j := range i.Pix {
		i.Pix[j] = uint8(random.Uint32())
	}
	if opaque {
		for y := range h {
			for x := range w {
				i.Pix[y*i.Stride+4*x+3] = 255
			}
		}
	}
	return i
}

func TestResizeAgainstNaive(t *testing.T) {
	sizes := []struct{ w, h int }{
		{1, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 5}, {7, 7}, {8, 8}, {13, 4}, {16, 31}, {33, 32}, {50, 41}, {97, 3},
	}
	for _, s := range sizes {
		for _, to := range []image.Point{{1, 1}, {2, 2}, {3, 3}, {7, 7}, {8, 8}, {21, 21}, {5, 20}, {33, 2}} {
			for _, opaque := range []bool{true, false} {
				for _, mirror := range []bool{false, true} {
					src := noise(s.w, s.h, 4*(to.X%3)+to.X%2, opaque)
					boxes := []image.Rectangle{Whole.Box(s.w, s.h, to.X, to.Y), Center.Box(s.w, s.h, to.X, to.Y), image.Rect(s.w/3, s.h/2, s.w, s.h)}
					for _, box := range boxes {
						compare(t, to.X, to.Y, src, box, mirror)
					}
				}
			}
		}
	}
}

// compare allows for rounding, once, and for integers of 16 bits as weights.
func compare(t *testing.T, w, h int, src Image, box image.Rectangle, mirror bool) {
	t.Helper()
	got := make([]byte, 3*w*h)
	if err := Resize(got, w, h, src, box, mirror); err != nil {
		t.Fatal(err)
	}
	for i, want := range naive(w, h, src, box, mirror) {
		if math.Abs(float64(got[i])-want) > 0.52 {
			t.Fatalf("%d×%d, box %v, to %d×%d, mirror %v: byte %d is %d, want %.4f", src.Width, src.Height, box, w, h, mirror, i, got[i], want)
		}
	}
}

func TestResizeLarge(t *testing.T) {
	src := noise(801, 607, 12, false)
	compare(t, 12, 12, src, Center.Box(src.Width, src.Height, 1, 1), true)
	compare(t, 9, 31, src, Center.Box(src.Width, src.Height, 9, 31), true)
}

// A picture of the network's own size goes through untouched, one of a single colour keeps it.
func TestResizeExact(t *testing.T) {
	src := noise(32, 32, 8, true)
	got, want := make([]byte, 32*32*3), make([]byte, 0, 32*32*3)
	if err := Resize(got, 32, 32, src, Whole.Box(32, 32, 32, 32), false); err != nil {
		t.Fatal(err)
	}
	for y := range 32 {
		for x := range 32 {
			want = append(want, src.Pix[y*src.Stride+4*x:][:3]...)
		}
	}
	if !bytes.Equal(got, want) {
		t.Error("a picture of 32×32 changed on its way to 32×32")
	}
	for _, value := range []uint8{0, 1, 127, 254, 255} {
		for _, w := range []int{1, 5, 32, 100, 1000} {
			src := Image{Pix: bytes.Repeat([]byte{value, value, value, 255}, w*7), Stride: 4 * w, Width: w, Height: 7}
			if err := Resize(got, 32, 32, src, Whole.Box(w, 7, 32, 32), false); err != nil {
				t.Fatal(err)
			}
			for i, v := range got {
				if v != value {
					t.Fatalf("a picture of %d×7 pixels of %d: byte %d is %d", w, value, i, v)
				}
			}
		}
	}
}

func TestMirror(t *testing.T) {
	src := noise(61, 43, 4, false)
	const w, h = 17, 11
	plain, mirrored := make([]byte, 3*w*h), make([]byte, 3*w*h)
	box := Center.Box(61, 43, w, h)
	for _, err := range []error{Resize(plain, w, h, src, box, false), Resize(mirrored, w, h, src, box, true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for y := range h {
		for x := range w {
			if !bytes.Equal(plain[3*(y*w+x):][:3], mirrored[3*(y*w+w-1-x):][:3]) {
				t.Fatalf("pixel %d,%d is not mirrored", x, y)
			}
		}
	}
}

// Colours that are not sRGB's become so once they are resized.
func TestToSRGB(t *testing.T) {
	src := noise(40, 40, 0, false)
	plain, converted := make([]byte, 3*8*8), make([]byte, 3*8*8)
	if err := Resize(plain, 8, 8, src, Whole.Box(40, 40, 8, 8), true); err != nil {
		t.Fatal(err)
	}
	src.ToSRGB = func(rgb []byte, colors []uint32) {
		for i, v := range colors {
			rgb[i] = uint8((v+1<<15)>>16) ^ 255
		}
	}
	if err := Resize(converted, 8, 8, src, Whole.Box(40, 40, 8, 8), true); err != nil {
		t.Fatal(err)
	}
	for i := range plain {
		if converted[i] != plain[i]^255 {
			t.Fatalf("byte %d is %d, where ToSRGB makes %d of %d", i, converted[i], plain[i]^255, plain[i])
		}
	}
}

// What is transparent is white, whatever colour it hides.
func TestTransparent(t *testing.T) {
	src := noise(20, 20, 0, false)
	for i := 3; i < len(src.Pix); i += 4 {
		src.Pix[i] = 0
	}
	got := make([]byte, 3*8*8)
	if err := Resize(got, 8, 8, src, Whole.Box(20, 20, 8, 8), false); err != nil {
		t.Fatal(err)
	}
	if want := bytes.Repeat([]byte{255}, len(got)); !bytes.Equal(got, want) {
		t.Errorf("transparent pixels gave %v", got)
	}
}

func TestResizeRefuses(t *testing.T) {
	good := Image{Pix: make([]byte, 40), Stride: 8, Width: 2, Height: 5}
	all := image.Rect(0, 0, 2, 5)
	const big = math.MaxInt
	for _, c := range []struct {
		name string
		dst  int
		r    int
		src  Image
		box  image.Rectangle
		says string
	}{
		{"no pixels", 12, 2, Image{}, all, "0×0"},
		{"no width", 12, 2, Image{Pix: good.Pix, Stride: 8, Width: 0, Height: 5}, all, "0×5"},
		{"negative height", 12, 2, Image{Pix: good.Pix, Stride: 8, Width: 2, Height: -5}, all, "2×-5"},
		{"wide", 12, 2, Image{Pix: good.Pix, Stride: big, Width: MaxSide + 1, Height: 1}, all, "1048577×1"},
		{"high", 12, 2, Image{Pix: good.Pix, Stride: 8, Width: 1, Height: big}, all, fmt.Sprint(big)},
		{"many", 12, 2, Image{Pix: good.Pix, Stride: 4 * MaxSide, Width: MaxSide, Height: MaxSide}, all, "1048576×1048576"},
		{"stride", 12, 2, Image{Pix: good.Pix, Stride: 7, Width: 2, Height: 5}, all, "stride 7"},
		{"negative stride", 12, 2, Image{Pix: good.Pix, Stride: -8, Width: 2, Height: 5}, all, "stride -8"},
		{"huge stride", 12, 2, Image{Pix: good.Pix, Stride: big, Width: 2, Height: 5}, all, "40 bytes"},
		{"overflowing stride", 12, 2, Image{Pix: good.Pix, Stride: big/4 + 1, Width: 2, Height: 5}, all, "40 bytes"},
		{"short", 12, 2, Image{Pix: good.Pix[:39], Stride: 8, Width: 2, Height: 5}, all, "39 bytes"},
		{"empty", 12, 2, Image{Pix: nil, Stride: 8, Width: 2, Height: 5}, all, "0 bytes"},
		{"short dst", 11, 2, good, all, "11 bytes"},
		{"long dst", 13, 2, good, all, "13 bytes"},
		{"no dst", 0, 0, good, all, "0×0"},
		{"negative r", 12, -2, good, all, "-2×-2"},
		{"huge r", 12, big, good, all, fmt.Sprint(big)},
		{"empty box", 12, 2, good, image.Rectangle{}, "(0,0)-(0,0)"},
		{"box left", 12, 2, good, image.Rect(-1, 0, 2, 5), "(-1,0)-(2,5)"},
		{"box right", 12, 2, good, image.Rect(0, 0, 3, 5), "(0,0)-(3,5)"},
		{"box below", 12, 2, good, image.Rect(0, 4, 2, 6), "(0,4)-(2,6)"},
		{"box inside out", 12, 2, good, image.Rectangle{image.Pt(2, 5), image.Pt(0, 0)}, "(2,5)-(0,0)"},
	} {
		err := Resize(make([]byte, c.dst), c.r, c.r, c.src, c.box, false)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
	if err := Resize(make([]byte, 12), 4, 2, good, all, false); err == nil || !strings.Contains(err.Error(), "12 bytes are no RGB image of 4×2") {
		t.Errorf("error %v", err)
	}
	// The last row may end with its last pixel.
	if err := Resize(make([]byte, 12), 2, 2, Image{Pix: make([]byte, 4*20+8), Stride: 20, Width: 2, Height: 5}, all, false); err != nil {
		t.Errorf("a last row without its gap: %v", err)
	}
}

// A strip as long as allowed needs memory in proportion to its side, and no more.
func TestResizeStrip(t *testing.T) {
	pix := make([]byte, 4*MaxSide)
	for _, src := range []Image{
		{Pix: pix, Stride: 4, Width: 1, Height: MaxSide}, {Pix: pix, Stride: 4 * MaxSide, Width: MaxSide, Height: 1},
	} {
		if err := Resize(make([]byte, 3*32*32), 32, 32, src, Whole.Box(src.Width, src.Height, 32, 32), false); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkResize(b *testing.B) {
	for _, s := range []struct{ w, h int }{{4000, 3000}, {640, 480}, {100, 100}} {
		src := noise(s.w, s.h, 0, true)
		dst := make([]byte, 224*224*3)
		b.Run(fmt.Sprintf("%dx%d", s.w, s.h), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Resize(dst, 224, 224, src, Center.Box(s.w, s.h, 1, 1), false); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%dx%d_x_image", s.w, s.h), func(b *testing.B) {
			b.ReportAllocs()
			picture := &image.NRGBA{Pix: src.Pix, Stride: src.Stride, Rect: image.Rect(0, 0, s.w, s.h)}
			out := image.NewRGBA(image.Rect(0, 0, 224, 224))
			for b.Loop() {
				draw.BiLinear.Scale(out, out.Rect, picture, Center.Box(s.w, s.h, 1, 1), draw.Src, nil)
			}
		})
	}
}
