package jpeg

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	stdlib "image/jpeg"
	"math"
	count "math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// writer writes entropy-coded data with the standard Huffman tables.
type writer struct {
	bytes []byte
	acc   uint32
	n     int
}

func (w *writer) write(v uint32, n int) {
	for i := n - 1; i >= 0; i-- {
		w.acc = w.acc<<1 | v>>i&1
		if w.n++; w.n == 8 {
			w.bytes = append(w.bytes, byte(w.acc))
			if byte(w.acc) == 0xff {
				w.bytes = append(w.bytes, 0)
			}
			w.acc, w.n = 0, 0
		}
	}
}

// marker fills the last byte with ones and writes a marker with what belongs to it.
func (w *writer) marker(marker byte, segment ...byte) {
	for w.n > 0 {
		w.write(1, 1)
	}
	w.bytes = append(w.bytes, 0xff, marker)
	if segment != nil {
		w.bytes = append(append(w.bytes, byte((len(segment)+2)>>8), byte(len(segment)+2)), segment...)
	}
}

// difference writes a difference of a block's mean: its number of bits, by the table of luma, and the bits.
func (w *writer) difference(v int) {
	codes := [][2]uint32{{0, 2}, {2, 3}, {3, 3}, {4, 3}, {5, 3}, {6, 3}, {14, 4}, {30, 5}, {62, 6}}
	n := count.Len(uint(max(v, -v)))
	w.write(codes[n][0], int(codes[n][1]))
	if v < 0 {
		v += 1<<n - 1
	}
	w.write(uint32(v), n)
}

// scans is a JPEG of 24×16 pixels in 4:2:0, each of whose components has a scan of its own, with restarts after each so many blocks. The
// blocks have the values of luma, the others 128. There are no Huffman tables in it.
func scans(progressive bool, luma [6]int, restart int) []byte {
	w := &writer{}
	w.marker(soi)
	w.marker(dqt, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)...)
	frame := byte(sof0)
	end := []byte{0, 63, 0}
	if progressive {
		frame, end = sof2, []byte{0, 0, 0}
		w.marker(dht, standard(0, 0)...)
	}
	w.marker(frame, 8, 0, 16, 0, 24, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0)
	w.marker(dri, 0, byte(restart))
	for c, blocks := range [][]int{luma[:], {128, 128}, {128, 128}} {
		w.marker(sos, append([]byte{1, byte(c + 1), 0}, end...)...)
		before := 128
		for i, v := range blocks {
			if i > 0 && i%restart == 0 {
				w.marker(rst0 + byte(i/restart-1))
				before = 128
			}
			w.difference(v - before)
			before = v
			if !progressive {
				w.write(0b1010, 4) // end of block
			}
		}
	}
	w.marker(eoi)
	return w.bytes
}

// standard is the segment of a standard table.
func standard(class, to int) []byte {
	d := &decoder{}
	d.defineStandard()
	t := d.huffman[class][to]
	counts := make([]byte, 16)
	for _, length := range []int{2, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9} { // of DC luma
		counts[length-1]++
	}
	return slices.Concat([]byte{byte(class<<4 | to)}, counts, t.symbols[:12])
}

// Restarts are counted in blocks where a scan has one component, whatever grid of samples the frame has; and a sequential frame without
// Huffman tables means the standard ones.
func TestRestartsOfOneComponent(t *testing.T) {
	luma := [6]int{10, 60, 110, 160, 210, 250}
	for _, progressive := range []bool{false, true} {
		for restart := 1; restart <= 6; restart++ {
			m, err := Decode(scans(progressive, luma, restart))
			if err != nil {
				t.Errorf("progressive %v, restarts after %d blocks: %v", progressive, restart, err)
				continue
			}
			ycc := m.(*image.YCbCr)
			for y := range 16 {
				for x := range 24 {
					if got := ycc.YCbCrAt(x, y); got != (color.YCbCr{Y: uint8(luma[y/8*3+x/8]), Cb: 128, Cr: 128}) {
						t.Fatalf("progressive %v, restarts after %d blocks: %v at %d, %d", progressive, restart, got, x, y)
					}
				}
			}
		}
	}
}

// A restart that does not come is an error.
func TestMissingRestart(t *testing.T) {
	file := scans(false, [6]int{10, 60, 110, 160, 210, 250}, 2)
	at := bytes.Index(file, []byte{0xff, rst0})
	file[at+1]++
	if _, err := Decode(file); err == nil || !strings.Contains(err.Error(), "restart marker 0 is missing") {
		t.Errorf("error %v", err)
	}
}

// A sequential frame has each component once.
func TestComponentTwice(t *testing.T) {
	file := scans(false, [6]int{}, 6)
	at := bytes.Index(file, []byte{0xff, sos})
	file[bytes.Index(file[at+2:], []byte{0xff, sos})+at+2+5] = 1
	if _, err := Decode(file); err == nil || !strings.Contains(err.Error(), "component 1 comes twice") {
		t.Errorf("error %v", err)
	}
}

// What is a valid file of a kind that is not read is told from a broken one.
func TestUnsupported(t *testing.T) {
	good := scans(false, [6]int{}, 6)
	at := bytes.Index(good, []byte{0xff, sof0})
	for name, change := range map[string]func(b []byte){
		"12 bits a sample":        func(b []byte) { b[at+4] = 12 },
		"arithmetic coding":       func(b []byte) { b[at+1] = 0xc9 },
		"lossless compression":    func(b []byte) { b[at+1] = 0xc3 },
		"such a grid of samples":  func(b []byte) { b[at+11] = 0x31 },
		"a height that comes aft": func(b []byte) { b[at+6] = 0 },
	} {
		file := bytes.Clone(good)
		change(file)
		for _, err := range []error{second(Decode(file)), second(DecodeConfig(file))} {
			if !errors.Is(err, ErrUnsupported) || !strings.HasPrefix(err.Error(), name) {
				t.Errorf("error %v, want %q", err, name)
			}
		}
	}
	if _, err := Decode(good[:len(good)-1]); err == nil || errors.Is(err, ErrUnsupported) {
		t.Errorf("a file cut short: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// The transform rounds as a cosine transform in floating point does, but for one where that is near the middle; and the short ways are
// the long one.
func TestTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var cosines [8][8]float64
	for x := range 8 {
		for u := range 8 {
			cosines[x][u] = math.Cos(float64((2*x+1)*u)*math.Pi/16) / 2
			if u == 0 {
				cosines[x][u] = math.Sqrt(1. / 8)
			}
		}
	}
	for range 2000 {
		var b [64]int32
		last := r.IntN(64)
		for k := range last + 1 {
			b[zigzag[k]] = int32(r.IntN(1+1600/(1+k)) - 800/(1+k))
		}
		var want [64]float64
		for i := range want {
			for u, v := range b {
				want[i] += float64(v) * cosines[i%8][u%8] * cosines[i/8][u/8]
			}
		}
		got, long, again := make([]byte, 64), make([]byte, 64), b
		transform(&b, last, got, 8)
		transform(&again, 63, long, 8)
		if !bytes.Equal(got, long) {
			t.Fatalf("up to %d: %v, want %v", last, got, long)
		}
		for i, v := range got {
			if exact := min(255, max(0, want[i]+128)); math.Abs(float64(v)-exact) > 0.8 {
				t.Fatalf("%d at %d, want %.3f", v, i, exact)
			}
		}
	}
}

// All that image/jpeg writes is read, and as it reads it but for the rounding of the transform.
func TestAsStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, size := range []image.Point{{1, 1}, {7, 9}, {16, 16}, {33, 50}, {200, 117}} {
		for _, quality := range []int{10, 50, 90, 100} {
			rgba, gray := image.NewRGBA(image.Rectangle{Max: size}), image.NewGray(image.Rectangle{Max: size})
			for i := range rgba.Pix {
				rgba.Pix[i] = byte(i/4%size.X*200/size.X + r.IntN(50))
			}
			copy(gray.Pix, rgba.Pix)
			for _, m := range []image.Image{rgba, gray} {
				var file bytes.Buffer
				if err := stdlib.Encode(&file, m, &stdlib.Options{Quality: quality}); err != nil {
					t.Fatal(err)
				}
				got, err := Decode(file.Bytes())
				if err != nil {
					t.Fatal(size, quality, err)
				}
				want, err := stdlib.Decode(&file)
				if err != nil || got.Bounds() != want.Bounds() {
					t.Fatalf("%v, want %v, %v", got.Bounds(), want.Bounds(), err)
				}
				if d := furthest(got, want); d > 1 {
					t.Errorf("%v, quality %d, %T: samples are up to %d from the standard library's", size, quality, m, d)
				}
			}
		}
	}
}

// furthest is the largest difference between two samples that are seen.
func furthest(a, b image.Image) (d int) {
	planes := func(m image.Image, x, y int) []uint8 {
		if m, ok := m.(*image.YCbCr); ok {
			c := m.YCbCrAt(x, y)
			return []uint8{c.Y, c.Cb, c.Cr}
		}
		return []uint8{m.(*image.Gray).GrayAt(x, y).Y}
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			q := planes(b, x, y)
			for i, v := range planes(a, x, y) {
				d = max(d, int(v)-int(q[i]), int(q[i])-int(v))
			}
		}
	}
	return d
}
