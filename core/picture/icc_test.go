package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
)

// Columns of profiles, as many write them: XYZ of red, green and blue.
var (
	srgbColumns  = [9]float64{0.43607, 0.22249, 0.01392, 0.38515, 0.71687, 0.09708, 0.14307, 0.06061, 0.71410}
	p3Columns    = [9]float64{0.51512, 0.24120, -0.00105, 0.29198, 0.69225, 0.04189, 0.15710, 0.06657, 0.78407}
	adobeColumns = [9]float64{0.60974, 0.31111, 0.01947, 0.20528, 0.62567, 0.06087, 0.14919, 0.06322, 0.74457}
)

// profileOf is a profile with the columns and one curve.
func profileOf(columns [9]float64, curve []byte) []byte {
	header := make([]byte, 128)
	copy(header[16:], "RGB XYZ ")
	copy(header[36:], "acsp")
	data := append([]byte(nil), curve...)
	tags := binary.BigEndian.AppendUint32(nil, 6)
	base := uint32(len(header) + 4 + 6*12)
	for i, color := range []string{"r", "g", "b"} {
		tags = append(tags, color+"TRC"...)
		tags = binary.BigEndian.AppendUint32(tags, base)
		tags = binary.BigEndian.AppendUint32(tags, uint32(len(curve)))
		tags = append(tags, color+"XYZ"...)
		tags = binary.BigEndian.AppendUint32(tags, base+uint32(len(data)))
		tags = binary.BigEndian.AppendUint32(tags, 20)
		data = append(data, "XYZ \x00\x00\x00\x00"...)
		for _, v := range columns[3*i:][:3] {
			data = appendFixed(data, v)
		}
	}
	return slices.Concat(header, tags, data)
}

func appendFixed(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*(1<<16)))))
}

func paraCurve(kind uint16, values ...float64) []byte {
	b := binary.BigEndian.AppendUint16([]byte("para\x00\x00\x00\x00"), kind)
	b = append(b, 0, 0)
	for _, v := range values {
		b = appendFixed(b, v)
	}
	return b
}

func curvCurve(points ...uint16) []byte {
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), uint32(len(points)))
	for _, p := range points {
		b = binary.BigEndian.AppendUint16(b, p)
	}
	return b
}

// srgbCurve is sRGB's in 1024 points, as in the profile that Hewlett-Packard made.
func srgbCurve() []byte {
	points := make([]uint16, 1024)
	for i := range points {
		v := float64(i) / 1023
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		points[i] = uint16(math.Round(v * 65535))
	}
	return curvCurve(points...)
}

// All ways to write sRGB's curve are understood, and the profile is known for what it is.
func TestProfileOfSRGB(t *testing.T) {
	for name, curve := range map[string][]byte{
		"points": srgbCurve(),
		"para 3": paraCurve(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045),
		"para 4": paraCurve(4, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045, 0, 0),
	} {
		profile := profileOf(srgbColumns, curve)
		if _, ok := readGamut(profile); !ok {
			t.Errorf("%s: not read", name)
		}
		if convert, _ := toSRGB(profile, false); convert != nil {
			t.Errorf("%s: sRGB is not known as such", name)
		}
	}
}

// Colours of Display P3 and Adobe RGB against those of CSS Color 4, whose sample code gives these numbers, and against one another.
func TestToSRGB(t *testing.T) {
	curve := paraCurve(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)
	adobe := 563. / 256
	for _, c := range []struct {
		name    string
		profile []byte
		is, was [3]byte
	}{
		{"P3 grey", profileOf(p3Columns, curve), [3]byte{100, 100, 100}, [3]byte{100, 100, 100}},
		{"P3 white", profileOf(p3Columns, srgbCurve()), [3]byte{255, 255, 255}, [3]byte{255, 255, 255}},
		{"P3, sRGB's red", profileOf(p3Columns, curve), [3]byte{255, 0, 0}, [3]byte{234, 51, 35}},
		{"P3, sRGB's green", profileOf(p3Columns, curve), [3]byte{0, 255, 0}, [3]byte{117, 251, 76}},
		{"P3, red beyond sRGB's", profileOf(p3Columns, curve), [3]byte{255, 0, 0}, [3]byte{255, 0, 0}},
		{"Adobe, sRGB's red", profileOf(adobeColumns, curvCurve(563)), [3]byte{255, 0, 0}, [3]byte{219, 0, 0}},
		{"Adobe, sRGB's green", profileOf(adobeColumns, paraCurve(0, adobe)), [3]byte{0, 255, 0}, [3]byte{144, 255, 60}},
		{"Adobe, sRGB's blue", profileOf(adobeColumns, paraCurve(1, adobe, 1, 0)), [3]byte{0, 0, 255}, [3]byte{0, 0, 250}},
		{"Adobe with a second zero", profileOf(adobeColumns, paraCurve(2, adobe, 1, 0, 0)), [3]byte{0, 0, 255}, [3]byte{0, 0, 250}},
		{"linear", profileOf(srgbColumns, curvCurve()), [3]byte{188, 188, 188}, [3]byte{128, 128, 128}},
	} {
		convert, _ := toSRGB(c.profile, false)
		if convert == nil {
			t.Errorf("%s: nothing to do", c.name)
			continue
		}
		two := make([]byte, 6)
		convert(two, colors(append(c.was[:], c.was[:]...)))
		for i, v := range two {
			if want := c.is[i%3]; max(v, want)-min(v, want) > 3 {
				t.Errorf("%s: %d becomes %d, want %d", c.name, c.was, two, c.is)
				break
			}
		}
	}
}

// colors are in parts of 2⁻¹⁶.
func colors(rgb []byte) (parts []uint32) {
	for _, v := range rgb {
		parts = append(parts, uint32(v)<<16)
	}
	return parts
}

// What is broken or of another kind is left alone, and nothing panics, however a profile is cut or changed.
func TestBrokenProfiles(t *testing.T) {
	good := profileOf(p3Columns, curvCurve(100, 200, 40000, 65535))
	if convert, _ := toSRGB(good, false); convert == nil {
		t.Fatal("the profile that is broken below has nothing to do")
	}
	for n := range good {
		if convert, _ := toSRGB(good[:n], false); convert != nil {
			t.Errorf("cut to %d of %d bytes, it is read", n, len(good))
		}
		for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			changed := bytes.Clone(good)
			changed[n] = v
			if convert, _ := toSRGB(changed, false); convert != nil {
				convert(make([]byte, 6), colors([]byte{0, 128, 255, 255, 128, 0}))
			}
		}
	}
	for name, profile := range map[string][]byte{
		"none": nil, "CMYK": bytes.Replace(good, []byte("RGB XYZ "), []byte("CMYKLab "), 1),
		"unknown curve": bytes.ReplaceAll(good, []byte("curv"), []byte("curb")),
		"another type":  bytes.Replace(good, []byte("XYZ \x00\x00\x00\x00"), []byte("text\x00\x00\x00\x00"), 1),
		"unknown kind":  profileOf(p3Columns, paraCurve(5, 1, 1, 1, 1, 1, 1, 1)),
		"not a number":  profileOf(p3Columns, paraCurve(4, 1, 1, 1)),
	} {
		if convert, _ := toSRGB(profile, false); convert != nil {
			t.Errorf("%s: read", name)
		}
	}
	// A power of a negative number is none, and counts as no light.
	g, ok := readGamut(profileOf(p3Columns, paraCurve(1, 2.2, 1, -1)))
	if !ok || g.curves[0][100] != 0 {
		t.Error("a curve that is no number was not read as darkness")
	}
}

// Each format keeps the profile in a way of its own.
func TestProfileInFiles(t *testing.T) {
	profile := profileOf(p3Columns, srgbCurve())
	segment := func(part, of byte, data []byte) []byte {
		s := append([]byte("\xff\xe2\x00\x00ICC_PROFILE\x00"), part, of)
		s = append(s, data...)
		binary.BigEndian.PutUint16(s[2:], uint16(len(s)-2))
		return s
	}
	var zipped bytes.Buffer
	w := zlib.NewWriter(&zipped)
	fmt.Fprintf(w, "%s", profile)
	w.Close()
	m := fields(48, 32)
	jpeg, png, webp := encode(t, "jpeg", m), encode(t, "png", m), testdata(t, "alpha.webp")
	half := len(profile) / 2
	riff := slices.Concat(webp[:30], []byte("ICCP"), binary.LittleEndian.AppendUint32(nil, uint32(len(profile))), profile, webp[30:])
	binary.LittleEndian.PutUint32(riff[4:], uint32(len(riff)-8))
	for name, file := range map[string][]byte{
		"JPEG":          slices.Concat(jpeg[:2], segment(1, 1, profile), jpeg[2:]),
		"JPEG in parts": slices.Concat(jpeg[:2], segment(1, 2, profile[:half]), segment(2, 2, profile[half:]), jpeg[2:]),
		"PNG":           slices.Concat(png[:33], chunk("iCCP", append([]byte("Display P3\x00\x00"), zipped.Bytes()...)), png[33:]),
		"WebP":          riff,
	} {
		h, err := Read(file)
		if err != nil || !bytes.Equal(h.icc, profile) {
			t.Errorf("%s: another profile, or %v", name, err)
			continue
		}
		if got, err := Decode(file, Default); err != nil || got.ToSRGB == nil {
			t.Errorf("%s: its colours are taken for sRGB; error %v", name, err)
		}
	}
	disorder := slices.Concat(jpeg[:2], segment(2, 2, profile[half:]), segment(1, 2, profile[:half]), jpeg[2:])
	for name, file := range map[string][]byte{"JPEG": jpeg, "PNG": png, "WebP": webp, "JPEG in disorder": disorder} {
		if got, err := Decode(file, Default); err != nil || got.ToSRGB != nil {
			t.Errorf("%s without a profile that can be read: colours are converted, or %v", name, err)
		}
	}
}

// A profile longer than any that is read takes no memory: not by its parts, and not by what zlib makes of a few bytes.
func TestLongProfile(t *testing.T) {
	h := &Header{}
	for range 100 {
		h.addProfile(make([]byte, maxProfile/2))
	}
	if len(h.icc) > maxProfile {
		t.Errorf("a profile of %d bytes was kept", len(h.icc))
	}
	var bomb bytes.Buffer
	w := zlib.NewWriter(&bomb)
	w.Write(make([]byte, 1<<24))
	w.Close()
	if n := len(inflate(bomb.Bytes())); n != maxProfile+1 {
		t.Errorf("%d bytes were inflated, where %d show that it is too long", n, maxProfile+1)
	}
	if inflate([]byte("not zlib's")) != nil {
		t.Error("inflated what is not zlib's")
	}
}
