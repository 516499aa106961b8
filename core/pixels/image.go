// Package pixels turns pictures into what the network reads: RGB bytes [H,W,3] or luma [H,W,1], cropped, resized, transparency over white.
package pixels

import "fmt"

// MaxSide and MaxPixels bound the pictures that are read: 2²⁸ pixels of RGBA fill one gibibyte.
const (
	MaxSide   = 1 << 20
	MaxPixels = 1 << 28
)

// An Image is a picture of Height rows that start Stride bytes apart, each of Width pixels of four bytes R, G, B and A.
// Colours are not multiplied by alpha, as in image.NRGBA and in a browser's ImageData. They are sRGB's, or become so by ToSRGB.
type Image struct {
	Pix                   []byte
	Stride, Width, Height int
	// ToSRGB writes as sRGB what colors are in parts of 2⁻¹⁶, RGB both; nil: they are sRGB's. Resize calls it for the few pixels that it
	// makes.
	ToSRGB func(rgb []byte, colors []uint32)
}

// Check returns an error unless i has an allowed size and as many bytes as that needs.
func (i Image) Check() error {
	if err := i.checkSize(); err != nil {
		return err
	}
	if i.Stride < 4*i.Width {
		return fmt.Errorf("stride %d is less than a row of %d pixels, %d bytes", i.Stride, i.Width, 4*i.Width)
	}
	// The last row may end with its last pixel. A division, for the product of a strange stride may overflow.
	if n := len(i.Pix) - 4*i.Width; n < 0 || n/i.Stride < i.Height-1 {
		return fmt.Errorf("%d bytes are too few for %d×%d pixels with stride %d", len(i.Pix), i.Width, i.Height, i.Stride)
	}
	return nil
}

func (i Image) checkSize() error {
	switch {
	case i.Width < 1 || i.Height < 1:
		return fmt.Errorf("an image of %d×%d has no pixels", i.Width, i.Height)
	case i.Width > MaxSide || i.Height > MaxSide:
		return fmt.Errorf("an image of %d×%d is too large: a side may have %d pixels", i.Width, i.Height, MaxSide)
	case int64(i.Width)*int64(i.Height) > MaxPixels:
		return fmt.Errorf("an image of %d×%d is too large: it may have %d pixels", i.Width, i.Height, MaxPixels)
	}
	return nil
}

// row is the pixels from x0 to x1 of row y.
func (i Image) row(y, x0, x1 int) []byte { return i.Pix[y*i.Stride+4*x0 : y*i.Stride+4*x1] }

// DropAlpha lays RGBA pixels over white: dst gets three bytes for every four of rgba. It is for pictures that a canvas has
// resized. It stops where the shorter of the two ends.
func DropAlpha(dst, rgba []byte) {
	for len(rgba) >= 4 && len(dst) >= 3 {
		if a := uint32(rgba[3]); a == 255 {
			dst[0], dst[1], dst[2] = rgba[0], rgba[1], rgba[2]
		} else {
			dst[0] = uint8((overWhite(rgba[0], a) + 127) / 255)
			dst[1] = uint8((overWhite(rgba[1], a) + 127) / 255)
			dst[2] = uint8((overWhite(rgba[2], a) + 127) / 255)
		}
		dst, rgba = dst[3:], rgba[4:]
	}
}

// overWhite is 255 times colour c with opacity a over white: c·a + 255·(255−a), at most 255².
func overWhite(c uint8, a uint32) uint32 { return 255*255 - a*uint32(255-c) }
