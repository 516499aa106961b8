package quantize

import (
	"math"

	"mobilenet/core/mobilenet"
)

// input gives n, which is to be of bytes, an input for the pixels that float reads, and returns its quantisation.
//
// All that a float model does with a byte before its first layer is scale·(byte − mean). Where all colours have the same, the bytes themselves
// are the quantised values, with a zero point near the mean; offset is what is left of each colour's mean, and belongs into the biases.
// Else the input stays float32, and the file quantises it.
func (q *quantizer) input(float, n *mobilenet.Model) (in mobilenet.Quant, offset []float64) {
	table := float.FloatInputTable()
	colours := float.InputShape().C
	offset = make([]float64, colours)
	var scale, mean [3]float64
	same, least, most := true, 0.0, 0.0
	for c := range colours {
		first, last := float64(table[c][0]), float64(table[c][255])
		scale[c] = (last - first) / 255
		mean[c] = -first / scale[c]
		least, most = math.Min(least, math.Min(first, last)), math.Max(most, math.Max(first, last))
		same = same && scale[c] > 0 && math.Abs(scale[c]/scale[0]-1) < 1e-5 && math.Abs(mean[c]-mean[0]) < 1
	}
	n.Input = mobilenet.Input{Type: q.Scheme.dtype()}
	if zero := math.Round(mean[0]); same && zero >= 0 && zero <= 255 {
		in = mobilenet.Quant{Scale: float32(scale[0]), Zero: uint8(zero)}
		for c := range offset {
			offset[c] = scale[0] * (zero - mean[c])
		}
		n.Input.Quant = in
		return in, offset
	}
	n.Input.Type = mobilenet.Float32
	for c := range 3 {
		k := min(c, colours-1)
		n.Input.Mean[c], n.Input.Scale[c] = float32(mean[k]), float32(scale[k])
	}
	return quantOf(least, most), offset
}

// quantOf has 255 steps from least to most, with 0 as one of them.
func quantOf(least, most float64) mobilenet.Quant {
	least, most = math.Min(least, 0), math.Max(most, 0)
	scale := float32(math.Max(most-least, minRange) / 255)
	return mobilenet.Quant{Scale: scale, Zero: uint8(math.Min(math.Round(-least/float64(scale)), 255))}
}

// minRange is the range of a layer that gives nothing but 0.
const minRange = 1e-3
