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

// naive is what Resize computes, as its definition says: for each output pixel the mean of all pixels of the box over white,
// weighted by a triangle as wide as two output pixels (and at least two source pixels) around the output pixel's centre.
func naive(r int, src Image, box image.Rectangle, mirror bool) []float64 {
	triangle := func(k, i, n int) float64 {
		scale := float64(n) / float64(r)
		center := (float64(i) + 0.5) * scale
		return math.Max(0, 1-math.Abs(float64(k)+0.5-center)/math.Max(1, scale))
	}
	out := make([]float64, 3*r*r)
	for y := range r {
		for x := range r {
			var sum [3]float64
			total := 0.0
			for v := range box.Dy() {
				down := triangle(v, y, box.Dy())
				if down == 0 {
					continue
				}
				for u := range box.Dx() {
					weight := down * triangle(u, x, box.Dx())
					if weight == 0 {
						continue
					}
					p := src.Pix[(box.Min.Y+v)*src.Stride+4*(box.Min.X+u):]
					alpha := float64(p[3]) / 255
					for c := range 3 {
						sum[c] += weight * (alpha*float64(p[c]) + (1-alpha)*255)
					}
					total += weight
				}
			}
			at := x
			if mirror {
				at = r - 1 - x
			}
			for c := range 3 {
				out[3*(y*r+at)+c] = sum[c] / total
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
		for _, r := range []int{1, 2, 3, 7, 8, 21} {
			for _, opaque := range []bool{true, false} {
				for _, mirror := range []bool{false, true} {
					src := noise(s.w, s.h, 4*(r%3)+r%2, opaque)
					boxes := []image.Rectangle{Whole.Box(s.w, s.h), Center.Box(s.w, s.h), image.Rect(s.w/3, s.h/2, s.w, s.h)}
					for _, box := range boxes {
						compare(t, r, src, box, mirror)
					}
				}
			}
		}
	}
}

// compare allows no more than the one rounding, and a little for weights that are integers.
func compare(t *testing.T, r int, src Image, box image.Rectangle, mirror bool) {
	t.Helper()
	got := make([]byte, 3*r*r)
	if err := Resize(got, r, src, box, mirror); err != nil {
		t.Fatal(err)
	}
	for i, want := range naive(r, src, box, mirror) {
		if math.Abs(float64(got[i])-want) > 0.5001 {
			t.Fatalf("%d×%d, box %v, r %d, mirror %v: byte %d is %d, want %.4f", src.Width, src.Height, box, r, mirror, i, got[i], want)
		}
	}
}

func TestResizeLarge(t *testing.T) {
	src := noise(801, 607, 12, false)
	compare(t, 12, src, Center.Box(src.Width, src.Height), true)
}

// A picture of the network's own size goes through untouched, one of a single colour keeps it.
func TestResizeExact(t *testing.T) {
	src := noise(32, 32, 8, true)
	got, want := make([]byte, 32*32*3), make([]byte, 0, 32*32*3)
	if err := Resize(got, 32, src, Whole.Box(32, 32), false); err != nil {
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
			if err := Resize(got, 32, src, Whole.Box(w, 7), false); err != nil {
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

// The filter is that of x/image/draw.BiLinear, here with 16 bits a colour, so that its way to 8 bits does not matter.
func TestResizeAgainstXImage(t *testing.T) {
	for _, s := range []struct{ w, h, r int }{{100, 80, 32}, {37, 91, 24}, {5, 6, 32}, {301, 200, 100}} {
		for _, opaque := range []bool{true, false} {
			src := noise(s.w, s.h, 0, opaque)
			dst := image.NewRGBA64(image.Rect(0, 0, s.r, s.r))
			draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
			picture := &image.NRGBA{Pix: src.Pix, Stride: src.Stride, Rect: image.Rect(0, 0, s.w, s.h)}
			draw.BiLinear.Scale(dst, dst.Rect, picture, picture.Rect, draw.Over, nil)
			got := make([]byte, 3*s.r*s.r)
			if err := Resize(got, s.r, src, Whole.Box(s.w, s.h), false); err != nil {
				t.Fatal(err)
			}
			for i := range s.r * s.r {
				c := dst.RGBA64At(i%s.r, i/s.r)
				for j, want := range []uint16{c.R, c.G, c.B} {
					if math.Abs(float64(got[3*i+j])-float64(want)/257) > 0.51 {
						t.Fatalf("%+v opaque %v: pixel %d colour %d is %d, want %.3f", s, opaque, i, j, got[3*i+j], float64(want)/257)
					}
				}
			}
		}
	}
}

func TestMirror(t *testing.T) {
	src := noise(61, 43, 4, false)
	const r = 17
	plain, mirrored := make([]byte, 3*r*r), make([]byte, 3*r*r)
	box := Center.Box(61, 43)
	for _, err := range []error{Resize(plain, r, src, box, false), Resize(mirrored, r, src, box, true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for y := range r {
		for x := range r {
			if !bytes.Equal(plain[3*(y*r+x):][:3], mirrored[3*(y*r+r-1-x):][:3]) {
				t.Fatalf("pixel %d,%d is not mirrored", x, y)
			}
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
	if err := Resize(got, 8, src, Whole.Box(20, 20), false); err != nil {
		t.Fatal(err)
	}
	if want := bytes.Repeat([]byte{255}, len(got)); !bytes.Equal(got, want) {
		t.Errorf("transparent pixels gave %v", got)
	}
}

func TestWeightsAddUp(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 223, 224, 225, 1000, 4096, 65535, MaxSide} {
		for _, r := range []int{1, 2, 31, 224, 1024} {
			for i, w := range spread(n, r) {
				sum := uint64(0)
				for _, v := range w.weights {
					sum += uint64(v)
				}
				if sum != one || w.first < 0 || len(w.weights) == 0 || w.first+len(w.weights) > n {
					t.Fatalf("%d to %d: window %d begins at %d, has %d weights, which sum up to %d", n, r, i, w.first, len(w.weights), sum)
				}
			}
		}
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
		{"no width", 12, 2, Image{good.Pix, 8, 0, 5}, all, "0×5"},
		{"negative height", 12, 2, Image{good.Pix, 8, 2, -5}, all, "2×-5"},
		{"wide", 12, 2, Image{good.Pix, big, MaxSide + 1, 1}, all, "1048577×1"},
		{"high", 12, 2, Image{good.Pix, 8, 1, big}, all, fmt.Sprint(big)},
		{"many", 12, 2, Image{good.Pix, 4 * MaxSide, MaxSide, MaxSide}, all, "1048576×1048576"},
		{"stride", 12, 2, Image{good.Pix, 7, 2, 5}, all, "stride 7"},
		{"negative stride", 12, 2, Image{good.Pix, -8, 2, 5}, all, "stride -8"},
		{"huge stride", 12, 2, Image{good.Pix, big, 2, 5}, all, "40 bytes"},
		{"overflowing stride", 12, 2, Image{good.Pix, big/4 + 1, 2, 5}, all, "40 bytes"},
		{"short", 12, 2, Image{good.Pix[:39], 8, 2, 5}, all, "39 bytes"},
		{"empty", 12, 2, Image{nil, 8, 2, 5}, all, "0 bytes"},
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
		err := Resize(make([]byte, c.dst), c.r, c.src, c.box, false)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
	// The last row may end with its last pixel.
	if err := Resize(make([]byte, 12), 2, Image{make([]byte, 4*20+8), 20, 2, 5}, all, false); err != nil {
		t.Errorf("a last row without its gap: %v", err)
	}
}

// A strip as long as allowed needs memory in proportion to its side, and no more.
func TestResizeStrip(t *testing.T) {
	if testing.Short() {
		t.Skip("large strips, skipped with -short")
	}
	pix := make([]byte, 4*MaxSide)
	for _, src := range []Image{{pix, 4, 1, MaxSide}, {pix, 4 * MaxSide, MaxSide, 1}} {
		if err := Resize(make([]byte, 3*32*32), 32, src, Whole.Box(src.Width, src.Height), false); err != nil {
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
				if err := Resize(dst, 224, src, Center.Box(s.w, s.h), false); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%dx%d_x_image", s.w, s.h), func(b *testing.B) {
			b.ReportAllocs()
			picture := &image.NRGBA{Pix: src.Pix, Stride: src.Stride, Rect: image.Rect(0, 0, s.w, s.h)}
			out := image.NewRGBA(image.Rect(0, 0, 224, 224))
			for b.Loop() {
				draw.BiLinear.Scale(out, out.Rect, picture, Center.Box(s.w, s.h), draw.Src, nil)
			}
		})
	}
}
