package main

import (
	"bytes"
	"image/color"
	"image/png"
	"os"
	"testing"
)

func TestIcon(t *testing.T) {
	svg, err := os.ReadFile("../app/icon.svg")
	if err != nil {
		t.Fatal(err)
	}
	i, err := readIcon(svg)
	if err != nil {
		t.Fatal(err)
	}
	data, err := i.png(320, 1, color.NRGBA{}) // ten pixels a unit
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what string
		x, y float64
		want color.NRGBA
	}{
		{"inside the rectangle", 10, 20, color.NRGBA{0, 0x78, 0x7c, 255}},
		{"on its stroke", 2.5, 20, color.NRGBA{0, 0x78, 0x7c, 255}},
		{"cut off its corner", 2, 12, color.NRGBA{}},
		{"on the first path", 20, 3, color.NRGBA{0, 0x78, 0x7c, 115}},
		{"on its arc", 29 - 3*0.293, 3 + 3*0.293, color.NRGBA{0, 0x78, 0x7c, 115}},
		{"inside its arc", 25, 7, color.NRGBA{}},
		{"at its round end", 29, 20, color.NRGBA{0, 0x78, 0x7c, 115}},
		{"on the second path", 24, 20, color.NRGBA{0, 0x78, 0x7c, 191}},
		{"outside", 31, 31, color.NRGBA{}},
	} {
		if got := color.NRGBAModel.Convert(m.At(int(tt.x*10), int(tt.y*10))); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.what, got, tt.want)
		}
	}

	// Over paper nothing is transparent, and a share leaves a margin.
	data, err = i.png(100, 0.5, paper)
	if err != nil {
		t.Fatal(err)
	}
	m, err = png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for y := range 100 {
		for x := range 100 {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			if margin := x < 25 || x >= 75 || y < 25 || y >= 75; c.A != 255 || margin && c != paper {
				t.Fatalf("at %d, %d: %v", x, y, c)
			}
		}
	}

	for _, bad := range []string{
		`<svg viewBox="1 0 32 32" stroke="#000000"/>`,
		`<svg viewBox="0 0 32 32" stroke="red"/>`,
		`<svg viewBox="0 0 32 32" stroke="#000000"><path d="M1 1c1 2 3 4 5 6"/></svg>`,
		`<svg viewBox="0 0 32 32" stroke="#000000"><path d="M1 1a3 2 0 0 1 3 3"/></svg>`,
		`<svg`,
	} {
		if _, err := readIcon([]byte(bad)); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}
