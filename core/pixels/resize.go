package pixels

import (
	"fmt"
	"image"
)

// Resize fills dst, RGB [r,r,3], with the part of src inside box, mirrored left to right if asked. Its colours are sRGB.
//
// It does what the canvas of Chromium does for imageSmoothingQuality "high", so that a picture gets the same answers wherever it is
// looked at (make accuracy counts). What is made larger along both sides is interpolated by a cubic, all else by mipmaps. Around
// the box, pixels of the whole picture count. They are laid over white first. Sums are integers: the same everywhere.
func Resize(dst []byte, r int, src Image, box image.Rectangle, mirror bool) error {
	if err := src.Check(); err != nil {
		return err
	}
	if r < 1 || r > MaxSide || int64(len(dst)) != 3*int64(r)*int64(r) {
		return fmt.Errorf("%d bytes are no RGB image of %d×%d", len(dst), r, r)
	}
	if box.Empty() || !box.In(image.Rect(0, 0, src.Width, src.Height)) {
		return fmt.Errorf("box %v is empty or not inside the image of %d×%d", box, src.Width, src.Height)
	}
	var rows interface {
		// read computes row y of the output, RGB [r], each value one times what it is.
		read(values []uint32, y int)
	}
	if box.Dx() < r && box.Dy() < r {
		rows = newEnlarger(r, src, box)
	} else {
		rows = newShrinker(r, src, box)
	}
	values := make([]uint32, 3*r)
	for y := range r {
		rows.read(values, y)
		if mirror {
			turn(values)
		}
		row := dst[3*r*y:][:3*r]
		if src.ToSRGB != nil {
			src.ToSRGB(row, values)
			continue
		}
		for i, v := range values {
			row[i] = uint8((v + one/2) / one)
		}
	}
	return nil
}

// one is a weight that is all, of two neighbours or of two levels.
const one = 1 << 16

// turn exchanges left and right of a row of pixels.
func turn(rgb []uint32) {
	for i, j := 0, len(rgb)-3; i < j; i, j = i+3, j-3 {
		for c := range 3 {
			rgb[i+c], rgb[j+c] = rgb[j+c], rgb[i+c]
		}
	}
}
