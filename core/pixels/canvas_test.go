package pixels

import (
	"encoding/json"
	"image"
	"os"
	"testing"
)

// What Chromium's canvas makes of noise, as tests/accuracy/canvas.mjs recorded it. It counts in float32, so halves may go the other way.
func TestAsCanvas(t *testing.T) {
	file, err := os.ReadFile("testdata/canvas.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Width, Height, Side int
		Box                 [4]int // x, y, width, height
		Mirror              bool
		RGB                 []byte
	}
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		src := Image{Pix: make([]byte, 4*c.Width*c.Height), Stride: 4 * c.Width, Width: c.Width, Height: c.Height}
		for i := range src.Pix {
			src.Pix[i] = 255
			if i%4 != 3 {
				src.Pix[i] = uint8(uint32(i) * (uint32(i)*40503 + 12345) >> 24)
			}
		}
		got := make([]byte, len(c.RGB))
		box := image.Rect(c.Box[0], c.Box[1], c.Box[0]+c.Box[2], c.Box[1]+c.Box[3])
		if err := Resize(got, c.Side, c.Side, src, box, c.Mirror); err != nil {
			t.Fatal(err)
		}
		worst, others := 0, 0
		for i, v := range c.RGB {
			d := dist(int(got[i]), int(v))
			worst = max(worst, d)
			if d > 0 {
				others++
			}
		}
		if worst > 1 || others > len(got)/200 {
			t.Errorf("%v of %d×%d: %d of %d bytes differ from the canvas, by up to %d", box, c.Width, c.Height, others, len(got), worst)
		}
	}
}
