package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"
)

// An icon is what icon.svg holds: paths that are stroked and a rectangle that is filled and stroked, in one colour. PNG files are
// made of it for where browsers and systems take no SVG.
type icon struct {
	ViewBox string  `xml:"viewBox,attr"`
	Stroke  string  `xml:"stroke,attr"`
	Width   float64 `xml:"stroke-width,attr"`
	Paths   []struct {
		D       string  `xml:"d,attr"`
		Opacity float64 `xml:"opacity,attr"`
	} `xml:"path"`
	Rect struct {
		X      float64 `xml:"x,attr"`
		Y      float64 `xml:"y,attr"`
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		R      float64 `xml:"rx,attr"`
	} `xml:"rect"`

	side  float64 // of the square view box
	color color.NRGBA
	lines [][]point // the paths
}

type point struct{ x, y float64 }

// readIcon reads icon.svg, as far as it uses SVG.
func readIcon(svg []byte) (*icon, error) {
	i := new(icon)
	if err := xml.Unmarshal(svg, i); err != nil {
		return nil, fmt.Errorf("web/app/icon.svg: %w", err)
	}
	if _, err := fmt.Sscanf(i.ViewBox, "0 0 %f %f", &i.side, &i.side); err != nil {
		return nil, fmt.Errorf("web/app/icon.svg: viewBox %q is not 0 0 SIDE SIDE", i.ViewBox)
	}
	i.color.A = 255
	if _, err := fmt.Sscanf(i.Stroke, "#%02x%02x%02x", &i.color.R, &i.color.G, &i.color.B); err != nil {
		return nil, fmt.Errorf("web/app/icon.svg: stroke %q is not #rrggbb", i.Stroke)
	}
	for _, p := range i.Paths {
		line, err := flatten(p.D)
		if err != nil {
			return nil, fmt.Errorf("web/app/icon.svg: path %q: %w", p.D, err)
		}
		i.lines = append(i.lines, line)
	}
	return i, nil
}

// flatten gives the points of a path of M, h, v, and quarter circles a r r 0 0 1 that turn right.
func flatten(d string) ([]point, error) {
	var line []point
	var at, heading point
	d = strings.NewReplacer("M", " M ", "h", " h ", "v", " v ", "a", " a ", "-", " -").Replace(d)
	words := strings.Fields(d)
	for len(words) > 0 {
		command := words[0]
		words = words[1:]
		var v []float64
		for len(words) > 0 {
			n, err := strconv.ParseFloat(words[0], 64)
			if err != nil {
				break
			}
			v, words = append(v, n), words[1:]
		}
		switch {
		case command == "M" && len(v) == 2:
			at = point{v[0], v[1]}
		case command == "h" && len(v) == 1:
			heading = point{math.Copysign(1, v[0]), 0}
			at.x += v[0]
		case command == "v" && len(v) == 1:
			heading = point{0, math.Copysign(1, v[0])}
			at.y += v[0]
		case command == "a" && len(v) == 7 && v[1] == v[0] && v[4] == 1 && math.Abs(v[5]) == v[0] && math.Abs(v[6]) == v[0]:
			right := point{-heading.y, heading.x} // on a screen, y grows downwards
			center := point{at.x + right.x*v[0], at.y + right.y*v[0]}
			const steps = 16
			for s := 1; s < steps; s++ {
				sin, cos := math.Sincos(float64(s) / steps * math.Pi / 2)
				line = append(line, point{
					center.x - right.x*v[0]*cos + heading.x*v[0]*sin,
					center.y - right.y*v[0]*cos + heading.y*v[0]*sin,
				})
			}
			at = point{at.x + v[5], at.y + v[6]}
		default:
			return nil, fmt.Errorf("%s with %v is not drawn", command, v)
		}
		line = append(line, at)
	}
	return line, nil
}

// png draws the icon over ground, on size pixels a side, the picture taking the share of them.
func (i *icon) png(size int, share float64, ground color.NRGBA) ([]byte, error) {
	m := image.NewNRGBA(image.Rect(0, 0, size, size))
	scale := share * float64(size) / i.side
	margin := (1 - share) / 2 * float64(size)
	for y := range size {
		for x := range size {
			p := point{(float64(x) + 0.5 - margin) / scale, (float64(y) + 0.5 - margin) / scale}
			// Opacities add up as over one another.
			clear := 1.0
			for k, line := range i.lines {
				clear *= 1 - i.Paths[k].Opacity*coverage(distance(p, line)-i.Width/2, scale)
			}
			clear *= 1 - coverage(i.fromRect(p)-i.Width/2, scale)
			m.SetNRGBA(x, y, over(i.color, 1-clear, ground))
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&b, m)
	return b.Bytes(), err
}

// coverage is how much of a pixel lies inside an edge at distance d, negative inside.
func coverage(d, scale float64) float64 { return min(1, max(0, 0.5-d*scale)) }

// distance is how far p is from the line.
func distance(p point, line []point) float64 {
	nearest := math.Inf(1)
	for k := 1; k < len(line); k++ {
		a, b := line[k-1], line[k]
		dx, dy := b.x-a.x, b.y-a.y
		along := min(1, max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
		nearest = min(nearest, math.Hypot(p.x-a.x-along*dx, p.y-a.y-along*dy))
	}
	return nearest
}

// fromRect is how far p is outside the rounded rectangle, negative inside.
func (i *icon) fromRect(p point) float64 {
	r := i.Rect
	dx := math.Abs(p.x-r.X-r.Width/2) - r.Width/2 + r.R
	dy := math.Abs(p.y-r.Y-r.Height/2) - r.Height/2 + r.R
	return math.Hypot(max(0, dx), max(0, dy)) + min(0, max(dx, dy)) - r.R
}

// over lays c with this opacity over ground.
func over(c color.NRGBA, opacity float64, ground color.NRGBA) color.NRGBA {
	below := float64(ground.A) / 255 * (1 - opacity)
	a := opacity + below
	if a == 0 {
		return color.NRGBA{}
	}
	mix := func(c, ground uint8) uint8 {
		return uint8(math.Round((float64(c)*opacity + float64(ground)*below) / a))
	}
	return color.NRGBA{mix(c.R, ground.R), mix(c.G, ground.G), mix(c.B, ground.B), uint8(math.Round(a * 255))}
}
