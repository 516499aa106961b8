package pixels

import (
	"fmt"
	"image"
)

// A Crop says which part of a picture the network sees. Top-1 and top-5 accuracy were measured on 1000 labelled photos with
// MobileNetV1 1.0 224 quantised.
type Crop uint8

const (
	Center Crop = iota // 87.5% of the largest centred square: 83.9%, 95.6%
	Square             // the largest centred square: 82.3%, 97.0%
	Whole              // everything, squashed to a square: 79.4%, 95.0%

	// For a model whose input is not square, they are of the largest centred box of the input's shape.
)

var cropNames = [...]string{"center", "square", "whole"}

func (c Crop) String() string {
	if int(c) < len(cropNames) {
		return cropNames[c]
	}
	return fmt.Sprintf("Crop(%d)", uint8(c))
}

// ParseCrop reads what String writes: "center", "square" or "whole".
func ParseCrop(s string) (Crop, error) {
	for i, name := range cropNames {
		if s == name {
			return Crop(i), nil
		}
	}
	return 0, fmt.Errorf(`crop %q is not "center", "square" or "whole"`, s)
}

// Box is what a network that reads pictures of toW×toH pixels sees of one of w×h. It is empty for a size outside 1..MaxSide and for an
// unknown Crop. web/common/crop.ts has the same for images that a canvas crops.
func (c Crop) Box(w, h, toW, toH int) image.Rectangle {
	if least, most := min(w, h, toW, toH), max(w, h, toW, toH); least < 1 || most > MaxSide || int(c) >= len(cropNames) {
		return image.Rectangle{}
	}
	boxW, boxH := w, h
	switch {
	case c == Whole:
	case int64(w)*int64(toH) > int64(h)*int64(toW):
		boxW = proportion(h, toW, toH)
	default:
		boxH = proportion(w, toH, toW)
	}
	switch { // of the longer side first, for less is lost by rounding
	case c != Center:
	case toW >= toH:
		boxW = (7*boxW + 4) / 8
		boxH = proportion(boxW, toH, toW)
	default:
		boxH = (7*boxH + 4) / 8
		boxW = proportion(boxH, toW, toH)
	}
	x, y := (w-boxW)/2, (h-boxH)/2
	return image.Rect(x, y, x+boxW, y+boxH)
}

// proportion is side·a/b, rounded, and at least 1.
func proportion(side, a, b int) int {
	return max(1, int((2*int64(side)*int64(a)+int64(b))/(2*int64(b))))
}

// A View is one way to crop and mirror an image. The probabilities of several views are averaged.
type View struct {
	Crop   Crop
	Mirror bool // left and right swapped
}

// Views lists n views of an image: for n = 1 crop alone; for 2 the largest square and, mirrored, the central 87.5% of it
// (85.0% top-1, 97.1% top-5 on the photos of Crop); for 4 both of these and their mirror images (85.5%, 97.8%).
func Views(n int, crop Crop) ([]View, error) {
	if int(crop) >= len(cropNames) {
		return nil, fmt.Errorf("unknown crop %v", crop)
	}
	views := []View{{Square, false}, {Center, true}, {Square, true}, {Center, false}}
	switch n {
	case 1:
		return []View{{Crop: crop}}, nil
	case 2, 4:
		return views[:n], nil
	}
	return nil, fmt.Errorf("%d views: only 1, 2 and 4 are defined", n)
}
