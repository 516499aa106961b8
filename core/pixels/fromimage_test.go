package pixels

import (
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"math"
	"strings"
	"testing"
)

// anyImage hides a picture's type.
type anyImage struct{ image.Image }

// Every type of picture, whole and cut out, against color.NRGBAModel.
func TestFromImage(t *testing.T) {
	r := image.Rect(-3, 5, 14, 18)
	translucent, opaque := image.NewNRGBA(r), image.NewNRGBA(r)
	for i, v := range noise(r.Dx(), r.Dy(), 0, false).Pix {
		translucent.Pix[i], opaque.Pix[i] = v, v
		if i%4 == 3 {
			opaque.Pix[i] = 255
		}
	}
	translucent.SetNRGBA(0, 7, color.NRGBA{9, 8, 7, 0}) // transparent
	drawn := func(dst draw.Image, src image.Image) image.Image {
		draw.Draw(dst, r, src, r.Min, draw.Src)
		return dst
	}
	pictures := []image.Image{
		translucent, opaque,
		drawn(image.NewRGBA(r), translucent), drawn(image.NewRGBA(r), opaque),
		drawn(image.NewRGBA64(r), translucent), drawn(image.NewNRGBA64(r), translucent),
		drawn(image.NewGray(r), opaque), drawn(image.NewGray16(r), opaque),
		drawn(image.NewAlpha(r), translucent), drawn(image.NewCMYK(r), opaque),
		drawn(image.NewPaletted(r, palette.Plan9), opaque),
		anyImage{translucent}, anyImage{opaque},
	}
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422,
		image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		p := image.NewYCbCr(r, ratio)
		for _, plane := range [][]uint8{p.Y, p.Cb, p.Cr} {
			copy(plane, opaque.Pix)
		}
		pictures = append(pictures, p)
		a := image.NewNYCbCrA(r, ratio)
		copy(a.Y, opaque.Pix)
		copy(a.A, translucent.Pix)
		pictures = append(pictures, a)
	}
	for _, p := range pictures {
		check(t, p)
		if s, ok := p.(interface {
			SubImage(image.Rectangle) image.Image
		}); ok {
			check(t, s.SubImage(image.Rect(0, 7, 13, 16)))
			check(t, s.SubImage(image.Rect(1, 8, 2, 9)))
		}
	}
}

func check(t *testing.T, p image.Image) {
	t.Helper()
	name := fmt.Sprintf("%T %v", p, p.Bounds())
	got := FromImage(p)
	if err := got.Check(); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	tolerance := 0
	if _, ok := p.(*image.YCbCr); ok {
		tolerance = 1 // it is rounded as libjpeg-turbo does
	}
	b := p.Bounds()
	if got.Width != b.Dx() || got.Height != b.Dy() {
		t.Errorf("%s: %d×%d", name, got.Width, got.Height)
		return
	}
	for y := range got.Height {
		for x := range got.Width {
			want := color.NRGBAModel.Convert(p.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			px := got.row(y, x, x+1)
			if !near(px, []byte{want.R, want.G, want.B, want.A}, tolerance) && want.A != 0 || px[3] != want.A {
				t.Errorf("%s: pixel %d,%d is %v, want %v", name, x, y, px, want)
				return
			}
		}
	}
}

func near(a, b []byte, tolerance int) bool {
	for i := range a {
		if dist(int(a[i]), int(b[i])) > tolerance {
			return false
		}
	}
	return true
}

// Pictures in the form that Image has are shared.
func TestFromImageShares(t *testing.T) {
	n := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	if got := FromImage(n); &got.Pix[0] != &n.Pix[0] {
		t.Error("NRGBA was copied")
	}
	r := image.NewRGBA(image.Rect(0, 0, 4, 4))
	draw.Draw(r, r.Rect, image.White, image.Point{}, draw.Src)
	if got := FromImage(r); &got.Pix[0] != &r.Pix[0] {
		t.Error("opaque RGBA was copied")
	}
	r.SetRGBA(1, 1, color.RGBA{1, 2, 3, 100})
	if got := FromImage(r); &got.Pix[0] == &r.Pix[0] {
		t.Error("translucent RGBA was shared")
	}
}

// What cannot be read becomes an Image that is refused, without memory being asked for it.
func TestFromImageRefused(t *testing.T) {
	huge := image.NewUniform(color.White) // of 2·10⁹ pixels a side
	for name, c := range map[string]struct {
		p    image.Image
		says string
	}{
		"nil":     {nil, "0×0"},
		"empty":   {image.NewGray(image.Rectangle{}), "0×0"},
		"flat":    {image.NewNRGBA(image.Rect(3, 3, 9, 3)), "6×0"},
		"huge":    {huge, "2000000000×2000000000"},
		"maximal": {bounds(image.Rect(math.MinInt, math.MinInt, math.MaxInt, math.MaxInt)), "no pixels"},
		"wrapped": {bounds(image.Rect(math.MinInt, 0, math.MaxInt, 5)), "no pixels"},
		"long":    {bounds(image.Rect(0, 0, MaxSide, MaxSide)), "1048576×1048576"},
	} {
		if err := FromImage(c.p).Check(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
}

// bounds is a picture that is a size alone.
type bounds image.Rectangle

func (b bounds) ColorModel() color.Model { return color.GrayModel }
func (b bounds) Bounds() image.Rectangle { return image.Rectangle(b) }
func (b bounds) At(x, y int) color.Color { return color.White }
