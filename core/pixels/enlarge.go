package pixels

import "image"

// An enlarger does as Skia with its Mitchell resampler: it weighs four by four pixels by a cubic (D. Mitchell and A. Netravali,
// Reconstruction filters in computer graphics, SIGGRAPH 1988).
type enlarger struct {
	src           Image
	columns, rows []crossing
	from, to      int        // the columns that are needed
	pixels        []byte     // a row of them
	lines         [4][]int32 // rows as wide as the output, each value one times what it is
	held          [4]int     // which row is in lines, counted from 1
}

func newEnlarger(w, h int, src Image, box image.Rectangle) *enlarger {
	e := &enlarger{
		src: src, columns: crossings(box.Min.X, box.Dx(), src.Width, w), rows: crossings(box.Min.Y, box.Dy(), src.Height, h),
	}
	e.from, e.to = e.columns[0].at[0], e.columns[w-1].at[3]+1
	e.pixels = make([]byte, 3*(e.to-e.from))
	for i := range e.lines {
		e.lines[i] = make([]int32, 3*w)
	}
	return e
}

func (e *enlarger) read(values []uint32, y int) {
	at, w := &e.rows[y].at, &e.rows[y].weights
	first, second, third, fourth := e.line(at[0]), e.line(at[1]), e.line(at[2]), e.line(at[3])
	for i := range values {
		sum := int64(first[i])*w[0] + int64(second[i])*w[1] + int64(third[i])*w[2] + int64(fourth[i])*w[3]
		values[i] = uint32(min(max(0, sum/one), 255*one))
	}
}

// line interpolates across row y of the picture.
func (e *enlarger) line(y int) []int32 {
	line := e.lines[y%4]
	if e.held[y%4] == y+1 {
		return line
	}
	e.held[y%4] = y + 1
	DropAlpha(e.pixels, e.src.row(y, e.from, e.to))
	pixel := func(x int) []byte { return e.pixels[3*(x-e.from):][:3:3] }
	for x := range e.columns {
		at, w := &e.columns[x].at, &e.columns[x].weights
		first, second, third, fourth := pixel(at[0]), pixel(at[1]), pixel(at[2]), pixel(at[3])
		for c := range 3 {
			sum := int64(first[c])*w[0] + int64(second[c])*w[1] + int64(third[c])*w[2] + int64(fourth[c])*w[3]
			line[3*x+c] = int32(sum)
		}
	}
	return line
}

// A crossing is a place among four neighbours along a side.
type crossing struct {
	at      [4]int
	weights [4]int64 // one together
}

// crossings are where the middles of r output pixels lie, which share length pixels of n from begin on. At an edge the last pixel
// is repeated.
func crossings(begin, length, n, r int) []crossing {
	all := make([]crossing, r)
	for i := range all {
		at := one*int64(begin) + one*int64(2*i+1)*int64(length)/int64(2*r) - one/2 // in parts of a pixel
		second := at >> 16
		c, rest := &all[i], int64(one)
		for k := range 4 {
			place := second - 1 + int64(k)
			c.at[k] = min(max(0, int(place)), n-1)
			c.weights[k] = mitchell(max(at-one*place, one*place-at))
			rest -= c.weights[k]
		}
		c.weights[1] += rest // what rounding took
	}
	return all
}

// mitchell weighs a pixel at a distance of at most 2, with both of the paper's parameters at ⅓.
func mitchell(d int64) int64 {
	sum := int64(one*one*one*32) - one*one*60*d + one*36*d*d - 7*d*d*d
	if d < one {
		sum = one*one*one*16 - one*36*d*d + 21*d*d*d
	}
	return (sum + one*one*9) / (one * one * 18)
}
