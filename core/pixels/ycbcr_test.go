package pixels

import (
	"image"
	"math"
	"testing"
)

// JFIF's formulas and linear interpolation of what pixels share, in real numbers. Chroma is rounded before it is multiplied by up to
// 1.772, and the colour once more.
func TestYCbCr(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio420} {
		across, down := 1, 1 // pixels that share a value
		if ratio == image.YCbCrSubsampleRatio422 || ratio == image.YCbCrSubsampleRatio420 {
			across = 2
		}
		if ratio == image.YCbCrSubsampleRatio440 || ratio == image.YCbCrSubsampleRatio420 {
			down = 2
		}
		tolerance := 0.51
		if across*down > 1 {
			tolerance += 1.772 / 2
		}
		for w := 1; w < 12; w++ {
			for h := 1; h < 12; h++ {
				m := image.NewYCbCr(image.Rect(0, 0, w, h), ratio)
				for i, plane := range [][]uint8{m.Y, m.Cb, m.Cr} {
					copy(plane, noise(w, h, i, false).Pix[:len(plane)])
				}
				cw, ch := (w+across-1)/across, (h+down-1)/down
				chroma := func(plane []uint8, x, y int) float64 {
					u := min(max(0, (float64(x)+0.5)/float64(across)-0.5), float64(cw-1))
					v := min(max(0, (float64(y)+0.5)/float64(down)-0.5), float64(ch-1))
					at := func(i, j int) float64 { return float64(plane[min(j, ch-1)*m.CStride+min(i, cw-1)]) }
					i, j := int(u), int(v)
					line := func(j int) float64 { return at(i, j) + (u-float64(i))*(at(i+1, j)-at(i, j)) }
					return line(j) + (v-float64(j))*(line(j+1)-line(j)) - 128
				}
				got := FromImage(m)
				for y := range h {
					for x := range w {
						luma, cb, cr := float64(m.Y[y*m.YStride+x]), chroma(m.Cb, x, y), chroma(m.Cr, x, y)
						want := [4]float64{luma + 1.402*cr, luma - 0.344136*cb - 0.714136*cr, luma + 1.772*cb, 255}
						for i, v := range got.row(y, x, x+1) {
							if math.Abs(float64(v)-min(max(0, want[i]), 255)) > tolerance {
								t.Fatalf("%v of %d×%d: pixel %d,%d is %v, want %.2f", ratio, w, h, x, y, got.row(y, x, x+1), want)
							}
						}
					}
				}
			}
		}
	}
}

// Halves of chroma are rounded up for one pixel and down for the next.
func TestUpsample(t *testing.T) {
	m := image.NewYCbCr(image.Rect(0, 0, 5, 3), image.YCbCrSubsampleRatio420)
	copy(m.Cb, []uint8{10, 20, 30, 11, 21, 31})
	c := newChromaReader(m)
	row := make([]uint8, 5)
	for y, want := range [][5]uint8{{10, 12, 18, 22, 28}, {10, 13, 18, 23, 28}, {11, 13, 18, 23, 28}} {
		c.upsample(row, m.Cb, y)
		if [5]uint8(row) != want {
			t.Errorf("row %d is %d, want %d", y, row, want)
		}
	}
}

func BenchmarkFromImage(b *testing.B) {
	m := image.NewYCbCr(image.Rect(0, 0, 1000, 1000), image.YCbCrSubsampleRatio420)
	b.ReportAllocs()
	for b.Loop() {
		FromImage(m)
	}
}
