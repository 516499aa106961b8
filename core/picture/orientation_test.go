package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"slices"
	"testing"

	"github.com/bep/imagemeta"
	"golang.org/x/image/tiff"

	"mobilenet/core/pixels"
)

// exif is EXIF data with an orientation, between two other tags.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := map[bool][]byte{true: []byte("MM\x00*"), false: []byte("II*\x00")}[order == binary.AppendByteOrder(binary.BigEndian)]
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	for _, entry := range [][2]uint16{{0x0100, 48}, {0x0112, orientation}, {0x0128, 2}} {
		b = order.AppendUint16(b, entry[0])
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, entry[1])
		b = append(b, 0, 0)
	}
	return order.AppendUint32(b, 0)
}

// withEXIF puts an orientation into a file. Which byte order it has depends on the format.
func withEXIF(file []byte, orientation uint16) []byte {
	switch {
	case file[0] == 0xff: // JPEG: an APP1 segment
		data := append([]byte("Exif\x00\x00"), exif(binary.BigEndian, orientation)...)
		segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(data)+2))
		return bytes.Join([][]byte{file[:2], segment, data, file[2:]}, nil)
	case file[0] == 0x89: // PNG: an eXIf chunk after IHDR
		data := append([]byte("eXIf"), exif(binary.LittleEndian, orientation)...)
		chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)-4))
		chunk = binary.BigEndian.AppendUint32(append(chunk, data...), crc32.ChecksumIEEE(data))
		return bytes.Join([][]byte{file[:33], chunk, file[33:]}, nil)
	case file[0] == 'R': // WebP: an EXIF chunk after VP8X, the first
		data := exif(binary.LittleEndian, orientation)
		chunk := binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(data)))
		file = bytes.Join([][]byte{file[:30], chunk, data, file[30:]}, nil)
		binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
		file[20] |= 8 // a flag of VP8X tells of EXIF
		return file
	}
	// TIFF: in the directory, which Go's encoder writes last, instead of ResolutionUnit (0x0128), which nobody misses.
	file = bytes.Clone(file)
	directory := file[binary.LittleEndian.Uint32(file[4:]):]
	entries := slices.Collect(slices.Chunk(bytes.Clone(directory[2:][:12*int(directory[0])]), 12))
	for i, e := range entries {
		if e[0] == 0x28 && e[1] == 0x01 {
			entries[i] = []byte{0x12, 0x01, 3, 0, 1, 0, 0, 0, byte(orientation), 0, 0, 0}
		}
	}
	slices.SortFunc(entries, func(a, b []byte) int {
		return int(binary.LittleEndian.Uint16(a)) - int(binary.LittleEndian.Uint16(b))
	})
	copy(directory[2:], bytes.Join(entries, nil))
	return file
}

// turn is orientation o done pixel by pixel, by the words of the EXIF specification: which side of the picture the stored first
// row and first column are.
func turn(m *image.NRGBA, o uint16) *image.NRGBA {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	up := image.NewNRGBA(size)
	right, bottom := size.Dx()-1, size.Dy()-1
	for y := range h {
		for x := range w {
			at := [9]image.Point{
				1: {x, y}, 2: {right - x, y}, 3: {right - x, bottom - y}, 4: {x, bottom - y},
				5: {y, x}, 6: {right - y, x}, 7: {right - y, bottom - x}, 8: {y, bottom - x},
			}[o]
			up.Set(at.X, at.Y, m.At(x, y))
		}
	}
	return up
}

func TestOrientation(t *testing.T) {
	m := fields(48, 32)
	var plain bytes.Buffer
	if err := tiff.Encode(&plain, m, nil); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"jpeg": encode(t, "jpeg", m), "progressive": testdata(t, "progressive.jpg"), "png": encode(t, "png", m), "tiff": plain.Bytes(),
		"gray jpeg": encode(t, "jpeg", as(image.NewGray(m.Bounds()), m)),
	}
	formats := map[string]imagemeta.ImageFormat{
		"jpeg": imagemeta.JPEG, "progressive": imagemeta.JPEG, "gray jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "tiff": imagemeta.TIFF,
		"webp": imagemeta.WebP,
	}
	files["webp"] = testdata(t, "alpha.webp")
	for name, plain := range files {
		upright, err := Decode(plain, Default)
		if err != nil {
			t.Fatal(name, err)
		}
		stored := &image.NRGBA{Pix: upright.Pix, Stride: upright.Stride, Rect: image.Rect(0, 0, 48, 32)}
		for o := range uint16(10) {
			file := withEXIF(plain, o)
			want := Orientation(o)
			if o < 1 || o > 8 || name == "webp" { // there are none such, and for a WebP it does not count
				want = Upright
			}
			if o >= 1 && o <= 8 {
				if peer := theirs(t, formats[name], file); peer != o {
					t.Errorf("%s: the test's file has orientation %d by imagemeta, want %d", name, peer, o)
				}
			}
			h, err := Read(file)
			if err != nil || h.Orientation != want {
				t.Errorf("%s: orientation %v, %v, want %d", name, h, err, want)
				continue
			}
			got, err := Decode(file, Default)
			if err != nil {
				t.Errorf("%s, orientation %d: %v", name, o, err)
				continue
			}
			same(t, fmt.Sprintf("%s, orientation %d", name, o), got, turn(stored, uint16(want)))
		}
	}
}

// theirs is the orientation as imagemeta reads it.
func theirs(t *testing.T, format imagemeta.ImageFormat, file []byte) (o uint16) {
	t.Helper()
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(file), ImageFormat: format, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			o, _ = tag.Value.(uint16)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func same(t *testing.T, what string, got pixels.Image, want *image.NRGBA) {
	t.Helper()
	if got.Width != want.Rect.Dx() || got.Height != want.Rect.Dy() {
		t.Errorf("%s: %d×%d, want %v", what, got.Width, got.Height, want.Rect)
		return
	}
	for y := range got.Height {
		if !bytes.Equal(got.Pix[y*got.Stride:][:4*got.Width], want.Pix[y*want.Stride:][:4*got.Width]) {
			t.Errorf("%s: row %d differs", what, y)
			return
		}
	}
}

// Broken EXIF data is no reason to refuse a picture.
func TestBrokenEXIF(t *testing.T) {
	good := exif(binary.BigEndian, 6)
	if o := readOrientation(good); o != 6 {
		t.Fatalf("orientation %d", o)
	}
	for i := range good {
		readOrientation(good[:i])
		for v := range 256 {
			altered := bytes.Clone(good)
			altered[i] = byte(v)
			if o := readOrientation(altered); o < 1 || o > 8 {
				t.Fatalf("byte %d is %d: orientation %d", i, v, o)
			}
		}
	}
}
