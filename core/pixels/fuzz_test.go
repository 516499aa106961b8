package pixels

import (
	"image"
	"math/rand/v2"
	"testing"
)

// FuzzResize asks for anything of any picture: it is refused, or what comes is what the definition says.
func FuzzResize(f *testing.F) {
	f.Add(7, 5, 28, 140, 0, 0, 7, 5, 8, 8, false)
	f.Add(3, 9, 16, 150, 1, 2, 3, 9, 4, 9, true)
	f.Add(1<<20, 1<<20, 1<<22, 0, 0, 0, 1, 1, 1, 1, false)
	f.Add(2, 1<<20, 1<<43, 8, 0, 0, 2, 1, 1, 2, false)
	f.Fuzz(func(t *testing.T, w, h, stride, bytes, x0, y0, x1, y1, toW, toH int, mirror bool) {
		src := Image{Width: w, Height: h, Stride: stride, Pix: make([]byte, min(max(bytes, 0), 1<<16))}
		random := rand.New(rand.NewPCG(uint64(w), uint64(h)))
		for i := range src.Pix {
			src.Pix[i] = uint8(random.Uint32())
		}
		box := image.Rectangle{Min: image.Pt(x0, y0), Max: image.Pt(x1, y1)}
		size := 3 * min(max(toW, 0), 32) * min(max(toH, 0), 32)
		if err := Resize(make([]byte, size), toW, toH, src, box, mirror); err != nil {
			return
		}
		compare(t, toW, toH, src, box, mirror)
		for _, c := range []Crop{Center, Square, Whole} {
			if b := c.Box(w, h, toW, toH); b.Empty() || !b.In(image.Rect(0, 0, w, h)) {
				t.Fatalf("%v of %d×%d is %v", c, w, h, b)
			}
		}
	})
}
