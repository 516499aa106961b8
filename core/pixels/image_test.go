package pixels

import (
	"bytes"
	"math"
	"testing"
)

func TestDropAlpha(t *testing.T) {
	var rgba, want []byte
	for a := range 256 {
		for c := range 256 {
			rgba = append(rgba, uint8(c), uint8(255-c), 0, uint8(a))
			for _, v := range []int{c, 255 - c, 0} {
				alpha := float64(a) / 255
				want = append(want, uint8(math.Round(alpha*float64(v)+(1-alpha)*255)))
			}
		}
	}
	got := make([]byte, len(want))
	DropAlpha(got, rgba)
	if !bytes.Equal(got, want) {
		t.Error("RGBA over white is not c·a + 255·(1−a), rounded")
	}
}

// DropAlpha and Resize agree on pictures that already have the network's size.
func TestDropAlphaAsResize(t *testing.T) {
	src := noise(24, 24, 0, false)
	dropped, resized := make([]byte, 24*24*3), make([]byte, 24*24*3)
	DropAlpha(dropped, src.Pix)
	if err := Resize(resized, 24, 24, src, Whole.Box(24, 24, 24, 24), false); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(dropped, resized) {
		t.Error("the two differ")
	}
}

func TestDropAlphaStops(t *testing.T) {
	dst := []byte{1, 2, 3, 4, 5, 6, 7}
	DropAlpha(dst, []byte{10, 20, 30, 255, 40, 50, 60}) // one pixel and most of another
	if want := []byte{10, 20, 30, 4, 5, 6, 7}; !bytes.Equal(dst, want) {
		t.Errorf("%v, want %v", dst, want)
	}
	DropAlpha(dst[:2], []byte{1, 1, 1, 255})
	DropAlpha(nil, nil)
	if dst[0] != 10 {
		t.Error("wrote into less than a pixel")
	}
}
