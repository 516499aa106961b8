package jpeg

import (
	"errors"
	"image"
	"slices"

	"mobilenet/core/pixels"
)

var errNoQuantisation = errors.New("a scan has quantisation tables that are not defined")

// ratios are the grids of samples that are read, by how many pixels across and down share a value of chroma.
var ratios = map[[2]int]image.YCbCrSubsampleRatio{
	{1, 1}: image.YCbCrSubsampleRatio444, {2, 1}: image.YCbCrSubsampleRatio422, {1, 2}: image.YCbCrSubsampleRatio440,
	{2, 2}: image.YCbCrSubsampleRatio420, {4, 1}: image.YCbCrSubsampleRatio411, {4, 2}: image.YCbCrSubsampleRatio410,
}

func (d *decoder) ratio() (r image.YCbCrSubsampleRatio, ok bool) {
	first, second := d.components[0], d.components[1]
	if first.h%second.h != 0 || first.v%second.v != 0 {
		return 0, false
	}
	r, ok = ratios[[2]int{first.h / second.h, first.v / second.v}]
	return r, ok
}

// checkSampling reports components whose samples do not lie as in an image.YCbCr.
func (d *decoder) checkSampling() error {
	c := d.components
	if len(c) == 1 {
		return nil
	}
	_, ok := d.ratio()
	if !ok || c[0].h != d.hMax || c[0].v != d.vMax || c[1].h != c[2].h || c[1].v != c[2].v ||
		len(c) == 4 && (c[3].h != c[0].h || c[3].v != c[0].v) {
		return unsupported("such a grid of samples")
	}
	return nil
}

// picture is what was decoded.
func (d *decoder) picture() (image.Image, error) {
	c := d.components
	bounds := image.Rect(0, 0, d.width, d.height)
	for i := range c {
		d.allocate(&c[i]) // no scan had it
	}
	if len(c) == 1 {
		return &image.Gray{Pix: c[0].pixels, Stride: 8 * c[0].blocksInLine, Rect: bounds}, nil
	}
	ratio, _ := d.ratio()
	m := &image.YCbCr{
		Y: c[0].pixels, Cb: c[1].pixels, Cr: c[2].pixels, YStride: 8 * c[0].blocksInLine, CStride: 8 * c[1].blocksInLine,
		SubsampleRatio: ratio, Rect: bounds,
	}
	switch {
	case len(c) == 4:
		return d.cmyk(m)
	case d.isRGB():
		rgb := image.NewRGBA(bounds)
		for y := range d.height {
			d.interleave(rgb.Pix[y*rgb.Stride:], m, y, 0)
			for x := range d.width {
				rgb.Pix[y*rgb.Stride+4*x+3] = 255
			}
		}
		return rgb, nil
	}
	return m, nil
}

// isRGB reports whether three components are colours, as browsers decide it.
func (d *decoder) isRGB() bool {
	switch {
	case d.jfif:
		return false
	case d.adobe:
		return d.adobeTransform == 0
	}
	return slices.Equal([]int{d.components[0].id, d.components[1].id, d.components[2].id}, []int{'R', 'G', 'B'})
}

// interleave writes a line of samples as they are, each of them changed by an exclusive or.
func (d *decoder) interleave(line []byte, m *image.YCbCr, y int, change byte) {
	for x := range d.width {
		at := m.COffset(x, y)
		line[4*x] = m.Y[y*m.YStride+x] ^ change
		line[4*x+1] = m.Cb[at] ^ change
		line[4*x+2] = m.Cr[at] ^ change
	}
}

// cmyk is a picture of four components, which say how much ink there is not.
func (d *decoder) cmyk(m *image.YCbCr) (image.Image, error) {
	if !d.adobe {
		return nil, unsupported("four components without a word about their meaning")
	}
	out := image.NewCMYK(m.Rect)
	rows := pixels.NewRows(m)
	black := d.components[3].pixels
	for y := range d.height {
		line := out.Pix[y*out.Stride:][:4*d.width]
		if d.adobeTransform == 0 {
			d.interleave(line, m, y, 255)
		} else {
			rows.Read(line, y) // red, which is the lack of cyan, is stored as the lack of that
		}
		for x := range d.width {
			line[4*x+3] = ^black[y*m.YStride+x]
		}
	}
	return out, nil
}
