package pixels

import (
	"image"
	"image/color"
)

// FromImage returns the pixels of any picture. Those of *image.NRGBA and of an opaque *image.RGBA are shared, not copied. A
// picture without pixels, or with more than MaxSide and MaxPixels allow, gives an Image that Check refuses.
func FromImage(src image.Image) Image {
	if src == nil {
		return Image{}
	}
	b := src.Bounds()
	dst := Image{Stride: 4 * b.Dx(), Width: b.Dx(), Height: b.Dy()}
	if dst.checkSize() != nil {
		return dst
	}
	switch src := src.(type) {
	case *image.NRGBA:
		dst.Pix, dst.Stride = src.Pix, src.Stride
		return dst
	case *image.RGBA:
		if src.Opaque() {
			dst.Pix, dst.Stride = src.Pix, src.Stride
			return dst
		}
	}
	dst.Pix = make([]byte, dst.Stride*dst.Height)
	rows := NewRows(src)
	for y := range dst.Height {
		rows.Read(dst.row(y, 0, dst.Width), y)
	}
	return dst
}

// Rows reads an image row by row, where there is no memory for all of it at once.
type Rows struct {
	src    image.Image
	chroma *chromaReader // of *image.YCbCr
}

// NewRows makes a reader of src.
func NewRows(src image.Image) *Rows {
	r := &Rows{src: src}
	if src, ok := src.(*image.YCbCr); ok {
		r.chroma = newChromaReader(src)
	}
	return r
}

// Read writes row y, counted from the top, RGBA.
func (r *Rows) Read(row []byte, y int) {
	b := r.src.Bounds()
	x := b.Min.X
	y += b.Min.Y
	switch src := r.src.(type) {
	case *image.YCbCr:
		r.chroma.read(row, y)
	case *image.Gray:
		for _, v := range src.Pix[src.PixOffset(x, y):][:len(row)/4] {
			row[0], row[1], row[2], row[3] = v, v, v, 255
			row = row[4:]
		}
	case image.RGBA64Image: // every picture of the standard library, without an allocation a pixel
		for ; len(row) >= 4; row, x = row[4:], x+1 {
			put(row, src.RGBA64At(x, y))
		}
	default:
		for ; len(row) >= 4; row, x = row[4:], x+1 {
			c := color.NRGBAModel.Convert(src.At(x, y)).(color.NRGBA)
			row[0], row[1], row[2], row[3] = c.R, c.G, c.B, c.A
		}
	}
}

// put writes a colour that is multiplied by alpha as one that is not, as color.NRGBAModel would.
func put(rgba []byte, c color.RGBA64) {
	r, g, b, a := uint32(c.R), uint32(c.G), uint32(c.B), uint32(c.A)
	if a != 0 && a != 0xffff {
		r, g, b = r*0xffff/a, g*0xffff/a, b*0xffff/a
	}
	rgba[0], rgba[1], rgba[2], rgba[3] = uint8(r>>8), uint8(g>>8), uint8(b>>8), uint8(a>>8)
}
