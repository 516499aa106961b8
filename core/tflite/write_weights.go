package tflite

import (
	"encoding/binary"
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/builder"
	"mobilenet/core/tflite/internal/schema"
)

// activationOf is the function fused into the layer that cuts its output as the model says. Where several do, as RELU6 and none where the
// byte 255 stands for 6, it is the least.
func activationOf(l *mobilenet.Layer) (schema.Activation, error) {
	for _, a := range []schema.Activation{schema.None, schema.Relu, schema.Relu6} {
		if q := l.Quantized; q != nil {
			if least, most := clamp(a, q.Out); least == q.Min && most == q.Max {
				return a, nil
			}
		} else if least, most := clampFloat(a); least == l.Float.Min && most == l.Float.Max {
			return a, nil
		}
	}
	if q := l.Quantized; q != nil {
		return 0, fmt.Errorf("its output is cut to %d..%d; a .tflite file has activations that leave 0 and more, or 0 to 6", q.Min, q.Max)
	}
	return 0, fmt.Errorf("its output is cut to %v..%v; a .tflite file has activations that leave 0 and more, or 0 to 6", l.Float.Min, l.Float.Max)
}

// weights adds the tensors of a layer's weights, with scales along axis, and bias. It returns their indices.
func (w *writer) weights(l *mobilenet.Layer, axis int32, shape ...int32) []int32 {
	weights := builder.Tensor{Name: l.Name + "/weights", Shape: shape, Type: w.inside}
	bias := builder.Tensor{Name: l.Name + "/bias", Shape: []int32{int32(l.Out.C)}, Type: schema.Int32}
	q := l.Quantized
	if q == nil {
		bias.Type = schema.Float32
		return []int32{w.reals(weights, l.Float.Weights), w.reals(bias, l.Float.Bias)}
	}
	weights.Data = signedBytes(q.Weights, w.inside)
	for _, s := range q.WeightScales {
		_, zeros := quantization(mobilenet.Quant{Scale: s, Zero: q.WeightZero}, w.inside)
		weights.Scales, weights.Zeros = append(weights.Scales, s), append(weights.Zeros, zeros...)
		bias.Scales, bias.Zeros = append(bias.Scales, q.In.Scale*s), append(bias.Zeros, 0)
	}
	// XNNPACK leaves a tensor with one scale but another axis than 0 to TFLite's own kernels, which round otherwise.
	if len(weights.Scales) > 1 {
		weights.Axis = axis
	}
	bias.Data = int32Bytes(q.Bias)
	return []int32{w.add(weights), w.add(bias)}
}

// reals adds a tensor of float32 numbers: as float16 and a DEQUANTIZE where the model's were stored so, and are float16 indeed.
func (w *writer) reals(t builder.Tensor, values []float32) int32 {
	var data []byte
	if w.model.Stored == mobilenet.Float16 {
		data = float16Bytes(values)
	}
	if data == nil {
		t.Data = floatBytes(values)
		return w.add(t)
	}
	packed := t
	packed.Name, packed.Type, packed.Data = t.Name+"/float16", schema.Float16, data
	from, to := w.add(packed), w.add(t)
	w.Operators = append(w.Operators, builder.Operator{Code: schema.Dequantize, Version: 3, Inputs: []int32{from}, Outputs: []int32{to}})
	return to
}

// integers adds a constant of whole numbers, as shapes and paddings are.
func (w *writer) integers(name string, values []int32, shape ...int32) int32 {
	return w.add(builder.Tensor{Name: name, Shape: shape, Type: schema.Int32, Data: int32Bytes(values)})
}

func int32Bytes(values []int32) []byte {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, uint32(v))
	}
	return data
}

func floatBytes(values []float32) []byte {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return data
}

// float16Bytes are the values as float16; nil where one of them is none.
func float16Bytes(values []float32) []byte {
	data := make([]byte, 0, 2*len(values))
	for _, v := range values {
		bits := float16Bits(v)
		if math.Float32bits(float16(bits)) != math.Float32bits(v) {
			return nil
		}
		data = binary.LittleEndian.AppendUint16(data, bits)
	}
	return data
}

// float16Bits are the bits of v as float16 (IEEE 754 binary16), if it is one; else any.
func float16Bits(v float32) uint16 {
	bits := math.Float32bits(v)
	sign, exponent := uint16(bits>>16&0x8000), int(bits>>23&255)-127+15
	if exponent > 0 {
		return sign | uint16(exponent&31)<<10 | uint16(bits>>13&1023)
	}
	// Below 2^-14 it is a multiple of 2^-24.
	return sign | uint16(math.Abs(float64(v))*(1<<24))&1023
}

// signedBytes are values as a tensor of type t holds them: int8 less 128.
func signedBytes(values []uint8, t schema.TensorElement) []byte {
	if t != schema.Int8 {
		return values
	}
	return (&tensor{kind: t, data: values}).bytesAsUint8() // which flips the same bit
}
