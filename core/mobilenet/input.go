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
	// real = Scale·(byte − Mean). Such files do not say their pixel range; DefaultNormalization is what Keras uses. Luma takes the first.
	Mean, Scale [3]float32
	Rescale     []Rescale // what the file does with the values before the first layer
}

// DefaultNormalization is x/127.5 − 1.
func DefaultNormalization() (mean, scale [3]float32) {
	return [3]float32{127.5, 127.5, 127.5}, [3]float32{1 / 127.5, 1 / 127.5, 1 / 127.5}
}

// InputTable returns what the first layer of a quantised model reads for each byte of a pixel, a table each for R, G and B; luma takes
// the first.
//
// A file with a uint8 or int8 input holds the pixel's byte itself, whatever its scale, and int8 is the same byte less 128. A file
// with a float32 input is given Input.Scale·(byte − Input.Mean) and quantises that. For a float32 model the table is nil.
func (m *Model) InputTable() *[3][256]uint8 {
	if m.Type == Float32 {
		return nil
	}
	var table [3][256]uint8
	for c := range 3 {
		for b := range 256 {
			table[c][b] = m.value(c, b).quantized(m.Layers[0].Quantized.In, m.Type)
		}
	}
	return &table
}

// FloatInputTable returns what the first layer of a float32 model reads for each byte of a pixel, a table each for R, G and B; luma takes
// the first. For a quantised model it is nil.
func (m *Model) FloatInputTable() *[3][256]float32 {
	if m.Type != Float32 {
		return nil
	}
	var table [3][256]float32
	for c := range 3 {
		for b := range 256 {
			table[c][b] = m.value(c, b).float()
		}
	}
	return &table
}

// An inputValue is a value on its way from the picture to the first layer: real, or the byte of t in quant.
type inputValue struct {
	t     DType
	real  float32
	byte  uint8
	quant Quant
}

// value is what the file makes of byte b of colour c before its first layer, but for a conversion just before that.
func (m *Model) value(c, b int) inputValue {
	v := inputValue{t: m.Input.Type, byte: uint8(b), quant: m.Input.Quant}
	if v.t == Float32 {
		v.real = float32(m.Input.Scale[c] * float32(float32(b)-m.Input.Mean[c]))
	}
	for i := range m.Input.Rescale {
		r := &m.Input.Rescale[i]
		if q := r.Quantized; q != nil {
			v = inputValue{t: m.Type, byte: r.byte(v.quantized(q.In, m.Type), c), quant: q.Out}
		} else {
			v = inputValue{t: Float32, real: r.float(v.float(), c)}
		}
	}
	return v
}

// quantized is the byte for v in q, of type t.
func (v inputValue) quantized(q Quant, t DType) uint8 {
	switch {
	case v.t == Float32:
		return q.Quantize(v.real)
	case v.t != t || v.quant != q:
		return rescale(v.byte, v.quant, q, v.t == t)
	}
	return v.byte
}

// float is the number that v stands for.
func (v inputValue) float() float32 {
	if v.t == Float32 {
		return v.real
	}
	return v.quant.Real(v.byte)
}

// check says what is wrong with the rescaling of a picture of the given number of colours; t is the model's type.
func (in *Input) check(t DType, colours int) error {
	for i := range in.Rescale {
		r := &in.Rescale[i]
		if err := r.check(colours); err != nil {
			return err
		}
		if r.Quantized != nil && t == Float32 {
			return fmt.Errorf("a %v of bytes in a model of %v", r.Op, t)
		}
	}
	return nil
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
