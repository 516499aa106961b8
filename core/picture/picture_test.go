package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"mobilenet/core/pixels"
)

// fields is a picture of four fields: red, green over blue, yellow.
func fields(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, image.Rect(0, 0, w/2, h/2), image.NewUniform(color.NRGBA{255, 0, 0, 255}), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(w/2, 0, w, h/2), image.NewUniform(color.NRGBA{0, 255, 0, 255}), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(0, h/2, w/2, h), image.NewUniform(color.NRGBA{0, 0, 255, 255}), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(w/2, h/2, w, h), image.NewUniform(color.NRGBA{255, 255, 0, 255}), image.Point{}, draw.Src)
	return m
}

// as converts a picture to the type of dst.
func as[T draw.Image](dst T, src image.Image) T {
	draw.Draw(dst, src.Bounds(), src, src.Bounds().Min, draw.Src)
	return dst
}

// encode writes m with one of the encoders.
func encode(t testing.TB, format string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	err := map[string]func() error{
		"jpeg": func() error { return jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}) },
		"png":  func() error { return png.Encode(&b, m) },
		"gif":  func() error { return gif.Encode(&b, m, nil) },
		"bmp":  func() error { return bmp.Encode(&b, m) },
		"tiff": func() error { return tiff.Encode(&b, m, &tiff.Options{Compression: tiff.Deflate}) },
	}[format]()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// near reports whether the middle of each field has its color, as lossy formats leave it.
func near(t *testing.T, what string, got pixels.Image, want *image.NRGBA) {
	t.Helper()
	b := want.Bounds()
	if got.Width != b.Dx() || got.Height != b.Dy() {
		t.Fatalf("%s: %d×%d, want %d×%d", what, got.Width, got.Height, b.Dx(), b.Dy())
	}
	for _, at := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		x, y := b.Dx()*at.X/4, b.Dy()*at.Y/4
		c := want.NRGBAAt(x, y)
		for i, v := range []uint8{c.R, c.G, c.B, c.A} {
			if g := got.Pix[y*got.Stride+4*x+i]; max(g, v)-min(g, v) > 6 {
				t.Errorf("%s: at %d,%d %v, want %v", what, x, y, got.Pix[y*got.Stride+4*x:][:4], c)
				break
			}
		}
	}
}

func TestFormats(t *testing.T) {
	m := fields(48, 32)
	half := fields(48, 32)
	for y := 16; y < 32; y++ {
		for x := 24; x < 48; x++ {
			half.SetNRGBA(x, y, color.NRGBA{255, 255, 0, 128})
		}
	}
	gray := as(image.NewGray(m.Bounds()), m)
	grayWant := as(image.NewNRGBA(m.Bounds()), gray)
	for _, tt := range []struct {
		name, format string
		file         []byte
		want         *image.NRGBA
	}{
		{"JPEG 4:2:0", "jpeg", encode(t, "jpeg", m), m},
		{"gray JPEG", "jpeg", encode(t, "jpeg", gray), grayWant},
		{"JPEG of libjpeg", "jpeg", testdata(t, "baseline.jpg"), m},
		{"progressive JPEG", "jpeg", testdata(t, "progressive.jpg"), m},
		{"PNG", "png", encode(t, "png", m), m},
		{"PNG with alpha", "png", encode(t, "png", half), half},
		{"gray PNG", "png", encode(t, "png", gray), grayWant},
		{"PNG of 16 bits", "png", encode(t, "png", as(image.NewNRGBA64(m.Bounds()), half)), half},
		{"PNG with a palette", "png", encode(t, "png", as(image.NewPaletted(m.Bounds(), palette.WebSafe), m)), m},
		{"GIF", "gif", encode(t, "gif", m), m},
		{"lossy WebP", "webp", testdata(t, "lossy.webp"), m},
		{"lossy WebP with alpha", "webp", testdata(t, "alpha.webp"), half},
		{"lossless WebP", "webp", testdata(t, "lossless.webp"), half},
		{"BMP", "bmp", encode(t, "bmp", m), m},
		{"BMP with a palette", "bmp", encode(t, "bmp", as(image.NewPaletted(m.Bounds(), palette.WebSafe), m)), m},
		{"TIFF", "tiff", encode(t, "tiff", m), m},
		{"gray TIFF", "tiff", encode(t, "tiff", gray), grayWant},
	} {
		h, err := Read(tt.file)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if h.Format != tt.format || h.Width != 48 || h.Height != 32 || h.Orientation != Upright {
			t.Errorf("%s: header %+v", tt.name, h)
		}
		got, err := Decode(tt.file, Default)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		near(t, tt.name, got, tt.want)
	}
}

// The first picture of a GIF may be smaller than its screen.
func TestGIFOnItsScreen(t *testing.T) {
	part := image.NewPaletted(image.Rect(2, 1, 4, 3), color.Palette{color.NRGBA{9, 8, 7, 255}})
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{part}, Delay: []int{0}, Config: image.Config{Width: 5, Height: 4}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(b.Bytes(), Default)
	if err != nil || got.Width != 5 || got.Height != 4 {
		t.Fatalf("%d×%d, %v", got.Width, got.Height, err)
	}
	if in, out := got.Pix[got.Stride+4*2:][:4], got.Pix[:4]; !bytes.Equal(in, []byte{9, 8, 7, 255}) || out[3] != 0 {
		t.Errorf("%v inside, %v outside", in, out)
	}
}

// A first picture that lies partly outside of its screen makes the screen larger, as in browsers.
func TestGIFBesideItsScreen(t *testing.T) {
	part := image.NewPaletted(image.Rect(2, 1, 6, 4), color.Palette{color.NRGBA{9, 8, 7, 255}})
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{part}, Delay: []int{0}, Config: image.Config{Width: 6, Height: 4}})
	if err != nil {
		t.Fatal(err)
	}
	file := b.Bytes()
	file[6], file[8] = 3, 2 // the screen
	got, err := Decode(file, Default)
	if err != nil || got.Width != 6 || got.Height != 4 {
		t.Fatalf("%d×%d, %v", got.Width, got.Height, err)
	}
	if in, out := got.Pix[len(got.Pix)-4:], got.Pix[:4]; !bytes.Equal(in, []byte{9, 8, 7, 255}) || out[3] != 0 {
		t.Errorf("%v inside, %v outside", in, out)
	}
}

func TestUnsupported(t *testing.T) {
	for file, want := range map[string]string{
		"":                                    "no bytes",
		"\x00\x00\x00\x20ftypheic....":        "a HEIC photo",
		"%PDF-1.7":                            "a PDF",
		"<svg xmlns=":                         "an SVG drawing",
		"<?xml version='1.0'?><!-- a --><svg": "an SVG drawing",
		"\xef\xbb\xbf\n<!-- a --><svg>":       "an SVG drawing",
		"<?xml version='1.0'?><a>":            "an XML file",
		"\x00\x00\x00\x1cftypavis\x00\x00\x00\x00avifmsf1": "an AVIF image",
		"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00avifmiaf": "an AVIF image",
		"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00heicmiaf": "a HEIC photo",
		"\x00\x00\x00\x1cftypisom\x00\x00\x00\x00iso2mp41": "a video",
		"\x00\x00\x00\x0cjP  \r\n\x87\n":                   "a JPEG 2000 image",
		"\xff\x4f\xff\x51\x00":                             "a JPEG 2000 image",
		"\xff\x0a\x00":                                     "a JPEG XL image",
		"II+\x00\b\x00\x00\x00":                            "a BigTIFF",
		"\x00\x00\x01\x00\x01\x00":                         "an icon",
		"\x89PNG\r\n\x1a\n\x00\x00\x00\x04CgBI":            "PNG with the compression of iPhone apps",
		"<!doctype html>":                                  "an HTML page",
		"hello, world":                                     `12 bytes that begin with "hello, w"`,
	} {
		_, err := Decode([]byte(file), Default)
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", file, err, want)
		}
	}
	animated := append(testdata(t, "alpha.webp"), "ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	if _, err := Decode(animated, Default); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "animated") {
		t.Errorf("animated WebP: error %v", err)
	}
}

// Every file, cut or altered anywhere, gives a picture or an error, and never panics.
func TestBroken(t *testing.T) {
	m := fields(48, 32)
	files := map[string][]byte{
		"baseline.jpg": testdata(t, "baseline.jpg"), "progressive.jpg": testdata(t, "progressive.jpg"),
		"lossy.webp": testdata(t, "lossy.webp"), "lossless.webp": testdata(t, "lossless.webp"), "alpha.webp": testdata(t, "alpha.webp"),
		"x.png": encode(t, "png", m), "x.gif": encode(t, "gif", m), "x.bmp": encode(t, "bmp", m)[:600], "x.tiff": encode(t, "tiff", m),
	}
	limits := Limits{Bytes: 1 << 20, Pixels: 1 << 16, Memory: 1 << 20}
	for name, file := range files {
		try := func(what string, altered []byte) {
			defer func() {
				if p := recover(); p != nil {
					t.Fatalf("%s, %s: panic: %v", name, what, p)
				}
			}()
			_, err := Decode(altered, limits)
			if err != nil && !errors.Is(err, ErrBroken) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrTooLarge) {
				t.Errorf("%s, %s: an error without a kind: %v", name, what, err)
			}
		}
		for i := range file {
			try(fmt.Sprint("cut at ", i), file[:i])
			for _, v := range []byte{255, file[i] ^ 1} {
				altered := bytes.Clone(file)
				altered[i] = v
				try(fmt.Sprintf("byte %d is %d", i, v), altered)
			}
		}
		if _, err := Decode(file[:len(file)/2], limits); err == nil {
			t.Errorf("%s: half of the file is a picture", name)
		}
	}
}

// Sixteen bytes tell a format, and fewer or others no wrong one.
func TestSniff(t *testing.T) {
	for _, format := range []string{"jpeg", "png", "gif", "bmp", "tiff"} {
		file := encode(t, format, fields(8, 8))
		if got := Sniff(file[:16]); got != format {
			t.Errorf("a %s is taken for %q", format, got)
		}
	}
	for _, other := range []string{"", "\xff\xd8", "RIFF....WAVE", "\x00\x00\x00\x18ftypavif", "%PDF-1.7"} {
		if got := Sniff([]byte(other)); got != "" {
			t.Errorf("%q is taken for %q", other, got)
		}
	}
}
