package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// bitWriter writes numbers as a lossless WebP has them, the lowest bit first.
type bitWriter struct {
	bytes []byte
	n     int // bits
}

func (b *bitWriter) write(v uint32, bits int) {
	for i := range bits {
		if b.n%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.n/8] |= byte(v>>i&1) << (b.n % 8)
		b.n++
	}
}

// code writes a Huffman code (RFC 9649, section 3.7.2.1.2) of n symbols of length a, then of m of length b, and none for the rest.
func (b *bitWriter) code(n, a, m, c, rest int) {
	order := []int{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	b.write(0, 1)
	b.write(uint32(len(order)-4), 4)
	for _, symbol := range order {
		switch symbol { // three lengths: 0 with one bit, the two others with two
		case 0:
			b.write(1, 3)
		case a, c:
			b.write(2, 3)
		default:
			b.write(0, 3)
		}
	}
	b.write(0, 1)
	for range n {
		b.write(0b01, 2)
	}
	for range m {
		b.write(0b11, 2)
	}
	for range rest {
		b.write(0, 1)
	}
}

// simple writes a Huffman code of the symbol 0 alone.
func (b *bitWriter) simple() { b.write(0b0001, 4) }

// manyTrees is a lossless WebP of 204×204 black pixels, with n groups of Huffman codes that are as large as they can be.
func manyTrees(n int) []byte {
	const side, tiles = 204, 51
	var b bitWriter
	b.write(0x2f, 8)
	b.write(side-1, 14)
	b.write(side-1, 14)
	b.write(0, 1+3)               // no alpha, version 0
	b.write(0, 1)                 // no transform
	b.write(1, 1)                 // a colour cache
	b.write(11, 4)                // of 2048 entries
	b.write(1, 1)                 // more than one group
	b.write(0, 3)                 // tiles of 4×4
	b.write(0, 1)                 // their numbers, a picture: no colour cache,
	b.code(254, 8, 4, 9, 280-258) // 254 symbols of 8 bits and 4 of 9, of which the first are used
	b.code(12, 4, 8, 5, 256-20)
	b.simple()
	b.simple()
	b.simple()
	for i := range tiles * tiles {
		group := min(i, n-1)
		green, red := uint32(group%254), uint32(group/254)
		for bit := 7; bit >= 0; bit-- { // codes go from the highest bit
			b.write(green>>bit, 1)
		}
		for bit := 3; bit >= 0; bit-- {
			b.write(red>>bit, 1)
		}
	}
	for range (n-1)/254*256 + (n-1)%254 + 1 { // those between are of no tile
		b.code(1768, 11, 560, 12, 0)
		b.code(256, 8, 0, 9, 0)
		b.code(256, 8, 0, 9, 0)
		b.code(256, 8, 0, 9, 0)
		b.simple()
	}
	for range side * side {
		b.write(0, 11+8+8+8)
	}
	chunk := riff("VP8L", b.bytes)
	return append([]byte("RIFF\xff\xff\xff\x00WEBP"), chunk...)
}

// A picture of no size with thousands of Huffman trees is refused, and what fewer of them take is known beforehand.
func TestManyTrees(t *testing.T) {
	if _, err := Decode(manyTrees(1300), Default); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v", err)
	}
	file := manyTrees(300)
	h, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	const beside = 1 << 20
	most := uint64(h.memory + beside)
	took := allocated(most, func() { _, err = h.decode(file) })
	if err != nil || took > most || took < uint64(h.memory)*3/4 {
		t.Errorf("it took %d bytes, the estimate is %d, error %v", took, h.memory, err)
	}
}

// What is counted does not keep a file from being read that is what encoders make, nor one that is wrong from being refused.
func TestTreeMemory(t *testing.T) {
	chunk := testdata(t, "lossless.webp")[12+8+5:]
	whole := treeMemory(chunk, 48, 32)
	if whole < 5*treeBytes || whole > 100_000 {
		t.Errorf("the trees of a simple picture take %d bytes", whole)
	}
	for n := range chunk {
		if cut := treeMemory(chunk[:n], 48, 32); cut > 10*whole {
			t.Errorf("the first %d bytes of it: %d", n, cut)
		}
	}
}

// manyGroups begins the data of a lossless picture that says it has as many groups of Huffman codes as there can be.
func (b *bitWriter) manyGroups() {
	b.write(0, 1+1) // no transform, no colour cache
	b.write(1, 1)   // more than one group
	b.write(0, 3+1) // tiles of 4×4; their numbers, a picture without a colour cache,
	for range 2 {
		b.write(0b101, 3) // of one green and one red, both of 8 bits,
		b.write(255, 8)
	}
	b.simple()
	b.simple()
	b.simple()
}

// Alpha values that are not compressed have no Huffman trees, whatever they look like.
func TestRawAlpha(t *testing.T) {
	const w, h = 48, 32
	var b bitWriter
	b.manyGroups()
	alpha := append(b.bytes, make([]byte, w*h-len(b.bytes))...)
	if trees := treeMemory(alpha, w, h); trees < 10<<20 {
		t.Fatalf("these values do not look like many trees: %d bytes", trees)
	}
	file := testdata(t, "alpha.webp")
	const head = 12 + 8 + 10 // and then comes ALPH
	lossy := file[bytes.Index(file, []byte("VP8 ")):]
	file = slices.Concat(file[:head], riff("ALPH", append([]byte{0}, alpha...)), []byte{0}, lossy)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	limits := Default
	limits.Memory = 1 << 20
	m, err := Decode(file, limits)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range alpha {
		if got := m.Pix[4*i+3]; got != want {
			t.Fatalf("alpha value %d is %d, want %d", i, got, want)
		}
	}
}

// The decoder refuses a transform that comes again, so what follows is not looked at.
func TestRepeatedTransform(t *testing.T) {
	const subtractGreen = 2
	for repeat, most := range []int64{1 << 30, 0} {
		var b bitWriter
		for range 1 + repeat {
			b.write(1, 1)
			b.write(subtractGreen, 2)
		}
		b.manyGroups()
		if trees := treeMemory(b.bytes, 48, 32); trees > most || most > 0 && trees < 10<<20 {
			t.Errorf("%d times: %d bytes", 1+repeat, trees)
		}
	}
}

// Alpha values of a lossless picture count only if its header says that they are used, and the container's, if there is one.
func TestUnusedAlpha(t *testing.T) {
	used := testdata(t, "lossless.webp") // its lower right field is half transparent
	at := bytes.Index(used, []byte("VP8L")) + 8
	unused := bytes.Clone(used)
	unused[at+4] &^= 0x10
	canvas := func(flags byte, file []byte) []byte {
		file = slices.Concat(file[:12], riff("VP8X", []byte{flags, 0, 0, 0, 47, 0, 0, 31, 0, 0}), file[12:])
		binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
		return file
	}
	for name, tt := range map[string]struct {
		file []byte
		want []byte
	}{
		"used": {used, []byte{255, 255, 0, 128}}, "unused": {unused, []byte{128, 128, 0, 255}},
		"used by both":            {canvas(0x10, used), []byte{255, 255, 0, 128}},
		"unused by the container": {canvas(0, used), []byte{128, 128, 0, 255}},
	} {
		m, err := Decode(tt.file, Default)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := m.Pix[len(m.Pix)-4:]; !bytes.Equal(got, tt.want) {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
