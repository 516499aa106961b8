package reference

import (
	"mobilenet/core/mobilenet"
)

// float is the network in float32 numbers. Its sums are added in the order that is simplest to read; other implementations add
// in other orders, so that the last bits differ between them.
type float struct {
	model *mobilenet.Model
	table *[3][256]float32
	// cur is the feature map, [h,w,c], and next the room for the one that follows.
	cur, next []float32
}

func newFloat(m *mobilenet.Model) (arithmetic, int64) {
	largest, memory := m.Layers[0].In.Len(), 0
	for i := range m.Layers {
		l := &m.Layers[i]
		largest = max(largest, l.Out.Len())
		memory += 4 * (len(l.Float.Weights) + len(l.Float.Bias))
	}
	arena := make([]float32, 2*largest)
	f := &float{model: m, table: m.FloatInputTable(), cur: arena[:largest], next: arena[largest:]}
	return f, int64(memory + 4*len(arena))
}

func (f *float) input(rgb []byte) {
	for i := 0; i+3 <= len(rgb); i += 3 {
		f.cur[i] = f.table[0][rgb[i]]
		f.cur[i+1] = f.table[1][rgb[i+1]]
		f.cur[i+2] = f.table[2][rgb[i+2]]
	}
}

func (f *float) layer(i int) {
	l := &f.model.Layers[i]
	switch l.Kind {
	case mobilenet.Depthwise:
		f.depthwise(l)
	case mobilenet.AveragePool:
		f.pool(l)
	case mobilenet.Conv:
		f.conv(l)
	default:
		f.pointwise(l)
	}
	for i, v := range f.next[:l.Out.Len()] {
		f.next[i] = min(max(v, l.Float.Min), l.Float.Max)
	}
	f.cur, f.next = f.next, f.cur
}

func (f *float) real(i int, dst []float32) []float32 {
	return append(dst, f.cur[:f.model.Layers[i].Out.Len()]...)
}

func (f *float) finish(out *mobilenet.Result) {
	f.model.FinishFloat(f.cur[:f.model.Layers[len(f.model.Layers)-1].Out.Len()], out)
}

// conv computes the first convolution: weights [Cout,3,3,Cin]. Taps that fall on padding are left out.
func (f *float) conv(l *mobilenet.Layer) {
	cell := l.In.C
	for p := range l.Out.H * l.Out.W {
		top, left := p/l.Out.W*l.Stride-l.Pad.Top, p%l.Out.W*l.Stride-l.Pad.Left
		for c := range l.Out.C {
			sum := l.Float.Bias[c]
			for i := range l.Kernel {
				for j := range l.Kernel {
					if y, x := top+i, left+j; inside(l.In, y, x) {
						sum += dot(f.cur[(y*l.In.W+x)*cell:][:cell], l.Float.Weights[((c*l.Kernel+i)*l.Kernel+j)*cell:][:cell])
					}
				}
			}
			f.next[p*l.Out.C+c] = sum
		}
	}
}

// pointwise computes a 1×1 convolution: weights [Cout,Cin].
func (f *float) pointwise(l *mobilenet.Layer) {
	terms := l.In.C
	for p := range l.Out.H * l.Out.W {
		in := f.cur[p*terms:][:terms]
		for c := range l.Out.C {
			f.next[p*l.Out.C+c] = l.Float.Bias[c] + dot(in, l.Float.Weights[c*terms:][:terms])
		}
	}
}

// depthwise computes a convolution of each channel by itself: weights [3,3,C]. Taps that fall on padding are left out.
func (f *float) depthwise(l *mobilenet.Layer) {
	channels := l.Out.C
	for p := range l.Out.H * l.Out.W {
		top, left := p/l.Out.W*l.Stride-l.Pad.Top, p%l.Out.W*l.Stride-l.Pad.Left
		out := f.next[p*channels:][:channels]
		copy(out, l.Float.Bias)
		for i := range l.Kernel {
			for j := range l.Kernel {
				y, x := top+i, left+j
				if !inside(l.In, y, x) {
					continue
				}
				in := f.cur[(y*l.In.W+x)*channels:][:channels]
				weights := l.Float.Weights[(i*l.Kernel+j)*channels:][:channels]
				for c, v := range in {
					out[c] += float32(v * weights[c])
				}
			}
		}
	}
}

// pool is the mean of each channel.
func (f *float) pool(l *mobilenet.Layer) {
	n := l.In.H * l.In.W
	out := f.next[:l.In.C]
	clear(out)
	for p := range n {
		for c, v := range f.cur[p*l.In.C:][:l.In.C] {
			out[c] += v
		}
	}
	for c := range out {
		out[c] /= float32(n)
	}
}

// dot adds up the products of two slices of one length. The four sums are for speed: one alone would wait for its own additions.
func dot(x, w []float32) float32 {
	w = w[:len(x)]
	var s0, s1, s2, s3 float32
	for len(x) >= 4 && len(w) >= 4 {
		s0 += float32(x[0] * w[0])
		s1 += float32(x[1] * w[1])
		s2 += float32(x[2] * w[2])
		s3 += float32(x[3] * w[3])
		x, w = x[4:], w[4:]
	}
	for i, v := range x {
		s0 += float32(v * w[i])
	}
	return (s0 + s1) + (s2 + s3)
}
