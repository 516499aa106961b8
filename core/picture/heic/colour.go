package heic

import "image"

// shares are the shares of red and blue in luma, by the matrix's number in ITU-T H.273, table 4. What is not said is taken for the one that
// cameras use.
var shares = map[int][2]float64{
	1: {0.2126, 0.0722}, // BT.709
	2: {0.299, 0.114},
	4: {0.30, 0.11},
	5: {0.299, 0.114}, // BT.601
	6: {0.299, 0.114},
	7: {0.212, 0.087},
	9: {0.2627, 0.0593}, // BT.2020
}

// rgb converts samples (H.273, 8.3). Chroma of half the size counts for both pixels or all four.
func (p *planes) rgb(c colours) image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, p.width, p.height))
	if p.rgba {
		for y := range p.height {
			copy(out.Pix[y*out.Stride:][:out.Stride], p.at[0][y*p.stride[0]:])
		}
		for i := 3; i < len(out.Pix); i += 4 {
			out.Pix[i] = 255
		}
		return out
	}
	t := tables(c)
	right, down := 0, 0
	if p.chroma == 1 || p.chroma == 2 {
		right = 1
	}
	if p.chroma == 1 {
		down = 1
	}
	grey := p.stride[1] == 0
	for y := range p.height {
		luma := p.at[0][y*p.stride[0]:][:p.width]
		row := out.Pix[y*out.Stride:][:4*p.width]
		if grey {
			for x, v := range luma {
				v := clamp(t.luma[v])
				row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = v, v, v, 255
			}
			continue
		}
		blue, red := p.at[1][y>>down*p.stride[1]:], p.at[2][y>>down*p.stride[2]:]
		for x, v := range luma {
			l, cb, cr := t.luma[v], blue[x>>right], red[x>>right]
			row[4*x] = clamp(l + t.red[cr])
			row[4*x+1] = clamp(l + t.greenOfRed[cr] + t.greenOfBlue[cb])
			row[4*x+2] = clamp(l + t.blue[cb])
			row[4*x+3] = 255
		}
	}
	return out
}

// contributions are those of each value of a sample to a colour, in 2⁻¹⁶, luma's with a half for rounding.
type contributions struct{ luma, red, greenOfRed, greenOfBlue, blue [256]int32 }

func tables(c colours) *contributions {
	of, ok := shares[c.matrix]
	if !ok {
		of = shares[2]
	}
	red, blue := of[0], of[1]
	low, lumaRange, chromaRange := 16.0, 219.0, 224.0
	if c.fullRange {
		low, lumaRange, chromaRange = 0, 255, 255
	}
	t := &contributions{}
	fixed := func(v float64) int32 { return int32(v*65536+65536*512) - 65536*512 } // rounded down
	for i := range 256 {
		l := 255 * (float64(i) - low) / lumaRange
		d := 255 * (float64(i) - 128) / chromaRange
		t.luma[i] = fixed(l + 0.5)
		t.red[i] = fixed(2 * (1 - red) * d)
		t.blue[i] = fixed(2 * (1 - blue) * d)
		t.greenOfRed[i] = fixed(-2 * (1 - red) * red / (1 - red - blue) * d)
		t.greenOfBlue[i] = fixed(-2 * (1 - blue) * blue / (1 - red - blue) * d)
	}
	return t
}

func clamp(v int32) uint8 { return uint8(max(0, min(255, v>>16))) }
