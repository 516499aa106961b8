package picture

import (
	"bytes"
	"encoding/binary"
	"image"

	"mobilenet/core/pixels"
)

// An Orientation is EXIF's tag 0x0112: what was done to a picture that stood upright to get what is stored.
type Orientation uint8

// Upright is the orientation of what needs no turning. The others are 2 to 8: mirrored left to right, upside down, upside down and
// mirrored, mirrored along the main diagonal, to be turned right by 90°, mirrored along the other diagonal, to be turned left by 90°.
const Upright Orientation = 1

// readOrientation finds the orientation in EXIF data, which is a TIFF file: in the first directory's entry 0x0112. What is broken or
// missing counts as upright, as it does for browsers.
//
// A library that reads all tags, such as bep/imagemeta, serves as the measure in the tests but is not linked: its tables take 3 ms
// of a Worker's every request, half of what starting the program takes.
func readOrientation(exif []byte) Orientation {
	exif = bytes.TrimPrefix(exif, []byte("Exif\x00\x00")) // which some write where it does not belong
	var order binary.ByteOrder
	switch {
	case len(exif) < 8:
		return Upright
	case string(exif[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(exif[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return Upright
	}
	directory := uint64(order.Uint32(exif[4:]))
	if directory+2 > uint64(len(exif)) {
		return Upright
	}
	entries := exif[directory+2:]
	for range order.Uint16(exif[directory:]) {
		const size = 12 // tag, type, count, value
		if len(entries) < size {
			break
		}
		const orientation, short = 0x0112, 3
		if order.Uint16(entries) == orientation && order.Uint16(entries[2:]) == short {
			if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
				return Orientation(v)
			}
			break
		}
		entries = entries[size:]
	}
	return Upright
}

// place is where the pixel x, y of a stored picture of w×h stands in the upright one.
func (o Orientation) place(x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

// apply returns the upright pixels of a stored picture. It works row by row, because two copies of a large picture beside the decoded
// one would not fit into a Worker's memory.
func (o Orientation) apply(m image.Image) pixels.Image {
	if o == Upright {
		return pixels.FromImage(m)
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	up := pixels.Image{Width: w, Height: h}
	if o >= 5 {
		up.Width, up.Height = h, w
	}
	up.Stride = 4 * up.Width
	up.Pix = make([]byte, up.Stride*up.Height)
	// One step to the right in what is stored is always the same step in what is upright.
	x0, y0 := o.place(0, 0, w, h)
	x1, y1 := o.place(1, 0, w, h)
	step := (y1-y0)*up.Stride + 4*(x1-x0)
	rows, line := pixels.NewRows(m), make([]byte, 4*w)
	for y := range h {
		rows.Read(line, y)
		x0, y0 := o.place(0, y, w, h)
		to := y0*up.Stride + 4*x0
		for row := line; len(row) >= 4; row = row[4:] {
			copy(up.Pix[to:to+4], row)
			to += step
		}
	}
	return up
}
