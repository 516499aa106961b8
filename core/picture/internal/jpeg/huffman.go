package jpeg

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// quick is how many bits of a code are looked up at once.
const quick = 9

// A table is a Huffman code.
type table struct {
	quick   [1 << quick]uint16 // by the next bits: a symbol, and above it the length of its code; 0: a longer one
	most    [17]int32          // of each length, the largest code, -1: none
	before  [17]int32          // what to add to a code of this length to get the place of its symbol
	symbols [256]byte
}

// defineHuffman reads tables (section B.2.4.2).
func (d *decoder) defineHuffman(s []byte) error {
	for len(s) > 0 {
		if len(s) < 17 || s[0]>>4 > 1 || s[0]&15 > 3 {
			return errors.New("a Huffman table makes no sense")
		}
		n := 0
		for _, count := range s[1:17] {
			n += int(count)
		}
		if n > 256 || len(s) < 17+n {
			return fmt.Errorf("a Huffman table of %d codes", n)
		}
		t := &d.huffman[s[0]>>4][s[0]&15]
		if *t == nil {
			*t = new(table)
		}
		if err := (*t).define(s[1:17], s[17:17+n]); err != nil {
			return err
		}
		s = s[17+n:]
	}
	return nil
}

// define makes t the table of the number of codes of each length and their symbols (annex C).
func (t *table) define(counts, symbols []byte) error {
	*t = table{}
	copy(t.symbols[:], symbols)
	code, place := int32(0), int32(0)
	for length := 1; length <= 16; length++ {
		n := int32(counts[length-1])
		if code+n > 1<<length {
			return fmt.Errorf("a Huffman table has more codes of %d bits than there are", length)
		}
		t.before[length], t.most[length] = place-code, code+n-1
		if n == 0 {
			t.most[length] = -1
		}
		for ; length <= quick && n > 0; n-- {
			entry := uint16(length)<<8 | uint16(symbols[place])
			first := code << (quick - length)
			for i := range int32(1) << (quick - length) {
				t.quick[first+i] = entry
			}
			code, place = code+1, place+1
		}
		code, place = (code+n)<<1, place+n
	}
	return nil
}

// bits reads entropy-coded data, the highest bit of a byte first. Where they end or make no sense it is an error that stays, and what is
// read from then on is 0.
type bits struct {
	data []byte
	at   int
	next uint64 // the bits to come, from the highest on; below them zeros
	n    int    // how many there are
	err  error
}

var errEnded = errors.New("its data end early")

// fill takes bytes until there are 57 bits, or the data end.
func (b *bits) fill() {
	for b.n <= 56 {
		if b.n <= 32 && b.at+4 <= len(b.data) {
			word := binary.BigEndian.Uint32(b.data[b.at:])
			if inverse := ^word; (inverse-0x01010101)&word&0x80808080 == 0 { // none of the bytes is 0xff
				b.next |= uint64(word) << (32 - b.n)
				b.n += 32
				b.at += 4
				continue
			}
		}
		if b.at >= len(b.data) {
			return
		}
		v := b.data[b.at]
		if v == 0xff {
			if b.at+1 >= len(b.data) || b.data[b.at+1] != 0 {
				return // a marker
			}
			b.at++
		}
		b.at++
		b.next |= uint64(v) << (56 - b.n)
		b.n += 8
	}
}

// skip leaves n bits behind, of which there have to be as many.
func (b *bits) skip(n int) {
	b.next <<= n
	if b.n -= n; b.n < 0 {
		b.n, b.next = 0, 0
		b.fail(errEnded)
	}
}

func (b *bits) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// symbol reads the symbol of a code.
func (b *bits) symbol(t *table) byte {
	if b.n < 16 {
		b.fill()
	}
	if entry := t.quick[b.next>>(64-quick)]; entry != 0 {
		b.skip(int(entry >> 8))
		return byte(entry)
	}
	for length := quick + 1; length <= 16; length++ {
		if code := int32(b.next >> (64 - length)); code <= t.most[length] {
			b.skip(length)
			return t.symbols[(code+t.before[length])&255]
		}
	}
	b.fail(errors.New("it has a code that is in no Huffman table"))
	return 0
}

// read reads a number of n bits, at most 16.
func (b *bits) read(n int) int32 {
	if b.n < n {
		b.fill()
	}
	v := int32(b.next >> 1 >> (63 - n))
	b.skip(n)
	return v
}

// signed reads a number of n bits of which the smaller half stands for the negative ones (table F.1).
func (b *bits) signed(n int) int32 {
	v := b.read(n)
	if v < 1<<n>>1 {
		v += -1<<n + 1
	}
	return v
}

// afterRestart goes on behind a restart marker. What stands before it is skipped, but no other marker is.
func (b *bits) afterRestart(number int) {
	b.next, b.n = 0, 0
	for ; b.at+1 < len(b.data); b.at++ {
		if b.data[b.at] != 0xff || b.data[b.at+1] == 0xff {
			continue
		}
		switch b.data[b.at+1] {
		case 0:
			b.at++
			continue
		case rst0 + byte(number&7):
			b.at += 2
			return
		}
		b.fail(fmt.Errorf("its restart marker %d is missing", number&7))
		return
	}
	b.fail(errEnded)
}
