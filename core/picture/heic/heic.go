// Package heic has package picture read HEIC, what iPhones write. A program switches that on by importing it:
//
//	import _ "mobilenet/core/picture/heic"
//
// The decoder is WebAssembly, which runs here without cgo, wherever Go does. It is for programs of an operating system: for a Worker or
// a tab's Go program it is too large. A photo of 12 megapixels takes some 140 MB to decode, and picture.Default allows 88: such programs
// give Limits of their own.
//
// Not read are pictures with transparency, of other codecs in the same container, and image sequences.
package heic

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"strings"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/heif"
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
	bytesAlone        = 4 // of a picture that is no grid, which is decoded as the one tile of one
	bytesAlways       = 8 << 20
)

// maxTiles bounds the work: of what a grid's tiles hold, all but the rim is seen.
const maxTiles = 1 << 12

func read(file []byte) (picture.Info, error) {
	_, h, err := readHeader(file)
	if err != nil {
		return picture.Info{}, err
	}
	return picture.Info{
		Width: h.width, Height: h.height, ICC: h.icc, Primaries: h.colours.primaries, Transfer: h.colours.transfer, Memory: h.memory,
	}, nil
}

func readHeader(file []byte) (*heif.Container, *header, error) {
	c, err := heif.Read(file)
	if err != nil {
		return nil, nil, broken("%w", err)
	}
	it := c.Items[c.Primary]
	h := &header{}
	leaf := it
	switch it.Kind {
	case "hvc1":
	case "grid":
		if leaf, err = tilesOf(c, it); err != nil {
			return nil, nil, err
		}
	default:
		return nil, nil, fmt.Errorf("%w: this is a HEIF image of the kind %q; of HEVC (hvc1), alone or in a grid, they are", picture.ErrUnsupported, it.Kind)
	}
	if c.HasAlpha() {
		return nil, nil, fmt.Errorf("%w: this is a HEIC with transparency", picture.ErrUnsupported)
	}
	s, err := readConfiguration(heif.Find(leaf.Properties, "hvcC"))
	if err != nil {
		return nil, nil, broken("%w", err)
	}
	if leaf != it && s.chroma == 0 {
		return nil, nil, fmt.Errorf("%w: this is a HEIC with a grid of grey tiles", picture.ErrUnsupported)
	}
	if w, l := leaf.Extent(); w != s.width || l != s.height {
		return nil, nil, broken("it says that its pictures are %d×%d, and their HEVC stream %d×%d", w, l, s.width, s.height)
	}
	h.width, h.height = it.Upright()
	w, l := it.Extent()
	if h.width < 1 || h.height < 1 || w > 1<<15 || l > 1<<15 {
		return nil, nil, broken("its size is %d×%d", w, l)
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
	h.memory = bytesAlways + 2*int64(len(file)) + int64(perPixel)*max(int64(w)*int64(l), int64(s.coded))
	h.colours = s.colours
	for _, of := range []*heif.Item{leaf, it} { // the container's word counts more than the stream's, and the whole's more than a tile's
		for _, p := range of.Properties {
			if p.Name == "colr" && len(p.Content) >= 4 {
				h.readColour(string(p.Content[:4]), p.Content[4:])
			}
		}
	}
	if _, ok := shares[h.colours.matrix]; !ok && h.colours.matrix != 0 {
		return nil, nil, fmt.Errorf("%w: this is a HEIC with colours of the matrix %d of H.273", picture.ErrUnsupported, h.colours.matrix)
	}
	return c, h, nil
}

// tilesOf checks a grid's tiles, which are alike, and returns the first.
func tilesOf(c *heif.Container, grid *heif.Item) (*heif.Item, error) {
	if len(grid.Tiles) < 1 || len(grid.Tiles) > maxTiles {
		return nil, broken("its grid has %d tiles", len(grid.Tiles))
	}
	var first *heif.Item
	for _, id := range grid.Tiles {
		tile := c.Items[id]
		switch {
		case tile == nil:
			return nil, broken("its grid's tile %d is missing", id)
		case tile.Kind != "hvc1":
			return nil, fmt.Errorf("%w: this is a HEIF image with tiles of the kind %q; of HEVC (hvc1) they are", picture.ErrUnsupported, tile.Kind)
		}
		if first == nil {
			first = tile
		}
		if w, h := first.Extent(); w < 1 || h < 1 {
			return nil, broken("its tiles have no size")
		} else if tw, th := tile.Extent(); tw != w || th != h {
			return nil, broken("its tiles are %d×%d and %d×%d, where all should be alike", w, h, tw, th)
		}
	}
	w, h := grid.Extent()
	tw, th := first.Extent()
	if least := ((w + tw - 1) / tw) * ((h + th - 1) / th); len(grid.Tiles) > 2*least {
		return nil, broken("its grid has %d tiles of %d×%d, and %d fill it", len(grid.Tiles), tw, th, least)
	}
	return first, nil
}

// readColour reads a property colr: numbers of H.273, or a profile.
func (h *header) readColour(kind string, content []byte) {
	switch {
	case kind == "nclx" && len(content) >= 7:
		r := &heif.Reader{B: content}
		h.colours = colours{primaries: byte(r.Number(2)), transfer: byte(r.Number(2)), matrix: r.Number(2), fullRange: r.Number(1)&0x80 != 0}
	case kind == "prof", kind == "rICC":
		h.icc = content
	}
}

// decodeUpright decodes a file. libheif turns and cuts the picture as the file's properties say; EXIF's orientation, which repeats that,
// does not count in HEIF (ISO/IEC 23008-12, A.2.1).
func decodeUpright(file []byte) (image.Image, error) {
	c, h, err := readHeader(file)
	if err != nil {
		return nil, err
	}
	if err := checkStreams(file, c); err != nil {
		return nil, err
	}
	p, done, err := decode(context.Background(), single(file, c), h.memory)
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
