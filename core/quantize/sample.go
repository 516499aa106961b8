package quantize

import "mobilenet/core/mobilenet"

const (
	// statPixels is how many pixels of a layer's output are counted a picture, and momentPixels how many of them enter second moments: of a
	// hundred pictures enough for means and ranges, and a small part of all where maps are large.
	statPixels   = 400
	momentPixels = 36
	// maxTerms bounds the inputs of an output whose second moments are taken. Beyond it the errors of so many weights cancel by themselves,
	// and the moments would cost more than all else.
	maxTerms = 256
)

// sample are the numbers y·W+x of about n pixels of a feature map, spread over it, others for each picture.
func sample(s mobilenet.Shape, n, picture int) []int {
	if s.H*s.W <= n {
		all := make([]int, s.H*s.W)
		for i := range all {
			all[i] = i
		}
		return all
	}
	side := 1
	for (side+1)*(side+1) <= n {
		side++
	}
	rows, columns := min(side, s.H), min(side, s.W)
	pixels := make([]int, 0, rows*columns)
	for r := range rows {
		for c := range columns {
			// 7 and 5 have no part in common with the sides that maps have, so that all pixels get their turn.
			pixels = append(pixels, (r*s.H/rows+7*picture)%s.H*s.W+(c*s.W/columns+5*picture)%s.W)
		}
	}
	return pixels
}
