package main

import (
	"math"
	"math/rand/v2"

	"mobilenet/core/pixels"
)

// side is of the altered pictures: enough for a network of 224×224 to see a crop of them sharply.
const side = 320

// alter makes another picture of a thing: a crop of 70 to 100% of its largest square, up to 15° turned, brighter or darker by a third, its
// colour warmer or colder, and blurred as by a hand that is not steady.
func alter(src pixels.Image, random *rand.Rand) pixels.Image {
	between := func(a, b float64) float64 { return a + (b-a)*random.Float64() }
	square := float64(min(src.Width, src.Height))
	scale := square * between(0.7, 1) / side
	angle := between(-15, 15) * math.Pi / 180
	slackX, slackY := float64(src.Width)-scale*side, float64(src.Height)-scale*side
	centreX := float64(src.Width)/2 + between(-0.5, 0.5)*slackX
	centreY := float64(src.Height)/2 + between(-0.5, 0.5)*slackY
	light := [3]float64{}
	gain := between(0.67, 1.33)
	warmth := between(-0.08, 0.08)
	for c := range light {
		light[c] = gain * (1 + warmth*float64(1-c))
	}
	dst := pixels.Image{Pix: make([]byte, 4*side*side), Stride: 4 * side, Width: side, Height: side}
	sin, cos := math.Sincos(angle)
	// A large photo is averaged over what a pixel of the result covers.
	taps := max(1, int(math.Round(scale)))
	for y := range side {
		for x := range side {
			var sum [3]float64
			for ty := range taps {
				for tx := range taps {
					u := (float64(x) + (float64(tx)+0.5)/float64(taps) - side/2) * scale
					v := (float64(y) + (float64(ty)+0.5)/float64(taps) - side/2) * scale
					rgb := bilinear(src, centreX+cos*u-sin*v, centreY+sin*u+cos*v)
					for c := range sum {
						sum[c] += rgb[c]
					}
				}
			}
			p := dst.Pix[y*dst.Stride+4*x:]
			for c := range sum {
				p[c] = uint8(min(255, sum[c]/float64(taps*taps)*light[c]+0.5))
			}
			p[3] = 255
		}
	}
	blur(dst, random.IntN(4)) // 0 to 3 pixels of 320
	return dst
}

// bilinear is the colour at a place between pixels; beyond the edge the picture is reflected.
func bilinear(src pixels.Image, x, y float64) (rgb [3]float64) {
	x, y = x-0.5, y-0.5
	left, top := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := x-float64(left), y-float64(top)
	for i, weight := range [4]float64{(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy} {
		px, py := reflect(left+i%2, src.Width), reflect(top+i/2, src.Height)
		for c := range rgb {
			rgb[c] += weight * float64(src.Pix[py*src.Stride+4*px+c])
		}
	}
	return rgb
}

// reflect takes a coordinate that lies outside of 0 to n−1 back inside, as a mirror at the edge would.
func reflect(i, n int) int {
	i %= 2 * n
	if i < 0 {
		i += 2 * n
	}
	if i >= n {
		i = 2*n - 1 - i
	}
	return i
}

// blur takes the mean over 2·radius+1 pixels, along rows and along columns.
func blur(img pixels.Image, radius int) {
	if radius == 0 {
		return
	}
	line := make([]int, img.Width)
	pass := func(first, step, n int) {
		for i := range n {
			line[i] = int(img.Pix[first+i*step])
		}
		for i := range n {
			sum := 0
			for d := -radius; d <= radius; d++ {
				sum += line[reflect(i+d, n)]
			}
			img.Pix[first+i*step] = uint8((2*sum/(2*radius+1) + 1) / 2)
		}
	}
	for c := range 3 {
		for y := range img.Height {
			pass(y*img.Stride+c, 4, img.Width)
		}
		for x := range img.Width {
			pass(4*x+c, img.Stride, img.Height)
		}
	}
}
