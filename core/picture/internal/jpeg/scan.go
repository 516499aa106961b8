package jpeg

import (
	"errors"
	"fmt"
)

// A pass is what a scan of a progressive frame adds: to which coefficients of the zigzag, from first to last, and which of their bits.
// Sequential frames have one, of all.
type pass struct {
	first, last int
	before, low int // how many of the low bits were missing before, 0: all; and how many still are
}

// part is a component in a scan, with its Huffman tables.
type part struct {
	*component
	dc, ac *table
}

// scan reads a scan header (section B.2.3) and the data that follow.
func (d *decoder) scan(s []byte) error {
	if len(d.components) == 0 {
		return errors.New("it has a scan before its frame header")
	}
	if len(s) < 1 || s[0] < 1 || int(s[0]) > len(d.components) || len(s) != 4+2*int(s[0]) {
		return errors.New("a scan header makes no sense")
	}
	n := int(s[0])
	p := pass{0, 63, 0, 0}
	if d.progressive {
		p = pass{int(s[1+2*n]), int(s[2+2*n]), int(s[3+2*n] >> 4), int(s[3+2*n] & 15)}
		if p.first > p.last || p.last > 63 || p.first == 0 && p.last != 0 || p.first > 0 && n > 1 ||
			p.before > 0 && p.before != p.low+1 || p.low > 13 {
			return fmt.Errorf("a scan of the coefficients %d to %d, bits %d to %d, of %d components", p.first, p.last, p.before, p.low, n)
		}
	}
	if !d.progressive {
		d.defineStandard()
	}
	parts, blocks := make([]part, n), 0
	for i := range parts {
		var c *component
		for j := range d.components {
			if d.components[j].id == int(s[1+2*i]) {
				c = &d.components[j]
			}
		}
		if c == nil {
			return fmt.Errorf("a scan of a component %d, which the frame has not", s[1+2*i])
		}
		for _, other := range parts[:i] {
			if other.component == c {
				return fmt.Errorf("a scan has the component %d twice", c.id)
			}
		}
		dc, ac := s[2+2*i]>>4, s[2+2*i]&15
		if dc > 3 || ac > 3 {
			return fmt.Errorf("a scan with the Huffman tables %d and %d", dc, ac)
		}
		parts[i] = part{c, d.huffman[0][dc], d.huffman[1][ac]}
		if p.first == 0 && p.before == 0 && parts[i].dc == nil || p.last > 0 && parts[i].ac == nil {
			return errors.New("a scan has Huffman tables that are not defined")
		}
		if !d.progressive && d.quantisation[c.quantisation] == nil {
			return errors.New("a scan has quantisation tables that are not defined")
		}
		if !d.progressive && c.first {
			return fmt.Errorf("component %d comes twice", c.id) // which would be work for nothing, a hundred times
		}
		blocks += c.h * c.v
		d.allocate(c)
	}
	if n > 1 && blocks > 10 {
		return fmt.Errorf("a scan has %d blocks in a unit, where 10 are allowed", blocks)
	}
	return d.units(parts, p)
}

// allocate takes a component's memory when its first scan comes.
func (d *decoder) allocate(c *component) {
	blocks := c.blocksInLine * d.unitsDown * c.v
	switch {
	case c.first:
	case d.progressive:
		c.coefficients = make([]int16, 64*blocks)
	default:
		c.pixels = make([]byte, 64*blocks)
	}
	c.first = true
}

// units decodes a scan's data. With several components each unit has blocks of all; with one, it is a block, and those that lie outside
// of the picture are not there (A.2).
func (d *decoder) units(parts []part, p pass) error {
	d.next, d.n, d.err = 0, 0, nil
	d.endOfBand = 0
	for i := range parts {
		parts[i].lastDifference = 0
	}
	across, down := d.unitsAcross, d.unitsDown
	if len(parts) == 1 {
		across, down = parts[0].across, parts[0].down
	}
	untilRestart, restarts := d.restart, 0
	for y := range down {
		for x := range across {
			if d.restart > 0 {
				if untilRestart == 0 {
					d.afterRestart(restarts)
					restarts++
					untilRestart = d.restart
					d.endOfBand = 0
					for i := range parts {
						parts[i].lastDifference = 0
					}
				}
				untilRestart--
			}
			if len(parts) == 1 {
				d.block(&parts[0], x, y, p)
				continue
			}
			for i := range parts {
				c := &parts[i]
				for j := range c.v {
					for k := range c.h {
						d.block(c, x*c.h+k, y*c.v+j, p)
					}
				}
			}
		}
		if d.err != nil {
			return d.err
		}
	}
	return nil
}

// block decodes what a scan has of a block.
func (d *decoder) block(c *part, x, y int, p pass) {
	if !d.progressive {
		d.sequential(c, x, y)
		return
	}
	b := (*[64]int16)(c.coefficients[64*(y*c.blocksInLine+x):])
	switch {
	case p.first > 0 && p.before > 0:
		d.refine(c.ac, b, p)
	case p.first > 0:
		d.begin(c.ac, b, p)
	case p.before > 0:
		b[0] |= int16(d.read(1) << p.low)
	default:
		b[0] = int16(d.difference(c) << p.low)
	}
}

// difference reads a value at 0, which is stored as the difference to the one before.
func (d *decoder) difference(c *part) int32 {
	n := d.symbol(c.dc)
	if n > 16 {
		d.fail(fmt.Errorf("it has a difference of %d bits", n))
		return 0
	}
	c.lastDifference += d.signed(int(n))
	return c.lastDifference
}

// sequential decodes a whole block (F.2.2).
func (d *decoder) sequential(c *part, x, y int) {
	var b [64]int32
	scale := d.quantisation[c.quantisation]
	b[0] = d.difference(c) * scale[0]
	last := 0
	for k := 1; k < 64; k++ {
		symbol := d.symbol(c.ac)
		run, n := int(symbol>>4), int(symbol&15)
		if n == 0 {
			if run != 15 {
				break
			}
			k += 15
			continue
		}
		if k += run; k > 63 {
			d.fail(errors.New("a block has more than 64 coefficients"))
			return
		}
		b[zigzag[k]] = d.signed(n) * scale[k]
		last = k
	}
	line := 8 * c.blocksInLine
	transform(&b, last, c.pixels[8*(y*line+x):], line)
}

// begin decodes the high bits of some of a block's coefficients (G.1.2.2).
func (d *decoder) begin(t *table, b *[64]int16, p pass) {
	if d.endOfBand > 0 {
		d.endOfBand--
		return
	}
	for k := p.first; k <= p.last; k++ {
		symbol := d.symbol(t)
		run, n := int(symbol>>4), int(symbol&15)
		switch {
		case n > 0:
			if k += run; k > p.last {
				d.fail(errors.New("a block has more coefficients than its scan"))
				return
			}
			b[zigzag[k]] = int16(d.signed(n) << p.low)
		case run < 15:
			d.endOfBand = 1<<run - 1 + int(d.read(run))
			return
		default:
			k += 15
		}
	}
}

// refine decodes one bit more of them (G.1.2.3): for each that is not 0 it says whether its magnitude grows, and between these bits it
// puts those that become 1 or -1.
func (d *decoder) refine(t *table, b *[64]int16, p pass) {
	one := int16(1) << p.low
	k := p.first
	if d.endOfBand == 0 {
		for ; k <= p.last; k++ {
			symbol := d.symbol(t)
			run, v := int(symbol>>4), int16(0)
			switch symbol & 15 {
			case 0:
				if run < 15 {
					d.endOfBand = 1<<run + int(d.read(run))
				}
			case 1:
				v = one
				if d.read(1) == 0 {
					v = -one
				}
			default:
				d.fail(errors.New("a block's refinement is more than a bit"))
				return
			}
			if d.endOfBand > 0 {
				break
			}
			for ; k <= p.last; k++ {
				if was := &b[zigzag[k]]; *was != 0 {
					d.grow(was, one)
				} else if run == 0 {
					if v != 0 {
						*was = v
					}
					break
				} else {
					run--
				}
			}
			if k > p.last && v != 0 {
				d.fail(errors.New("a block has more coefficients than its scan"))
				return
			}
		}
	}
	if d.endOfBand > 0 {
		d.endOfBand--
		for ; k <= p.last; k++ {
			if was := &b[zigzag[k]]; *was != 0 {
				d.grow(was, one)
			}
		}
	}
}

func (d *decoder) grow(v *int16, one int16) {
	switch {
	case d.read(1) == 0 || *v&one != 0: // already set: a file that refines twice
	case *v > 0:
		*v += one
	default:
		*v -= one
	}
}

// zigzag is the place in a block, row by row, of each coefficient in the order of their frequency.
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}
