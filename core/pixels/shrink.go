package pixels

import (
	"image"
	"math"
)

// A shrinker does as Skia with linear mipmaps. A pyramid of halves is made of the picture, and of the two levels around
// log2(√(sx·sy)) − ½, where sx and sy are the source's pixels an output pixel along either side, bilinear interpolations are blended.
// Below that level there is the picture alone.
type shrinker struct {
	lower, upper *sampler
	blend        uint64 // of upper, of one
	a, b         []uint64
}

func newShrinker(w, h int, src Image, box image.Rectangle) *shrinker {
	scale := float64(box.Dx()) / float64(w) * float64(box.Dy()) / float64(h)
	at := max(0, math.Log2(scale)/2-0.5)
	top := int(math.Ceil(at))
	all := levels(src, top)
	s := &shrinker{
		lower: newSampler(all[int(at)], w, h, src, box), blend: uint64((at-math.Floor(at))*one + 0.5),
		a: make([]uint64, 3*w), b: make([]uint64, 3*w),
	}
	s.upper = s.lower
	if s.blend > 0 {
		s.upper = newSampler(all[top], w, h, src, box)
	}
	s.lower.ready()
	s.upper.ready()
	return s
}

func (s *shrinker) read(values []uint32, y int) {
	// The upper level first: it asks for rows of the lower one, which keeps few.
	s.upper.read(s.b, y)
	s.lower.read(s.a, y)
	for i, v := range s.a {
		values[i] = uint32((v*(one-s.blend) + s.b[i]*s.blend) / (one * one))
	}
}

// A sampler interpolates between the pixels of a level.
type sampler struct {
	level   *level
	columns []tap // in a row of the level, three values a pixel
	rows    []tap
	lines   [2][]uint32 // rows of the level, as wide as the output, each value one times what it is
	held    [2]int      // which row is in lines, counted from 1
}

// A tap is a place between two neighbours along a side.
type tap struct {
	first, second int
	weight        uint32 // of the second
}

func newSampler(l *level, w, h int, src Image, box image.Rectangle) *sampler {
	s := &sampler{level: l, columns: taps(box.Min.X, box.Dx(), src.Width, l.w, w), rows: taps(box.Min.Y, box.Dy(), src.Height, l.h, h)}
	l.need(s.columns[0].first, s.columns[w-1].second+1)
	return s
}

// ready makes columns relative to the first one that the level keeps. It comes after every sampler of the level has called need.
func (s *sampler) ready() {
	if s.lines[0] != nil {
		return
	}
	s.lines = [2][]uint32{make([]uint32, 3*len(s.columns)), make([]uint32, 3*len(s.columns))}
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

// read computes row y of the output, RGB [w], each value one·one times what it is.
func (s *sampler) read(values []uint64, y int) {
	v := s.rows[y]
	above := s.line(v.first)
	below := s.line(v.second)[:len(above)]
	values = values[:len(above)]
	up, down := uint64(one-v.weight), uint64(v.weight)
	for i, a := range above {
		values[i] = uint64(a)*up + uint64(below[i])*down
	}
}

// line interpolates across row y of the level.
func (s *sampler) line(y int) []uint32 {
	line := s.lines[y%2]
	if s.held[y%2] == y+1 {
		return line
	}
	s.held[y%2] = y + 1
	row := s.level.row(y)
	for x, h := range s.columns {
		p, q := row[h.first:][:3:3], row[h.second:][:3:3]
		left, right := one-h.weight, h.weight
		out := line[3*x:][:3:3]
		out[0] = uint32(p[0])*left + uint32(q[0])*right
		out[1] = uint32(p[1])*left + uint32(q[1])*right
		out[2] = uint32(p[2])*left + uint32(q[2])*right
	}
	return line
}
