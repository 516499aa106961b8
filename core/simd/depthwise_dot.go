package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// depthwiseDot is a depthwise 3×3 convolution of bytes for processors that multiply and add them in one instruction: 4 output pixels of a row × 8
// channels at a time. The three rows of an input column stand together for each channel, so that one dot takes the whole column:
//
//	row 0  8 channels ─┐
//	row 1  8 channels ─┼─ interleaved: low = 4 channels × (row 0, 1, 2, 1)   high = the other 4
//	row 2  8 channels ─┘
//
// Activations are a = value − 128. The instruction is the same on every processor only if a weight lies in 0..127, so a weight less its zero
// point is a difference of two such numbers, w = p − n, one of which is 0. As ~a is −a − 1,
//
//	Σ a·w = Σ a·p + Σ ~a·n + Σ n
//
// whose last term is in the bias. Where a w reaches further, p and n are sums of two: such channels have a kernel of their own.
//
// Weights are packed [C/8][8 bias i32][8 multipliers f32][3 columns][parts of p, parts of n][2][4 channels][4].
type depthwiseDot struct {
	sweep
	parts int // of p, and of n: 1 or 2
	req   requantizer
}

// depthwiseDotTakes leaves a layer to depthwiseI16 that has a weight farther from the zero point than two times 127.
func depthwiseDotTakes(l *mobilenet.Layer) bool {
	if l.Quantized == nil {
		return true
	}
	least, most := span(l.Quantized.Weights)
	zero := int(l.Quantized.WeightZero)
	return int(most)-zero <= 254 && zero-int(least) <= 254
}

// wireDepthwiseDot makes calls for each run of blocks of channels that share a kernel.
func wireDepthwiseDot(s *step) {
	s.out.Order = s.in.Order
	constants := s.requantizerConstants()
	q := s.layer.Quantized
	padRow := s.padRow(q.In.Zero - 128)
	parts := depthwiseParts(s.layer, s.in)
	for first := 0; first < len(parts); {
		run := interval{first, first + 1}
		for run.to < len(parts) && parts[run.to] == parts[first] {
			run.to++
		}
		first = run.to
		k := depthwiseDot{newSweep(s, 8, depthwiseDotBlock(parts[run.from])), parts[run.from], requantizerFor(s.layer, s.out.Layout, 9)}
		f := s.function(k)
		weights := s.image(run.length()*k.block, func(b []byte) { k.pack(b, s.layer, s.in, run) }) - run.from*k.block
		for t, p := range s.split(s.axis()) {
			blocks := interval{max(run.from, p.blocks.from), min(run.to, p.blocks.to)}
			if blocks.length() <= 0 {
				continue
			}
			args := sweepArgs[int]{
				in: s.in.Offset, out: s.out.Offset, weights: weights, constants: constants, padRow: padRow,
				y0: p.rows.from, y1: p.rows.to, c0: 8 * blocks.from, c1: 8 * blocks.to,
			}
			s.call(t, f, args.list())
		}
	}
}

// depthwiseParts is for each block of eight channels in how many parts its weights are multiplied.
func depthwiseParts(l *mobilenet.Layer, in *Map) []int {
	parts := make([]int, roundUp(l.Out.C, 8)/8)
	for i := range parts {
		parts[i] = 1
	}
	zero := int(l.Quantized.WeightZero)
	for t := range 9 {
		row := l.Quantized.Weights[t*l.Out.C:][:l.Out.C]
		if least, most := span(row); int(most)-zero <= 127 && zero-int(least) <= 127 {
			continue
		}
		for i := range row {
			if w := int(row[in.channel(i)]) - zero; w > 127 || w < -127 {
				parts[i/8] = 2
			}
		}
	}
	return parts
}

func (d depthwiseDot) String() string {
	return fmt.Sprintf("depthwise_dot_%v_%d%s", d.sweep, d.parts, d.req)
}

const depthwiseDotHeader = 64

// depthwiseDotBlock is the bytes of the weights of eight channels.
func depthwiseDotBlock(parts int) int { return depthwiseDotHeader + 3*2*parts*32 }

// The interleaving of bytes and of pairs of bytes.
var (
	zipBytes     = [16]byte{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23}
	zipPairsLow  = [16]byte{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23}
	zipPairsHigh = [16]byte{8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31}
)

//go:noinline
func (d depthwiseDot) emit(f *asm.Func) {
	d.sweep.emit(f, func() func(t tile) {
		row0, row1, row2, low, high := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
		sums := accumulators(f, min(sweepTile, d.out.W), 2)
		// Of each column the parts of p, then those of n, each for two vectors.
		weights := accumulators(f, 3, 4*d.parts)
		return func(t tile) {
			acc := sums[:t.pixels]
			startAccumulators(f, acc, t.w)
			for column, vectors := range weights {
				for i, weight := range vectors {
					f.Get(t.w).V128Load(depthwiseDotHeader + 16*(len(vectors)*column+i)).Set(weight)
				}
			}
			for k := range t.columns() {
				t.load(f, k, [3]asm.Local{row0, row1, row2}, f.V128Load64Zero)
				f.Get(row0, row1).I8x16Shuffle(zipBytes).Set(row0)
				f.Get(row2, row1).I8x16Shuffle(zipBytes).Set(row2) // one with itself V8 would make of a table
				f.Get(row0, row2).I8x16Shuffle(zipPairsLow).Set(low)
				f.Get(row0, row2).I8x16Shuffle(zipPairsHigh).Set(high)
				for n := range 2 {
					if n == 1 {
						f.Get(low).V128Not().Set(low)
						f.Get(high).V128Not().Set(high)
					}
					for i := range acc {
						column := k - i*d.step
						if column < 0 || column > 2 {
							continue
						}
						for part := range d.parts {
							w := weights[column][2*(n*d.parts+part):]
							dotAdd(f.Get(low, w[0], acc[i][0])).Set(acc[i][0])
							dotAdd(f.Get(high, w[1], acc[i][1])).Set(acc[i][1])
						}
					}
				}
			}
			f.Get(t.w).V128Load(blockMultipliers).Set(low)
			f.Get(t.w).V128Load(blockMultipliers + 16).Set(high)
			d.req.hold(f, t.constants).store(f, acc, []asm.Local{low, high}, t.dst, t.outputs(), row0)
		}
	})
}

// pack writes the weights [3,3,C] of l for a run of blocks, its channels in the order of the map in.
func (d depthwiseDot) pack(b []byte, l *mobilenet.Layer, in *Map, run interval) {
	q := l.Quantized
	zero, inZero := int(q.WeightZero), int(q.In.Zero)
	for i := 8 * run.from; i < min(8*run.to, l.Out.C); i++ {
		c := in.channel(i)
		block := b[(i/8-run.from)*d.block:]
		lane := i % 8
		bias := int(q.Bias[c])
		for t := range 9 {
			y, x := t/3, t%3
			w := int(q.Weights[t*l.Out.C+c]) - zero
			bias += (128 - inZero) * w
			at := depthwiseDotHeader + x*64*d.parts + lane*4 + y
			if w < 0 {
				w = -w
				bias += w
				at += 32 * d.parts
			}
			for part := range d.parts {
				p := min(w, 127)
				block[at+32*part] = byte(p)
				w -= p
			}
		}
		putInt32(block[4*lane:], int32(bias))
		putFloat32(block[blockMultipliers+4*lane:], q.Multiplier(c))
	}
}
