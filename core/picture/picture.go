// Package picture reads image files as people send them: JPEG, PNG, GIF, WebP, BMP and TIFF, turned upright, their colours understood,
// within limits that are checked before anything is decoded. In a browser's tab the browser does this; there the package is not linked.
// Packages heic and avif, which a program imports beside this one, add HEIC and AVIF.
package picture

import (
	"errors"
	"fmt"

	"mobilenet/core/pixels"
)

// Limits bound what Decode takes on.
type Limits struct {
	Bytes  int // of the file
	Pixels int // width × height
	// Memory is the bytes that decoding may take at its peak, result included. Fewer pixels fit where a format needs more for
	// each, as with 16 bits a channel or progressive JPEG.
	Memory int
}

// Default suits a Cloudflare Worker, whose program, network and picture share 128 MB. Its pixels are enough for what phones call 12
// megapixels, 4032×3024.
var Default = Limits{Bytes: 10 << 20, Pixels: 12 << 20, Memory: 88 << 20}

// What is wrong with a file. Errors of this package wrap one of these and say more.
var (
	ErrUnsupported = errors.New("not an image format that is read here")
	ErrBroken      = errors.New("the image file is broken")
	ErrTooLarge    = errors.New("the image is too large")
)

// Decode reads an image file. Of an animation it gives the first picture.
func Decode(file []byte, limits Limits) (pixels.Image, error) {
	h, err := Read(file)
	if err != nil {
		return pixels.Image{}, err
	}
	return h.Decode(file, limits)
}

// Decode decodes the file that h was read from.
func (h *Header) Decode(file []byte, limits Limits) (pixels.Image, error) {
	if err := limits.check(len(file), h); err != nil {
		return pixels.Image{}, err
	}
	return h.decode(file)
}

func (l Limits) check(bytes int, h *Header) error {
	if bytes > l.Bytes {
		return fmt.Errorf("%w: a file of %d bytes, where %d are allowed", ErrTooLarge, bytes, l.Bytes)
	}
	if pixels := int64(h.Width) * int64(h.Height); pixels > int64(l.Pixels) {
		return fmt.Errorf("%w: %d×%d are %.1f megapixels, where %.1f are allowed",
			ErrTooLarge, h.Width, h.Height, float64(pixels)/1e6, float64(l.Pixels)/1e6)
	}
	if h.memory > int64(l.Memory) {
		return fmt.Errorf("%w: decoding %s of %d×%d takes %d MB of memory, where %d are allowed; fewer pixels or a simpler format will do",
			ErrTooLarge, h.kind, h.Width, h.Height, h.memory>>20, l.Memory>>20)
	}
	return nil
}

func broken(format, why string, values ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrBroken, format, fmt.Sprintf(why, values...))
}
