package simd

import (
	"encoding/binary"

	"mobilenet/core/mobilenet"
)

// How the weights of pointwiseI8 are sorted by output channel, and packed. A model has four million of them, and every iteration of a
// Go loop in WebAssembly costs a dispatch (golang/go#65440), so a visitor would wait for loops over single bytes: these take eight
// bytes at a time, each in its place in a word.
const (
	ones  = 0x0101010101010101 // times a byte: that byte in all places
	evens = 0x00ff00ff00ff00ff // the bytes in even places, as four numbers of 16 bits
)

// sortedChannels is how a pointwise layer's output channels are sorted for pointwiseI8.
type sortedChannels struct {
	order  []int // position -> the model's channel
	least  []int // of a channel's weights, by the model's channel
	ranges []blockRange
	bytes  int
}

// A channelClass is how far an output channel's weights reach, the narrowest first; pointwiseI8 explains them.
type channelClass int

const (
	pairedChannel channelClass = iota
	singleChannel
	wideChannel

	// Those of pointwiseDot.
	dotNarrow
	dotNarrowHalf // eight channels instead of sixteen
	dotWide

	channelClasses
)

func (c channelClass) String() string {
	return [...]string{"paired", "single", "wide", "dot narrow", "dot narrow half", "dot wide"}[c]
}

// eights is how many times eight channels a block of the class has.
func (c channelClass) eights() int {
	if c == dotNarrow {
		return 2
	}
	return 1
}

// weightBytes is the size of a weight as it is packed.
func (c channelClass) weightBytes() int {
	if c == wideChannel {
		return 2
	}
	return 1
}

// cost is the approximate time of a block of the class, relative to the kernel's first class.
func (c channelClass) cost() float64 { return [...]float64{1, 1.35, 1.9, 1, 0.6, 1.1}[c] }

// sortChannels finds each channel's class and sorts them. order is that of the input's channels.
func sortChannels(p pointwiseI8, l *mobilenet.Layer, order []int) sortedChannels {
	var s sortedChannels
	k := l.In.C
	s.least = make([]int, l.Out.C)
	var classes [wideChannel + 1][]int
	rows := newRowReader(order, k)
	for c := range l.Out.C {
		row := l.Quantized.Weights[c*k:][:k]
		least, most := span(row)
		s.least[c] = int(least)
		class := wideChannel
		switch span := most - least; {
		case span <= 64: // four of these weights add up to 256 at most
			class = pairedChannel
		case span <= 127 && sumsFit(rows.read(row, least), least):
			class = pairedChannel
		case span <= 127:
			class = singleChannel
		}
		classes[class] = append(classes[class], c)
	}
	seen := 0
	for class, channels := range classes {
		s.order = append(s.order, channels...)
		// All whole blocks up to here that no earlier class has; the last class takes what is left.
		end := len(s.order) / 8
		if len(s.order) == l.Out.C {
			end = roundUp(l.Out.C, 8) / 8
		}
		if blocks := end - seen; blocks > 0 {
			class := channelClass(class)
			s.ranges = append(s.ranges, blockRange{class, seen, blocks, s.bytes})
			s.bytes += blocks * p.blockBytes(class)
			seen = end
		}
	}
	return s
}

// span finds the least and the greatest of a row of weights, at least one.
func span(row []uint8) (least, most uint8) {
	low, high := uint64(evens), uint64(0)
	for ; len(row) >= 8; row = row[8:] {
		word := binary.LittleEndian.Uint64(row)
		even, odd := word&evens, word>>8&evens
		low ^= (low ^ even) & atLeast(low, even)
		low ^= (low ^ odd) & atLeast(low, odd)
		high ^= (high ^ even) & atLeast(even, high)
		high ^= (high ^ odd) & atLeast(odd, high)
	}
	least, most = 255, 0
	for i := range 4 {
		least, most = min(least, uint8(low>>(16*i))), max(most, uint8(high>>(16*i)))
	}
	for _, w := range row {
		least, most = min(least, w), max(most, w)
	}
	return least, most
}

// atLeast compares the bytes in even places: it gives 255 where that of a is at least that of b, and 0 elsewhere.
func atLeast(a, b uint64) uint64 {
	const ninth = 0x0100010001000100 // the bit above a byte stays if nothing is borrowed from it
	stays := (a | ninth - b) & ninth
	return stays - stays>>8
}

// sumsFit reports whether two dots of a row's weights, least subtracted, always fit an i16 lane: a lane adds the products of
// weights k, k+1, k+4 and k+5 with activations of −128 and more, so these may add up to 256.
func sumsFit(row []uint64, least uint8) bool {
	const top = 0x8000800080008000 // of four numbers of 16 bits
	limit := top + (256+4*uint64(least))*0x0001000100010001
	for _, w := range row {
		pairs := w&evens + w>>8&evens
		if fours := pairs + pairs>>32; (limit-fours)&top != top {
			return false
		}
	}
	return true
}

// A rowReader puts rows of weights into the order of the input's map.
type rowReader struct {
	order []uint16 // map's channel -> place in row
	row   []uint8  // a row, and after it what padding channels get; nil if there are none
	words []uint64
}

func newRowReader(order []int, k int) *rowReader {
	r := &rowReader{order: make([]uint16, len(order)), words: make([]uint64, len(order)/8)}
	for i, c := range order {
		if c < 0 {
			r.row, c = make([]uint8, k+1), k
		}
		r.order[i] = uint16(c)
	}
	return r
}

// read returns a row of weights, eight a word, until the next call. Padding channels get the given one.
func (r *rowReader) read(row []uint8, padding uint8) []uint64 {
	if r.row != nil {
		copy(r.row, row)
		r.row[len(row)] = padding
		row = r.row
	}
	for i := range r.words {
		c := r.order[8*i:][:8:8]
		r.words[i] = uint64(row[c[0]]) | uint64(row[c[1]])<<8 | uint64(row[c[2]])<<16 | uint64(row[c[3]])<<24 |
			uint64(row[c[4]])<<32 | uint64(row[c[5]])<<40 | uint64(row[c[6]])<<48 | uint64(row[c[7]])<<56
	}
	return r.words
}

// pack writes the weights [Cout][K] of l. order is that of the input's channels, padding what its padding channels hold, less 128.
func (p pointwiseI8) pack(b []byte, l *mobilenet.Layer, s sortedChannels, order []int, padding int) {
	q := l.Quantized
	k := l.In.C
	zero, inZero := int(q.WeightZero), int(q.In.Zero)
	paddings := len(order) - k
	rows := newRowReader(order, k)
	position := 0
	for _, r := range s.ranges {
		for i := 0; i < r.blocks*8 && position < len(s.order); i++ {
			block := b[r.offset+i/8*p.blockBytes(r.class):]
			lane := i % 8
			c := s.order[position]
			position++
			row := q.Weights[c*k:][:k]
			at := block[pointwiseI8Header+4*lane:]
			putFloat32(block[blockMultipliers+4*lane:], q.Multiplier(c))
			if r.class == wideChannel { // what padding channels hold is multiplied by 0
				sum := packWideRow(at, rows.read(row, q.WeightZero), zero)
				putInt32(block[4*lane:], q.Bias[c]+int32((128-inZero)*sum))
				continue
			}
			least := s.least[c]
			offset := least - zero
			sum := packRow(at, rows.read(row, uint8(least)), uint8(least)) + k*offset // Σ (weight − zero)
			putInt32(block[4*lane:], q.Bias[c]+int32((128-inZero)*sum-offset*paddings*padding))
			putInt32(block[pointwiseI8Offsets+4*lane:], int32(offset))
		}
	}
}

// packRow writes a channel's weights less their least, at most 127, and gives the sum of the differences.
func packRow(b []byte, row []uint64, least uint8) int {
	pairs := uint64(0) // sums of 32 bits
	for k, w := range row {
		z := w - uint64(least)*ones
		four := z&evens + z>>8&evens
		pairs += four&0x0000ffff0000ffff + four>>16&0x0000ffff0000ffff
		binary.LittleEndian.PutUint32(b[64*k:], uint32(z))
		binary.LittleEndian.PutUint32(b[64*k+32:], uint32(z>>32))
	}
	return int(pairs&0xffffffff + pairs>>32)
}

// packWideRow writes a channel's weights less zero in 16 bits, and gives their sum.
func packWideRow(b []byte, row []uint64, zero int) (sum int) {
	for k, w := range row {
		for pair := range 4 {
			low, high := int(w>>(16*pair)&255)-zero, int(w>>(16*pair+8)&255)-zero
			sum += low + high
			putInt32(b[128*k+32*pair:], int32(low&0xffff|high<<16))
		}
	}
	return sum
}
