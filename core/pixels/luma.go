package pixels

// Luma writes the luma of RGB pixels over them, and returns it: a byte a pixel. It is that of Rec. 601, rounded, as networks of one
// colour read it.
func Luma(rgb []byte) []byte {
	luma := rgb[:len(rgb)/3]
	for i := range luma {
		r, g, b := float64(rgb[3*i]), float64(rgb[3*i+1]), float64(rgb[3*i+2])
		// Rounded after each step, as in JavaScript: where fused, a few sums just below a half would be rounded up.
		luma[i] = uint8(float64(float64(0.299*r)+float64(0.587*g)) + float64(0.114*b) + 0.5)
	}
	return luma
}
