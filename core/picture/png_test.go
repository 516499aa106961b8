package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"slices"
	"testing"
)

// hundredThousandths are a chunk's numbers.
func hundredThousandths(values ...float64) (b []byte) {
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(v*100_000+0.5))
	}
	return b
}

// What the chunks of a PNG say of its colours, in the order in which they count.
func TestPNGColours(t *testing.T) {
	linear := chunk("gAMA", hundredThousandths(1))
	p3 := chunk("cHRM", hundredThousandths(0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060))
	none := []byte(nil)
	for _, tt := range []struct {
		name     string
		chunks   []byte
		was, is  [3]byte
		assumed  bool
		distance int
	}{
		{"nothing", none, [3]byte{128, 100, 50}, [3]byte{128, 100, 50}, false, 0},
		{"light itself", linear, [3]byte{128, 55, 1}, [3]byte{188, 128, 13}, false, 1},
		{"sRGB's gamma", chunk("gAMA", hundredThousandths(0.45455)), [3]byte{128, 100, 200}, [3]byte{128, 100, 200}, false, 2},
		{"a gamma of 1.8", chunk("gAMA", hundredThousandths(1/1.8)), [3]byte{128, 128, 128}, [3]byte{148, 148, 148}, false, 2},
		{"sRGB, whatever the gamma", slices.Concat(chunk("sRGB", []byte{0}), linear), [3]byte{128, 55, 1}, [3]byte{128, 55, 1}, false, 0},
		{"P3's colours", p3, [3]byte{234, 51, 35}, [3]byte{255, 0, 0}, false, 3},
		{"P3's colours and light itself", slices.Concat(p3, linear), [3]byte{210, 8, 4}, [3]byte{255, 0, 0}, false, 8},
		{"P3 by number", chunk("cICP", []byte{12, 13, 0, 1}), [3]byte{117, 251, 76}, [3]byte{0, 255, 0}, false, 3},
		{"BT.2020 by number, before all others", slices.Concat(chunk("cICP", []byte{9, 13, 0, 1}), linear),
			[3]byte{202, 61, 23}, [3]byte{255, 0, 0}, false, 25},
		{"a video's curve, as Chromium shows it", chunk("cICP", []byte{1, 1, 0, 1}), [3]byte{128, 128, 128}, [3]byte{121, 121, 121}, false, 0},
		{"high dynamic range", chunk("cICP", []byte{9, 16, 0, 1}), [3]byte{128, 55, 1}, [3]byte{128, 55, 1}, true, 0},
		{"numbers of YCbCr", chunk("cICP", []byte{9, 16, 6, 1}), [3]byte{128, 55, 1}, [3]byte{128, 55, 1}, false, 0},
		{"no gamma", chunk("gAMA", []byte{0, 0, 0, 0}), [3]byte{128, 55, 1}, [3]byte{128, 55, 1}, false, 0},
		{"no colours", chunk("cHRM", make([]byte, 32)), [3]byte{128, 55, 1}, [3]byte{128, 55, 1}, false, 0},
	} {
		m := image.NewNRGBA(image.Rect(0, 0, 1, 1))
		m.SetNRGBA(0, 0, color.NRGBA{tt.was[0], tt.was[1], tt.was[2], 255})
		file := insert(encode(t, "png", m), tt.chunks)
		h, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(file, Default)
		if err != nil {
			t.Fatal(err)
		}
		rgb := got.Pix[:3]
		if got.ToSRGB != nil {
			rgb = make([]byte, 3)
			got.ToSRGB(rgb, colors(got.Pix[:3]))
		}
		for i, v := range tt.is {
			if d := int(v) - int(rgb[i]); max(d, -d) > tt.distance {
				t.Errorf("%s: %d becomes %d, want %d", tt.name, tt.was, rgb, tt.is)
				break
			}
		}
		if h.AssumedSRGB != tt.assumed {
			t.Errorf("%s: assumed %v", tt.name, h.AssumedSRGB)
		}
	}
}

// Of an animation the first frame is shown, also where that is not the picture that other programs show.
func TestAnimatedPNG(t *testing.T) {
	still := encode(t, "png", as(image.NewRGBA(image.Rect(0, 0, 4, 3)), image.NewUniform(color.White)))
	frame := encode(t, "png", as(image.NewRGBA(image.Rect(0, 0, 2, 1)), image.NewUniform(color.NRGBA{9, 8, 7, 255})))
	at := bytes.Index(frame, []byte("IDAT"))
	data := frame[at+4 : at+4+int(binary.BigEndian.Uint32(frame[at-4:]))]
	words := func(values ...uint32) (b []byte) {
		for _, v := range values {
			b = binary.BigEndian.AppendUint32(b, v)
		}
		return b
	}
	control := func(w, h, x, y uint32) []byte { return chunk("fcTL", append(words(0, w, h, x, y), make([]byte, 6)...)) }
	begin := chunk("acTL", words(1, 0))
	end := len(still) - 12
	apart := func(control []byte, data ...[]byte) []byte {
		file := bytes.Clone(insert(still, begin)[:end+len(begin)])
		file = append(file, control...)
		for i, d := range data {
			file = append(file, chunk("fdAT", append(words(uint32(i+1)), d...))...)
		}
		return append(file, still[end:]...)
	}
	inside := []byte{9, 8, 7, 255}
	m, err := Decode(apart(control(2, 1, 1, 2), data[:5], data[5:]), Default)
	if err != nil {
		t.Fatal(err)
	}
	for y := range 3 {
		for x := range 4 {
			want := make([]byte, 4)
			if y == 2 && (x == 1 || x == 2) {
				want = inside
			}
			if got := m.Pix[y*m.Stride+4*x:][:4]; !bytes.Equal(got, want) {
				t.Errorf("%d at %d, %d, want %d", got, x, y, want)
			}
		}
	}
	first := insert(still, slices.Concat(begin, control(4, 3, 0, 0)))
	if m, err = Decode(first, Default); err != nil || m.Pix[0] != 255 {
		t.Errorf("the picture as the first frame: %v", err)
	}
	for name, file := range map[string][]byte{
		"a frame beside the canvas": apart(control(2, 1, 3, 2), data), "no data": apart(control(2, 1, 1, 2)),
		"no frame": apart(nil), "a frame of nothing": apart(control(0, 1, 0, 0), data),
		"other data": apart(control(2, 1, 1, 2), data[3:]), "a frame of 2³²": apart(control(1<<32-1, 1<<32-1, 0, 0), data),
	} {
		if _, err := Decode(file, Default); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
}
