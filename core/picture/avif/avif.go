// Package avif has package picture read AVIF, of an animation the first picture. A program switches that on by importing it:
//
//	import _ "mobilenet/core/picture/avif"
//
// The decoder is WebAssembly, which runs here without cgo, wherever Go does, on one core and without SIMD: a photo of 12 megapixels takes
// some seconds and 300 MB, where picture.Default allows 88. It is for programs of an operating system, which give Limits of their own; for a
// Worker or a tab's Go program it is too large.
package avif

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/heif"
)

func init() {
	picture.Register(picture.Format{Name: "avif", Title: "AVIF", Is: is, Read: read, Decode: decodeFile})
}

// is reports whether a file is one, by the brands among its first bytes.
func is(file []byte) bool {
	if len(file) < 16 || string(file[4:8]) != "ftyp" {
		return false
	}
	end := min(int64(binary.BigEndian.Uint32(file)), int64(len(file)), 256)
	for at := int64(8); at+4 <= end; at += 4 {
		if brand := string(file[at : at+4]); at != 12 && (brand == "avif" || brand == "avis") { // between is a version
			return true
		}
	}
	return false
}

// A header is what is known of a picture before it is decoded.
type header struct {
	info          picture.Info
	width, height int // as stored, before it is cut
	cut           image.Rectangle
}

// What decoding takes at its peak, in bytes a pixel: the decoder's frames, what libavif makes of them, and the result. avif_test.go measures it.
const (
	bytesPerPixel     = 28
	bytesPerDeepPixel = 64
	bytesOfAlpha      = 8 // more, where there is any; twice for a deep one
	bytesOfGrid       = 8 // more, where tiles are put together; likewise
	bytesAlways       = 12 << 20
)

func read(file []byte) (picture.Info, error) {
	_, h, err := readHeader(file)
	if err != nil {
		return picture.Info{}, err
	}
	return h.info, nil
}

func readHeader(file []byte) (*heif.Container, *header, error) {
	c, err := heif.Read(file)
	if err != nil {
		return nil, nil, broken("%w", err)
	}
	it, more := c.Items[c.Primary], 0
	leaf := it
	switch {
	case it.Kind == "grid" && (len(it.Tiles) == 0 || c.Items[it.Tiles[0]] == nil):
		return nil, nil, broken("the tiles of its grid are missing")
	case it.Kind == "grid":
		leaf, more = c.Items[it.Tiles[0]], bytesOfGrid
	case it.Kind != "av01":
		return nil, nil, unsupported("its picture is of the kind %q; of AV1 (av01), alone or in a grid, they are read", it.Kind)
	}
	av1C := heif.Find(leaf.Properties, "av1C")
	if len(av1C) < 4 {
		return nil, nil, broken("the description of its AV1 stream is missing")
	}
	deep := av1C[2]&0x40 != 0 // AV1 Codec ISO Media File Format Binding, 2.3.3: high_bitdepth
	h := &header{}
	h.width, h.height = it.Extent()
	if h.width < 1 || h.height < 1 || h.width > 1<<15 || h.height > 1<<15 {
		return nil, nil, broken("its size is %d×%d", h.width, h.height)
	}
	if c.HasAlpha() {
		more += bytesOfAlpha
	}
	perPixel := bytesPerPixel + more
	if deep {
		perPixel = bytesPerDeepPixel + 2*more
	}
	area := int64(h.width) * int64(h.height)
	if w, l := leaf.Extent(); leaf != it && int64(w)*int64(l) > area {
		area = int64(w) * int64(l)
	}
	h.info = picture.Info{Memory: bytesAlways + int64(len(file)) + int64(perPixel)*area}
	h.cut = image.Rect(0, 0, h.width, h.height)
	return c, h, h.readProperties(it.Properties)
}

// readProperties reads what is to be done with the picture when it is decoded, and its colours. Of the turns and cuts libavif does none.
func (h *header) readProperties(properties []heif.Box) error {
	turns, mirror := 0, 0
	for _, p := range properties {
		switch {
		case p.Name == "irot" && len(p.Content) > 0:
			turns = int(p.Content[0] & 3)
		case p.Name == "imir" && len(p.Content) > 0:
			mirror = 1 + int(p.Content[0]&1)
		case p.Name == "clap":
			cut, ok := heif.CleanAperture(p.Content, h.width, h.height)
			if !ok {
				return unsupported("it is cut between its pixels, or beside them")
			}
			h.cut = cut
		case p.Name == "colr" && len(p.Content) >= 4:
			r := &heif.Reader{B: p.Content[4:]}
			switch string(p.Content[:4]) {
			case "nclx":
				h.info.Primaries, h.info.Transfer = byte(r.Number(2)), byte(r.Number(2))
			case "prof", "rICC":
				h.info.ICC = r.B
			}
		}
	}
	h.info.Width, h.info.Height = h.cut.Dx(), h.cut.Dy()
	h.info.Orientation = orientations[turns][mirror]
	return nil
}

// orientations are EXIF's for quarter turns to the left, and then not mirrored, mirrored top to bottom, or left to right (ISO/IEC 23000-22,
// 7.3.6.7: they apply in this order).
var orientations = [4][3]picture.Orientation{{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}}

// decodeFile decodes a file to what is stored, cut.
func decodeFile(file []byte) (image.Image, error) {
	c, h, err := readHeader(file)
	if err != nil {
		return nil, err
	}
	if err := checkStreams(file, c); err != nil {
		return nil, err
	}
	m, err := decode(context.Background(), file, h)
	if err != nil {
		return nil, err
	}
	at := m.PixOffset(h.cut.Min.X, h.cut.Min.Y)
	return &image.RGBA{Pix: m.Pix[at:], Stride: m.Stride, Rect: image.Rect(0, 0, h.cut.Dx(), h.cut.Dy())}, nil
}

func broken(why string, values ...any) error {
	return fmt.Errorf("%w: avif: "+why, append([]any{picture.ErrBroken}, values...)...)
}

func unsupported(why string, values ...any) error {
	return fmt.Errorf("%w: this is an AVIF, and "+why, append([]any{picture.ErrUnsupported}, values...)...)
}
