package picture

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// tableProfile is a profile of tables with the tag.
func tableProfile(space string, tag []byte) []byte {
	header := make([]byte, 128)
	copy(header[16:], space)
	copy(header[36:], "acsp")
	return slices.Concat(header, []byte{0, 0, 0, 1}, []byte("A2B0"), binary.BigEndian.AppendUint32(nil, 144),
		binary.BigEndian.AppendUint32(nil, uint32(len(tag))), tag)
}

// oldTables is a tag of 16 bits whose grid has the colours of its eight corners, and whose curves before it are those of points.
func oldTables(points, corners []uint16) []byte {
	tag := slices.Concat([]byte("mft2\x00\x00\x00\x00\x03\x03\x02\x00"), make([]byte, 36))
	tag = binary.BigEndian.AppendUint16(tag, uint16(len(points)))
	tag = binary.BigEndian.AppendUint16(tag, 2)
	for _, v := range slices.Concat(points, points, points, corners, []uint16{0, 65535, 0, 65535, 0, 65535}) {
		tag = binary.BigEndian.AppendUint16(tag, v)
	}
	return tag
}

// newTables is a tag of curves and a matrix with Adobe RGB's colours, and no grid.
func newTables() []byte {
	curve, line := paraCurve(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045), curvCurve()
	curves := func(one []byte) []byte {
		return bytes.Repeat(append(bytes.Clone(one), make([]byte, (4-len(one)%4)%4)...), 3)
	}
	tag := append([]byte("mAB \x00\x00\x00\x00\x03\x03\x00\x00"), make([]byte, 20)...)
	put := func(i int, data []byte) {
		binary.BigEndian.PutUint32(tag[12+4*i:], uint32(len(tag)))
		tag = append(tag, data...)
	}
	put(0, curves(line))
	var matrix []byte
	for row := range 3 {
		for column := range 3 {
			matrix = appendFixed(matrix, adobeColumns[3*column+row]*32768/65535)
		}
	}
	put(1, append(matrix, make([]byte, 12)...))
	put(2, curves(curve))
	return tag
}

// Tables that say the same as curves and a matrix give the same colours.
func TestTables(t *testing.T) {
	points := make([]uint16, 1024)
	for i := range points {
		points[i] = uint16(math.Round(srgbCurveOf(float64(i)/1023) * 65535))
	}
	var corners []uint16
	for corner := range 8 {
		for c := range 3 {
			v := 0.
			for i := range 3 { // red is the slowest
				if corner>>(2-i)&1 == 1 {
					v += adobeColumns[3*i+c]
				}
			}
			corners = append(corners, uint16(math.Round(max(0, v)*32768)))
		}
	}
	want, known := toSRGB(profileOf(adobeColumns, srgbCurve()), false)
	if !known {
		t.Fatal("the profile of curves is not read")
	}
	for name, tag := range map[string][]byte{"of 16 bits": oldTables(points, corners), "of steps": newTables()} {
		got, known := toSRGB(tableProfile("RGB XYZ ", tag), false)
		if !known {
			t.Errorf("%s: not read", name)
			continue
		}
		for r := 0; r < 256; r += 17 {
			for g := 0; g < 256; g += 51 {
				for b := 0; b < 256; b += 51 {
					var x, y [3]byte
					in := colors([]byte{byte(r), byte(g), byte(b)})
					got(x[:], in)
					want(y[:], in)
					for i := range x {
						if max(x[i], y[i])-min(x[i], y[i]) > 1 {
							t.Fatalf("%s: %d, %d, %d becomes %d, want %d", name, r, g, b, x, y)
						}
					}
				}
			}
		}
	}
}

// Lab is counted in three ways.
func TestTablesOfLab(t *testing.T) {
	grey := bytes.Repeat([]byte{128, 128, 128}, 8) // L = 50.2, a = b = 0
	old := slices.Concat([]byte("mft1\x00\x00\x00\x00\x03\x03\x02\x00"), make([]byte, 36))
	ramp := make([]byte, 256)
	for i := range ramp {
		ramp[i] = byte(i)
	}
	old = slices.Concat(old, ramp, ramp, ramp, grey, ramp, ramp, ramp)
	wide := oldTables([]uint16{0, 65535}, slices.Repeat([]uint16{0x8000, 0x8000, 0x8000}, 8)) // 0xff00 is 100, 0x8000 is 0
	line := curvCurve()
	steps := append([]byte("mAB \x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x44\x00\x00\x00\x20"),
		bytes.Repeat(line, 3)...)
	steps = slices.Concat(steps, []byte{2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}, grey)
	for name, tag := range map[string][]byte{"8 bits": old, "16 bits": wide, "steps": steps} {
		convert, known := toSRGB(tableProfile("RGB Lab ", tag), false)
		if !known {
			t.Errorf("%s: not read", name)
			continue
		}
		var rgb [3]byte
		convert(rgb[:], colors([]byte{10, 200, 90}))
		for _, v := range rgb {
			if v < 118 || v > 121 {
				t.Errorf("%s: %d, want a middle grey", name, rgb)
				break
			}
		}
	}
}

// Tables that are cut or changed are read or not, but never panic; inks are not read.
func TestBrokenTables(t *testing.T) {
	for _, tag := range [][]byte{oldTables([]uint16{0, 65535}, make([]uint16, 24)), newTables()} {
		good := tableProfile("RGB XYZ ", tag)
		for n := range good {
			toSRGB(good[:n], false)
			for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff} {
				changed := bytes.Clone(good)
				changed[n] = v
				if convert, _ := toSRGB(changed, false); convert != nil {
					convert(make([]byte, 6), colors([]byte{0, 128, 255, 255, 128, 0}))
				}
			}
		}
		if _, known := toSRGB(tableProfile("CMYKLab ", tag), false); known {
			t.Error("a profile of inks is read")
		}
	}
}

// The profile of a grey picture is a curve alone.
func TestGreyProfile(t *testing.T) {
	curve := curvCurve()
	profile := tableProfile("GRAYXYZ ", curve)
	copy(profile[132:], "kTRC")
	convert, known := toSRGB(profile, true)
	if !known {
		t.Fatal("not read")
	}
	var rgb [3]byte
	if convert(rgb[:], colors([]byte{128, 128, 128})); rgb != [3]byte{188, 188, 188} {
		t.Errorf("%d, want 188", rgb)
	}
	if _, known := toSRGB(profile, false); known {
		t.Error("a profile of grey is read for colours")
	}
}
