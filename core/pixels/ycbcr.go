package pixels

import "image"

// A chromaReader turns rows of YCbCr into RGBA as libjpeg-turbo does, which browsers read JPEG with. The standard library rounds in
// another way, and where pixels share a chroma value it gives all of them that value; here they get what lies between the values
// ("fancy upsampling").
type chromaReader struct {
	src    *image.YCbCr
	cb, cr []uint8  // of a row of pixels
	sums   []uint16 // of a row of chroma and the one next to it
}

func newChromaReader(src *image.YCbCr) *chromaReader {
	w := src.Rect.Dx()
	all := make([]uint8, 2*w)
	return &chromaReader{src: src, cb: all[:w], cr: all[w:], sums: make([]uint16, (w+1)/2)}
}

// read writes row y of the picture, RGBA.
func (c *chromaReader) read(row []byte, y int) {
	c.upsample(c.cb, c.src.Cb, y)
	c.upsample(c.cr, c.src.Cr, y)
	luma := c.src.Y[c.src.YOffset(c.src.Rect.Min.X, y):]
	toRGBA(row, luma[:len(c.cb)], c.cb, c.cr)
}

// upsample writes a value of plane, which is Cb or Cr, for each pixel of row y.
//
// What two pixels share lies in the middle between them: each takes three parts of it and one of the value on its other side, across,
// down, or both. At an edge there is no other side and the value counts alone. Halves are rounded up and down in turns.
func (c *chromaReader) upsample(row, plane []uint8, y int) {
	r, odd := c.src.Rect, y&1
	line := func(y int) []uint8 { return plane[c.src.COffset(0, min(max(y, 0), r.Max.Y-1)):] }
	switch ratio := c.src.SubsampleRatio; {
	case ratio == image.YCbCrSubsampleRatio444:
		copy(row, plane[c.src.COffset(r.Min.X, y):])
	case r.Min != image.Point{}, ratio == image.YCbCrSubsampleRatio411, ratio == image.YCbCrSubsampleRatio410:
		for i := range row { // cut out of a larger picture, or rare: the value alone
			row[i] = plane[c.src.COffset(r.Min.X+i, y)]
		}
	case ratio == image.YCbCrSubsampleRatio440:
		near, far := line(y)[:len(row)], line(y - 1 + 2*odd)[:len(row)]
		for i := range row {
			row[i] = uint8((3*uint16(near[i]) + uint16(far[i]) + 1 + uint16(odd)) >> 2)
		}
	case ratio == image.YCbCrSubsampleRatio422:
		for i, v := range line(y)[:len(c.sums)] {
			c.sums[i] = uint16(v)
		}
		widen(row, c.sums, 1, 2, 2)
	default: // 4:2:0
		near, far := line(y)[:len(c.sums)], line(y - 1 + 2*odd)[:len(c.sums)]
		for i := range c.sums {
			c.sums[i] = 3*uint16(near[i]) + uint16(far[i])
		}
		widen(row, c.sums, 8, 7, 4)
	}
}

// widen makes two values of each: shift bits are dropped after left or right is added for rounding.
func widen(row []uint8, values []uint16, left, right uint16, shift uint) {
	before, v := values[0], values[0]
	for i := range values {
		after := v
		if i+1 < len(values) {
			after = values[i+1]
		}
		row[2*i] = uint8((3*v + before + left) >> shift)
		if 2*i+1 < len(row) {
			row[2*i+1] = uint8((3*v + after + right) >> shift)
		}
		before, v = v, after
	}
}

// toRGBA converts a row by the factors of JFIF in units of 2⁻¹⁶.
func toRGBA(row []byte, luma, cb, cr []uint8) {
	cb, cr = cb[:len(luma)], cr[:len(luma)]
	for i, l := range luma {
		y, b, r := int32(l), int32(cb[i])-128, int32(cr[i])-128
		out := row[4*i:][:4:4]
		out[0] = clamp(y + (91881*r+1<<15)>>16)
		out[1] = clamp(y + (-22554*b-46802*r+1<<15)>>16)
		out[2] = clamp(y + (116130*b+1<<15)>>16)
		out[3] = 255
	}
}

func clamp(v int32) uint8 {
	if uint32(v) > 255 {
		return uint8(^(v >> 31)) // 0 if negative
	}
	return uint8(v)
}
