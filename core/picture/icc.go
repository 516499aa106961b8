package picture

import (
	"encoding/binary"
	"math"
	"sync"
)

// Cameras, phones and screens know more colours than sRGB, and an ICC profile (ICC.1:2022) in the file says which ones its numbers mean.
// Taken for sRGB, the numbers would give other colours than a browser shows.

// maxProfile bounds the bytes of a profile. Those of cameras and screens have a few thousand, those made of tables up to some 200,000;
// printers' are longer, and not of the kind that is read here.
const maxProfile = 1 << 19

// addProfile appends a part of a profile. One that is too long is cut, and so not read.
func (h *Header) addProfile(part []byte) {
	h.icc = append(h.icc, part[:min(len(part), maxProfile-len(h.icc))]...)
}

// A conversion turns colours into sRGB, as pixels.Image has it; nil: they are.
type conversion = func(rgb []byte, colors []uint32)

// toSRGB returns what turns colours of the profile into sRGB: of three curves and a matrix, of tables, or, for a grey picture, of one curve.
// Where a profile has both of the former, tables count, as in browsers. One of another kind is not known: of inks, or broken.
func toSRGB(profile []byte, grey bool) (convert conversion, known bool) {
	if l, ok := readLUT(profile); ok {
		return l.convert, true
	}
	g, ok := readGamut(profile)
	if !ok && grey {
		g, ok = readGrey(profile)
	}
	if !ok {
		return nil, false
	}
	return g.conversion(), true
}

// conversion is convert, but nil if there is nothing to do.
func (g *gamut) conversion() conversion {
	if g.isSRGB() {
		return nil
	}
	return g.convert
}

// A gamut turns RGB into light of its own three colours by the curves, and that into light of sRGB's by the matrix.
type gamut struct {
	curves [3][257]int64 // in parts of curveOne, the last twice
	matrix [3][3]int64   // in parts of matrixOne
}

// Integers, so that colours are the same everywhere.
const (
	curveOne  = 1 << 24
	matrixOne = 1 << 16
)

// readGamut rounds each product to float64, or processors that add in the same step would round otherwise than others.
func readGamut(profile []byte) (*gamut, bool) {
	if len(profile) < 132 || string(profile[16:24]) != "RGB XYZ " || string(profile[36:40]) != "acsp" {
		return nil, false
	}
	g := &gamut{}
	for i, color := range []string{"r", "g", "b"} {
		xyz := iccTag(profile, color+"XYZ")
		curve, ok := readCurve(iccTag(profile, color+"TRC"))
		if !ok || len(xyz) < 20 || string(xyz[:4]) != "XYZ " {
			return nil, false
		}
		g.set(i, curve, [3]float64{fixed(xyz[8:]), fixed(xyz[12:]), fixed(xyz[16:])})
	}
	return g, true
}

// set sets the curve and the XYZ of one of the three colours.
func (g *gamut) set(i int, curve func(v float64) float64, xyz [3]float64) {
	for v := range g.curves[i] {
		g.curves[i][v] = parts(curve(min(float64(v)/255, 1)), curveOne)
	}
	for j, row := range xyzToSRGB {
		g.matrix[j][i] = int64(math.Round((float64(row[0]*xyz[0]) + float64(row[1]*xyz[1]) + float64(row[2]*xyz[2])) * matrixOne))
	}
}

// readGrey reads the profile of grey pictures, which has a curve alone.
func readGrey(profile []byte) (*gamut, bool) {
	if len(profile) < 132 || string(profile[16:20]) != "GRAY" || string(profile[36:40]) != "acsp" {
		return nil, false
	}
	curve, ok := readCurve(iccTag(profile, "kTRC"))
	g := &gamut{}
	for i := range g.matrix {
		if ok {
			g.set(i, curve, [3]float64{})
		}
		g.matrix[i][i] = matrixOne
	}
	return g, ok
}

// xyzToSRGB converts XYZ to light of sRGB's colours. Profiles count XYZ from a white of 5000 K.
var xyzToSRGB = [3][3]float64{
	{3.1341359, -1.6173863, -0.4906619},
	{-0.9787955, 1.9162544, 0.0334427},
	{0.0719554, -0.2289768, 1.4053861},
}

// iccTag is the data of a tag, nil if the profile has no such.
func iccTag(profile []byte, name string) []byte {
	const size = 12 // signature, offset, length
	tags := profile[132:]
	for range binary.BigEndian.Uint32(profile[128:]) {
		if len(tags) < size {
			break
		}
		at, length := uint64(binary.BigEndian.Uint32(tags[4:])), uint64(binary.BigEndian.Uint32(tags[8:]))
		if string(tags[:4]) == name && at+length <= uint64(len(profile)) {
			return profile[at : at+length]
		}
		tags = tags[size:]
	}
	return nil
}

// fixed reads a number that has 16 bits of fraction.
func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / (1 << 16) }

// parts is v, at least 0 and at most 1, in parts of one.
func parts(v float64, one int64) int64 {
	if !(v > 0) { // or not a number
		return 0
	}
	return int64(math.Round(min(v, 1) * float64(one)))
}

// paraCounts are how many numbers each kind of parametric curve has.
var paraCounts = [5]int{1, 3, 4, 5, 7}

// readCurve reads a tag of type curv (section 10.6) or para (section 10.18): light by value, both from 0 to 1.
func readCurve(tag []byte) (func(v float64) float64, bool) {
	if len(tag) < 12 {
		return nil, false
	}
	data := tag[12:]
	switch string(tag[:4]) {
	case "curv":
		n := binary.BigEndian.Uint32(tag[8:])
		if uint64(n) > uint64(len(data)/2) {
			return nil, false
		}
		return curv(data[:2*n]), true
	case "para":
		kind := int(binary.BigEndian.Uint16(tag[8:]))
		if kind >= len(paraCounts) || len(data) < 4*paraCounts[kind] {
			return nil, false
		}
		p := [7]float64{}
		for i := range paraCounts[kind] {
			p[i] = fixed(data[4*i:])
		}
		return para(kind, p), true
	}
	return nil, false
}

// curv is a curve through points at equal distances. Of one point, it is an exponent; without any, a line.
func curv(points []byte) func(v float64) float64 {
	point := func(i int) float64 { return float64(binary.BigEndian.Uint16(points[2*i:])) }
	switch n := len(points) / 2; n {
	case 0:
		return func(v float64) float64 { return v }
	case 1:
		return func(v float64) float64 { return math.Pow(v, point(0)/(1<<8)) }
	default:
		return func(v float64) float64 {
			at := v * float64(n-1)
			i := min(int(at), n-2)
			return (point(i) + float64((at-float64(i))*(point(i+1)-point(i)))) / math.MaxUint16
		}
	}
}

// para is (a·v + b)^g + e from d on, and c·v + f below.
func para(kind int, p [7]float64) func(v float64) float64 {
	g, a, b, c, d, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]
	switch kind {
	case 0: // v^g
		a = 1
	case 1, 2: // the same above and below, but for the power, and c is what is added
		c, d, e, f = 0, -b/a, c, c
	}
	return func(v float64) float64 {
		if v < d {
			return float64(c*v) + f
		}
		return math.Pow(float64(a*v)+b, g) + e
	}
}

// convert writes sRGB's nearest to colors, which are in parts of 2⁻¹⁶.
func (g *gamut) convert(rgb []byte, colors []uint32) {
	for ; len(rgb) >= 3 && len(colors) >= 3; rgb, colors = rgb[3:], colors[3:] {
		var own [3]int64
		for i, v := range colors[:3] {
			curve := g.curves[i][v>>16:][:2]
			own[i] = curve[0] + (curve[1]-curve[0])*int64(v&0xffff)>>16
		}
		for i, m := range g.matrix {
			rgb[i] = nearestSRGB(m[0]*own[0] + m[1]*own[1] + m[2]*own[2])
		}
	}
}

// nearestSRGB is the value of sRGB for so much light, in parts of curveOne·matrixOne.
func nearestSRGB(light int64) uint8 {
	steps, v := srgbSteps(), 0
	for half := 128; half > 0; half /= 2 {
		if light >= steps[v+half-1] {
			v += half
		}
	}
	return uint8(v)
}

// srgbSteps is the light in the middle between each value of sRGB and the next (IEC 61966-2-1).
var srgbSteps = sync.OnceValue(func() (steps [255]int64) {
	for i := range steps {
		v := (float64(i) + 0.5) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		steps[i] = parts(v, curveOne*matrixOne)
	}
	return steps
})

// isSRGB reports whether colours change by one at most.
func (g *gamut) isSRGB() bool {
	const step = 51
	for r := 0; r < 256; r += step {
		for gr := 0; gr < 256; gr += step {
			for b := 0; b < 256; b += step {
				is, was := [3]byte{}, [3]byte{byte(r), byte(gr), byte(b)}
				g.convert(is[:], []uint32{uint32(r) << 16, uint32(gr) << 16, uint32(b) << 16})
				for i := range was {
					if max(is[i], was[i])-min(is[i], was[i]) > 1 {
						return false
					}
				}
			}
		}
	}
	return true
}
