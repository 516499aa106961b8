package main

import (
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// The picture beside links to the page has the size that the page tells.
func TestPreview(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "app", "preview.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	if c.Width != 1200 || c.Height != 630 {
		t.Errorf("%d×%d, want 1200×630", c.Width, c.Height)
	}
}

// The committed icons have the size that the manifest tells, and a ground where systems want one.
func TestIcons(t *testing.T) {
	ground := color.NRGBA{0xf4, 0xf6, 0xf4, 0xff}
	stroke := color.NRGBA{0x00, 0x78, 0x7c, 0xff}
	for _, tt := range []struct {
		name   string
		size   int
		ground color.NRGBA
		circle float64 // the share of the side that the drawing keeps to
	}{
		{"icon-192", 192, color.NRGBA{}, math.Inf(1)},
		{"icon-512", 512, color.NRGBA{}, math.Inf(1)},
		{"maskable-512", 512, ground, 0.8},
		{"apple-touch-icon", 180, ground, math.Inf(1)},
	} {
		f, err := os.Open(filepath.Join("..", "app", tt.name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, err := png.Decode(f)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if m.Bounds().Dx() != tt.size || m.Bounds().Dy() != tt.size {
			t.Fatalf("%s: %v, want %d pixels a side", tt.name, m.Bounds(), tt.size)
		}
		center := float64(tt.size-1) / 2
		drawn := 0
		for y := range tt.size {
			for x := range tt.size {
				c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
				if c == stroke {
					drawn++
				}
				if outside := math.Hypot(float64(x)-center, float64(y)-center) > tt.circle*float64(tt.size)/2; outside && c != tt.ground ||
					tt.ground.A == 255 && c.A != 255 {
					t.Fatalf("%s at %d, %d: %v", tt.name, x, y, c)
				}
			}
		}
		if c := color.NRGBAModel.Convert(m.At(0, 0)); c != tt.ground {
			t.Errorf("%s: ground %v, want %v", tt.name, c, tt.ground)
		}
		if share := float64(drawn) / float64(tt.size*tt.size); share < 0.05 {
			t.Errorf("%s: hardly anything is drawn: %.3f", tt.name, share)
		}
	}
}
