package picture

import (
	"bytes"
	"compress/zlib"
	"errors"
	"image"
	"strings"
	"testing"

	"golang.org/x/image/tiff"
)

// deflated is what zlib makes of data.
func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// What the decoder would read otherwise than it is meant is refused, as a kind that is not read.
func TestTIFFOfOtherKinds(t *testing.T) {
	strip := deflated(make([]byte, 4*16*16))
	for says, entries := range map[string][]uint32{
		"a plane for each colour":         {0x0106, 3, 1, 2, 0x0115, 3, 1, 3, 0x011c, 3, 1, 2},
		"an alpha channel beside grey":    {0x0115, 3, 1, 2},
		"3 samples a pixel":               {0x0106, 3, 1, 2, 0x0115, 3, 1, 3},
		"channels beside red":             {0x0106, 3, 1, 2, 0x0115, 3, 1, 4, 0x0102, 1, 4, 0x08080808},
		"a palette of 16 bits":            {0x0106, 3, 1, 3, 0x0102, 3, 1, 16},
		"its bits in the other order":     {0x010a, 3, 1, 2},
		"fax compression in two":          {0x0102, 3, 1, 1, 0x0103, 3, 1, 3, 0x0124, 4, 1, 1},
		"CMYK colours":                    {0x0106, 3, 1, 5},
		"YCbCr or Lab colours":            {0x0106, 3, 1, 6},
		"JPEG compression":                {0x0103, 3, 1, 7},
		"a prediction of another kind":    {0x013d, 3, 1, 3},
		"a prediction that has no meanin": {0x0103, 3, 1, 1, 0x013d, 3, 1, 2},
		"sample format":                   {0x0153, 3, 1, 3},
	} {
		_, err := Decode(tiffOf(16, 16, 8, strip, entries...), Default)
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "this is a TIFF with "+says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	if _, err := Decode(tiffOf(16, 16, 8, strip), Default); err != nil {
		t.Errorf("a plain one: %v", err)
	}
}

// A colour map whose values have 8 bits instead of 16 is meant so.
func TestTIFFColourMap(t *testing.T) {
	for _, scale := range []uint16{1, 257} {
		file := tiffOf(16, 16, 8, deflated(bytes.Repeat([]byte{1}, 256)), 0x0106, 3, 1, 3, 0x0140, 3, 6, 0)
		d := readDirectory(file)
		for e := d.entries; len(e) >= 12; e = e[12:] {
			if d.order.Uint16(e) == 0x0140 {
				d.order.PutUint32(e[8:], uint32(len(file)))
			}
		}
		for _, v := range []uint16{0, 10, 0, 200, 0, 30} { // red of both colours, green of both, blue of both
			file = append(file, byte(v*scale), byte(v*scale>>8))
		}
		m, err := Decode(file, Default)
		if err != nil || !bytes.Equal(m.Pix[:4], []byte{10, 200, 30, 255}) {
			t.Errorf("times %d: %v, %v", scale, m.Pix[:min(4, len(m.Pix))], err)
		}
	}
}

// White in a fax is 0, and to a file that may mean black.
func TestFaxMeanings(t *testing.T) {
	// Group 4: rows of 16 white pixels are coded as no change, a bit of 1 each; then comes the end, twice 12 bits.
	strip := []byte{0xff, 0xff, 0x00, 0x10, 0x01}
	for meaning, want := range map[uint32]byte{0: 255, 1: 0} {
		m, err := Decode(tiffOf(16, 16, 1, strip, 0x0103, 3, 1, 4, 0x0106, 3, 1, meaning), Default)
		if err != nil {
			t.Fatal(err)
		}
		if m.Pix[0] != want || m.Pix[len(m.Pix)-2] != want {
			t.Errorf("meaning %d: white is %d, want %d", meaning, m.Pix[0], want)
		}
	}
}

// Data that unpack to eight bytes a pixel where there should be one would take a Worker's memory.
func TestTIFFThatUnpacksToMore(t *testing.T) {
	const w, h = 2000, 1000
	bombs := map[string][]byte{
		"zlib":     tiffOf(w, h, 8, bomb(t, 8*w*h)),
		"PackBits": tiffOf(w, h, 8, bytes.Repeat([]byte{129, 0}, 8*w*h/128), 0x0103, 3, 1, 32773),
	}
	for name, file := range bombs {
		var err error
		const most = 1 << 20
		if took := allocated(most, func() { _, err = Decode(file, Default) }); took > most || !errors.Is(err, ErrBroken) {
			t.Errorf("%s: it took %d bytes, error %v", name, took, err)
		}
	}
	if _, err := Decode(tiffOf(w, h, 8, bomb(t, w*h)), Default); err != nil {
		t.Errorf("as much as it should: %v", err)
	}
}

// A TIFF of 12 megapixels in strips is within the limits.
func TestLargeTIFF(t *testing.T) {
	h, err := Read(tiffOf(4032, 3024, 8, nil, 0x0116, 4, 1, 16, 0x0103, 3, 1, 5))
	if err != nil {
		t.Fatal(err)
	}
	if err := Default.check(1, h); err != nil {
		t.Error(err)
	}
}

// A profile in a TIFF is one as in other files.
func TestTIFFProfile(t *testing.T) {
	profile := profileOf(p3Columns, srgbCurve())
	file := tiffOf(16, 16, 8, deflated(make([]byte, 256)), tiffProfile, 7, uint32(len(profile)), 0)
	d := readDirectory(file)
	for e := d.entries; len(e) >= 12; e = e[12:] {
		if d.order.Uint16(e) == tiffProfile {
			d.order.PutUint32(e[8:], uint32(len(file)))
		}
	}
	m, err := Decode(append(file, profile...), Default)
	if err != nil || m.ToSRGB == nil {
		t.Errorf("its colours are taken for sRGB, or %v", err)
	}
}

// All kinds that the library writes are read as it reads them.
func TestTIFFOfLibrary(t *testing.T) {
	m := fields(48, 32)
	for _, compression := range []tiff.CompressionType{tiff.Uncompressed, tiff.Deflate} {
		for _, m := range []image.Image{m, as(image.NewGray(m.Bounds()), m), as(image.NewNRGBA64(m.Bounds()), m)} {
			var file bytes.Buffer
			if err := tiff.Encode(&file, m, &tiff.Options{Compression: compression, Predictor: compression != tiff.Uncompressed}); err != nil {
				t.Fatal(err)
			}
			got, err := Decode(file.Bytes(), Default)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := tiff.Decode(&file)
			same(t, "TIFF", got, as(image.NewNRGBA(m.Bounds()), want))
		}
	}
}
