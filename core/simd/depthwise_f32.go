package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// depthwiseF32 is a depthwise 3×3 convolution of floats: 4 output pixels of a row × 4 channels at a time.
//
//	column t, row r of output i:   acc(i) += v·w(t,r)
//
// Live are 4 accumulators, the value, a weight and a product. Columns outside the input are left out.
//
// Weights are packed [C/4][4 bias][3 columns][3 rows][4] f32.
type depthwiseF32 struct {
	sweep
	relaxed bool
	leaks   bool
}

func wireDepthwiseF32(s *step) {
	k := depthwiseF32{newSweep(s, 4, depthwiseF32Block), s.relaxed(), leaks(s.layer)}
	s.wireDepthwise(k, k.sweep, s.floatConstants(), 0, func(b []byte) { k.pack(b, s.layer) })
}

func (d depthwiseF32) String() string {
	return fmt.Sprintf("depthwise_f32_%v%s", d.sweep, fused(d.relaxed, d.leaks))
}

const depthwiseF32Block = 16 + 9*16

//go:noinline
func (d depthwiseF32) emit(f *asm.Func) {
	d.sweep.emit(f, func() func(t tile) {
		v := f.Local(asm.V128)
		sums := accumulators(f, min(sweepTile, d.out.W), 1)
		return func(t tile) {
			acc := sums[:t.pixels]
			startAccumulators(f, acc, t.w)
			for k := range t.columns() {
				if t.outside(k) {
					continue
				}
				for r := range 3 {
					f.Get(t.rows[r]).V128Load(k * d.in.C * 4).Set(v)
					for i := range acc {
						if column := k - i*d.step; column >= 0 && column <= 2 {
							multiplyAdd(f, d.relaxed, acc[i][0], v, func() { f.Get(t.w).V128Load(16 + 48*column + 16*r) })
						}
					}
				}
			}
			for i, at := range t.outputs() {
				f.Get(t.dst)
				activateFloats(f, acc[i][0], t.constants, d.leaks)
				f.V128Store(at)
			}
		}
	})
}

// pack writes the weights [3,3,C] of l.
func (d depthwiseF32) pack(b []byte, l *mobilenet.Layer) {
	for c := range l.Out.C {
		block := b[c/4*depthwiseF32Block:]
		lane := 4 * (c % 4)
		putFloat32(block[lane:], l.Float.Bias[c])
		for t := range 9 {
			y, x := t/3, t%3
			putFloat32(block[16+48*x+16*y+lane:], l.Float.Weights[t*l.Out.C+c])
		}
	}
}
