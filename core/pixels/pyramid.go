package pixels

// A level is a picture over white at a half, a quarter, an eighth … of its size, as mipmaps are made: each row is computed from the
// level below when it is asked for, so that a photo of 12 megapixels needs no more memory than a few of its rows.
type level struct {
	w, h     int
	below    *level // nil: src itself
	src      Image
	from, to int // the columns that are needed
	rows     [ring][]byte
	held     [ring]int // which row is in rows, counted from 1
}

// ring is how many rows a level keeps. A row is made from three, and two levels that are read together are a row apart.
const ring = 8

// levels makes the levels up to the given one, 0 for the picture itself.
func levels(src Image, top int) []*level {
	all := make([]*level, 1, top+1)
	all[0] = &level{w: src.Width, h: src.Height, src: src, from: src.Width}
	for len(all) <= top {
		below := all[len(all)-1]
		w, h := max(1, below.w/2), max(1, below.h/2)
		all = append(all, &level{w: w, h: h, below: below, from: w})
	}
	return all
}

// need tells that columns from ≤ x < to will be read, here and so below. It comes before the first row.
func (l *level) need(from, to int) {
	l.from, l.to = min(l.from, from), max(l.to, to)
	if l.below != nil {
		l.below.need(2*from, min(2*to+1, l.below.w))
	}
}

// row returns row y, RGB [to-from], until the next ones are asked for.
func (l *level) row(y int) []byte {
	slot := y % ring
	if l.held[slot] == y+1 {
		return l.rows[slot]
	}
	if l.rows[slot] == nil {
		l.rows[slot] = make([]byte, 3*(l.to-l.from))
	}
	row := l.rows[slot]
	l.held[slot] = y + 1
	if l.below == nil {
		DropAlpha(row, l.src.row(y, l.from, l.to))
	} else {
		l.halve(row, y)
	}
	return row
}

// halve computes row y from the level below. Of an odd number of pixels three make one, weighted 1, 2, 1; of one pixel, one.
func (l *level) halve(row []byte, y int) {
	b := l.below
	var above, middle, last []byte
	down := uint(1) // bits by which the rows' sum is too large
	switch {
	case b.h == 1:
		above, middle, last, down = b.row(0), nil, nil, 0
	case b.h%2 == 0:
		above, middle = b.row(2*y), b.row(2*y+1)
	default:
		above, middle, last, down = b.row(2*y), b.row(2*y+1), b.row(2*y+2), 2
	}
	if down == 1 && b.w%2 == 0 { // as most are
		at := 3 * (2*l.from - b.from)
		a, m := above[at:], middle[at:]
		for ; len(row) >= 3 && len(a) >= 6 && len(m) >= 6; row, a, m = row[3:], a[6:], m[6:] {
			row[0] = uint8((uint32(a[0]) + uint32(a[3]) + uint32(m[0]) + uint32(m[3])) >> 2)
			row[1] = uint8((uint32(a[1]) + uint32(a[4]) + uint32(m[1]) + uint32(m[4])) >> 2)
			row[2] = uint8((uint32(a[2]) + uint32(a[5]) + uint32(m[2]) + uint32(m[5])) >> 2)
		}
		return
	}
	sum := func(at int) uint32 {
		switch down {
		case 0:
			return uint32(above[at])
		case 1:
			return uint32(above[at]) + uint32(middle[at])
		}
		return uint32(above[at]) + 2*uint32(middle[at]) + uint32(last[at])
	}
	at := 3 * (2*l.from - b.from)
	for i := 0; i < len(row); i += 3 {
		for c := i; c < i+3; c, at = c+1, at+1 {
			switch {
			case b.w == 1:
				row[c] = uint8(sum(at) >> down)
			case b.w%2 == 0:
				row[c] = uint8((sum(at) + sum(at+3)) >> (down + 1))
			default:
				row[c] = uint8((sum(at) + 2*sum(at+3) + sum(at+6)) >> (down + 2))
			}
		}
		at += 3
	}
}
