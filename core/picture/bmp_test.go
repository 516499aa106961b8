package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// bmpOf is a BMP with a header of size bytes; rest is what follows it, of which the pixels are the last so many bytes.
func bmpOf(size, w, h, bits, compression, pixels int, rest ...byte) []byte {
	little := binary.LittleEndian
	head := make([]byte, size)
	little.PutUint32(head, uint32(size))
	if size == 12 {
		little.PutUint16(head[4:], uint16(w))
		little.PutUint16(head[6:], uint16(h))
		little.PutUint16(head[8:], 1)
		little.PutUint16(head[10:], uint16(bits))
	} else {
		little.PutUint32(head[4:], uint32(w))
		little.PutUint32(head[8:], uint32(h))
		little.PutUint16(head[12:], 1)
		little.PutUint16(head[14:], uint16(bits))
		if size >= 20 {
			little.PutUint32(head[16:], uint32(compression))
		}
	}
	if size >= 52 { // masks in the header
		n := copy(head[40:], rest[:min(16, size-40)])
		rest = rest[n:]
	}
	file := slices.Concat([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), head, rest)
	little.PutUint32(file[10:], uint32(len(file)-pixels))
	return file
}

// masks are four, as they stand in a file.
func masks(all ...uint32) (b []byte) {
	for _, m := range all {
		b = binary.LittleEndian.AppendUint32(b, m)
	}
	return b
}

const (
	black, white, red = "\x00\x00\x00\xff", "\xff\xff\xff\xff", "\xff\x00\x00\xff"
	green, blue       = "\x00\xff\x00\xff", "\x00\x00\xff\xff"
)

// All kinds of BMP that programs write. What is wanted are the upright pixels, the first row first.
func TestBMP(t *testing.T) {
	three := []byte{0, 0, 0, 255, 0, 0, 0, 0, 255} // black, blue, red, as OS/2's old headers have them
	four := []byte{0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0}
	word := func(values ...uint16) (b []byte) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint16(b, v)
		}
		return b
	}
	cat := slices.Concat[[]byte]
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"OS/2 1", bmpOf(12, 2, 1, 8, 0, 4, cat(three, []byte{1, 2, 0, 0})...), blue + red},
		{"OS/2 2, cut", bmpOf(16, 2, 1, 8, 0, 4, cat(four, []byte{1, 2, 0, 0})...), blue + red},
		{"OS/2 2", bmpOf(64, 2, 1, 8, 0, 4, cat(make([]byte, 16), four, []byte{2, 1, 0, 0})...), red + blue},
		{"OS/2 1, 24 bits", bmpOf(12, 1, 2, 24, 0, 8, 255, 0, 0, 0, 0, 255, 0, 0), green + blue},
		{"1 bit", bmpOf(40, 2, 1, 1, 0, 4, cat(four, []byte{0b0100_0000, 0, 0, 0})...), black + blue},
		{"2 bits", bmpOf(40, 3, 1, 2, 0, 4, cat(four, []byte{0b10_01_00_00, 0, 0, 0})...), red + blue + black},
		{"4 bits", bmpOf(40, 3, 1, 4, 0, 4, cat(four, []byte{0x12, 0x00, 0, 0})...), blue + red + black},
		{"an index that the palette has not", bmpOf(40, 2, 1, 8, 0, 4, cat(four, []byte{1, 9, 0, 0})...), blue + black},
		{"from the top", bmpOf(40, 1, -2, 8, 0, 8, cat(four, []byte{1, 0, 0, 0, 2, 0, 0, 0})...), blue + red},
		{"16 bits", bmpOf(40, 2, 1, 16, 0, 4, word(0x7c00, 0x03e0)...), red + green},
		{"16 bits, 5-6-5", bmpOf(40, 2, 1, 16, 3, 4, cat(masks(0xf800, 0x7e0, 0x1f), word(0x07e0, 0xffff))...), green + white},
		{"16 bits, 4-4-4-4", bmpOf(56, 2, 1, 16, 3, 4, cat(masks(0xf00, 0xf0, 0xf, 0xf000), word(0x8f00, 0xf00f))...),
			"\xff\x00\x00\x88" + blue},
		{"32 bits", bmpOf(40, 1, 1, 32, 0, 4, 0, 0, 255, 7), red},
		{"32 bits, masks of 10", bmpOf(40, 1, 1, 32, 3, 4, cat(masks(0x3ff00000, 0xffc00, 0x3ff), masks(0x3ff<<20|0x200))...),
			"\xff\x00\x80\xff"},
		{"32 bits with alpha", bmpOf(108, 2, 1, 32, 3, 8,
			cat(masks(0xff0000, 0xff00, 0xff, 0xff000000), []byte{0, 0, 255, 128, 255, 0, 0, 0})...), "\xff\x00\x00\x80\x00\x00\xff\x00"},
		{"32 bits, all of alpha 0", bmpOf(56, 2, 1, 32, 3, 8,
			cat(masks(0xff0000, 0xff00, 0xff, 0xff000000), []byte{0, 0, 255, 0, 255, 0, 0, 0})...), red + blue},
		{"runs of 8 bits", bmpOf(40, 3, 2, 8, 1, 12, cat(four, []byte{2, 1, 1, 2, 0, 0, 0, 3, 2, 1, 0, 0})...),
			red + blue + black + blue + blue + red},
		{"runs of 4 bits", bmpOf(40, 3, 2, 4, 2, 10, cat(four, []byte{3, 0x12, 0, 0, 0, 3, 0x20, 0x10, 0, 1})...),
			red + black + blue + blue + red + blue},
		{"runs that leave out", bmpOf(40, 2, 2, 8, 1, 8, cat(four, []byte{0, 2, 1, 1, 1, 2, 0, 1})...), black + red + black + black},
		{"a run beyond its row", bmpOf(40, 2, 1, 8, 1, 4, cat(four, []byte{9, 1, 0, 1})...), blue + blue},
	} {
		m, err := Decode(tt.file, Default)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if string(m.Pix) != tt.want {
			t.Errorf("%s: %d×%d % x, want % x", tt.name, m.Width, m.Height, m.Pix, tt.want)
		}
	}
}

// Kinds that are not read are told from what is broken.
func TestBMPRefused(t *testing.T) {
	plain := bmpOf(40, 2, 2, 24, 0, 16, make([]byte, 16)...)
	for says, file := range map[string][]byte{
		"a JPEG or PNG in it":          bmpOf(40, 2, 2, 0, 4, 0),
		"the compression 3 of 1 bits":  bmpOf(64, 2, 2, 1, 3, 16, make([]byte, 32)...),
		"the compression 4 of 24 bits": bmpOf(64, 2, 2, 24, 4, 16, make([]byte, 32)...),
		"a header of 200 bytes":        bmpOf(200, 2, 2, 24, 0, 16, make([]byte, 32)...),
	} {
		if _, err := Decode(file, Default); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	for says, file := range map[string][]byte{
		"it ends before its pixels do": plain[:len(plain)-3],
		"it ends within its header":    plain[:40],
		"masks of":                     bmpOf(40, 1, 1, 32, 3, 4, append(masks(0xff0000, 0xff00, 0xf0f), 0, 0, 0, 0)...),
		"its size is 0×2":              bmpOf(40, 0, 2, 24, 0, 0),
	} {
		if _, err := Decode(file, Default); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	runs := bmpOf(40, 3, 2, 8, 1, 12, append(make([]byte, 12), 2, 1, 1, 2, 0, 0, 0, 3, 2, 1, 0, 0)...)
	for n := 1; n <= 11; n++ {
		if _, err := Decode(runs[:len(runs)-n], Default); !errors.Is(err, ErrBroken) && n > 1 {
			t.Errorf("runs without their last %d bytes: %v", n, err)
		}
	}
	if _, err := Decode(bytes.Clone(plain), Default); err != nil {
		t.Error(fmt.Errorf("a plain one: %w", err))
	}
}
