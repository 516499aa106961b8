package tflitetest

import (
	"encoding/binary"
	"math"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// How a file keeps weights and biases.

// weights adds the tensors of a layer's weights and bias.
func (a *assembler) weights(t *trained, perTensor bool, axis int32, shape []int32) (weights, bias int32) {
	w := Tensor{Name: t.Name + "/weights", Shape: shape, Type: element(a.spec.Type), Axis: axis, Data: []byte{}}
	b := Tensor{Name: t.Name + "/bias", Shape: []int32{int32(t.Out.C)}, Type: schema.Int32, Data: []byte{}}
	switch a.spec.Type {
	case mobilenet.Float32:
		b.Type = schema.Float32
		for _, v := range t.weights {
			w.Data = binary.LittleEndian.AppendUint32(w.Data, math.Float32bits(v))
		}
		for _, v := range t.bias {
			b.Data = binary.LittleEndian.AppendUint32(b.Data, math.Float32bits(v))
		}
	case mobilenet.Uint8:
		var least, most float32
		for _, v := range t.weights {
			least, most = min(least, v), max(most, v)
		}
		q := quantization(schema.Uint8, least, most)
		w.Scales, w.Zeros = []float32{q.scale}, []int64{q.zero}
	case mobilenet.Int8:
		most := make([]float32, t.Out.C)
		if perTensor {
			most = most[:1]
		}
		for k, v := range t.weights {
			c := t.channel(k) % len(most)
			most[c] = max(most[c], v, -v)
		}
		for _, m := range most {
			w.Scales, w.Zeros = append(w.Scales, m/127), append(w.Zeros, 0)
		}
	}
	if len(w.Scales) == 1 {
		w.Axis = 0 // XNNPACK leaves a tensor with one scale but another axis to TFLite's own kernels, which round otherwise
	}
	if a.spec.Type != mobilenet.Float32 {
		for k, v := range t.weights {
			c := t.channel(k) % len(w.Scales)
			q := math.Round(float64(v/w.Scales[c])) + float64(w.Zeros[c])
			if w.Type == schema.Uint8 {
				q = min(max(q, 0), 255)
			}
			w.Data = append(w.Data, byte(int(q)))
		}
		in := a.quant().scale
		for _, s := range w.Scales {
			b.Scales, b.Zeros = append(b.Scales, in*s), append(b.Zeros, 0)
		}
		for c, v := range t.bias {
			b.Data = binary.LittleEndian.AppendUint32(b.Data, uint32(int32(math.Round(float64(v/b.Scales[c%len(b.Scales)])))))
		}
	}
	return a.stored(w), a.stored(b)
}

// stored adds a tensor of weights or biases, float32 ones as the Spec wants them kept.
func (a *assembler) stored(t Tensor) int32 {
	packed := t.Type == schema.Float32 && a.spec.Stored == mobilenet.Float16
	if t.Type == schema.Float32 && a.spec.Stored == mobilenet.Int8 && len(t.Shape) > 1 {
		toInt8(&t)
	}
	if !packed {
		a.Tensors = append(a.Tensors, t)
		return int32(len(a.Tensors) - 1)
	}
	half := t
	half.Name, half.Type, half.Data = t.Name+"/float16", schema.Float16, nil
	for i := 0; i < len(t.Data); i += 4 {
		half.Data = binary.LittleEndian.AppendUint16(half.Data, float16Bits(math.Float32frombits(binary.LittleEndian.Uint32(t.Data[i:]))))
	}
	t.Data = nil
	a.Tensors = append(a.Tensors, half, t)
	n := int32(len(a.Tensors))
	a.Operators = append(a.Operators, Operator{Code: schema.Dequantize, Version: 3, Inputs: []int32{n - 2}, Outputs: []int32{n - 1}})
	return n - 1
}

// toInt8 quantises weights with one scale for the whole tensor.
func toInt8(t *Tensor) {
	var most float32
	values := make([]float32, len(t.Data)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:]))
		most = max(most, values[i], -values[i])
	}
	t.Type, t.Scales, t.Zeros, t.Axis, t.Data = schema.Int8, []float32{most / 127}, []int64{0}, 0, nil
	for _, v := range values {
		t.Data = append(t.Data, byte(int8(math.Round(float64(v/t.Scales[0])))))
	}
}

// float16Bits rounds v, of a weight's size, to float16: halves away from zero, numbers too small to 0.
func float16Bits(v float32) uint16 {
	bits := math.Float32bits(v) + 1<<12
	exponent := int(bits>>23&255) - 127 + 15
	if exponent <= 0 {
		return uint16(bits >> 16 & 0x8000)
	}
	return uint16(bits>>16&0x8000) | uint16(min(exponent, 30))<<10 | uint16(bits>>13&1023)
}
