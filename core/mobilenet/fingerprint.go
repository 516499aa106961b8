package mobilenet

import (
	"fmt"
	"math"
)

// Fingerprint tells apart models whose embeddings mean different things: it is the 64-bit FNV-1a hash, in 16 hexadecimal digits, of the layers up to
// Model.Embedding with their weights and sizes, and of the normalisation of a float32 input. So a model that WithClassifier made has the
// fingerprint of the one that it was made from, also when it was written and read again; the same weights at another resolution have another
// one. It guards against mistakes, not against malice.
func (m *Model) Fingerprint() string {
	f := fingerprint(0xcbf29ce484222325)
	f.numbers(int(m.Type))
	if m.Input.Type == Float32 {
		for c := range 3 {
			f.rounded(m.Input.Mean[c], m.Input.Scale[c])
		}
	}
	for i := range m.Layers[:m.Embedding()+1] {
		l := &m.Layers[i]
		f.numbers(int(l.Kind), l.In.H, l.In.W, l.In.C, l.Out.H, l.Out.W, l.Out.C, l.Kernel, l.Stride, l.Pad.Top, l.Pad.Left, l.Addend)
		if q := l.Quantized; q != nil {
			f.bytes(q.Weights)
			f.numbers(int(q.WeightZero), int(q.Min), int(q.Max))
			f.floats(q.WeightScales...)
			for _, b := range q.Bias {
				f.numbers(int(b))
			}
			for _, quant := range []Quant{q.In, q.Out, q.Addend} {
				f.floats(quant.Scale)
				f.numbers(int(quant.Zero))
			}
		}
		if w := l.Float; w != nil {
			f.floats(w.Weights...)
			f.floats(w.Bias...)
			f.floats(w.Min, w.Max)
		}
	}
	return fmt.Sprintf("%016x", uint64(f))
}

// A fingerprint is the hash of what it was given so far. It is written here because hash/fnv would make the tab's program larger by 6 kB.
type fingerprint uint64

func (f *fingerprint) bytes(values []byte) {
	h := *f
	for _, v := range values {
		h = (h ^ fingerprint(v)) * 0x100000001b3
	}
	*f = h
}

func (f *fingerprint) numbers(values ...int) {
	for _, v := range values {
		f.bytes([]byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
	}
}

func (f *fingerprint) floats(values ...float32) {
	for _, v := range values {
		f.numbers(int(math.Float32bits(v)))
	}
}

// rounded takes numbers to 12 bits: a file has the reciprocal of a scale, which may come back as a neighbour.
func (f *fingerprint) rounded(values ...float32) {
	for _, v := range values {
		f.numbers(int((math.Float32bits(v) + 1<<11) >> 12))
	}
}
