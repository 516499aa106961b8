package picture

import "encoding/binary"

// A lut is a profile made of tables (ICC.1:2022, sections 10.10 to 10.12): curves, then a grid of colours between which is interpolated, then
// curves, a matrix, and curves. Each step may be missing. It gives colours as the eye sees them, XYZ or Lab.
type lut struct {
	before  [3]func(float64) float64
	grid    [3]int    // how many colours along red, green and blue; none: there is no grid
	colours []float64 // [red, green, blue, 3], from 0 to 1
	middle  [3]func(float64) float64
	matrix  [12]float64 // rows of three, then what is added
	after   [3]func(float64) float64
	seen    func(v [3]float64) (xyz [3]float64)
}

func identity(v float64) float64 { return v }

// readLUT reads the tables of an RGB profile.
func readLUT(profile []byte) (*lut, bool) {
	if len(profile) < 132 || string(profile[16:20]) != "RGB " || string(profile[36:40]) != "acsp" {
		return nil, false
	}
	lab := string(profile[20:24]) == "Lab "
	if !lab && string(profile[20:24]) != "XYZ " {
		return nil, false
	}
	tag := iccTag(profile, "A2B0")
	if len(tag) < 32 || tag[8] != 3 || tag[9] != 3 {
		return nil, false
	}
	l := &lut{seen: xyzOf, matrix: [12]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}}
	for i := range 3 {
		l.before[i], l.middle[i], l.after[i] = identity, identity, identity
	}
	switch kind := string(tag[:4]); kind {
	case "mft1", "mft2":
		if lab {
			l.seen = labOf(1)
			if kind == "mft2" {
				l.seen = labOf(65535. / 65280) // 1 is 0xff00 there
			}
		}
		return l, l.readTables(tag, kind == "mft2")
	case "mAB ":
		if lab {
			l.seen = labOf(1)
		}
		return l, l.readSteps(tag)
	}
	return nil, false
}

// readTables reads the older kinds, whose tables have 8 or 16 bits and whose matrix is for another space than RGB.
func (l *lut) readTables(tag []byte, wide bool) bool {
	size, most, head, in, out := 1, 255., 48, 256, 256
	if wide {
		if len(tag) < 52 {
			return false
		}
		size, most, head = 2, 65535, 52
		in, out = int(binary.BigEndian.Uint16(tag[48:])), int(binary.BigEndian.Uint16(tag[50:]))
	}
	n := int(tag[10])
	grid := 3 * n * n * n
	if n < 2 || in < 2 || out < 2 || len(tag) < head+size*(3*in+grid+3*out) {
		return false
	}
	data := tag[head:]
	table := func(n int) []float64 {
		values := make([]float64, n)
		for i := range values {
			if wide {
				values[i] = float64(binary.BigEndian.Uint16(data[2*i:])) / most
			} else {
				values[i] = float64(data[i]) / most
			}
		}
		data = data[size*n:]
		return values
	}
	for i := range 3 {
		l.before[i] = between(table(in))
	}
	l.grid, l.colours = [3]int{n, n, n}, table(grid)
	for i := range 3 {
		l.after[i] = between(table(out))
	}
	return true
}

// readSteps reads the newer kind, which says where each step lies.
func (l *lut) readSteps(tag []byte) bool {
	at := func(i int) []byte {
		if from := uint64(binary.BigEndian.Uint32(tag[12+4*i:])); from > 0 && from < uint64(len(tag)) {
			return tag[from:]
		}
		return nil
	}
	ok := true
	curves := func(data []byte, to *[3]func(float64) float64) {
		for i := range 3 {
			if data == nil {
				return
			}
			curve, read := readCurve(data)
			if !read {
				ok = false
				return
			}
			to[i] = curve
			data = data[min(len(data), (curveBytes(data)+3)/4*4):]
		}
	}
	curves(at(0), &l.after)
	if m := at(1); m != nil {
		if len(m) < 48 {
			return false
		}
		for i := range l.matrix {
			l.matrix[i] = fixed(m[4*i:])
		}
	}
	curves(at(2), &l.middle)
	curves(at(4), &l.before)
	if g := at(3); g != nil {
		if len(g) < 20 {
			return false
		}
		total := 3
		for i := range l.grid {
			l.grid[i] = int(g[i])
			if total *= l.grid[i]; l.grid[i] < 2 || total > maxProfile {
				return false
			}
		}
		size := int(g[16])
		if size != 1 && size != 2 || len(g) < 20+size*total {
			return false
		}
		l.colours = make([]float64, total)
		for i := range l.colours {
			if size == 1 {
				l.colours[i] = float64(g[20+i]) / 255
			} else {
				l.colours[i] = float64(binary.BigEndian.Uint16(g[20+2*i:])) / 65535
			}
		}
	}
	return ok
}

// curveBytes is how long a curve is that readCurve can read.
func curveBytes(tag []byte) int {
	if string(tag[:4]) == "curv" {
		return 12 + 2*int(binary.BigEndian.Uint32(tag[8:]))
	}
	return 12 + 4*paraCounts[binary.BigEndian.Uint16(tag[8:])]
}

// between is a curve through points at equal distances from 0 to 1.
func between(points []float64) func(v float64) float64 {
	return func(v float64) float64 {
		at := unit(v) * float64(len(points)-1)
		i := min(int(at), len(points)-2)
		return points[i] + float64((at-float64(i))*(points[i+1]-points[i]))
	}
}

// unit is v, at least 0 and at most 1.
func unit(v float64) float64 {
	if !(v > 0) { // or not a number
		return 0
	}
	return min(v, 1)
}

// convert writes sRGB's nearest to colors, which are in parts of 2⁻¹⁶.
func (l *lut) convert(rgb []byte, colors []uint32) {
	for ; len(rgb) >= 3 && len(colors) >= 3; rgb, colors = rgb[3:], colors[3:] {
		var v [3]float64
		for i := range v {
			v[i] = l.before[i](float64(colors[i]) / (255 << 16))
		}
		if l.colours != nil {
			v = l.interpolate(v)
		}
		var m [3]float64
		for i := range v {
			v[i] = l.middle[i](v[i])
		}
		for i := range m {
			row := l.matrix[3*i:]
			m[i] = float64(row[0]*v[0]) + float64(row[1]*v[1]) + float64(row[2]*v[2]) + l.matrix[9+i]
		}
		for i := range m {
			v[i] = unit(l.after[i](unit(m[i])))
		}
		v = l.seen(v)
		for i, row := range xyzToSRGB {
			light := float64(row[0]*v[0]) + float64(row[1]*v[1]) + float64(row[2]*v[2])
			rgb[i] = nearestSRGB(parts(light, curveOne*matrixOne))
		}
	}
}

// interpolate takes the colour between the eight of the grid around v.
func (l *lut) interpolate(v [3]float64) (sum [3]float64) {
	var low [3]int
	var part [3]float64
	for i, n := range l.grid {
		at := unit(v[i]) * float64(n-1)
		low[i] = min(int(at), n-2)
		part[i] = at - float64(low[i])
	}
	for corner := range 8 {
		weight, place := 1., 0
		for i, n := range l.grid {
			bit := corner >> i & 1
			place = place*n + low[i] + bit
			if bit == 1 {
				weight = float64(weight * part[i])
			} else {
				weight = float64(weight * (1 - part[i]))
			}
		}
		for c := range sum {
			sum[c] += float64(weight * l.colours[3*place+c])
		}
	}
	return sum
}

// xyzOf counts XYZ as a profile's tables do, where 1 is 0x8000.
func xyzOf(v [3]float64) (xyz [3]float64) {
	for i := range v {
		xyz[i] = v[i] * (65535. / 32768)
	}
	return xyz
}

// labOf gives the XYZ of Lab as tables count it: L from 0 to 100, a and b from -128 to 127, all of them times scale.
func labOf(scale float64) func(v [3]float64) [3]float64 {
	return func(v [3]float64) [3]float64 {
		l, a, b := v[0]*100*scale, float64(v[1]*255*scale)-128, float64(v[2]*255*scale)-128
		y := (l + 16) / 116
		white := [3]float64{0.9642, 1, 0.8249}
		xyz := [3]float64{y + a/500, y, y - b/200}
		for i, f := range xyz {
			if f > 6./29 {
				f = float64(f*f) * f
			} else {
				f = (f - 4./29) * (108. / 841)
			}
			xyz[i] = f * white[i]
		}
		return xyz
	}
}
