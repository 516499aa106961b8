package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"io"
	"slices"

	"golang.org/x/image/tiff"
	"golang.org/x/image/tiff/lzw"
)

// Tags of a TIFF's directory.
const (
	tiffBits        = 258 // of each sample
	tiffCompression = 259
	tiffMeaning     = 262 // of the samples: photometric interpretation
	tiffFillOrder   = 266
	tiffOffsets     = 273
	tiffSamples     = 277
	tiffRows        = 278
	tiffCounts      = 279
	tiffPlanar      = 284
	tiffFaxOptions  = 292
	tiffPredictor   = 317
	tiffTileWidth   = 322
	tiffTileHeight  = 323
	tiffTileOffsets = 324
	tiffTileCounts  = 325
	tiffExtra       = 338 // samples: 1, 2: alpha, which colours are multiplied by or not
	tiffProfile     = 34675
)

// Values of tiffCompression and tiffMeaning.
const (
	tiffFax3, tiffFax4, tiffLZW, tiffDeflate = 3, 4, 5, 8
	tiffPackBits, tiffOldDeflate             = 32773, 32946
	tiffBlackIsZero, tiffRGB, tiffPalette    = 1, 2, 3
)

// A directory is the first of a TIFF file: entries of tag, type, count and value, or where the values lie.
type directory struct {
	file    []byte
	order   binary.ByteOrder
	entries []byte
}

func readDirectory(file []byte) directory {
	d := directory{file: file, order: binary.LittleEndian}
	if len(file) < 8 {
		return d
	}
	if file[0] == 'M' {
		d.order = binary.BigEndian
	}
	if at := uint64(d.order.Uint32(file[4:])); at+2 <= uint64(len(file)) {
		end := min(at+2+12*uint64(d.order.Uint16(file[at:])), uint64(len(file)))
		d.entries = file[at+2 : end]
	}
	return d
}

// data is a tag's bytes and the size of each of its values; nil: there is none, or it does not lie in the file.
func (d directory) data(tag uint16) (data []byte, size int) {
	for e := d.entries; len(e) >= 12; e = e[12:] {
		if d.order.Uint16(e) != tag {
			continue
		}
		size, ok := map[uint16]int{1: 1, 2: 1, 3: 2, 4: 4, 7: 1}[d.order.Uint16(e[2:])]
		if !ok {
			return nil, 1
		}
		n := uint64(size) * uint64(d.order.Uint32(e[4:]))
		if n <= 4 {
			return e[8 : 8+n], size
		}
		if at := uint64(d.order.Uint32(e[8:])); at+n <= uint64(len(d.file)) {
			return d.file[at : at+n], size
		}
		return nil, 1
	}
	return nil, 1
}

// value is a tag's value number i, otherwise if there is none.
func (d directory) value(tag uint16, i, otherwise int) int {
	data, size := d.data(tag)
	if len(data) < (i+1)*size {
		return otherwise
	}
	switch data = data[i*size:]; size {
	case 1:
		return int(data[0])
	case 2:
		return int(d.order.Uint16(data))
	default:
		return int(d.order.Uint32(data))
	}
}

// count is how many values a tag has.
func (d directory) count(tag uint16) int {
	data, size := d.data(tag)
	return len(data) / size
}

// unread says what is in a file that golang.org/x/image/tiff reads without a word, but not as it is meant.
func (d directory) unread() string {
	samples, compression := d.value(tiffSamples, 0, 1), d.value(tiffCompression, 0, 1)
	bits, meaning := d.value(tiffBits, 0, 1), d.value(tiffMeaning, 0, 0)
	fax := compression == tiffFax3 || compression == tiffFax4
	switch {
	case compression == 6 || compression == 7:
		return "JPEG compression"
	case meaning == 5:
		return "CMYK colours"
	case meaning == 6 || meaning == 8:
		return "YCbCr or Lab colours"
	case samples > 1 && d.value(tiffPlanar, 0, 1) == 2:
		return "a plane for each colour"
	case meaning != tiffRGB && samples > 1:
		return "an alpha channel beside grey or a palette"
	case samples != max(1, d.count(tiffBits)):
		return fmt.Sprintf("%d samples a pixel that have %d sizes", samples, d.count(tiffBits))
	case meaning == tiffRGB && samples > 3 && (samples > 4 || d.value(tiffExtra, 0, 0) < 1 || d.value(tiffExtra, 0, 0) > 2):
		return "channels beside red, green and blue that are no alpha"
	case meaning == tiffPalette && bits != 1 && bits != 8:
		return fmt.Sprintf("a palette of %d bits", bits)
	case fax && bits != 1:
		return fmt.Sprintf("fax compression of %d bits", bits)
	case !fax && d.value(tiffFillOrder, 0, 1) == 2:
		return "its bits in the other order"
	case compression == tiffFax3 && d.value(tiffFaxOptions, 0, 0)&1 != 0:
		return "fax compression in two dimensions"
	case d.value(tiffPredictor, 0, 1) != 1 && (bits < 8 || !d.packed() || compression == tiffPackBits):
		return "a prediction that has no meaning here"
	case d.value(tiffPredictor, 0, 1) > 2:
		return "a prediction of another kind"
	}
	return ""
}

// packed reports whether the data are of a compression that does not tell how long they become.
func (d directory) packed() bool {
	return slices.Contains([]int{tiffLZW, tiffDeflate, tiffOldDeflate, tiffPackBits}, d.value(tiffCompression, 0, 1))
}

func tiffConfig(file []byte) (image.Config, error) {
	if what := readDirectory(file).unread(); what != "" {
		return image.Config{}, unsupported("tiff", what)
	}
	return tiff.DecodeConfig(bytes.NewReader(file))
}

// decodeTIFF decodes a file, and mends two things: the colours of palettes that have 8 bits where there should be 16, as libtiff does;
// and black and white of faxes, whose white is always 0, whatever that means to a file.
func decodeTIFF(file []byte) (image.Image, error) {
	m, err := tiff.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	d := readDirectory(file)
	switch m := m.(type) {
	case *image.Paletted:
		for _, c := range m.Palette {
			if c := c.(color.RGBA64); c.R > 255 || c.G > 255 || c.B > 255 {
				return m, nil
			}
		}
		for i, c := range m.Palette {
			c := c.(color.RGBA64)
			m.Palette[i] = color.RGBA64{c.R * 257, c.G * 257, c.B * 257, c.A}
		}
	case *image.Gray:
		compression := d.value(tiffCompression, 0, 1)
		if (compression == tiffFax3 || compression == tiffFax4) && d.value(tiffMeaning, 0, 0) == tiffBlackIsZero {
			for i, v := range m.Pix {
				m.Pix[i] = ^v
			}
		}
	}
	return m, nil
}

// inspectTIFF: the first directory holds orientation and profile. A strip or tile, which may be the whole picture, is unpacked beside it
// into a buffer that grows.
func inspectTIFF(file []byte, config image.Config, h *Header) (float64, error) {
	d := readDirectory(file)
	h.Orientation = readOrientation(file)
	profile, _ := d.data(tiffProfile)
	h.addProfile(profile)
	perPixel := modelBytes(config.ColorModel)
	block, err := d.block(h.Width, h.Height)
	if err != nil {
		return 0, err
	}
	// The buffer doubles from 512 bytes on, so all of them take four times what is in the last. Tables of offsets come beside.
	h.memory += 4*block + 32*int64(d.count(tiffOffsets)+d.count(tiffTileOffsets))
	_, palette := config.ColorModel.(color.Palette)
	return perPixel + h.result(perPixel >= 4 && !palette), nil
}

// block is how many bytes the largest strip or tile has unpacked. The decoder would take eight a pixel, of which few have so many; so large
// ones are unpacked here once, without keeping anything, to see that they have no more than they should.
func (d directory) block(w, h int) (int64, error) {
	offsets, counts, tw, th, n := uint16(tiffOffsets), uint16(tiffCounts), w, h, 1
	if d.value(tiffTileWidth, 0, 0) > 0 {
		offsets, counts = tiffTileOffsets, tiffTileCounts
		tw, th = d.value(tiffTileWidth, 0, 0), d.value(tiffTileHeight, 0, 0)
		if tw < 1 || th < 1 || tw > 1<<16 || th > 1<<16 {
			return 0, broken("tiff", "its tiles are %d×%d", tw, th)
		}
		n = ((w + tw - 1) / tw) * ((h + th - 1) / th)
	} else {
		if rows := d.value(tiffRows, 0, h); rows > 0 {
			th = min(h, rows)
		}
		n = (h + th - 1) / th
	}
	bits := 0
	for i := range max(1, d.value(tiffSamples, 0, 1)) {
		if i > 3 {
			break
		}
		bits += d.value(tiffBits, i, 1)
	}
	should := int64((tw*bits+7)/8) * int64(th)
	const small = 1 << 20
	most := 8 * int64(tw) * int64(th)
	if most <= small || !d.packed() {
		return should, nil
	}
	for i := range n {
		at, count := d.value(offsets, i, 0), d.value(counts, i, 0)
		if at < 0 || count < 0 || at > len(d.file) || count > len(d.file)-at {
			return 0, broken("tiff", "its data lie outside of the file")
		}
		if d.unpacked(d.file[at:at+count], should) > should {
			return 0, broken("tiff", "its data unpack to more than the %d bytes of %d×%d pixels", should, tw, th)
		}
	}
	return should, nil
}

// unpacked is how many bytes data unpack to, at most one more than most.
func (d directory) unpacked(data []byte, most int64) (n int64) {
	var r io.Reader
	switch d.value(tiffCompression, 0, 1) {
	case tiffPackBits:
		for len(data) > 0 && n <= most {
			switch code := int(int8(data[0])); {
			case code >= 0:
				n += int64(code) + 1
				data = data[min(len(data), code+2):]
			case code == -128:
				data = data[1:]
			default:
				n += int64(1 - code)
				data = data[min(len(data), 2):]
			}
		}
		return n
	case tiffLZW:
		r = lzw.NewReader(bytes.NewReader(data), lzw.MSB, 8)
	default:
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return 0 // the decoder will say what is wrong
		}
		r = z
	}
	n, _ = io.CopyN(io.Discard, r, most+1)
	return n
}
