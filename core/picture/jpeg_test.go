package picture

import (
	"bytes"
	"testing"
)

// Pixels are libjpeg-turbo's, which browsers read JPEG with, but for the inverse cosine transform, which rounds a little otherwise.
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
		worst, sum := 0, 0
		for i, v := range want {
			d := int(got.Pix[i/3*4+i%3]) - int(v)
			worst, sum = max(worst, d, -d), sum+max(d, -d)
		}
		if mean := float64(sum) / float64(len(want)); worst > 3 || mean > 0.1 {
			t.Errorf("%s: pixels are up to %d, on average %.3f from libjpeg-turbo's", sampling, worst, mean)
		}
	}
}
