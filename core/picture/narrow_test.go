package picture

import (
	"image"
	"image/draw"
	"math/rand/v2"
	"testing"

	"mobilenet/core/pixels"
)

// Pixels that are narrowed in their own memory are what they are elsewhere.
func TestNarrow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	b := image.Rect(0, 0, 17, 9)
	noise := image.NewNRGBA64(b)
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.IntN(256))
	}
	multiplied := image.NewRGBA64(b)
	draw.Draw(multiplied, b, noise, image.Point{}, draw.Src)
	cmyk := image.NewCMYK(b)
	copy(cmyk.Pix, noise.Pix)
	for name, m := range map[string]image.Image{"NRGBA64": noise, "RGBA64": multiplied, "CMYK": cmyk} {
		want := pixels.FromImage(m)
		if m == image.Image(noise) { // which that multiplies by alpha and divides again
			for i := range want.Pix {
				want.Pix[i] = noise.Pix[2*i]
			}
		}
		got := narrow(m)
		narrowed, ok := got.(*image.NRGBA)
		if !ok {
			t.Errorf("%s became %T", name, got)
			continue
		}
		same(t, name, want, narrowed)
	}
}
