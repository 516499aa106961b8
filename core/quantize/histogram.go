package quantize

import "math"

// bins is how many a histogram has on each side of 0. At least half of those of its wider side are used, so that one of 255 steps spans many.
const bins = 4096

// A histogram's range begins at 2^minExponent and doubles as values need it.
const minExponent, maxExponent = -10, 60

// A histogram counts numbers. Zeros are apart, for every quantisation has them exactly.
type histogram struct {
	limit  float64 // bins reach from -limit to limit
	counts [2][]uint64
	bad    bool // a number was beyond 2^maxExponent, or none
}

func newHistogram() histogram {
	return histogram{limit: math.Ldexp(1, minExponent), counts: [2][]uint64{make([]uint64, bins), make([]uint64, bins)}}
}

// add counts values.
func (h *histogram) add(values []float32) {
	limit, perUnit := float32(h.limit), float32(bins/h.limit) // powers of two, so that the product below is exact
	for _, v := range values {
		if v == 0 {
			continue
		}
		side := 0
		if v < 0 {
			side, v = 1, -v
		}
		if !(v < limit) {
			if !h.grow(v) {
				return
			}
			limit, perUnit = float32(h.limit), float32(bins/h.limit)
		}
		h.counts[side][int(v*perUnit)]++
	}
}

// grow doubles the range until v fits; false: it never will.
func (h *histogram) grow(v float32) bool {
	for !(float64(v) < h.limit) {
		if !(h.limit < 1<<maxExponent) {
			h.bad = true
			return false
		}
		h.limit *= 2
		for _, counts := range h.counts {
			for i := range bins / 2 {
				counts[i] = counts[2*i] + counts[2*i+1]
			}
			clear(counts[bins/2:])
		}
	}
	return true
}

// sums are of all numbers on one side of 0 that lie from a bin's beginning on: how many, their sum, and the sum of their squares.
type sums [bins + 1]struct{ n, x, xx float64 }

func (h *histogram) side(side int) (s *sums, last int) {
	s = new(sums)
	width := h.limit / bins
	for i := bins - 1; i >= 0; i-- {
		n, x := float64(h.counts[side][i]), (float64(i)+0.5)*width
		s[i].n, s[i].x, s[i].xx = s[i+1].n+n, s[i+1].x+float64(n*x), s[i+1].xx+float64(float64(n*x)*x)
		if n > 0 && last == 0 {
			last = i + 1
		}
	}
	return s, last
}

// cut is the squared error of cutting off what lies beyond a bin's beginning.
func (s *sums) cut(bin int, width float64) float64 {
	b, end := &s[bin], float64(bin)*width
	return b.xx - float64(2*end*b.x) + float64(float64(end*end)*b.n)
}

// steps is how many ends of a range are tried on each side.
const steps = 64

// leastError is the range least..most, 0 in it, whose 255 steps have the smallest mean squared error: what is inside is rounded, by a
// twelfth of a squared step in the mean, and what is outside is cut. One that has no number below 0 begins there. limit bounds it above.
func (h *histogram) leastError(limit float64) (least, most float64) {
	above, last := h.side(0)
	below, first := h.side(1)
	width := h.limit / bins
	best := math.Inf(1)
	for i := range ends(first) {
		low := first - first*i/steps
		lowCut := below.cut(low, width)
		for k := range ends(last) {
			high := last - last*k/steps
			to := math.Min(float64(high)*width, limit)
			step := (to + float64(low)*width) / 255
			inside := above[0].n - above[high].n + below[0].n - below[low].n
			e := float64(float64(step*step)*inside)/12 + above.cut(high, width) + lowCut
			if e < best {
				best, least, most = e, -float64(low)*width, to
			}
		}
	}
	return least, most
}

// ends is how many ends are tried on a side of so many bins.
func ends(bins int) int {
	if bins == 0 {
		return 1
	}
	return steps - 1
}

// percentile is the range that leaves equally many numbers outside at each end that has any, percent of all inside.
func (h *histogram) percentile(percent, limit float64) (least, most float64) {
	above, last := h.side(0)
	below, first := h.side(1)
	outside := (above[0].n + below[0].n) * (1 - percent/100)
	if last > 0 && first > 0 {
		outside /= 2
	}
	for last > 1 && above[last-1].n <= outside {
		last--
	}
	for first > 1 && below[first-1].n <= outside {
		first--
	}
	width := h.limit / bins
	return -float64(first) * width, math.Min(float64(last)*width, limit)
}
