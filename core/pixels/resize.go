package pixels

import (
	"fmt"
	"image"
	"math"
)

// Resize fills dst, RGB [r,r,3], with the part of src inside box, mirrored left to right if asked.
//
// The filter is a triangle as wide as the shrinking demands, bilinear interpolation where box is smaller than r: that of
// golang.org/x/image/draw.BiLinear. That package is not used because it keeps 32 bytes for each of h×r intermediate pixels (19 MB
// for a 12-megapixel photo, where this keeps 0.1 and takes half the time) and drops the low byte of 16 bits at the end, which is
// up to one level off. Here all sums are integers, exact up to one rounding at the end. Pixels are laid over white before they
// are added up, which gives the same as filtering colours multiplied by alpha.
func Resize(dst []byte, r int, src Image, box image.Rectangle, mirror bool) error {
	if err := src.Check(); err != nil {
		return err
	}
	if r < 1 || r > MaxSide || int64(len(dst)) != 3*int64(r)*int64(r) {
		return fmt.Errorf("%d bytes are no RGB picture of %d×%d", len(dst), r, r)
	}
	if box.Empty() || !box.In(image.Rect(0, 0, src.Width, src.Height)) {
		return fmt.Errorf("box %v is empty or not inside the picture of %d×%d", box, src.Width, src.Height)
	}
	columns, rows := spread(box.Dx(), r), spread(box.Dy(), r)
	sums := make([]uint64, 3*box.Dx()) // the box's columns, each the weighted sum of the source rows under one output row
	for y, v := range rows {
		clear(sums)
		for i, weight := range v.weights {
			addRow(sums, src.row(box.Min.Y+v.first+i, box.Min.X, box.Max.X), uint64(weight))
		}
		line := dst[3*r*y : 3*r*(y+1)]
		for x, h := range columns {
			if mirror {
				x = r - 1 - x
			}
			h.apply(line[3*x:3*x+3], sums)
		}
	}
	return nil
}

// addRow adds weight times a row of RGBA pixels over white to sums, three a pixel.
func addRow(sums []uint64, rgba []byte, weight uint64) {
	for len(rgba) >= 4 && len(sums) >= 3 {
		a := uint32(rgba[3])
		sums[0] += weight * uint64(overWhite(rgba[0], a))
		sums[1] += weight * uint64(overWhite(rgba[1], a))
		sums[2] += weight * uint64(overWhite(rgba[2], a))
		sums, rgba = sums[3:], rgba[4:]
	}
}

// one is the sum of a window's weights. Two windows and overWhite's 16 bits together just fit 64 bits.
const one = 1 << 24

// A window is the source pixels along one side that an output pixel is the weighted mean of.
type window struct {
	first   int
	weights []uint32
}

// apply writes the pixel whose window over sums is w.
func (w window) apply(rgb []byte, sums []uint64) {
	var r, g, b uint64
	sums = sums[3*w.first:]
	for i, weight := range w.weights {
		r += uint64(weight) * sums[3*i]
		g += uint64(weight) * sums[3*i+1]
		b += uint64(weight) * sums[3*i+2]
	}
	const unit = 255 * one * one
	rgb[0], rgb[1], rgb[2] = uint8((r+unit/2)/unit), uint8((g+unit/2)/unit), uint8((b+unit/2)/unit)
}

// spread divides n source pixels among r output pixels: a window for each.
func spread(n, r int) []window {
	scale := float64(n) / float64(r) // source pixels an output pixel
	radius := max(scale, 1)          // of the triangle
	windows := make([]window, r)
	weights := make([]uint32, 0, r*int(2*radius+2)) // of all windows
	values := make([]float64, 0, int(2*radius+2))   // of one
	for i := range windows {
		center := (float64(i)+0.5)*scale - 0.5
		first := max(0, int(center-radius+1))
		sum := 0.0
		values = values[:0]
		for k := first; k < n && float64(k) < center+radius; k++ {
			v := max(0, 1-math.Abs(float64(k)-center)/radius)
			values = append(values, v)
			sum += v
		}
		begin := len(weights)
		weights = appendFixed(weights, values, sum)
		windows[i] = window{first, weights[begin:]}
	}
	return windows
}

// appendFixed appends values scaled so that they add up to exactly one. Each takes over the rounding error of those before it.
func appendFixed(weights []uint32, values []float64, sum float64) []uint32 {
	done, rounded := 0.0, uint32(0)
	for _, v := range values {
		done += v
		upTo := uint32(done/sum*one + 0.5)
		weights = append(weights, upTo-rounded)
		rounded = upTo
	}
	return weights
}
