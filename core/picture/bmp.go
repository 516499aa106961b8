package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math/bits"
)

// golang.org/x/image/bmp reads two kinds of header and no compression; here all kinds are read that programs write: OS/2's headers, colours
// of 16 bits, masks, and runs.

// Compressions of a BMP.
const (
	bmpPlain      = 0
	bmpRuns8      = 1
	bmpRuns4      = 2
	bmpMasks      = 3
	bmpAlphaMasks = 6
)

// A bmpHeader is what a BMP says of its picture.
type bmpHeader struct {
	width, height, bits, compression int
	topDown                          bool
	masks                            [4]uint32 // red, green, blue, alpha
	palette                          []color.NRGBA
	pixels                           []byte
}

func readBMP(file []byte) (*bmpHeader, error) {
	const files = 14 // bytes of the file's header, before the picture's
	little := binary.LittleEndian
	if len(file) < files+12 {
		return nil, errors.New("it ends within its header")
	}
	size := int64(little.Uint32(file[files:]))
	if size > int64(len(file)-files) {
		return nil, errors.New("it ends within its header")
	}
	h := &bmpHeader{}
	head := file[files:]
	word := func(at int) int { // of the longer headers, 0 where they end before
		if int64(at+4) > size {
			return 0
		}
		return int(int32(little.Uint32(head[at:])))
	}
	planes, colours, colourSize := 0, 0, 4
	switch {
	case size == 12: // OS/2 1.x
		h.width, h.height = int(little.Uint16(head[4:])), int(little.Uint16(head[6:]))
		planes, h.bits, colourSize = int(little.Uint16(head[8:])), int(little.Uint16(head[10:])), 3
	case size >= 16 && size <= 124:
		h.width, h.height = word(4), word(8)
		planes, h.bits = int(little.Uint16(head[12:])), int(little.Uint16(head[14:]))
		h.compression, colours = word(16), word(32)
	default:
		return nil, fmt.Errorf("a header of %d bytes: %w", size, errBMPKind)
	}
	if h.topDown = h.height < 0; h.topDown {
		h.height = -h.height
	}
	os2 := size < 40 || size == 64 // whose compressions 3 and 4 are others
	switch {
	case planes != 1:
		return nil, fmt.Errorf("%d planes", planes)
	case h.bits == 0 || h.compression == 4 && !os2 || h.compression == 5:
		return nil, fmt.Errorf("a JPEG or PNG in it: %w", errBMPKind)
	case h.compression == bmpPlain && bits.OnesCount(uint(h.bits)) == 1 && h.bits <= 32, h.compression == bmpPlain && h.bits == 24,
		h.compression == bmpRuns8 && h.bits == 8 && !h.topDown, h.compression == bmpRuns4 && h.bits == 4 && !h.topDown,
		(h.compression == bmpMasks || h.compression == bmpAlphaMasks) && (h.bits == 16 || h.bits == 32) && !os2:
	default:
		return nil, fmt.Errorf("the compression %d of %d bits: %w", h.compression, h.bits, errBMPKind)
	}
	at := files + int(size)
	if err := h.readMasks(file, int(size), &at); err != nil {
		return nil, err
	}
	start := int64(little.Uint32(file[10:]))
	if start == 0 { // some leave it out
		start = int64(at)
	}
	if start < files+12 || start > int64(len(file)) {
		return nil, fmt.Errorf("its pixels begin at byte %d of %d", start, len(file))
	}
	if h.bits <= 8 {
		n := 1 << h.bits
		if colours > 0 {
			n = min(n, colours)
		}
		n = min(n, max(0, int(start)-at)/colourSize)
		for c := file[min(at, len(file)):]; len(h.palette) < n && len(c) >= colourSize; c = c[colourSize:] {
			h.palette = append(h.palette, color.NRGBA{c[2], c[1], c[0], 255})
		}
	}
	h.pixels = file[start:]
	return h, nil
}

// errBMPKind is wrapped by errors about valid files of kinds that are not read.
var errBMPKind = errors.New("not read here")

// readMasks sets where in a pixel of 16 or 32 bits each colour is. Masks that are not in the header follow it, from at on.
func (h *bmpHeader) readMasks(file []byte, size int, at *int) error {
	switch h.bits {
	case 16:
		h.masks = [4]uint32{0x7c00, 0x3e0, 0x1f}
	case 32:
		h.masks = [4]uint32{0xff0000, 0xff00, 0xff}
	default:
		return nil
	}
	n := 3
	if h.compression == bmpAlphaMasks || size >= 56 {
		n = 4 // older ones say nothing of alpha, and mostly have 0 there
	}
	switch {
	case h.compression == bmpPlain && size >= 56:
		h.masks[3] = binary.LittleEndian.Uint32(file[14+52:]) // as browsers do: it counts without the others
	case h.compression != bmpPlain:
		from := 14 + 40
		if size < 52 {
			from = *at
			*at += 4 * n
		}
		if from+4*n > len(file) {
			return errors.New("it ends within its header")
		}
		for i := range n {
			h.masks[i] = binary.LittleEndian.Uint32(file[from+4*i:])
		}
	}
	all := uint32(0)
	for _, m := range h.masks {
		if m>>bits.TrailingZeros32(m)&(m>>bits.TrailingZeros32(m)+1) != 0 || m&all != 0 || uint64(m) >= 1<<h.bits {
			return fmt.Errorf("masks of %#x", h.masks)
		}
		all |= m
	}
	return nil
}

func bmpConfig(file []byte) (image.Config, error) {
	h, err := readBMP(file)
	if err != nil {
		return image.Config{}, err
	}
	return image.Config{ColorModel: color.NRGBAModel, Width: h.width, Height: h.height}, nil
}

// inspectBMP: RGBA, which is the result.
func inspectBMP([]byte, image.Config, *Header) (float64, error) { return 4, nil }

func decodeBMP(file []byte) (image.Image, error) {
	h, err := readBMP(file)
	if err != nil {
		return nil, err
	}
	m := image.NewNRGBA(image.Rect(0, 0, h.width, h.height))
	switch {
	case h.compression == bmpRuns8, h.compression == bmpRuns4:
		return m, h.runs(m)
	case h.bits <= 8:
		return m, h.rows(func(y int, row []byte) {
			line := m.Pix[y*m.Stride:]
			for x := range h.width {
				v := row[x*h.bits/8] >> (8 - h.bits - x*h.bits%8) & (1<<h.bits - 1)
				h.put(line[4*x:], int(v))
			}
		})
	case h.bits == 24:
		return m, h.rows(func(y int, row []byte) {
			line := m.Pix[y*m.Stride:]
			for x := range h.width {
				line[4*x], line[4*x+1], line[4*x+2], line[4*x+3] = row[3*x+2], row[3*x+1], row[3*x], 255
			}
		})
	}
	return m, h.masked(m)
}

// put writes a colour of the palette. One that it has not is black, as in browsers.
func (h *bmpHeader) put(rgba []byte, index int) {
	c := color.NRGBA{A: 255}
	if index < len(h.palette) {
		c = h.palette[index]
	}
	rgba[0], rgba[1], rgba[2], rgba[3] = c.R, c.G, c.B, c.A
}

// rows calls do for each row of pixels that are not compressed, the upright y first. They are filled up to four bytes.
func (h *bmpHeader) rows(do func(y int, row []byte)) error {
	size := (h.width*h.bits + 31) / 32 * 4
	whole := (h.width*h.bits + 7) / 8
	for i := range h.height {
		if len(h.pixels) < i*size+whole {
			return errors.New("it ends before its pixels do")
		}
		y := i
		if !h.topDown {
			y = h.height - 1 - i
		}
		do(y, h.pixels[i*size:][:whole])
	}
	return nil
}

// masked decodes pixels whose colours lie where masks say. Where all have alpha 0, programs have not thought of it, and it does not count.
func (h *bmpHeader) masked(m *image.NRGBA) error {
	var shift, most [4]uint32
	for i, mask := range h.masks {
		shift[i] = uint32(bits.TrailingZeros32(mask))
		most[i] = mask >> shift[i]
	}
	seen := h.masks[3] == 0
	err := h.rows(func(y int, row []byte) {
		line := m.Pix[y*m.Stride:]
		for x := range h.width {
			v := uint32(row[h.bits/8*x]) | uint32(row[h.bits/8*x+1])<<8
			if h.bits == 32 {
				v |= uint32(row[4*x+2])<<16 | uint32(row[4*x+3])<<24
			}
			out := line[4*x:][:4]
			for i := range out {
				if most[i] > 0 {
					out[i] = uint8((uint64(v&h.masks[i]>>shift[i])*255 + uint64(most[i]/2)) / uint64(most[i]))
				}
			}
			if h.masks[3] == 0 {
				out[3] = 255
			}
			seen = seen || out[3] != 0
		}
	})
	for i := 3; !seen && i < len(m.Pix); i += 4 {
		m.Pix[i] = 255
	}
	return err
}

// runs decodes pixels that are compressed as runs of a colour, from the lowest row on. What they leave out is black, as in Chromium.
func (h *bmpHeader) runs(m *image.NRGBA) error {
	for i := 3; i < len(m.Pix); i += 4 {
		m.Pix[i] = 255
	}
	x, y := 0, h.height-1
	paint := func(index byte) {
		if x < h.width && y >= 0 {
			h.put(m.Pix[y*m.Stride+4*x:], int(index))
		}
		x++
	}
	nibble := func(b byte, i int) byte { return b >> (4 * (1 - i&1)) & 15 }
	for p := h.pixels; len(p) >= 2; {
		count, v := int(p[0]), p[1]
		p = p[2:]
		if count > 0 { // a run, with four bits of two colours in turns
			for i := range min(count, max(0, h.width-x)) {
				if h.bits == 4 {
					paint(nibble(v, i))
				} else {
					paint(v)
				}
			}
			continue
		}
		switch v {
		case 0: // the end of a row
			x = 0
			y--
		case 1: // of the picture
			return nil
		case 2: // go to the right, and up
			if len(p) < 2 {
				return errors.New("it ends before its pixels do")
			}
			x += int(p[0])
			y -= int(p[1])
			p = p[2:]
		default: // so many colours as they are, filled up to two bytes
			n := int(v)
			if h.bits == 4 {
				n = (n + 1) / 2
			}
			if len(p) < n {
				return errors.New("it ends before its pixels do")
			}
			for i := range min(int(v), max(0, h.width-x)) {
				if h.bits == 4 {
					paint(nibble(p[i/2], i))
				} else {
					paint(p[i])
				}
			}
			p = p[min(len(p), n+n&1):]
		}
	}
	if y > 0 || y == 0 && x < h.width {
		return errors.New("it ends before its pixels do")
	}
	return nil
}
