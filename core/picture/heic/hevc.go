package heic

import (
	"errors"

	"mobilenet/core/picture/internal/heif"
)

// A sequence is what the sequence parameter set of an HEVC stream says of its pictures (ITU-T H.265, 7.3.2.2).
type sequence struct {
	width, height int // without the margin that is cut off
	coded         int // luma samples, with it
	bits          int // of a luma sample
	chroma        int // 0: none; 1: 4:2:0; 2: 4:2:2; 3: 4:4:4
	colours       colours
}

// colours says how luma and chroma become red, green and blue.
type colours struct {
	matrix    int // as ITU-T H.273 counts them; 2: not said
	primaries byte
	transfer  byte
	fullRange bool // luma of 0 to 255, not 16 to 235
}

var errSequence = errors.New("the description of its HEVC stream is cut short or contradicts itself")

// readConfiguration finds the sequence parameter set in the property hvcC (ISO/IEC 14496-15, 8.3.3.1), the first if there are more.
func readConfiguration(hvcC []byte) (*sequence, error) {
	r := &heif.Reader{B: hvcC}
	r.Take(22)
	var parameters []byte
	for range r.Number(1) {
		kind := r.Number(1) & 0x3f
		for range r.Number(2) {
			unit := r.Take(r.Number(2))
			if r.Failed || len(unit) > 0 && isSlice(unit) { // a picture is none of a description, but the decoder would decode it
				return nil, errSequence
			}
			const parameterSet = 33
			if kind == parameterSet && len(unit) > 2 && parameters == nil {
				parameters = unit[2:]
			}
		}
	}
	if r.Failed || parameters == nil {
		return nil, errSequence
	}
	return readSequence(parameters)
}

// readSequence reads a sequence parameter set, behind its header of two bytes, as far as what it says of colours.
func readSequence(unit []byte) (*sequence, error) {
	r := &bitReader{b: unescape(unit)}
	s := &sequence{}
	r.bits(4)
	subLayers := r.bits(3)
	r.bits(1)
	r.profile(subLayers)
	r.golomb() // its number
	s.chroma = r.golomb()
	if s.chroma == 3 {
		r.bits(1)
	}
	s.width, s.height = r.golomb(), r.golomb()
	s.coded = s.width * s.height
	if r.flag() { // the margin, in chroma samples
		left, right, top, bottom := r.golomb(), r.golomb(), r.golomb(), r.golomb()
		across, down := 1, 1
		if s.chroma == 1 || s.chroma == 2 {
			across = 2
		}
		if s.chroma == 1 {
			down = 2
		}
		s.width -= across * (left + right)
		s.height -= down * (top + bottom)
	}
	s.bits = 8 + r.golomb()
	r.golomb() // bits of chroma
	order := 4 + r.golomb()
	first := subLayers
	if r.flag() {
		first = 0
	}
	for range subLayers - first + 1 {
		r.golombs(3)
	}
	r.golombs(6)
	if scaled := r.flag(); scaled && r.flag() {
		r.scalingLists()
	}
	r.bits(2)
	if r.flag() { // PCM
		r.bits(8)
		r.golombs(2)
		r.bits(1)
	}
	r.referenceSets()
	if r.flag() {
		for range r.count(32) {
			r.bits(order + 1)
		}
	}
	r.bits(2)
	s.colours = colours{matrix: 2, primaries: 2, transfer: 2}
	if r.flag() {
		r.usability(&s.colours)
	}
	if r.failed || s.chroma > 3 || s.width < 1 || s.height < 1 || s.coded > 1<<28 || s.bits > 16 {
		return nil, errSequence
	}
	return s, nil
}

// profile skips profile_tier_level.
func (r *bitReader) profile(subLayers int) {
	r.skip(88 + 8)
	var has [8][2]bool
	for i := range subLayers {
		has[i] = [2]bool{r.flag(), r.flag()}
	}
	if subLayers > 0 {
		r.skip(2 * (8 - subLayers))
	}
	for i := range subLayers {
		if has[i][0] {
			r.skip(88)
		}
		if has[i][1] {
			r.skip(8)
		}
	}
}

// scalingLists skips scaling_list_data (7.3.4).
func (r *bitReader) scalingLists() {
	for size := range 4 {
		lists := 6
		if size == 3 {
			lists = 2
		}
		for range lists {
			if !r.flag() {
				r.golomb()
				continue
			}
			if size > 1 {
				r.golomb()
			}
			r.golombs(min(64, 16<<(2*size)))
		}
	}
}

// referenceSets skips the sets of other pictures that a picture may be predicted from, which a photo has none of (7.3.7).
func (r *bitReader) referenceSets() {
	entries := 0 // of the set before
	for i := range r.count(64) {
		if i > 0 && r.flag() {
			r.bits(1)
			r.golomb()
			kept := 0
			for range entries + 1 {
				if used := r.flag(); used || r.flag() {
					kept++
				}
			}
			entries = kept
		} else {
			entries = r.count(16) + r.count(16)
			for range entries {
				r.golomb()
				r.bits(1)
			}
		}
	}
}

// usability reads the start of vui_parameters (annex E), up to the colours.
func (r *bitReader) usability(c *colours) {
	const extended = 255
	if r.flag() && r.bits(8) == extended {
		r.bits(32)
	}
	if r.flag() {
		r.bits(1)
	}
	if r.flag() {
		r.bits(3)
		c.fullRange = r.flag()
		if r.flag() {
			c.primaries = byte(r.bits(8))
			c.transfer = byte(r.bits(8))
			c.matrix = r.bits(8)
		}
	}
}

// unescape takes out the third byte of 0, 0, 3, which keeps a stream free of what begins its units.
func unescape(unit []byte) []byte {
	out := make([]byte, 0, len(unit))
	zeros := 0
	for _, b := range unit {
		if zeros >= 2 && b == 3 {
			zeros = 0
			continue
		}
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
		out = append(out, b)
	}
	return out
}

// A bitReader takes bits from the front of bytes; once there are too few it has failed, and gives 0.
type bitReader struct {
	b      []byte
	at     int
	failed bool
}

func (r *bitReader) skip(n int) {
	if r.at += n; r.at > 8*len(r.b) {
		r.failed = true
	}
}

// bits reads n of them, 32 at most.
func (r *bitReader) bits(n int) (v int) {
	if r.failed || r.at+n > 8*len(r.b) {
		r.failed = true
		return 0
	}
	for range n {
		v = v<<1 | int(r.b[r.at>>3]>>(7-r.at&7)&1)
		r.at++
	}
	return v
}

func (r *bitReader) flag() bool { return r.bits(1) == 1 }

// golomb reads a number of Exp-Golomb code (9.2). A signed one takes as many bits.
func (r *bitReader) golomb() int {
	zeros := 0
	for !r.failed && !r.flag() {
		if zeros++; zeros > 20 {
			r.failed = true
		}
	}
	if r.failed {
		return 0
	}
	return 1<<zeros - 1 + r.bits(zeros)
}

func (r *bitReader) golombs(n int) {
	for range n {
		r.golomb()
	}
}

// count is golomb for how often something follows.
func (r *bitReader) count(most int) int {
	n := r.golomb()
	if n > most {
		r.failed = true
		return 0
	}
	return n
}
