package pixels

import (
	"fmt"
	"image"
)

// Resize fills dst, RGB [h,w,3], with the part of src inside box, mirrored left to right if asked. Its colours are sRGB.
//
// It does what the canvas of Chromium does for imageSmoothingQuality "high", so that a picture gets the same answers wherever it is
// looked at (make accuracy counts). What is made larger along both sides is interpolated by a cubic, all else by mipmaps. Around
// the box, pixels of the whole picture count. They are laid over white first. Sums are integers: the same everywhere.
func Resize(dst []byte, w, h int, src Image, box image.Rectangle, mirror bool) error {
	if err := src.Check(); err != nil {
		return err
	}
	if min(w, h) < 1 || max(w, h) > MaxSide || int64(len(dst)) != 3*int64(w)*int64(h) {
		return fmt.Errorf("%d bytes are no RGB image of %d×%d", len(dst), w, h)
	}
	if box.Empty() || !box.In(image.Rect(0, 0, src.Width, src.Height)) {
		return fmt.Errorf("box %v is empty or not inside the image of %d×%d", box, src.Width, src.Height)
	}
	var rows interface {
		// read computes row y of the output, RGB [w], each value one times what it is.
		read(values []uint32, y int)
	}
	if box.Dx() < w && box.Dy() < h {
		rows = newEnlarger(w, h, src, box)
	} else {
		rows = newShrinker(w, h, src, box)
	}
	values := make([]uint32, 3*w)
	for y := range h {
		rows.read(values, y)
		if mirror {
			turn(values)
		}
		row := dst[3*w*y:][:3*w]
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
