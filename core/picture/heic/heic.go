// Package heic has package picture read HEIC, what iPhones write. A program switches that on by importing it:
//
//	import _ "mobilenet/core/picture/heic"
//
// The decoder is WebAssembly, which runs here without cgo, wherever Go does. It is for programs of an operating system: for a Worker or
// a tab's Go program it is too large. A photo of 12 megapixels takes some 140 MB to decode, and picture.Default allows 88: such programs
// give Limits of their own.
//
// Not read are pictures with transparency, of other codecs in the same container, as AVIF is, and image sequences. Where a picture is no
// grid of tiles, as phones make them, and its sides are multiples of 8, the decoder smoothes chroma a little.
package heic

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"strings"

	"mobilenet/core/picture"
)

func init() {
	picture.Register(picture.Format{Name: "heic", Title: "HEIC", Is: is, Read: read, Decode: decodeUpright})
}

// brands are those that files with pictures of HEVC have, first or among others.
const brands = "heic heix heim heis mif1"

// is reports whether a file may be one, by its first bytes. An AVIF, which shares one brand, is none.
func is(file []byte) bool {
	if len(file) < 16 || string(file[4:8]) != "ftyp" {
		return false
	}
	end := min(int64(binary.BigEndian.Uint32(file)), int64(len(file)), 256)
	found := false
	for at := int64(8); at+4 <= end; at += 4 {
		brand := string(file[at : at+4])
		if brand == "avif" || brand == "avis" {
			return false
		}
		found = found || at != 12 && strings.Contains(brands, brand) // between is a version
	}
	return found
}

// A header is what is known of a picture before it is decoded.
type header struct {
	width, height int // upright
	colours       colours
	icc           []byte
	memory        int64
}

// What decoding takes at its peak, in bytes a pixel: the frames of libde265 and what libheif makes of them, in 8 bits or more, the samples
// that are handed over, and RGBA. heic_test.go measures it.
const (
	bytesPerPixel     = 11
	bytesPerDeepPixel = 17
	bytesAlone        = 6 // of a picture that is no grid, whose chroma is held in full for a while
	bytesAlways       = 8 << 20
)

// maxTiles bounds the work: of what a grid's tiles hold, all but the rim is seen.
const maxTiles = 1 << 12

func read(file []byte) (picture.Info, error) {
	h, err := readHeader(file)
	if err != nil {
		return picture.Info{}, err
	}
	const pq, hlg = 16, 18
	return picture.Info{
		Width: h.width, Height: h.height, ICC: h.icc, Memory: h.memory,
		AssumedSRGB: h.icc == nil && (h.colours.transfer == pq || h.colours.transfer == hlg),
	}, nil
}

func readHeader(file []byte) (*header, error) {
	c, err := readContainer(file)
	if err != nil {
		return nil, broken("%w", err)
	}
	it := c.items[c.primary]
	h := &header{}
	leaf := it
	switch it.kind {
	case "hvc1":
	case "grid":
		if leaf, err = c.tilesOf(it); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w: this is a HEIF image of the kind %q; of HEVC (hvc1), alone or in a grid, they are", picture.ErrUnsupported, it.kind)
	}
	if c.hasAlpha() {
		return nil, fmt.Errorf("%w: this is a HEIC with transparency", picture.ErrUnsupported)
	}
	s, err := readConfiguration(find(leaf.properties, "hvcC"))
	if err != nil {
		return nil, broken("%w", err)
	}
	if w, l := leaf.extent(); w != s.width || l != s.height {
		return nil, broken("it says that its pictures are %d×%d, and their HEVC stream %d×%d", w, l, s.width, s.height)
	}
	h.width, h.height = it.upright()
	w, l := it.extent()
	if h.width < 1 || h.height < 1 || w > 1<<15 || l > 1<<15 {
		return nil, broken("its size is %d×%d", w, l)
	}
	perPixel := bytesPerPixel
	if s.bits > 8 {
		perPixel = bytesPerDeepPixel
	}
	if leaf == it {
		perPixel += bytesAlone
	}
	if s.chroma > 1 {
		perPixel *= 2
	}
	h.memory = bytesAlways + int64(len(file)) + int64(perPixel)*max(int64(w)*int64(l), int64(s.coded))
	h.colours = s.colours
	for _, of := range []*item{leaf, it} { // the container's word counts more than the stream's, and the whole's more than a tile's
		for _, p := range of.properties {
			if p.name == "colr" && len(p.content) >= 4 {
				h.readColour(string(p.content[:4]), p.content[4:])
			}
		}
	}
	if _, ok := shares[h.colours.matrix]; !ok && h.colours.matrix != 0 {
		return nil, fmt.Errorf("%w: this is a HEIC with colours of the matrix %d of H.273", picture.ErrUnsupported, h.colours.matrix)
	}
	return h, nil
}

// tilesOf checks a grid's tiles, which are alike, and returns the first.
func (c *container) tilesOf(grid *item) (*item, error) {
	if len(grid.tiles) < 1 || len(grid.tiles) > maxTiles {
		return nil, broken("its grid has %d tiles", len(grid.tiles))
	}
	var first *item
	for _, id := range grid.tiles {
		tile := c.items[id]
		switch {
		case tile == nil:
			return nil, broken("its grid's tile %d is missing", id)
		case tile.kind != "hvc1":
			return nil, fmt.Errorf("%w: this is a HEIF image with tiles of the kind %q; of HEVC (hvc1) they are", picture.ErrUnsupported, tile.kind)
		}
		if first == nil {
			first = tile
		}
		if w, h := first.extent(); w < 1 || h < 1 {
			return nil, broken("its tiles have no size")
		} else if tw, th := tile.extent(); tw != w || th != h {
			return nil, broken("its tiles are %d×%d and %d×%d, where all should be alike", w, h, tw, th)
		}
	}
	w, h := grid.extent()
	tw, th := first.extent()
	if least := ((w + tw - 1) / tw) * ((h + th - 1) / th); len(grid.tiles) > 2*least {
		return nil, broken("its grid has %d tiles of %d×%d, and %d fill it", len(grid.tiles), tw, th, least)
	}
	return first, nil
}

// readColour reads a property colr: numbers of H.273, or a profile.
func (h *header) readColour(kind string, content []byte) {
	switch {
	case kind == "nclx" && len(content) >= 7:
		r := &reader{b: content}
		r.number(2)
		h.colours = colours{transfer: r.number(2), matrix: r.number(2), fullRange: r.number(1)&0x80 != 0}
	case kind == "prof", kind == "rICC":
		h.icc = content
	}
}

// decodeUpright decodes a file. libheif turns and cuts the picture as the file's properties say; EXIF's orientation, which repeats that,
// does not count in HEIF (ISO/IEC 23008-12, A.2.1).
func decodeUpright(file []byte) (image.Image, error) {
	h, err := readHeader(file)
	if err != nil {
		return nil, err
	}
	p, done, err := decode(context.Background(), file)
	if err != nil {
		return nil, err
	}
	defer done()
	if p.width != h.width || p.height != h.height {
		return nil, broken("the header says %d×%d, the image is %d×%d", h.width, h.height, p.width, p.height)
	}
	return p.rgb(h.colours), nil
}

func broken(why string, values ...any) error {
	return fmt.Errorf("%w: heic: "+why, append([]any{picture.ErrBroken}, values...)...)
}
