package mobilenet

import (
	"fmt"
	"math"
)

// Input says how a pixel's byte becomes what the first layer reads.
type Input struct {
	Type  DType
	Quant Quant // of the file's input tensor, unless it is float32
	// Mean and Scale normalise a pixel, a value each for R, G and B, where the file's input is float32:
	// real = Scale·(byte − Mean). Such files do not say their pixel range; DefaultNormalization is what Keras uses.
	Mean, Scale [3]float32
}

// DefaultNormalization is x/127.5 − 1.
func DefaultNormalization() (mean, scale [3]float32) {
	return [3]float32{127.5, 127.5, 127.5}, [3]float32{1 / 127.5, 1 / 127.5, 1 / 127.5}
}

// InputTable returns what the first layer of a quantised model reads for each byte of a pixel, a table each for R, G and B.
//
// A file with a uint8 or int8 input holds the pixel's byte itself, whatever its scale, and int8 is the same byte less 128. A file
// with a float32 input is given Input.Scale·(byte − Input.Mean) and quantises that. For a float32 model the table is nil.
func (m *Model) InputTable() *[3][256]uint8 {
	if m.Type == Float32 {
		return nil
	}
	first := m.Layers[0].Quantized.In
	var table [3][256]uint8
	for b := range 256 {
		if m.Input.Type == Float32 {
			for c := range 3 {
				table[c][b] = first.Quantize(m.Input.normalize(c, b))
			}
			continue
		}
		v := uint8(b)
		if m.Input.Type != m.Type || m.Input.Quant != first {
			v = rescale(v, m.Input.Quant, first, m.Input.Type == m.Type)
		}
		table[0][b], table[1][b], table[2][b] = v, v, v
	}
	return &table
}

// FloatInputTable returns what the first layer of a float32 model reads for each byte of a pixel, a table each for R, G and B. For a
// quantised model it is nil.
func (m *Model) FloatInputTable() *[3][256]float32 {
	if m.Type != Float32 {
		return nil
	}
	var table [3][256]float32
	for c := range 3 {
		for b := range 256 {
			if m.Input.Type == Float32 {
				table[c][b] = m.Input.normalize(c, b)
			} else {
				table[c][b] = m.Input.Quant.Real(uint8(b))
			}
		}
	}
	return &table
}

// normalize is the real number that byte b of colour c stands for, in a file whose input is float32.
func (in *Input) normalize(c, b int) float32 {
	return float32(in.Scale[c] * float32(float32(b)-in.Mean[c]))
}

// Normalized is the same model with another pixel normalisation, real = scale·(byte − mean). It is an error for models whose
// file holds its own.
func (m *Model) Normalized(mean, scale [3]float32) (*Model, error) {
	if m.Input.Type != Float32 {
		return nil, fmt.Errorf("the model's input is %v and holds its own pixel range; only float32 inputs can be normalised", m.Input.Type)
	}
	for c := range 3 {
		if !finite(mean[c]) || !finite(scale[c]) || scale[c] == 0 {
			return nil, fmt.Errorf("normalisation mean %v, scale %v: finite numbers are needed, and no scale of 0", mean, scale)
		}
	}
	n := *m
	n.Input.Mean, n.Input.Scale = mean, scale
	return &n, nil
}

func finite(v float32) bool { return !math.IsInf(float64(v), 0) && !math.IsNaN(float64(v)) }
