package picture

import (
	"encoding/binary"
	"math"
)

// A place is one of CIE's chromaticities, x and y.
type place [2]float64

var whiteD65 = place{0.3127, 0.3290}

// codePoints are the colours and the white that ITU-T H.273 counts as primaries, as PNG's cICP has them.
var codePoints = map[byte][4]place{
	1:  {{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}, whiteD65},               // sRGB
	5:  {{0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}, whiteD65},               // PAL
	6:  {{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, whiteD65},         // NTSC
	7:  {{0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}, whiteD65},         // the same
	9:  {{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}, whiteD65},         // BT.2020
	11: {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, {0.3140, 0.3510}}, // DCI P3
	12: {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}, whiteD65},         // Display P3
}

// curveOf is a curve by its number there; nil: it is of high dynamic range, or not known.
func curveOf(number byte) func(v float64) float64 {
	power := func(g float64) func(v float64) float64 { return func(v float64) float64 { return math.Pow(v, g) } }
	switch number {
	case 1, 6, 14, 15: // what cameras make of light; screens make of that, by ITU-R BT.1886, and browsers too
		return power(2.4)
	case 4:
		return power(2.2)
	case 5:
		return power(2.8)
	case 8:
		return identity
	case 13:
		return srgbCurveOf
	}
	return nil
}

var srgbCurveOf = para(3, [7]float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045})

// gamutOf is what these colours and white mean: red, green, blue, white. Products are rounded one by one: see readGamut.
func gamutOf(p [4]place, curve func(v float64) float64) (*gamut, bool) {
	var xyz [4][3]float64
	for i, c := range p {
		if !(c[1] > 0.001) || !(c[0] >= -1 && c[0] <= 2 && c[1] <= 2) { // or not a number
			return nil, false
		}
		xyz[i] = [3]float64{c[0] / c[1], 1, (1 - c[0] - c[1]) / c[1]}
	}
	// How much of each colour makes white, by Cramer's rule.
	whole := determinant(xyz[0], xyz[1], xyz[2])
	if math.Abs(whole) < 1e-4 {
		return nil, false
	}
	amounts := [3]float64{
		determinant(xyz[3], xyz[1], xyz[2]) / whole, determinant(xyz[0], xyz[3], xyz[2]) / whole, determinant(xyz[0], xyz[1], xyz[3]) / whole,
	}
	g := &gamut{}
	for i, amount := range amounts {
		if !(math.Abs(amount) < 100) {
			return nil, false
		}
		c := xyz[i]
		for j := range c {
			c[j] *= amount
		}
		g.set(i, curve, adapted(c, xyz[3]))
	}
	return g, true
}

func determinant(a, b, c [3]float64) float64 {
	x, y, z := float64(b[1]*c[2])-float64(b[2]*c[1]), float64(b[2]*c[0])-float64(b[0]*c[2]), float64(b[0]*c[1])-float64(b[1]*c[0])
	return float64(a[0]*x) + float64(a[1]*y) + float64(a[2]*z)
}

// Bradford's cones, and back.
var (
	toCones   = [3][3]float64{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}
	fromCones = [3][3]float64{{0.9869929, -0.1470543, 0.1599627}, {0.4323053, 0.5183603, 0.0492912}, {-0.0085287, 0.0400428, 0.9684867}}
)

// adapted is a colour seen beside a white as it is seen beside that of profiles.
func adapted(xyz, white [3]float64) [3]float64 {
	cones, from, to := times(toCones, xyz), times(toCones, white), times(toCones, [3]float64{0.9642, 1, 0.8249})
	for i := range cones {
		cones[i] = float64(cones[i]*to[i]) / from[i]
	}
	return times(fromCones, cones)
}

func times(m [3][3]float64, v [3]float64) (product [3]float64) {
	for i, row := range m {
		product[i] = float64(row[0]*v[0]) + float64(row[1]*v[1]) + float64(row[2]*v[2])
	}
	return product
}

// coded is what turns colours into sRGB whose primaries and transfer have these numbers.
func coded(primaries, transfer byte) (convert conversion, known bool) {
	p, ok := codePoints[primaries]
	curve := curveOf(transfer)
	if !ok || curve == nil {
		return nil, false
	}
	g, ok := gamutOf(p, curve)
	return g.conversion(), ok
}

// pngColours are the chunks of a PNG that say what its colours mean. They count in this order: cICP, iCCP, sRGB, then gAMA and cHRM
// together, one of which may be missing.
type pngColours struct {
	cICP, gAMA, cHRM []byte
	sRGB, iCCP       bool
}

// coded reports whether cICP says it: of RGB, of full range.
func (p *pngColours) coded() bool { return len(p.cICP) == 4 && p.cICP[2] == 0 && p.cICP[3] == 1 }

// conversion is what turns the colours into sRGB, but for a profile. Known is false where they mean something that is not understood.
func (p *pngColours) conversion() (convert conversion, known bool) {
	switch {
	case p.coded():
		return coded(p.cICP[0], p.cICP[1])
	case p.sRGB, len(p.gAMA) != 4 && len(p.cHRM) != 32:
		return nil, true
	}
	primaries, curve := codePoints[1], srgbCurveOf
	if len(p.gAMA) == 4 {
		gamma := float64(binary.BigEndian.Uint32(p.gAMA)) / 100_000
		if gamma < 0.05 || gamma > 20 {
			return nil, true // nonsense
		}
		curve = func(v float64) float64 { return math.Pow(v, 1/gamma) }
	}
	if len(p.cHRM) == 32 { // white, red, green, blue
		for i := range primaries {
			for j := range 2 {
				primaries[i][j] = float64(binary.BigEndian.Uint32(p.cHRM[(8*i+8)%32+4*j:])) / 100_000
			}
		}
	}
	g, ok := gamutOf(primaries, curve)
	if !ok {
		return nil, true
	}
	return g.conversion(), true
}
