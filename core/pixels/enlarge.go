package pixels

import "image"

// enlarge does as Skia with its Mitchell resampler: it weighs four by four pixels by a cubic (D. Mitchell and A. Netravali,
// Reconstruction filters in computer graphics, SIGGRAPH 1988).
func enlarge(dst []byte, r int, src Image, box image.Rectangle) {
	columns := crossings(box.Min.X, box.Dx(), src.Width, r)
	rows := crossings(box.Min.Y, box.Dy(), src.Height, r)
	from, to := columns[0].at[0], columns[r-1].at[3]+1
	pixels := make([]byte, 3*(to-from)) // a row of the picture
	var lines [4][]int32                // four rows of it as wide as the output, each value one times what it is
	var held [4]int                     // which row is in lines, counted from 1
	line := func(y int) []int32 {
		i := y % 4
		if held[i] == y+1 {
			return lines[i]
		}
		if lines[i] == nil {
			lines[i] = make([]int32, 3*r)
		}
		held[i] = y + 1
		DropAlpha(pixels, src.row(y, from, to))
		for x, c := range columns {
			for j := range 3 {
				sum := int32(0)
				for k, weight := range c.weights {
					sum += weight * int32(pixels[3*(c.at[k]-from)+j])
				}
				lines[i][3*x+j] = sum
			}
		}
		return lines[i]
	}
	for _, c := range rows {
		var four [4][]int32
		for k, y := range c.at {
			four[k] = line(y)
		}
		for i := range 3 * r {
			sum := int64(one * one / 2)
			for k, weight := range c.weights {
				sum += int64(weight) * int64(four[k][i])
			}
			dst[i] = clamp(int32(sum / (one * one)))
		}
		dst = dst[3*r:]
	}
}

// A crossing is a place among four neighbours along a side.
type crossing struct {
	at      [4]int
	weights [4]int32 // one together
}

// crossings are where the middles of r output pixels lie, which share length pixels of n from begin on. At an edge the last pixel
// stands for those beyond.
func crossings(begin, length, n, r int) []crossing {
	all := make([]crossing, r)
	for i := range all {
		at := one*int64(begin) + one*int64(2*i+1)*int64(length)/int64(2*r) - one/2 // in parts of a pixel
		second := at >> 16
		c, rest := &all[i], int32(one)
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
func mitchell(d int64) int32 {
	sum := int64(one*one*one*32) - one*one*60*d + one*36*d*d - 7*d*d*d
	if d < one {
		sum = one*one*one*16 - one*36*d*d + 21*d*d*d
	}
	return int32((sum + one*one*9) / (one * one * 18))
}
