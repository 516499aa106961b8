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
		return fmt.Errorf("%d bytes are no RGB picture of %d×%d", len(dst), r, r)
	}
	if box.Empty() || !box.In(image.Rect(0, 0, src.Width, src.Height)) {
		return fmt.Errorf("box %v is empty or not inside the picture of %d×%d", box, src.Width, src.Height)
	}
	if box.Dx() < r && box.Dy() < r {
		enlarge(dst, r, src, box)
	} else {
		shrink(dst, r, src, box)
	}
	if mirror {
		for row := dst; len(row) > 0; row = row[3*r:] {
			turn(row[:3*r])
		}
	}
	if src.ToSRGB != nil {
		src.ToSRGB(dst)
	}
	return nil
}

// turn exchanges left and right of a row of pixels.
func turn(rgb []byte) {
	for i, j := 0, len(rgb)-3; i < j; i, j = i+3, j-3 {
		for c := range 3 {
			rgb[i+c], rgb[j+c] = rgb[j+c], rgb[i+c]
		}
	}
}
