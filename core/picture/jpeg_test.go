package picture

import (
	"bytes"
	"testing"
)

// Pixels are libjpeg-turbo's, which browsers read JPEG with.
func TestAsLibjpeg(t *testing.T) {
	for _, sampling := range []string{"1x1", "2x1", "1x2", "2x2"} {
		got, err := Decode(testdata(t, "waves-"+sampling+".jpg"), Default)
		if err != nil {
			t.Fatal(err)
		}
		want, ok := bytes.CutPrefix(testdata(t, "waves-"+sampling+".ppm"), []byte("P6\n37 23\n255\n"))
		if !ok || got.Width != 37 || got.Height != 23 {
			t.Fatalf("%s: %d×%d", sampling, got.Width, got.Height)
		}
		for i, v := range want {
			if p := got.Pix[i/3*4+i%3]; p != v {
				t.Errorf("%s: byte %d is %d, libjpeg-turbo's %d", sampling, i, p, v)
				break
			}
		}
	}
}
