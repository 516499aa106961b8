package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"strings"
	"testing"
)

// Small files that could make a program take much memory take what their pictures need, and no more for what else is in them.
func TestBombs(t *testing.T) {
	small := encode(t, "png", fields(16, 16))
	screen := image.NewPaletted(image.Rect(0, 0, 640, 480), color.Palette{color.Black, color.White})
	const mega = 1 << 20
	zeros := bomb(t, 16*mega)
	for _, b := range []struct {
		name string
		file []byte
		want error
		most uint64 // bytes of memory
	}{
		{"PNG of one colour", encode(t, "png", image.NewGray(image.Rect(0, 0, 4032, 3024))), nil, 60 * mega},
		{"PNG whose pixels inflate to more than it says", append(pngOf(16, 16, 8, 0, 0), chunk("IDAT", zeros)...), ErrBroken, mega},
		{"PNG of a colour profile that inflates", insert(small, chunk("iCCP", append([]byte("x\x00\x00"), zeros...))), nil, 3 * mega},
		{"PNG of a text that inflates", insert(small, chunk("zTXt", append([]byte("x\x00\x00"), zeros...))), nil, mega},
		{"PNG of 500,000 texts", insert(small, bytes.Repeat(chunk("tEXt", []byte("x\x00")), 500_000)), ErrBroken, mega},
		{"PNG of 9000 colour profiles that inflate", insert(small, bytes.Repeat(chunk("iCCP", append([]byte("x\x00\x00"), bomb(t, mega)...)), 9000)), nil, 40 * mega},
		{"PNG of 1000 animated frames", insert(small, bytes.Repeat(chunk("fcTL", make([]byte, 26)), 1000)), nil, 5 * mega},
		{"PNG of 9 MB of EXIF", insert(small, chunk("eXIf", fullEXIF(9*mega))), nil, mega},
		{"GIF of 10,000 frames", gifOf(t, screen, 10_000), nil, 6 * mega},
		{"JPEG of 9 MB of EXIF", withSegments(t, 0xe1, append([]byte("Exif\x00\x00"), fullEXIF(65_000)...), 145), nil, mega},
		{"JPEG of 9 MB of XMP", withSegments(t, 0xe1, bytes.Repeat([]byte("<rdf:li>"), 8_000), 145), nil, mega},
		{"JPEG of 9 MB of colour profile", withSegments(t, 0xe2, append([]byte("ICC_PROFILE\x00\x01\xff"), make([]byte, 65_000)...), 145), nil, mega},
		{"JPEG of 9 MB of comments", withSegments(t, 0xfe, make([]byte, 65_000), 145), nil, mega},
		{"JPEG of 500,000 empty segments", withSegments(t, 0xef, nil, 500_000), nil, mega},
		{"JPEG of 20,000 tables", withSegments(t, 0xdb, make([]byte, 65), 20_000), nil, mega},
		{"JPEG of two frames, the second of which takes less", twoFrames(t), ErrTooLarge, mega},
		{"WebP of 9 MB of EXIF", append(bytes.Clone(testdata(t, "lossy.webp")), riff("EXIF", fullEXIF(9*mega))...), nil, mega},
		{"WebP of 500,000 empty parts", append(bytes.Clone(testdata(t, "lossy.webp")), bytes.Repeat(riff("XMP ", nil), 500_000)...), nil, mega},
		{"WebP that says it has 15 MB", []byte("RIFF0000WEBPVP8 \x00\x00\xf0\x00\x30\x05\x00\x9d\x01*0\x010\x00z10\x8500B00A" +
			strings.Repeat("0", 31)), ErrBroken, mega},
		{"TIFF of a strip that inflates", tiffOf(16, 16, 8, zeros), nil, mega},
		{"TIFF of a list of 1<<30 strips", tiffOf(16, 16, 8, nil, 0x0111, 4, 1<<30, 8), ErrBroken, mega},
		{"TIFF of tiles of one pixel", tiffOf(2000, 1500, 8, nil, 0x0142, 4, 1, 1, 0x0143, 4, 1, 1), ErrBroken, mega},
	} {
		var err error
		took := allocated(b.most, func() { _, err = Decode(b.file, Default) })
		if !errors.Is(err, b.want) {
			t.Errorf("%s: error %v, want %v", b.name, err, b.want)
		}
		if took > b.most {
			t.Errorf("%s: a file of %d bytes took %d bytes of memory, where %d are enough", b.name, len(b.file), took, b.most)
		}
	}
}

// bomb is n zeros, deflated to a thousandth.
func bomb(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, n))
	w.Close()
	return b.Bytes()
}

// chunk is one of a PNG.
func chunk(name string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// insert puts chunks behind a PNG's header.
func insert(png, chunks []byte) []byte {
	const header = 8 + 12 + 13
	return append(append(bytes.Clone(png[:header]), chunks...), png[header:]...)
}

// fullEXIF is a directory of n bytes that says it has all entries that there can be, and goes on with itself.
func fullEXIF(n int) []byte {
	b := append([]byte("II*\x00\x08\x00\x00\x00\xff\xff"), make([]byte, n-10)...)
	for at := 10; at+12 <= n; at += 12 { // tag, type, a count of 2³² − 1, and where the values lie: here
		copy(b[at:], "\x00\x90\x02\x00\xff\xff\xff\xff\x08\x00\x00\x00")
	}
	return b
}

// gifOf is an animation of n times the picture m.
func gifOf(t *testing.T, m *image.Paletted, n int) []byte {
	t.Helper()
	var one, two bytes.Buffer
	for i, b := range []*bytes.Buffer{&one, &two} {
		g := gif.GIF{Image: []*image.Paletted{m, m}[:i+1], Delay: make([]int, i+1), LoopCount: -1}
		if err := gif.EncodeAll(b, &g); err != nil {
			t.Fatal(err)
		}
	}
	trailer := two.Len() - 1
	frame := two.Bytes()[trailer-(two.Len()-one.Len()) : trailer]
	return append(append(bytes.Clone(two.Bytes()[:trailer]), bytes.Repeat(frame, n-2)...), ';')
}

// withSegments is a small JPEG with n more segments of a kind.
func withSegments(t *testing.T, marker byte, data []byte, n int) []byte {
	t.Helper()
	segment := append([]byte{0xff, marker, byte((len(data) + 2) >> 8), byte(len(data) + 2)}, data...)
	j := testdata(t, "baseline.jpg")
	return append(append(bytes.Clone(j[:2]), bytes.Repeat(segment, n)...), j[2:]...)
}

// twoFrames is a progressive JPEG of 12 megapixels in colour, behind whose picture is the header of a grey one.
func twoFrames(t *testing.T) []byte {
	t.Helper()
	j := testdata(t, "progressive.jpg")
	at := bytes.Index(j, []byte{0xff, 0xc2})
	j = resized(j, at+5, binary.BigEndian, 16, 3500, 3500)
	j[at+11] = 0x11                                             // chroma as fine as luma
	grey := append([]byte{0xff, 0xc2, 0, 11}, j[at+4:at+13]...) // precision, size, and the first component
	grey[9] = 1                                                 // component
	end := len(j) - 2
	return slices.Concat(j[:end], grey, j[end:])
}

// riff is a part of a WebP.
func riff(name string, data []byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
}

// tiffOf is a grey TIFF of one deflated strip. Entries, of four numbers, tag, type, count and value, are added to its directory, or
// replace those it has.
func tiffOf(w, h, bits uint32, strip []byte, entries ...uint32) []byte {
	const data = 8 + 2 + 16*12 + 4
	all := append([]uint32{
		0x0100, 4, 1, w, 0x0101, 4, 1, h, 0x0102, 3, 1, bits, 0x0103, 3, 1, 8, 0x0106, 3, 1, 1,
		0x0111, 4, 1, data, 0x0115, 3, 1, 1, 0x0116, 4, 1, h, 0x0117, 4, 1, uint32(len(strip)),
	}, entries...)
	byTag := map[uint32][]uint32{}
	for ; len(all) >= 4; all = all[4:] {
		byTag[all[0]] = all[:4]
	}
	b := binary.LittleEndian.AppendUint16([]byte("II*\x00\x08\x00\x00\x00"), uint16(len(byTag)))
	for tag := range uint32(1 << 16) {
		if e := byTag[tag]; e != nil {
			b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, uint16(e[0])), uint16(e[1]))
			b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, e[2]), e[3])
		}
	}
	return append(append(b, make([]byte, data-len(b))...), strip...)
}

// A TIFF's directory that goes on with itself is read once.
func TestCircularTIFF(t *testing.T) {
	file := encode(t, "tiff", fields(9, 5))
	at := binary.LittleEndian.Uint32(file[4:])
	n := binary.LittleEndian.Uint16(file[at:])
	binary.LittleEndian.PutUint32(file[int(at)+2+12*int(n):], at)
	if _, err := Decode(file, Default); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(string(file), "II*\x00") {
		t.Error("the encoder writes another byte order now")
	}
}
