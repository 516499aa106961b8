package mobilenet

// InputTable gives what the first layer of a quantised model reads for each byte of a pixel, a table each for R, G and B.
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

// FloatInputTable gives what the first layer of a float32 model reads for each byte of a pixel, a table each for R, G and B. For a
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
