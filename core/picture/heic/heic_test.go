package heic

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/heif"
	"mobilenet/core/pixels"
)

var limits = picture.Limits{Bytes: 1 << 20, Pixels: 1 << 20, Memory: 64 << 20}

// reference is what heif-convert of libheif 1.15.1 makes of a file of testdata.
func reference(t *testing.T, name string) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(testdata(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// same compares a picture with what want gives for each pixel, and allows a difference of most.
func same(t *testing.T, what string, got pixels.Image, w, h, most int, want func(x, y int) [3]int) {
	t.Helper()
	if got.Width != w || got.Height != h {
		t.Errorf("%s: %d×%d, want %d×%d", what, got.Width, got.Height, w, h)
		return
	}
	worst := 0
	for y := range h {
		for x := range w {
			p := got.Pix[y*got.Stride+4*x:]
			for i, v := range want(x, y) {
				worst = max(worst, v-int(p[i]), int(p[i])-v)
			}
			if p[3] != 255 {
				t.Fatalf("%s: the pixel %d,%d is not opaque", what, x, y)
			}
		}
	}
	if worst > most {
		t.Errorf("%s: a value is %d off, want %d at most", what, worst, most)
	}
}

func at(m image.Image, x, y int) [3]int {
	r, g, b, _ := m.At(x, y).RGBA()
	return [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}
}

func decodeFile(t *testing.T, what string, file []byte) pixels.Image {
	t.Helper()
	got, err := picture.Decode(file, limits)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	return got
}

func TestDecode(t *testing.T) {
	upright, tile := reference(t, "upright.png"), reference(t, "tile.png")
	for _, name := range []string{"upright", "ten-bit", "small"} {
		want := reference(t, name+".png")
		b := want.Bounds()
		same(t, name, decodeFile(t, name, testdata(t, name+".heic")), b.Dx(), b.Dy(), 2, func(x, y int) [3]int { return at(want, x, y) })
	}
	same(t, "grid", decodeFile(t, "grid", gridOf(t).bytes()), 150, 100, 2, func(x, y int) [3]int { return at(tile, x%64, y%64) })

	// Turns and cuts, once, in their order.
	const w, h = 160, 112
	turned := func(name string, toW, toH int, place func(x, y int) (int, int), properties ...[]byte) {
		m := from(t, "upright.heic")
		m.properties = properties
		same(t, name, decodeFile(t, name, m.bytes()), toW, toH, 2, func(x, y int) [3]int {
			x, y = place(x, y)
			return at(upright, x, y)
		})
	}
	turned("to the right", h, w, func(x, y int) (int, int) { return y, h - 1 - x }, irot(3))
	turned("to the left", h, w, func(x, y int) (int, int) { return w - 1 - y, x }, irot(1))
	turned("upside down", w, h, func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }, irot(2))
	turned("mirrored", w, h, func(x, y int) (int, int) { return w - 1 - x, y }, imir(1))
	cut := boxOf("clap", u32(100, 1, 80, 1, 0, 1, 0, 1)) // the middle 100×80
	turned("cut", 100, 80, func(x, y int) (int, int) { return x + 30, y + 16 }, cut)
	turned("cut and turned", 80, 100, func(x, y int) (int, int) { return y + 30, 16 + 79 - x }, cut, irot(3))
}

// A picture without chroma is read, too: the decoder's samples are luma, which is all there is.
func TestGrey(t *testing.T) {
	file := testdata(t, "grey.heic")
	in, err := program.Start(t.Context(), 256<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	p, err := run(in, file)
	if err != nil || p.stride[1] != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	same(t, "grey", decodeFile(t, "grey", file), 512, 512, 0, func(x, y int) [3]int {
		v := int(p.at[0][y*p.stride[0]+x])
		return [3]int{v, v, v}
	})
}

// The colours are those of the matrix and the range that the container names.
func TestColours(t *testing.T) {
	m := from(t, "upright.heic")
	c, err := heif.Read(m.bytes())
	if err != nil {
		t.Fatal(err)
	}
	p, done, err := decode(t.Context(), single(m.bytes(), c), 256<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for _, c := range []struct {
		matrix    int
		full      byte
		red, blue float64
	}{{1, 0, .2126, .0722}, {1, 1, .2126, .0722}, {6, 0, .299, .114}, {9, 0, .2627, .0593}} {
		m.properties = [][]byte{nclx(13, c.matrix, c.full)}
		same(t, "matrix", decodeFile(t, "matrix", m.bytes()), m.w, m.h, 1, func(x, y int) [3]int {
			l := float64(p.at[0][y*p.stride[0]+x])
			cb := float64(p.at[1][y/2*p.stride[1]+x/2]) - 128
			cr := float64(p.at[2][y/2*p.stride[2]+x/2]) - 128
			if c.full == 0 {
				l, cb, cr = (l-16)*255/219, cb*255/224, cr*255/224
			}
			r, b := l+2*(1-c.red)*cr, l+2*(1-c.blue)*cb
			g := (l - c.red*r - c.blue*b) / (1 - c.red - c.blue) // luma is their weighted sum
			return [3]int{round(r), round(g), round(b)}
		})
	}
	m.properties = [][]byte{nclx(16, 9, 0)}
	if h, err := picture.Read(m.bytes()); err != nil || !h.AssumedSRGB {
		t.Errorf("a picture of high dynamic range: %+v, %v", h, err)
	}
}

func round(v float64) int { return int(min(255, max(0, v+0.5))) }

func TestHeader(t *testing.T) {
	h, err := picture.Read(rotated(t))
	if err != nil || h.Format != "heic" || h.Width != 112 || h.Height != 160 || h.Orientation != picture.Upright {
		t.Errorf("rotated: %+v, %v", h, err)
	}
	m := from(t, "upright.heic")
	m.brand = "mif1" // which the decoder alone would not take
	decodeFile(t, "a HEIF", m.bytes())
	_, err = picture.Read([]byte("%PDF-1.7"))
	if err == nil || !strings.Contains(err.Error(), "BMP, HEIC and TIFF are") {
		t.Errorf("the formats are %v", err)
	}
}

func TestRefused(t *testing.T) {
	changed := func(change func(m *made)) []byte {
		m := from(t, "upright.heic")
		change(&m)
		return m.bytes()
	}
	huge := gridOf(t)
	huge.gridW, huge.gridH = 30000, 30000
	many := gridOf(t)
	many.gridW, many.gridH = 64, 64
	grey := gridOf(t)
	m := from(t, "grey.heic")
	grey.config, grey.stream, grey.w, grey.h = m.config, m.stream, m.w, m.h
	grey.gridW, grey.gridH = 3*m.w, 2*m.h
	tiles := gridOf(t)
	tiles.stream = bytes.Repeat(tiles.stream, 2)
	// described puts a stream's picture into the box hvcC, behind the parameters.
	described := func(config, stream []byte) []byte {
		content := bytes.Clone(config[8:])
		content[22]++
		return boxOf("hvcC", content, u8(1), u16(1, len(stream)-4), stream[4:])
	}
	elsewhere := changed(func(*made) {})
	elsewhere[bytes.Index(elsewhere, []byte("iloc"))+4+4+2+2+2+2+2] = 0x7f
	whole := testdata(t, "upright.heic")
	for name, c := range map[string]struct {
		file []byte
		kind error
		say  string
	}{
		"too large":       {huge.bytes(), picture.ErrTooLarge, "30000×30000 are 900.0 megapixels"},
		"grey tiles":      {grey.bytes(), picture.ErrUnsupported, "grid of grey tiles"},
		"too many tiles":  {many.bytes(), picture.ErrBroken, "6 tiles of 64×64, and 1 fill it"},
		"another size":    {changed(func(m *made) { m.w = 96 }), picture.ErrBroken, "its pictures are 96×112, and their HEVC stream 160×112"},
		"AV1":             {changed(func(m *made) { m.kind = "av01" }), picture.ErrUnsupported, `of the kind "av01"`},
		"YCgCo":           {changed(func(m *made) { m.properties = [][]byte{nclx(1, 8, 1)} }), picture.ErrUnsupported, "the matrix 8"},
		"no stream":       {changed(func(m *made) { m.stream = make([]byte, 200) }), picture.ErrBroken, "cannot be decoded"},
		"two pictures":    {changed(func(m *made) { m.stream = bytes.Repeat(m.stream, 2) }), picture.ErrBroken, "2 pictures in 2 slices"},
		"many slices":     {changed(func(m *made) { m.stream = append(m.stream, bytes.Repeat([]byte{0, 0, 0, 3, 2, 1, 0}, 64)...) }), picture.ErrBroken, "in 65 slices"},
		"tiles of two":    {tiles.bytes(), picture.ErrBroken, "2 pictures in 2 slices"},
		"a described one": {changed(func(m *made) { m.config = described(m.config, m.stream) }), picture.ErrBroken, "contradicts itself"},
		"data elsewhere":  {elsewhere, picture.ErrBroken, "not within the file"},
		"no parameters":   {changed(func(m *made) { m.config = boxOf("hvcC", make([]byte, 23)) }), picture.ErrBroken, "cut short"},
		"its head":        {whole[:40], picture.ErrBroken, "are left"},
		"without meta":    {whole[:28], picture.ErrBroken, `no box "meta"`},
		"without its end": {whole[:len(whole)-300], picture.ErrBroken, "are left"},
	} {
		if _, err := picture.Decode(c.file, limits); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", name, err, c.say)
		}
	}
}

// A picture with an alpha channel is refused, for the decoder hands none out.
func TestAlpha(t *testing.T) {
	m := gridOf(t)
	m.extra = nil
	file := m.bytes()
	c, err := heif.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	c.Items[99] = &heif.Item{Kind: "hvc1", AlphaOf: []uint32{c.Primary}, Properties: []heif.Box{{Name: "auxC", Content: []byte("\x00\x00\x00\x00urn:mpeg:hevc:2015:auxid:1\x00")}}}
	if !c.HasAlpha() {
		t.Error("alpha is not seen")
	}
}

// Header's memory is enough for what decoding takes: the program's whole memory, and RGBA.
func TestMemory(t *testing.T) {
	file := gridOf(t)
	file.columns, file.rows, file.gridW, file.gridH = 40, 30, 40*64, 30*64
	_, h, err := readHeader(file.bytes())
	if err != nil {
		t.Fatal(err)
	}
	in, err := program.Start(t.Context(), 256<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	p, err := run(in, file.bytes())
	if err != nil {
		t.Fatal(err)
	}
	took := int64(in.Memory().Size()) + int64(4*p.width*p.height)
	t.Logf("%d×%d takes %d bytes, %.1f a pixel", p.width, p.height, took, float64(took)/float64(p.width*p.height))
	if took > h.memory || took < h.memory/3 {
		t.Errorf("decoding takes %d bytes, and the header says %d", took, h.memory)
	}
}

// Files are decoded at the same time as one by one, each in a memory of its own.
func TestAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for i := range 12 {
		name := []string{"upright.heic", "ten-bit.heic", "grid.heic"}[i%3]
		file, alone := testdata(t, name), decodeFile(t, name, testdata(t, name))
		all.Go(func() {
			if got := decodeFile(t, name, file); !bytes.Equal(got.Pix, alone.Pix) {
				t.Errorf("%s is another picture where others are decoded at the same time", name)
			}
		})
	}
	all.Wait()
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"upright.heic", "ten-bit.heic", "small.heic", "rotated.heic", "grid.heic"} {
		f.Add(testdata(f, name))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := picture.Decode(file, picture.Limits{Bytes: 1 << 16, Pixels: 1 << 16, Memory: 32 << 20})
		if err == nil {
			err = m.Check()
		}
		if err != nil && !errors.Is(err, picture.ErrBroken) && !errors.Is(err, picture.ErrUnsupported) && !errors.Is(err, picture.ErrTooLarge) {
			t.Errorf("an error of no kind: %v", err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	m := gridOf(b)
	m.columns, m.rows, m.gridW, m.gridH = 63, 48, 4032, 3024 // what phones call 12 megapixels
	file := m.bytes()
	b.ReportMetric(4032*3024/1e6, "megapixels")
	for b.Loop() {
		if _, err := picture.Decode(file, picture.Limits{Bytes: 1 << 20, Pixels: 1 << 24, Memory: 1 << 30}); err != nil {
			b.Fatal(err)
		}
	}
}

// One box may be an image's property a hundred times: that makes no file a hundred times as large.
func TestRepeatedProperty(t *testing.T) {
	m := from(t, "upright.heic")
	m.properties = [][]byte{boxOf("free", make([]byte, 1<<20))}
	c, err := heif.Read(m.bytes())
	if err != nil {
		t.Fatal(err)
	}
	it := c.Items[c.Primary]
	if got := single(m.bytes(), c); bytes.Equal(got, m.bytes()) || len(got) > 2<<20 {
		t.Errorf("a property of a megabyte: %d bytes", len(got))
	}
	for range 100 {
		it.Properties = append(it.Properties, it.Properties[len(it.Properties)-1])
	}
	if got := single(m.bytes(), c); !bytes.Equal(got, m.bytes()) {
		t.Errorf("the same a hundred times: %d bytes", len(got))
	}
}
