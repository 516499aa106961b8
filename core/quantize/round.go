package quantize

import (
	"math"
	"slices"
)

// A rounder rounds the weights of an output so that what their errors add up to is small, not each error by itself: a weight is rounded
// after what those before it are off has been put onto it, as far as their inputs go together. With the covariance H = RᵀR of the inputs the
// squared error is |R·(w−q)|², and from the last weight on each is rounded to what makes its row of R least: the nearest plane method of
// Babai (1986), which is what OBQ and GPTQ do (arXiv 2210.17323; arXiv 2507.18553 shows that they are one).
type rounder struct {
	order  []int     // weights by their input's variance, the largest last: it is rounded first, with the others left to make up for it
	factor []float64 // R [n,n] by order, the upper triangle; each row divided by its diagonal
	off    []float64 // by order: what weights are off
}

// newRounder takes a covariance [n,n] whose diagonal is above 0.
func newRounder(h []float64, n int) *rounder {
	r := &rounder{order: make([]int, n), factor: make([]float64, n*n), off: make([]float64, n)}
	for i := range r.order {
		r.order[i] = i
	}
	slices.SortStableFunc(r.order, func(a, b int) int {
		switch x, y := h[a*n+a], h[b*n+b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	// Cholesky's decomposition. What a row keeps of its variance after those before it is bounded below, against rounding errors.
	root := make([]float64, n)
	f := r.factor // not yet divided: f[i,j] = R[i,j]
	for i := range n {
		row := f[i*n:][:n]
		for j := i; j < n; j++ {
			row[j] = h[r.order[i]*n+r.order[j]]
		}
		for k := range i {
			above := f[k*n:][:n]
			if x := above[i]; x != 0 {
				for j := i; j < n; j++ {
					row[j] -= float64(x * above[j])
				}
			}
		}
		root[i] = math.Sqrt(math.Max(row[i], 1e-9*h[r.order[i]*n+r.order[i]]))
		for j := i; j < n; j++ {
			row[j] /= root[i]
		}
	}
	for i := range n {
		for j := i; j < n; j++ {
			f[i*n+j] /= root[i]
		}
	}
	return r
}

// round rounds weights to whole multiples of scale from least to most, writes those multiples to dst.
func (r *rounder) round(dst, weights []float64, scale, least, most float64) {
	n := len(r.order)
	for i := n - 1; i >= 0; i-- {
		at := r.order[i]
		w := weights[at]
		row := r.factor[i*n:][:n]
		for j := i + 1; j < n; j++ {
			w += float64(row[j] * r.off[j])
		}
		dst[at] = math.Min(math.Max(math.RoundToEven(w/scale), least), most)
		r.off[i] = weights[at] - float64(dst[at]*scale)
	}
}
