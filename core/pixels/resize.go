package pixels

import (
	"fmt"
	"image"
	"math"
)

// Resize fills dst, RGB [r,r,3], with the part of src inside box, mirrored left to right if asked.
//
// It does what the canvas of a browser does, so that a picture gets the same answers wherever it is looked at (make accuracy
// counts): Skia's linear mipmaps, which Chromium takes for imageSmoothingQuality "high". A pyramid of halves is made of the
// picture, and of the two levels around log2(√(sx·sy)) − ½, where sx and sy are the source's pixels an output pixel along either
// side, bilinear interpolations are blended. Below that level there is the picture alone. Pixels are laid over white first.
// Sums are integers: the same everywhere.
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
	scale := float64(box.Dx()) / float64(r) * float64(box.Dy()) / float64(r)
	at := max(0, math.Log2(scale)/2-0.5)
	top := int(math.Ceil(at))
	blend := uint64((at-math.Floor(at))*blendOne + 0.5) // of the upper level
	all := levels(src, top)
	lower := newSampler(all[int(at)], r, src, box)
	upper := lower
	if blend > 0 {
		upper = newSampler(all[top], r, src, box)
	}
	lower.ready()
	upper.ready()
	line := make([]uint32, 6*r)
	a, b := line[:3*r], line[3*r:]
	for y := range r {
		// The upper level first: it asks for rows of the lower one, which keeps few.
		upper.read(b, y)
		lower.read(a, y)
		out := dst[3*r*y : 3*r*(y+1)]
		for i, v := range a {
			out[i] = uint8((uint64(v)*(blendOne-blend) + uint64(b[i])*blend + one*one*blendOne/2) / (one * one * blendOne))
		}
		if mirror {
			turn(out)
		}
	}
	return nil
}

// turn exchanges left and right of a row of pixels.
func turn(rgb []byte) {
	for i, j := 0, len(rgb)-3; i < j; i, j = i+3, j-3 {
		for c := range 3 {
			rgb[i+c], rgb[j+c] = rgb[j+c], rgb[i+c]
		}
	}
}

// Weights are counted in these parts.
const (
	one      = 1 << 11 // of two neighbours
	blendOne = 1 << 16 // of two levels
)

// A sampler interpolates between the pixels of a level.
type sampler struct {
	level   *level
	columns []tap // in a row of the level, three values a pixel
	rows    []tap
	between []uint32 // two rows of the level
}

// A tap is a place between two neighbours along a side.
type tap struct {
	first, second int
	weight        uint32 // of the second, of one
}

func newSampler(l *level, r int, src Image, box image.Rectangle) *sampler {
	s := &sampler{level: l, columns: taps(box.Min.X, box.Dx(), src.Width, l.w, r), rows: taps(box.Min.Y, box.Dy(), src.Height, l.h, r)}
	l.need(s.columns[0].first, s.columns[r-1].second+1)
	return s
}

// ready counts columns from the level's first one that is needed, once all have told what they need.
func (s *sampler) ready() {
	if s.between != nil {
		return
	}
	s.between = make([]uint32, 3*(s.level.to-s.level.from))
	for i := range s.columns {
		t := &s.columns[i]
		t.first, t.second = 3*(t.first-s.level.from), 3*(t.second-s.level.from)
	}
}

// taps are where the middles of r output pixels, which share length pixels of n from begin on, lie in a level of m pixels.
func taps(begin, length, n, m, r int) []tap {
	all := make([]tap, r)
	for i := range all {
		middle := float64(begin) + float64((float64(i)+0.5)*float64(length)/float64(r)) // in pixels of the picture
		at := min(max(0, float64(middle*float64(m)/float64(n))-0.5), float64(m-1))
		first := int(at)
		all[i] = tap{first, min(first+1, m-1), uint32((at-float64(first))*one + 0.5)}
	}
	return all
}

// read computes row y of the output, RGB [r], each value one·one times what it is.
func (s *sampler) read(values []uint32, y int) {
	v := s.rows[y]
	above, below := s.level.row(v.first), s.level.row(v.second)
	between := s.between[:len(above)]
	below = below[:len(between)]
	up, down := one-v.weight, v.weight
	for i := range between {
		between[i] = uint32(above[i])*up + uint32(below[i])*down
	}
	for x, h := range s.columns {
		p, q := between[h.first:][:3:3], between[h.second:][:3:3]
		left, right := one-h.weight, h.weight
		out := values[3*x:][:3:3]
		out[0] = p[0]*left + q[0]*right
		out[1] = p[1]*left + q[1]*right
		out[2] = p[2]*left + q[2]*right
	}
}
