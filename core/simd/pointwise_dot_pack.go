package simd

import (
	"encoding/binary"

	"mobilenet/core/mobilenet"
)

// sortForDot sorts a pointwise layer's output channels for pointwiseDot, those of narrow weights first, and cuts them into blocks: of sixteen
// channels, and of eight at the end of the narrow ones and for the wide ones.
func sortForDot(l *mobilenet.Layer) sortedChannels {
	var s sortedChannels
	k := l.In.C
	s.least = make([]int, l.Out.C)
	var wide []int
	for c := range l.Out.C {
		least, most := span(l.Quantized.Weights[c*k:][:k])
		s.least[c] = int(least)
		if most-least > 127 {
			wide = append(wide, c)
		} else {
			s.order = append(s.order, c)
		}
	}
	narrow, all := len(s.order)/8, roundUp(l.Out.C, 8)/8 // blocks of eight: one that is mixed is wide
	if len(wide) == 0 {
		narrow = all
	}
	s.order = append(s.order, wide...)
	first := 0
	for _, r := range []blockRange{
		{class: dotNarrow, blocks: narrow / 2}, {class: dotNarrowHalf, blocks: narrow % 2}, {class: dotWide, blocks: all - narrow},
	} {
		if r.blocks > 0 {
			r.first = first
			first += r.blocks * r.class.eights()
			s.ranges = append(s.ranges, r)
		}
	}
	return s
}

// packDot writes the weights [Cout][K] of l for the kernels of s's ranges. order is that of the input's channels, padding what its padding channels
// hold, less 128.
func packDot(b []byte, l *mobilenet.Layer, s sortedChannels, kernel func(channelClass) pointwiseDot, order []int, padding int) {
	q := l.Quantized
	k := l.In.C
	zero, inZero := int(q.WeightZero), int(q.In.Zero)
	paddings := len(order) - k
	rows := newRowReader(order, k)
	for _, r := range s.ranges {
		p := kernel(r.class)
		channels := 4 * p.vectors
		for i := range r.blocks * channels {
			position := 8*r.first + i
			if position >= len(s.order) {
				break
			}
			block := b[r.offset+i/channels*p.blockBytes():]
			lane := i % channels
			c := s.order[position]
			least := s.least[c]
			offset := least - zero
			putFloat32(block[p.multipliers()+4*lane:], q.Multiplier(c))
			putInt32(block[p.offsets()+4*lane:], int32(offset))
			row := rows.read(q.Weights[c*k:][:k], uint8(least))
			sum := k * offset // Σ (weight − zero)
			at := p.header() + lane/4*16 + lane%4*4
			if p.wide {
				high, low := block[at:], block[at+p.passBytes():]
				for i, w := range row {
					z := w - uint64(least)*ones
					sum += bytesSum(z)
					put4And4(high[32*p.vectors*i:], z>>1&(127*ones), 16*p.vectors)
					put4And4(low[32*p.vectors*i:], z&ones, 16*p.vectors)
				}
			} else {
				for i, w := range row {
					z := w - uint64(least)*ones
					sum += bytesSum(z)
					put4And4(block[at+32*p.vectors*i:], z, 16*p.vectors)
				}
			}
			putInt32(block[4*lane:], q.Bias[c]+int32((128-inZero)*sum-offset*paddings*padding))
		}
	}
}

// put4And4 writes four of the eight bytes at the beginning of b, and the others at byte next.
func put4And4(b []byte, eight uint64, next int) {
	binary.LittleEndian.PutUint32(b, uint32(eight))
	binary.LittleEndian.PutUint32(b[next:], uint32(eight>>32))
}

// bytesSum is the sum of eight bytes.
func bytesSum(eight uint64) int {
	pairs := eight&evens + eight>>8&evens // of 16 bits
	return int(pairs * 0x0001000100010001 >> 48)
}
