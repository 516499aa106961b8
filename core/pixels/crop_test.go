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
		crop     Crop
		w, h     int
		toW, toH int
		want     image.Rectangle
	}{
		{Center, 256, 256, 7, 7, image.Rect(16, 16, 240, 240)},
		{Center, 640, 480, 7, 7, image.Rect(110, 30, 530, 450)},
		{Center, 480, 640, 7, 7, image.Rect(30, 110, 450, 530)},
		{Center, 1, 1, 7, 7, image.Rect(0, 0, 1, 1)},
		{Center, 1, 100, 7, 7, image.Rect(0, 49, 1, 50)},
		{Square, 640, 480, 7, 7, image.Rect(80, 0, 560, 480)},
		{Square, 5, 8, 7, 7, image.Rect(0, 1, 5, 6)},
		{Whole, 640, 480, 7, 7, image.Rect(0, 0, 640, 480)},
		{Center, 0, 5, 7, 7, image.Rectangle{}},
		{Whole, 5, -1, 7, 7, image.Rectangle{}},
		{Square, math.MaxInt, math.MaxInt, 7, 7, image.Rectangle{}},
		{Square, 640, 480, 96, 64, image.Rect(0, 26, 640, 453)},
		{Square, 640, 480, 64, 96, image.Rect(160, 0, 480, 480)},
		{Center, 640, 480, 64, 96, image.Rect(180, 30, 460, 450)},
		{Center, 640, 480, 96, 64, image.Rect(40, 53, 600, 426)},
		{Center, 10, 1000, 1, 1024, image.Rect(4, 62, 5, 937)},
		{Square, 3, 2, 1024, 1, image.Rect(0, 0, 3, 1)},
		{Whole, 640, 480, 64, 96, image.Rect(0, 0, 640, 480)},
		{Square, 5, 5, 0, 7, image.Rectangle{}},
		{Whole, 5, 5, 7, math.MaxInt, image.Rectangle{}},
		{Crop(9), 5, 5, 7, 7, image.Rectangle{}},
	} {
		if got := c.crop.Box(c.w, c.h, c.toW, c.toH); got != c.want {
			t.Errorf("%v of %d×%d for %d×%d is %v, want %v", c.crop, c.w, c.h, c.toW, c.toH, got, c.want)
		}
	}
	// At any size: a square of the right side, inside the picture, its centre at most half a pixel from the picture's.
	for w := 1; w < 70; w++ {
		for h := 1; h < 70; h++ {
			for crop, share := range map[Crop]float64{Center: 0.875, Square: 1} {
				b := crop.Box(w, h, 5, 5)
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

// For an input of another shape: as large as there is room for, or 87.5% of that, and of that shape but for half a pixel.
func TestBoxShape(t *testing.T) {
	for _, to := range []image.Point{{3, 2}, {2, 3}, {96, 64}, {1, 9}} {
		for w := 1; w < 70; w++ {
			for h := 1; h < 70; h++ {
				for crop, share := range map[Crop]float64{Center: 0.875, Square: 1} {
					b := crop.Box(w, h, to.X, to.Y)
					scale := min(float64(w)/float64(to.X), float64(h)/float64(to.Y))
					wide, high := math.Round(share*scale*float64(to.X)), math.Round(share*scale*float64(to.Y))
					if math.Abs(float64(b.Dx())-wide) > 1 && b.Dx() > 1 || math.Abs(float64(b.Dy())-high) > 1 && b.Dy() > 1 {
						t.Fatalf("%v of %d×%d for %v is %v, want %v×%v", crop, w, h, to, b, wide, high)
					}
					if b.Empty() || !b.In(image.Rect(0, 0, w, h)) || dist(b.Min.X+b.Max.X, w) > 1 || dist(b.Min.Y+b.Max.Y, h) > 1 {
						t.Fatalf("%v of %d×%d for %v is %v, not in the middle", crop, w, h, to, b)
					}
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
