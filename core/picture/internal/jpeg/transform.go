package jpeg

import "unsafe"

// The inverse cosine transform of Loeffler, Ligtenberg and Moschytz with the roundings of libjpeg's accurate integer one (jidctint.c),
// which libjpeg-turbo's SIMD code and so all browsers keep to.
const (
	fraction = 13 // bits of the constants
	between  = 2  // bits that are kept between the passes

	fix0298, fix0390, fix0541, fix0765 = 2446, 3196, 4433, 6270
	fix0899, fix1175, fix1501, fix1847 = 7373, 9633, 12299, 15137
	fix1961, fix2053, fix2562, fix3072 = 16069, 16819, 20995, 25172
)

// transform writes the samples of a block, eight lines of eight that begin stride bytes apart. Last is the place in the zigzag of the
// last coefficient that may not be 0.
func transform(b *[64]int32, last int, pixels []byte, stride int) {
	if last == 0 {
		v := sample((b[0]<<between + 1<<(between+2)) >> (between + 3))
		for y := range 8 {
			line := (*[8]byte)(pixels[y*stride:])
			*line = [8]byte{v, v, v, v, v, v, v, v}
		}
		return
	}
	for x := range 8 {
		c := (*[57]int32)(b[x : x+57])
		if c[8]|c[16]|c[24]|c[32]|c[40]|c[48]|c[56] == 0 {
			v := c[0] << between
			c[0], c[8], c[16], c[24], c[32], c[40], c[48], c[56] = v, v, v, v, v, v, v, v
			continue
		}
		const round, shift = 1 << (fraction - between - 1), fraction - between
		e0, e1, e2, e3 := even(c[0], c[16], c[32], c[48])
		o0, o1, o2, o3 := odd(c[8], c[24], c[40], c[56])
		e0, e1, e2, e3 = e0+round, e1+round, e2+round, e3+round
		c[0], c[56] = (e0+o0)>>shift, (e0-o0)>>shift
		c[8], c[48] = (e1+o1)>>shift, (e1-o1)>>shift
		c[16], c[40] = (e2+o2)>>shift, (e2-o2)>>shift
		c[24], c[32] = (e3+o3)>>shift, (e3-o3)>>shift
	}
	for y := range 8 {
		r := (*[8]int32)(b[8*y:])
		line := (*[8]byte)(pixels[y*stride:])
		const round, shift = 1 << (fraction + between + 2), fraction + between + 3
		e0, e1, e2, e3 := even(r[0], r[2], r[4], r[6])
		o0, o1, o2, o3 := odd(r[1], r[3], r[5], r[7])
		e0, e1, e2, e3 = e0+round, e1+round, e2+round, e3+round
		line[0], line[7] = sample((e0+o0)>>shift), sample((e0-o0)>>shift)
		line[1], line[6] = sample((e1+o1)>>shift), sample((e1-o1)>>shift)
		line[2], line[5] = sample((e2+o2)>>shift), sample((e2-o2)>>shift)
		line[3], line[4] = sample((e3+o3)>>shift), sample((e3-o3)>>shift)
	}
}

// even transforms the coefficients 0, 2, 4 and 6.
func even(x0, x2, x4, x6 int32) (e0, e1, e2, e3 int32) {
	z := (x2 + x6) * fix0541
	a, b := z-x6*fix1847, z+x2*fix0765
	c, d := (x0+x4)<<fraction, (x0-x4)<<fraction
	return c + b, d + a, d - a, c - b
}

// odd transforms the coefficients 1, 3, 5 and 7.
func odd(x1, x3, x5, x7 int32) (o0, o1, o2, o3 int32) {
	z1, z2, z3, z4 := -(x7+x1)*fix0899, -(x5+x3)*fix2562, x7+x3, x5+x1
	z5 := (z3 + z4) * fix1175
	z3, z4 = z5-z3*fix1961, z5-z4*fix0390
	return x1*fix1501 + z1 + z4, x3*fix3072 + z2 + z3, x5*fix2053 + z2 + z4, x7*fix0298 + z1 + z3
}

// sample is a value around 0 as a sample.
func sample(v int32) uint8 {
	if v += 128; uint32(v) > 255 {
		return uint8(^(v >> 31)) // 0 if negative
	}
	return uint8(v)
}

// reconstruct makes samples of the coefficients that all scans of a progressive frame have left. They are written over the coefficients,
// a line of blocks at a time, for there is no memory for both: two bytes of those become one of these.
func (d *decoder) reconstruct() error {
	for i := range d.components {
		c := &d.components[i]
		d.allocate(c) // no scan had it: grey
		scale := d.quantisation[c.quantisation]
		if scale == nil {
			return errNoQuantisation
		}
		line := 64 * c.blocksInLine
		saved := make([]int16, line)
		bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(c.coefficients))), 2*len(c.coefficients))
		for y := range d.unitsDown * c.v {
			copy(saved, c.coefficients[y*line:])
			for x := range c.blocksInLine {
				from := (*[64]int16)(saved[64*x:])
				var b [64]int32
				last := 0
				for k, at := range &zigzag {
					if v := from[at]; v != 0 {
						b[at] = int32(v) * scale[k]
						last = k
					}
				}
				transform(&b, last, bytes[y*line+8*x:], 8*c.blocksInLine)
			}
		}
		c.pixels, c.coefficients = bytes[:len(c.coefficients)], nil
	}
	return nil
}
