package picture

// A lossless WebP (RFC 9649, section 3) has its pixels in Huffman codes, of which it may have thousands of groups of five. A code of
// few bytes in the file takes kilobytes as a tree, so a picture of no size can take more memory than a large one. What comes before
// the pixels is therefore read here as the decoder will read it, and counted.

// Bytes that golang.org/x/image/vp8l takes for a code: its table, a node for each symbol and for each branch, and, until the tree
// stands, the lengths of all symbols' codes twice.
const (
	treeBytes   = 24 + 4<<7
	symbolBytes = 18 // 16, and what the allocator rounds up
	lengthBytes = 2 * 4
)

// maxGroups is the decoder's own limit.
const maxGroups = 2600

// alphabets are the symbols of a group's codes: green with the lengths of what is repeated, red, blue, alpha, and distances. The
// colours of a cache come behind the first.
var alphabets = [5]int{256 + 24, 256, 256, 256, 40}

// treeMemory is the bytes that the Huffman trees of a lossless picture of w×h take. Bits are its data from its transforms on. Where
// they end early or are wrong, it is what was counted until there: the decoder will say what is wrong.
func treeMemory(bits []byte, w, h int) int64 {
	v := &vp8l{data: bits}
	var seen [4]bool
	for v.bits(1) == 1 {
		transform := v.bits(2)
		if seen[transform] { // the decoder takes each once, and a file could have millions
			return v.memory
		}
		seen[transform] = true
		switch transform {
		case 0, 1: // a prediction for each tile, or its colours' dependence
			size := v.bits(3) + 2
			v.picture(tiles(w, size), tiles(h, size))
		case 3: // a palette; several indices may share a pixel
			colours := v.bits(8) + 1
			v.picture(colours, 1)
			switch {
			case colours <= 2:
				w = tiles(w, 3)
			case colours <= 4:
				w = tiles(w, 2)
			case colours <= 16:
				w = tiles(w, 1)
			}
		}
	}
	cache, groups := v.cache(), 1
	if v.bits(1) == 1 { // each tile of the picture has one of several groups
		size := v.bits(3) + 2
		groups = v.picture(tiles(w, size), tiles(h, size)) + 1
	}
	v.memory = 0 // the trees so far are thrown away
	for range min(groups, maxGroups) {
		v.group(cache, nil)
	}
	return v.memory
}

// tiles is how many tiles of 1<<size pixels cover n.
func tiles(n, size int) int { return (n + 1<<size - 1) >> size }

// vp8l reads the bits of a lossless picture, the lowest of a byte first.
type vp8l struct {
	data   []byte
	at     int // in bits
	memory int64

	lengths   []int // of the codes of a code that is being read
	ofLengths huffman
}

// ended reports whether the data has ended or makes no sense. All that is read from then on is 0.
func (v *vp8l) ended() bool { return v.at >= 8*len(v.data) }

func (v *vp8l) bits(n int) (value int) {
	for i := range n {
		if v.ended() {
			return 0
		}
		value |= int(v.data[v.at/8]>>(v.at%8)&1) << i
		v.at++
	}
	return value
}

// cache is how many colours the cache of the picture that begins here has.
func (v *vp8l) cache() int {
	if v.bits(1) == 0 {
		return 0
	}
	return 1 << min(v.bits(4), 11)
}

// picture reads a picture of w×h that has one group of codes, and gives the largest number that a pixel of it has in red and green.
// Pixels that are repeated or come from the cache were there before.
func (v *vp8l) picture(w, h int) (largest int) {
	cache := v.cache()
	var codes [5]huffman
	v.group(cache, &codes)
	for n, last := 0, -1; n < w*h && v.at > last; n++ { // where one pixel takes no bits, none does
		last = v.at
		switch green := codes[0].next(v); {
		case green < 256:
			red := codes[1].next(v)
			codes[2].next(v)
			codes[3].next(v)
			largest = max(largest, red<<8|green)
		case green < 256+24:
			n += v.distance(green-256) - 1
			v.distance(codes[4].next(v))
		}
	}
	return largest
}

// distance is the number, of pixels to repeat or to go back, that a symbol stands for with the bits that follow it.
func (v *vp8l) distance(symbol int) int {
	if symbol < 4 {
		return symbol + 1
	}
	extra := (symbol - 2) >> 1
	return (2+symbol&1)<<extra + v.bits(extra) + 1
}

// group reads a group of codes, into codes if it is not nil.
func (v *vp8l) group(cache int, codes *[5]huffman) {
	for i, alphabet := range alphabets {
		if i == 0 {
			alphabet += cache
		}
		var code *huffman
		if codes != nil {
			code = &codes[i]
		}
		v.memory += treeBytes + symbolBytes*int64(v.code(alphabet, code))
	}
}

// lengthOrder is the order in which the lengths of the code of the lengths stand.
var lengthOrder = [19]int{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// code reads a code (section 3.7.2.1), into c if it is not nil, and gives the number of its symbols.
func (v *vp8l) code(alphabet int, c *huffman) (symbols int) {
	if v.bits(1) == 1 { // of one or two symbols, in their own order
		symbols = 1 + v.bits(1)
		first := v.bits(1 + 7*v.bits(1))
		if c != nil {
			*c = huffman{symbols: []int{first}}
		}
		if symbols == 2 {
			second := v.bits(8)
			if c != nil {
				*c = huffman{symbols: []int{first, second}, counts: [16]int{1: 2}}
			}
		}
		return symbols
	}
	var own [19]int
	for i := range v.bits(4) + 4 {
		if i < len(own) {
			own[lengthOrder[i]] = v.bits(3)
		}
	}
	v.ofLengths.build(own[:])
	v.lengths = v.lengths[:0]
	left := alphabet
	if v.bits(1) == 1 {
		left = v.bits(2+2*v.bits(3)) + 2
	}
	v.memory += lengthBytes * int64(alphabet)
	for last := 8; len(v.lengths) < alphabet && left > 0 && !v.ended(); left-- {
		length := v.ofLengths.next(v)
		repeat := 1
		switch length {
		case 16: // the last that is not 0
			length, repeat = last, 3+v.bits(2)
		case 17:
			length, repeat = 0, 3+v.bits(3)
		case 18:
			length, repeat = 0, 11+v.bits(7)
		}
		repeat = min(repeat, alphabet-len(v.lengths))
		if length > 0 {
			last = length
			symbols += repeat
		}
		for range repeat {
			v.lengths = append(v.lengths, length)
		}
	}
	if c != nil {
		c.build(v.lengths)
	}
	return symbols
}

// A huffman is a canonical code: codes of one length are successive numbers, in the order of their symbols.
type huffman struct {
	symbols []int   // in the order of their codes, the short ones first; one symbol alone takes no bit
	counts  [16]int // of codes of each length
}

// build makes c the code whose codes have these lengths; 0: the symbol does not occur.
func (c *huffman) build(lengths []int) {
	c.symbols, c.counts = c.symbols[:0], [16]int{}
	for _, length := range lengths {
		c.counts[length]++
	}
	c.counts[0] = 0
	for length, count := range c.counts {
		for symbol := 0; count > 0; symbol++ {
			if lengths[symbol] == length {
				c.symbols = append(c.symbols, symbol)
				count--
			}
		}
	}
}

// next reads a symbol.
func (c *huffman) next(v *vp8l) int {
	if len(c.symbols) == 1 {
		return c.symbols[0]
	}
	code, first, index := 0, 0, 0 // of the codes of one length, the number and the index of the first
	for _, count := range c.counts[1:] {
		code |= v.bits(1)
		if code-first < count {
			return c.symbols[index+code-first]
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	v.at = 8 * len(v.data) // no such code: this is the end
	return 0
}
