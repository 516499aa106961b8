// Package jpeg decodes JPEG files (ITU-T T.81): Huffman-coded, sequential and progressive, of 8 bits a sample.
//
// Why not image/jpeg: it counts the restart intervals of scans of one component as if they had all, so it calls valid files of phones
// broken; it does not know the tables that frames of cameras' films leave out; and it takes four bytes a coefficient, with which no
// progressive photo of 12 megapixels fits into a Worker. github.com/gen2brain/jpegn 0.4.1 reads some of the former, but it gives pixels
// for files that are cut short, refuses grids of samples that image/jpeg reads, and fails on an iPhone's progressive photo. Over 105
// photos, the best of three runs each, this package took 0.80 s, image/jpeg 1.43 s and jpegn, with assembler, 0.66 s on amd64; as
// WebAssembly, where there is no assembler, 2.5 s, 4.0 s and 3.2 s. Samples are libjpeg-turbo's bit by bit, as browsers show them: of 117
// photos, djpeg gives the same bytes for all but two of inks, which are one apart. What is damaged is an error.
package jpeg

import (
	"errors"
	"fmt"
	"image"
	"image/color"
)

// ErrUnsupported is wrapped by errors about valid files of kinds that are not read here.
var ErrUnsupported = errors.New("not read here")

func unsupported(what string) error { return fmt.Errorf("%s: %w", what, ErrUnsupported) }

// Markers, which follow a byte of 0xff (table B.1).
const (
	sof0  = 0xc0 // start of frame: sequential, with two Huffman tables of a kind at most
	sof1  = 0xc1 // sequential, with four
	sof2  = 0xc2 // progressive
	dht   = 0xc4 // Huffman tables
	rst0  = 0xd0 // restart; there are eight
	soi   = 0xd8 // start of image
	eoi   = 0xd9 // end of image
	sos   = 0xda // start of scan
	dqt   = 0xdb // quantisation tables
	dri   = 0xdd // restart interval
	app0  = 0xe0 // JFIF
	app14 = 0xee // Adobe
	app15 = 0xef
	com   = 0xfe // comment
)

// A component is one of a frame's planes of samples.
type component struct {
	id, h, v       int // its name, and how many blocks it has across and down in a unit of all components
	quantisation   int // its table
	across, down   int // how many blocks have samples of the picture
	blocksInLine   int // how many there are, for whole units
	pixels         []byte
	coefficients   []int16 // of a progressive frame; its memory becomes that of pixels
	first          bool    // whether a scan has begun it
	lastDifference int32   // the value at 0 of the block before
}

type decoder struct {
	bits
	width, height  int
	progressive    bool
	components     []component
	hMax, vMax     int
	unitsAcross    int
	unitsDown      int
	quantisation   [4]*[64]int32 // in zigzag order; nil: not defined
	huffman        [2][4]*table  // for values at 0 and for the others
	restart        int           // the interval, in units
	endOfBand      int           // blocks to come that have nothing more in this scan
	jfif, adobe    bool
	adobeTransform byte
}

// Decode decodes a file, to *image.Gray, *image.YCbCr, *image.RGBA or *image.CMYK.
func Decode(file []byte) (image.Image, error) {
	d := &decoder{bits: bits{data: file}}
	if err := d.segments(false); err != nil {
		return nil, err
	}
	if len(d.components) == 0 || !d.components[0].first {
		return nil, errors.New("there is no picture in it")
	}
	if d.progressive {
		if err := d.reconstruct(); err != nil {
			return nil, err
		}
	}
	return d.picture()
}

// DecodeConfig reads a file's header.
func DecodeConfig(file []byte) (image.Config, error) {
	d := &decoder{bits: bits{data: file}}
	if err := d.segments(true); err != nil {
		return image.Config{}, err
	}
	model := color.YCbCrModel
	switch {
	case len(d.components) == 0:
		return image.Config{}, errors.New("there is no picture in it")
	case len(d.components) == 1:
		model = color.GrayModel
	case len(d.components) == 4:
		model = color.CMYKModel
	case d.isRGB():
		model = color.RGBAModel
	}
	return image.Config{ColorModel: model, Width: d.width, Height: d.height}, nil
}

// segments reads a file up to its end, or only up to its first scan. Bytes between segments that are no marker are skipped, as by
// browsers.
func (d *decoder) segments(header bool) error {
	if len(d.data) < 2 || d.data[0] != 0xff || d.data[1] != soi {
		return errors.New("it does not begin with the marker of a JPEG")
	}
	for d.at = 2; ; {
		marker, ok := d.marker()
		switch {
		case !ok:
			return errors.New("it ends before its end marker")
		case marker == eoi:
			return nil
		case marker == 1 || marker >= rst0 && marker <= soi: // they have no length; some encoders end with a restart
			continue
		case d.at+2 > len(d.data):
			return errors.New("it ends within a segment")
		}
		length := int(d.data[d.at])<<8 | int(d.data[d.at+1])
		if length < 2 || d.at+length > len(d.data) {
			return fmt.Errorf("a segment of %d bytes is longer than the file", length)
		}
		segment := d.data[d.at+2 : d.at+length]
		d.at += length
		if header && marker == sos {
			return nil
		}
		if err := d.segment(marker, segment); err != nil {
			return err
		}
	}
}

// marker finds the next marker.
func (d *decoder) marker() (marker byte, ok bool) {
	for ; d.at+1 < len(d.data); d.at++ {
		if d.data[d.at] == 0xff && d.data[d.at+1] != 0 && d.data[d.at+1] != 0xff {
			d.at += 2
			return d.data[d.at-1], true
		}
	}
	return 0, false
}

func (d *decoder) segment(marker byte, s []byte) error {
	switch marker {
	case sof0, sof1, sof2:
		d.progressive = marker == sof2
		return d.frame(s)
	case 0xc3, 0xcb:
		return unsupported("lossless compression")
	case 0xc9, 0xca, 0xcc:
		return unsupported("arithmetic coding")
	case 0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf, 0xde, 0xdf:
		return unsupported("a hierarchy of pictures")
	case 0xf7:
		return unsupported("JPEG-LS")
	case dht:
		return d.defineHuffman(s)
	case dqt:
		return d.defineQuantisation(s)
	case dri:
		if len(s) != 2 {
			return fmt.Errorf("a restart interval of %d bytes", len(s))
		}
		d.restart = int(s[0])<<8 | int(s[1])
	case sos:
		return d.scan(s)
	case app0:
		d.jfif = d.jfif || len(s) >= 5 && string(s[:5]) == "JFIF\x00"
	case app14:
		if len(s) >= 12 && string(s[:5]) == "Adobe" {
			d.adobe, d.adobeTransform = true, s[11]
		}
	default:
		if marker < app0 || marker > app15 && marker != com {
			return fmt.Errorf("a marker %#02x", marker)
		}
	}
	return nil
}

// frame reads a frame header (section B.2.2).
func (d *decoder) frame(s []byte) error {
	if len(d.components) > 0 {
		return errors.New("it has two frame headers")
	}
	if len(s) < 6 || len(s) != 6+3*int(s[5]) {
		return errors.New("its frame header has another length than it says")
	}
	if s[0] != 8 {
		return unsupported(fmt.Sprintf("%d bits a sample", s[0]))
	}
	d.height, d.width = int(s[1])<<8|int(s[2]), int(s[3])<<8|int(s[4])
	if d.height == 0 {
		return unsupported("a height that comes after the picture")
	}
	n := int(s[5])
	if n != 1 && n != 3 && n != 4 {
		return unsupported(fmt.Sprintf("%d components", n))
	}
	d.hMax, d.vMax = 1, 1
	all := make([]component, n)
	for i := range all {
		c := &all[i]
		c.id, c.h, c.v, c.quantisation = int(s[6+3*i]), int(s[7+3*i]>>4), int(s[7+3*i]&15), int(s[8+3*i])
		for _, other := range all[:i] {
			if other.id == c.id {
				return fmt.Errorf("two components are number %d", c.id)
			}
		}
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.quantisation > 3 {
			return fmt.Errorf("component %d has %d×%d blocks and the quantisation table %d", c.id, c.h, c.v, c.quantisation)
		}
		if n == 1 {
			c.h, c.v = 1, 1 // a single one's mean nothing (A.2.2)
		}
		d.hMax, d.vMax = max(d.hMax, c.h), max(d.vMax, c.v)
	}
	d.unitsAcross, d.unitsDown = ceil(d.width, 8*d.hMax), ceil(d.height, 8*d.vMax)
	for i := range all {
		c := &all[i]
		c.across, c.down = ceil(ceil(d.width*c.h, d.hMax), 8), ceil(ceil(d.height*c.v, d.vMax), 8)
		c.blocksInLine = d.unitsAcross * c.h
	}
	d.components = all
	return d.checkSampling()
}

func ceil(a, b int) int { return (a + b - 1) / b }

// defineQuantisation reads tables (section B.2.4.1).
func (d *decoder) defineQuantisation(s []byte) error {
	for len(s) > 0 {
		words, to := int(s[0]>>4), s[0]&15
		n := 64 * (1 + words)
		if words > 1 || to > 3 || len(s) < 1+n {
			return errors.New("a quantisation table makes no sense")
		}
		if d.quantisation[to] == nil {
			d.quantisation[to] = new([64]int32)
		}
		t := d.quantisation[to]
		for i := range t {
			if words == 1 {
				t[i] = int32(s[1+2*i])<<8 | int32(s[2+2*i])
			} else {
				t[i] = int32(s[1+i])
			}
		}
		d.quantisation[to] = t
		s = s[1+n:]
	}
	return nil
}
