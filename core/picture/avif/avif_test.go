package avif

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/heif"
	"mobilenet/core/pixels"
	"mobilenet/web/build/output"
	"mobilenet/weights"
)

var limits = picture.Limits{Bytes: 1 << 20, Pixels: 1 << 20, Memory: 64 << 20}

// testdata reads a file of the folder, whose README says what is in it.
func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wave is the pixel of the pictures in testdata.
func wave(x, y int) [3]float64 {
	s := func(v float64) float64 { return 128 + 100*math.Sin(v) }
	return [3]float64{s(float64(x) / 9), s(float64(y) / 7), s(float64(x+y) / 11)}
}

// made is waves.avif with other properties of its image, beside its size and its stream's description.
func made(t testing.TB, properties ...[]byte) []byte {
	t.Helper()
	file := testdata(t, "waves.avif")
	c, err := heif.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	stream, owned := c.Data(file, c.Primary), []byte{}
	var all []byte
	for _, p := range c.Items[c.Primary].Properties {
		if p.Name == "ispe" || p.Name == "av1C" || p.Name == "pixi" {
			properties = append([][]byte{heif.Make(p.Name, p.Content)}, properties...)
		}
	}
	for i, p := range properties {
		all, owned = append(all, p...), append(owned, byte(i+1))
	}
	meta := func(start int) []byte {
		return heif.Make("meta", make([]byte, 4),
			heif.Make("hdlr", make([]byte, 8), []byte("pict"), make([]byte, 13)),
			heif.Make("pitm", []byte{0, 0, 0, 0, 0, 1}),
			heif.Make("iloc", []byte{0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, byte(start >> 8), byte(start), 0, 0, byte(len(stream) >> 8), byte(len(stream))}),
			heif.Make("iinf", []byte{0, 0, 0, 0, 0, 1}, heif.Make("infe", []byte{2, 0, 0, 0, 0, 1, 0, 0}, []byte("av01\x00"))),
			heif.Make("iprp", heif.Make("ipco", all), heif.Make("ipma", []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 1, byte(len(owned))}, owned)))
	}
	head := heif.Make("ftyp", []byte("avif\x00\x00\x00\x00avifmif1miaf"))
	return bytes.Join([][]byte{head, meta(len(head) + len(meta(0)) + 8), heif.Make("mdat", stream)}, nil)
}

// same compares a picture with what want gives for each pixel: AV1 loses some of it.
func same(t *testing.T, what string, got pixels.Image, err error, w, h int, want func(x, y int) [3]float64) {
	t.Helper()
	if err != nil || got.Width != w || got.Height != h {
		t.Errorf("%s: %d×%d, %v; want %d×%d", what, got.Width, got.Height, err, w, h)
		return
	}
	sum := 0.0
	for y := range h {
		for x := range w {
			for i, v := range want(x, y) {
				sum += math.Abs(v - float64(got.Pix[y*got.Stride+4*x+i]))
			}
		}
	}
	if mean := sum / float64(3*w*h); mean > 4 {
		t.Errorf("%s: values are %.1f off on the average, want 4 at most", what, mean)
	}
}

func clap(w, h, right, down int) []byte {
	var b []byte
	for _, v := range []int{w, 1, h, 1, right, 2, down, 2} {
		b = append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	return heif.Make("clap", b)
}

// Turns and cuts are done in the order of ISO/IEC 23000-22: cut, turned to the left, mirrored.
func TestDecode(t *testing.T) {
	const w, h = 90, 64
	irot := func(quarters byte) []byte { return heif.Make("irot", []byte{quarters}) }
	imir := func(axis byte) []byte { return heif.Make("imir", []byte{axis}) }
	for _, c := range []struct {
		name       string
		w, h       int
		from       func(x, y int) (int, int)
		properties [][]byte
	}{
		{"as it is", w, h, func(x, y int) (int, int) { return x, y }, nil},
		{"to the left", h, w, func(x, y int) (int, int) { return w - 1 - y, x }, [][]byte{irot(1)}},
		{"upside down", w, h, func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }, [][]byte{irot(2)}},
		{"to the right", h, w, func(x, y int) (int, int) { return y, h - 1 - x }, [][]byte{irot(3)}},
		{"mirrored left to right", w, h, func(x, y int) (int, int) { return w - 1 - x, y }, [][]byte{imir(1)}},
		{"mirrored top to bottom", w, h, func(x, y int) (int, int) { return x, h - 1 - y }, [][]byte{imir(0)}},
		{"to the left, mirrored left to right", h, w, func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }, [][]byte{irot(1), imir(1)}},
		{"to the left, mirrored top to bottom", h, w, func(x, y int) (int, int) { return y, x }, [][]byte{irot(1), imir(0)}},
		{"to the right, mirrored left to right", h, w, func(x, y int) (int, int) { return y, x }, [][]byte{irot(3), imir(1)}},
		{"to the right, mirrored top to bottom", h, w, func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }, [][]byte{irot(3), imir(0)}},
		{"cut", 40, 30, func(x, y int) (int, int) { return x + 35, y + 10 }, [][]byte{clap(40, 30, 20, -14)}},
		{"cut, to the left", 30, 40, func(x, y int) (int, int) { return 39 - y + 35, x + 10 }, [][]byte{clap(40, 30, 20, -14), irot(1)}},
	} {
		got, err := picture.Decode(made(t, c.properties...), limits)
		same(t, c.name, got, err, c.w, c.h, func(x, y int) [3]float64 { return wave(c.from(x, y)) })
	}
}

// Where it is not opaque, the colours are those that it has, not what they come to over black.
func TestAlpha(t *testing.T) {
	got, err := picture.Decode(testdata(t, "alpha.avif"), limits)
	same(t, "half of it transparent", got, err, 48, 40, wave)
	if a, b := got.Pix[3], got.Pix[4*47+3]; a < 120 || a > 136 || b != 255 {
		t.Errorf("alpha %d and %d, want 128 and 255", a, b)
	}
}

// Samples of 10 bits become the same colours as those of 8 of the same picture.
func TestDeep(t *testing.T) {
	deep, err := picture.Decode(testdata(t, "ten-bit.avif"), limits)
	if err != nil {
		t.Fatal(err)
	}
	flat, err := picture.Decode(testdata(t, "eight-bit.avif"), limits)
	same(t, "8 bits", flat, err, deep.Width, deep.Height, func(x, y int) (p [3]float64) {
		for i := range p {
			p[i] = float64(deep.Pix[y*deep.Stride+4*x+i])
		}
		return p
	})
}

func TestColours(t *testing.T) {
	nclx := func(primaries, transfer byte) []byte {
		return heif.Make("colr", []byte("nclx"), []byte{0, primaries, 0, transfer, 0, 6, 0x80})
	}
	for _, c := range []struct {
		properties []byte
		assumed    bool
		converted  bool
	}{
		{nclx(1, 13), false, false}, {nclx(2, 2), false, false}, {nclx(1, 1), false, false}, {nclx(9, 14), false, true}, {nclx(12, 13), false, true}, {nclx(9, 16), true, false},
		{heif.Make("colr", []byte("prof"), []byte("no profile")), true, false},
	} {
		file := made(t, c.properties)
		h, err := picture.Read(file)
		if err != nil || h.Format != "avif" || h.AssumedSRGB != c.assumed {
			t.Errorf("%q: %+v, %v", c.properties, h, err)
		}
		if m, err := picture.Decode(file, limits); err != nil || m.ToSRGB != nil != c.converted {
			t.Errorf("%q: converted %v, %v", c.properties, m.ToSRGB != nil, err)
		}
	}
}

func TestRefused(t *testing.T) {
	whole := made(t)
	at := func(name string, by int, v byte) []byte {
		b := bytes.Clone(whole)
		b[bytes.Index(b, []byte(name))+by] = v
		return b
	}
	noStream := bytes.Clone(whole)
	copy(noStream[bytes.Index(noStream, []byte("mdat"))+4:], make([]byte, 200))
	// streamed is the picture with its stream so many times in its item, behind the file.
	streamed := func(times int) []byte {
		c, err := heif.Read(whole)
		if err != nil {
			t.Fatal(err)
		}
		b, stream := bytes.Clone(whole), bytes.Repeat(c.Data(whole, c.Primary), times)
		place := b[bytes.Index(b, []byte("iloc"))+18:] // where, and how many
		binary.BigEndian.PutUint32(place, uint32(len(b)+8))
		binary.BigEndian.PutUint32(place[4:], uint32(len(stream)))
		return append(b, heif.Make("mdat", stream)...)
	}
	if _, err := picture.Decode(streamed(maxFrames), limits); err != nil {
		t.Errorf("%d frames: %v", maxFrames, err)
	}
	for name, c := range map[string]struct {
		file []byte
		kind error
		say  string
	}{
		"many frames":     {streamed(maxFrames + 1), picture.ErrBroken, "has 9 frames"},
		"data elsewhere":  {at("iloc", 18, 0x7f), picture.ErrBroken, "not within the file"},
		"a grid of none":  {bytes.Replace(whole, []byte("av01\x00"), []byte("grid\x00"), 1), picture.ErrBroken, "tiles of its grid are missing"},
		"too large":       {at("ispe", 9, 0x7f), picture.ErrBroken, "its size is 8323162"},
		"many pixels":     {at("ispe", 10, 0x7f), picture.ErrTooLarge, "32602×64"},
		"of another kind": {at("av01", 3, '2'), picture.ErrUnsupported, `of the kind "av02"`},
		"no description":  {at("av1C", 0, 'x'), picture.ErrBroken, "is missing"},
		"no stream":       {noStream, picture.ErrBroken, "cannot be decoded"},
		"its head":        {whole[:60], picture.ErrBroken, "are left"},
		"cut askew":       {made(t, clap(40, 30, 1, 0)), picture.ErrUnsupported, "between its pixels"},
		"cut beside it":   {made(t, clap(40, 30, 90, 0)), picture.ErrUnsupported, "beside them"},
	} {
		if _, err := picture.Decode(c.file, limits); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", name, err, c.say)
		}
	}
	// libavif scales a picture to what its header says, as browsers do.
	if m, err := picture.Decode(at("ispe", 11, 80), limits); err != nil || m.Width != 80 || m.Height != 64 {
		t.Errorf("scaled: %d×%d, %v", m.Width, m.Height, err)
	}
	_, err := picture.Read([]byte("%PDF-1.7"))
	if err == nil || !strings.Contains(err.Error(), "AVIF and TIFF are") {
		t.Errorf("the formats are %v", err)
	}
}

// Header's memory is enough for what decoding takes, and where the program asks for more, it gets none.
func TestMemory(t *testing.T) {
	for _, name := range []string{"eight-bit.avif", "ten-bit.avif", "alpha.avif"} {
		file := testdata(t, name)
		_, h, err := readHeader(file)
		if err != nil {
			t.Fatal(err)
		}
		in, err := program.Start(t.Context(), 256<<20)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run(in, file, h.width, h.height); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		took := int64(in.Memory().Size()) + int64(4*h.width*h.height)
		in.Close()
		t.Logf("%s takes %d bytes, and the header says %d", name, took, h.info.Memory)
		if took > h.info.Memory {
			t.Errorf("%s takes %d bytes, and the header says %d", name, took, h.info.Memory)
		}
	}
	file := testdata(t, "eight-bit.avif")
	_, h, err := readHeader(file)
	if err != nil {
		t.Fatal(err)
	}
	h.info.Memory = 4 << 20
	if _, err := decode(t.Context(), file, h); !errors.Is(err, picture.ErrBroken) {
		t.Errorf("within 4 MB: %v", err)
	}
}

// Program and its licences are the files of the Go module that is said.
func TestProgram(t *testing.T) {
	l := &weights.List{Modules: map[string]string{Module: ModuleSum}}
	for name, have := range map[string][]byte{
		"lib/decode.wasm.gz": Program, "lib/LICENSE.libavif": []byte(LicenseAVIF), "lib/LICENSE.aom": []byte(LicenseAOM), "LICENSE": []byte(LicenseModule),
	} {
		f := weights.File{Source: Module + "/" + name, Size: int64(len(have)), SHA256: output.SHA256(have)}
		if got, err := l.Read(t.Context(), f); err != nil || !bytes.Equal(got, have) {
			t.Errorf("%s is not the module's: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"waves.avif", "alpha.avif"} {
		f.Add(testdata(f, name))
	}
	f.Add(made(f, clap(40, 30, 20, -14), heif.Make("irot", []byte{1})))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := picture.Decode(file, picture.Limits{Bytes: 1 << 16, Pixels: 1 << 14, Memory: 32 << 20})
		if err == nil {
			err = m.Check()
		}
		if err != nil && !errors.Is(err, picture.ErrBroken) && !errors.Is(err, picture.ErrUnsupported) && !errors.Is(err, picture.ErrTooLarge) {
			t.Errorf("an error of no kind: %v", err)
		}
	})
}
