package quantize

import (
	"mobilenet/core/mobilenet"
)

// moments are the means of what a layer's weights are multiplied with, and of the products of two such: how much an error in two weights adds
// up. A depthwise layer has a group of 9 terms for each channel; others have one group of all terms, in the order of their weights.
type moments struct {
	terms int
	n     float64
	sum   []float64 // [group,terms]
	cross []float64 // [group,terms,terms], the upper triangle
}

// newMoments is for a layer that has weights; nil for one whose moments are not taken.
func newMoments(l *mobilenet.Layer) *moments {
	groups, terms := 1, 0
	switch l.Kind {
	case mobilenet.Depthwise:
		groups, terms = l.Out.C, l.Kernel*l.Kernel
	case mobilenet.Conv, mobilenet.Pointwise:
		terms = l.Parameters() / l.Out.C
	}
	if terms == 0 || terms > maxTerms {
		return nil
	}
	return &moments{terms: terms, sum: make([]float64, groups*terms), cross: make([]float64, groups*terms*terms)}
}

// add counts what a layer reads of its input [h,w,c] at some pixels of its output.
func (m *moments) add(l *mobilenet.Layer, in []float32, pixels []int) {
	taps := l.Kernel * l.Kernel
	patch := make([]float32, taps*l.In.C) // [kernel,kernel,c]
	for _, p := range pixels {
		top, left := p/l.Out.W*l.Stride-l.Pad.Top, p%l.Out.W*l.Stride-l.Pad.Left
		for t := range taps {
			cell := patch[t*l.In.C:][:l.In.C]
			y, x := top+t/l.Kernel, left+t%l.Kernel
			if y < 0 || y >= l.In.H || x < 0 || x >= l.In.W {
				clear(cell)
				continue
			}
			copy(cell, in[(y*l.In.W+x)*l.In.C:])
		}
		m.n++
		if l.Kind == mobilenet.Depthwise {
			var values [9]float32
			for c := range l.In.C {
				for t := range values {
					values[t] = patch[t*l.In.C+c]
				}
				m.count(c, values[:])
			}
		} else {
			m.count(0, patch)
		}
	}
}

// count adds values, as many as a group has terms.
func (m *moments) count(group int, values []float32) {
	k := m.terms
	sum, cross := m.sum[group*k:][:k], m.cross[group*k*k:][:k*k]
	for i, v := range values {
		if v == 0 {
			continue // half of what ReLU lets through
		}
		x := float64(v)
		sum[i] += x
		row := cross[i*k:][:k]
		for j := i; j < k; j++ {
			row[j] += float64(x * float64(values[j]))
		}
	}
}

// covariance writes a group's into dst [terms,terms], whole: what is left of errors once their mean is taken out by the bias. noise is
// the variance that is added to each term: that of rounding the input.
func (m *moments) covariance(dst []float64, group int, noise float64) {
	k := m.terms
	sum, cross := m.sum[group*k:][:k], m.cross[group*k*k:][:k*k]
	for i := range k {
		for j := i; j < k; j++ {
			v := cross[i*k+j]/m.n - float64(sum[i]/m.n*(sum[j]/m.n))
			dst[i*k+j], dst[j*k+i] = v, v
		}
		dst[i*k+i] += noise
	}
}
