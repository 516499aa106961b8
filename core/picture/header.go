package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"golang.org/x/image/tiff"

	"mobilenet/core/picture/internal/jpeg"
	"mobilenet/core/pixels"
)

// A Header is what a file says of its picture.
type Header struct {
	Format        string // "jpeg", "png", "gif", "webp", "bmp" or "tiff", or the name of a registered format
	Width, Height int    // as stored; the upright picture may have them swapped
	Orientation   Orientation

	// AssumedSRGB is whether the colours are taken for sRGB's although the file says something else, which is not understood: it has a
	// profile of inks, or one that is broken, or its colours are those of high dynamic range.
	AssumedSRGB bool

	kind   string     // Format, with what makes decoding cost more than usual
	icc    []byte     // the profile of its colours; empty: none
	toSRGB conversion // of its colours
	memory int64      // bytes that decoding takes
	codec  *codec
}

// A codec is a format's decoder.
type codec struct {
	format string
	config func(file []byte) (image.Config, error)
	decode func(file []byte) (image.Image, error)
	// inspect reads what config does not tell into h: orientation, profile, and the bytes a pixel while the file is decoded; bytes that
	// do not grow with the picture, it adds to h.memory.
	inspect func(file []byte, config image.Config, h *Header) (bytesPerPixel float64, err error)
}

var (
	jpegCodec = codec{"jpeg", jpeg.DecodeConfig, jpeg.Decode, inspectJPEG}
	pngCodec  = codec{"png", pngConfig, decodePNG, inspectPNG}
	gifCodec  = codec{"gif", gifConfig, decodeGIF, inspectGIF}
	webpCodec = codec{"webp", webpConfig, decodeWebP, inspectWebP}
	bmpCodec  = codec{"bmp", bmpConfig, decodeBMP, inspectBMP}
	tiffCodec = codec{"tiff", tiffConfig, decodeTIFF, inspectTIFF}
)

// wrong is a decoder's error as one of this package: what is merely not read is told from what is broken.
func (c *codec) wrong(err error) error {
	why := strings.TrimPrefix(strings.TrimPrefix(err.Error(), c.format+": "), "invalid format: ")
	var pngKind png.UnsupportedError
	var tiffKind tiff.UnsupportedError
	switch {
	case errors.Is(err, ErrUnsupported), errors.Is(err, ErrBroken):
		return err
	case errors.As(err, &pngKind):
		return unsupported(c.format, string(pngKind))
	case errors.As(err, &tiffKind):
		return unsupported(c.format, string(tiffKind))
	case errors.Is(err, jpeg.ErrUnsupported), errors.Is(err, errBMPKind):
		return unsupported(c.format, strings.TrimSuffix(why, ": "+jpeg.ErrUnsupported.Error()))
	}
	return broken(c.format, "%s", why)
}

// unsupported is an error about a file of a format that is read, but not with what this one has.
func unsupported(format, what string) error {
	return fmt.Errorf("%w: this is a %s with %s", ErrUnsupported, names[format], what)
}

// names are the formats' as people write them.
var names = map[string]string{"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WebP", "bmp": "BMP", "tiff": "TIFF"}

// Read reads a file's header and decodes nothing.
func Read(file []byte) (*Header, error) {
	c, err := sniff(file)
	if err != nil {
		return nil, err
	}
	config, err := c.config(file)
	if err != nil {
		return nil, c.wrong(err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > pixels.MaxSide || config.Height > pixels.MaxSide {
		return nil, broken(c.format, "its size is %d×%d", config.Width, config.Height)
	}
	h := &Header{Format: c.format, Width: config.Width, Height: config.Height, Orientation: Upright, kind: "a " + names[c.format], codec: c}
	if modelBytes(config.ColorModel) == 8 {
		h.kind += " of 16 bits a channel"
	}
	perPixel, err := c.inspect(file, config, h)
	if err != nil {
		return nil, err
	}
	h.memory += int64(perPixel * float64(h.Width) * float64(h.Height))
	if len(h.icc) > 0 {
		grey := config.ColorModel == color.GrayModel || config.ColorModel == color.Gray16Model
		var known bool
		h.toSRGB, known = toSRGB(h.icc, grey)
		if config.ColorModel == color.CMYKModel {
			h.toSRGB, known = nil, false
		}
		h.AssumedSRGB = !known
		h.memory += 9 * int64(len(h.icc)) // a number for each byte, at most
	}
	return h, nil
}

// Memory is the bytes that decoding takes at its peak, result included: what Limits.Memory bounds.
func (h *Header) Memory() int64 { return h.memory }

// Sniff is the format of a file, as Header.Format has it, by its first bytes; empty for one that is not read here. 64 bytes are enough.
func Sniff(head []byte) string {
	c, err := sniff(head)
	if err != nil {
		return ""
	}
	return c.format
}

// decode decodes the file that h was read from.
func (h *Header) decode(file []byte) (pixels.Image, error) {
	m, err := h.codec.decode(file)
	if err != nil {
		return pixels.Image{}, h.codec.wrong(err)
	}
	whole := image.Rect(0, 0, h.Width, h.Height)
	if b := m.Bounds(); b != whole {
		if h.Format != "gif" || !b.In(whole) {
			return pixels.Image{}, broken(h.Format, "the header says %d×%d, the image is %v", h.Width, h.Height, b)
		}
		// The first picture of a GIF may fill a part of the screen; the rest is transparent.
		screen := image.NewNRGBA(whole)
		draw.Draw(screen, b, m, b.Min, draw.Src)
		m = screen
	}
	up := h.Orientation.apply(narrow(m))
	up.ToSRGB = h.toSRGB
	return up, nil
}

// narrow writes pixels that have more than RGBA's eight bits, or inks, as RGBA into their own memory, for there is no room for both. Others it
// leaves.
func narrow(m image.Image) image.Image {
	b := m.Bounds()
	out := &image.NRGBA{Stride: 4 * b.Dx(), Rect: b}
	size := out.Stride * b.Dy()
	switch m := m.(type) {
	case *image.NRGBA64:
		if m.Stride != 8*b.Dx() {
			return m
		}
		for i := range size {
			m.Pix[i] = m.Pix[2*i] // the high byte
		}
		out.Pix = m.Pix[:size]
	case *image.RGBA64:
		if m.Stride != 8*b.Dx() {
			return m
		}
		for i := 0; i < size; i += 4 {
			c := color.RGBA64{R: word(m.Pix[2*i:]), G: word(m.Pix[2*i+2:]), B: word(m.Pix[2*i+4:]), A: word(m.Pix[2*i+6:])}
			if c.A != 0xffff && c.A != 0 { // colours are multiplied by it
				c.R, c.G, c.B = divided(c.R, c.A), divided(c.G, c.A), divided(c.B, c.A)
			}
			m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = uint8(c.R>>8), uint8(c.G>>8), uint8(c.B>>8), uint8(c.A>>8)
		}
		out.Pix = m.Pix[:size]
	case *image.CMYK:
		if m.Stride != 4*b.Dx() {
			return m
		}
		for p := m.Pix[:size]; len(p) >= 4; p = p[4:] {
			p[0], p[1], p[2] = color.CMYKToRGB(p[0], p[1], p[2], p[3])
			p[3] = 255
		}
		out.Pix = m.Pix[:size]
	default:
		return m
	}
	return out
}

func word(b []byte) uint16 { return binary.BigEndian.Uint16(b) }

func divided(v, alpha uint16) uint16 { return uint16(min(uint32(v)*0xffff/uint32(alpha), 0xffff)) }

// result is the bytes a pixel that the upright RGBA takes beside a decoded picture whose own are the result unless it must be turned.
func (h *Header) result(shared bool) float64 {
	if shared && h.Orientation == Upright {
		return 0
	}
	return 4
}

// modelBytes is the bytes a pixel of the picture types that have the color model.
func modelBytes(m color.Model) float64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// foreign are formats that people send and that are not read, so that the answer can name them.
//
// JPEG XL could be read as packages heic and avif read theirs, by github.com/gen2brain/jpegxl v0.4.4: 174 kB more of a program, and 36 bytes a
// pixel. But its decoder says nothing of an image's colours, nor are they to be read apart from it, for JPEG XL compresses profiles by a method
// of its own; so pictures of other colours than sRGB's would come out wrong and unsaid.
var foreign = []struct {
	at         int
	magic, say string
}{
	{0, "%PDF", "a PDF"}, {0, "<!", "an HTML page"}, {0, "<html", "an HTML page"}, {0, "PK\x03\x04", "a ZIP archive"},
	{0, "\xff\x0a", "a JPEG XL image"}, {0, "\x00\x00\x00\x0cJXL ", "a JPEG XL image"},
	{0, "\x00\x00\x00\x0cjP  ", "a JPEG 2000 image"}, {0, "\xff\x4f\xff\x51", "a JPEG 2000 image"},
	{0, "II+\x00", "a BigTIFF"}, {0, "MM\x00+", "a BigTIFF"}, {0, "\x00\x00\x01\x00", "an icon (ICO)"}, {0, "\x00\x00\x02\x00", "a cursor (CUR)"},
	{0, "8BPS", "a Photoshop file"}, {0, "%!PS", "a PostScript file"}, {0, "II\xbc", "a JPEG XR image"},
	{0, "\x1f\x8b", "something gzipped"}, {0, "\x1aE\xdf\xa3", "a video"}, {8, "AVI ", "a video"}, {8, "WAVE", "a sound"},
}

// brands are those of ISO media files that hold pictures. A file has a main one and others that it is compatible with.
var brands = []struct{ brands, say string }{
	{"avif avis", "an AVIF image"}, {"heic heix heim heis hevc hevx hevm hevs", "a HEIC photo"}, {"mif1 msf1 miaf", "a HEIF image"},
}

// kindOf is what a file is that is not read.
func kindOf(file []byte) string {
	if len(file) == 0 {
		return "no bytes"
	}
	for _, f := range foreign {
		if has(file, f.at, f.magic) {
			return f.say
		}
	}
	if has(file, 4, "ftyp") {
		end := min(max(12, int(binary.BigEndian.Uint32(file))), len(file), 256)
		for _, b := range brands {
			for at := 8; at+4 <= end; at += 4 {
				if strings.Contains(b.brands, string(file[at:at+4])) {
					return b.say
				}
			}
		}
		return "a video"
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(file[:min(len(file), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<svg")):
		return "an SVG drawing"
	case bytes.HasPrefix(text, []byte("<?xml")):
		return "an XML file"
	}
	return fmt.Sprintf("%d bytes that begin with %.8q", len(file), file)
}

// has reports whether a file has these bytes at a place.
func has(file []byte, at int, magic string) bool {
	return len(file) >= at+len(magic) && string(file[at:at+len(magic)]) == magic
}

// sniff tells the format by a file's first bytes; names and declared types lie too often.
func sniff(file []byte) (*codec, error) {
	switch {
	case has(file, 0, "\xff\xd8\xff"):
		return &jpegCodec, nil
	case has(file, 0, "\x89PNG\r\n\x1a\n"):
		return &pngCodec, nil
	case has(file, 0, "GIF87a"), has(file, 0, "GIF89a"):
		return &gifCodec, nil
	case has(file, 0, "RIFF") && has(file, 8, "WEBP"):
		return &webpCodec, nil
	case has(file, 0, "BM"):
		return &bmpCodec, nil
	case has(file, 0, "II*\x00"), has(file, 0, "MM\x00*"):
		return &tiffCodec, nil
	}
	if c := registeredFor(file); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("%w: this is %s; JPEG, PNG, GIF, WebP, BMP%s and TIFF are", ErrUnsupported, kindOf(file), registeredTitles())
}
