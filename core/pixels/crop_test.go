package pixels

import (
	"image"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestBox(t *testing.T) {
	for _, c := range []struct {
		crop Crop
		w, h int
		want image.Rectangle
	}{
		{Center, 256, 256, image.Rect(16, 16, 240, 240)},
		{Center, 640, 480, image.Rect(110, 30, 530, 450)},
		{Center, 480, 640, image.Rect(30, 110, 450, 530)},
		{Center, 1, 1, image.Rect(0, 0, 1, 1)},
		{Center, 1, 100, image.Rect(0, 49, 1, 50)},
		{Square, 640, 480, image.Rect(80, 0, 560, 480)},
		{Square, 5, 8, image.Rect(0, 1, 5, 6)},
		{Whole, 640, 480, image.Rect(0, 0, 640, 480)},
		{Center, 0, 5, image.Rectangle{}},
		{Whole, 5, -1, image.Rectangle{}},
		{Square, math.MaxInt, math.MaxInt, image.Rectangle{}},
		{Crop(9), 5, 5, image.Rectangle{}},
	} {
		if got := c.crop.Box(c.w, c.h); got != c.want {
			t.Errorf("%v of %d×%d is %v, want %v", c.crop, c.w, c.h, got, c.want)
		}
	}
	// At any size: a square of the right side, inside the picture, its centre at most half a pixel from the picture's.
	for w := 1; w < 70; w++ {
		for h := 1; h < 70; h++ {
			for crop, share := range map[Crop]float64{Center: 0.875, Square: 1} {
				b := crop.Box(w, h)
				if side := math.Round(share * float64(min(w, h))); b.Dx() != b.Dy() || float64(b.Dx()) != side {
					t.Fatalf("%v of %d×%d is %v, want a square of %v", crop, w, h, b, side)
				}
				if !b.In(image.Rect(0, 0, w, h)) || dist(b.Min.X+b.Max.X, w) > 1 || dist(b.Min.Y+b.Max.Y, h) > 1 {
					t.Fatalf("%v of %d×%d is %v, not in the middle", crop, w, h, b)
				}
			}
		}
	}
}

func dist(a, b int) int { return max(a-b, b-a) }

func TestParseCrop(t *testing.T) {
	for _, c := range []Crop{Center, Square, Whole} {
		if got, err := ParseCrop(c.String()); got != c || err != nil {
			t.Errorf("%v read back as %v, %v", c, got, err)
		}
	}
	for _, s := range []string{"", "Center", "middle"} {
		if _, err := ParseCrop(s); err == nil || !strings.Contains(err.Error(), `"`+s+`"`) {
			t.Errorf("%q: error %v", s, err)
		}
	}
	if s := Crop(7).String(); s != "Crop(7)" {
		t.Error(s)
	}
}

func TestViews(t *testing.T) {
	for _, c := range []struct {
		n    int
		crop Crop
		want []View
	}{
		{1, Center, []View{{Center, false}}},
		{1, Whole, []View{{Whole, false}}},
		{2, Whole, []View{{Square, false}, {Center, true}}},
		{4, Center, []View{{Square, false}, {Center, true}, {Square, true}, {Center, false}}},
	} {
		if got, err := Views(c.n, c.crop); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Views(%d, %v) = %v, %v", c.n, c.crop, got, err)
		}
	}
	for n, says := range map[int]string{0: "0 views", 3: "3 views", -1: "-1 views", 5: "5 views"} {
		if _, err := Views(n, Center); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("Views(%d): error %v", n, err)
		}
	}
	if _, err := Views(1, Crop(3)); err == nil || !strings.Contains(err.Error(), "Crop(3)") {
		t.Errorf("error %v", err)
	}
}
