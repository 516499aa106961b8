package tflitetest

import (
	"encoding/binary"
	"math"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// The two ends of a file: what stands before the first layer, and after the last.

// input adds the file's input tensor: x/127.5 − 1 in some type, and a QUANTIZE where that is another than inside.
func (a *assembler) input() {
	inside, shape := element(a.spec.Type), a.inputShape()
	own := affine{1. / 127.5, 127}
	if a.spec.Type == mobilenet.Uint8 {
		own = affine{1. / 128, 128}
	}
	t, q := element(a.spec.Input.DType(a.spec.Type)), own
	if t != inside && a.spec.Rescale {
		q = affine{1. / 125, 120}
	}
	if a.spec.Rescaling != NoRescaling {
		own, q = affine{1. / 255, 0}, affine{1. / 255, 0}
	}
	a.at = a.tensor("input", t, q.as(t), shape...)
	a.Inputs = []int32{a.at}
	if t != inside {
		a.apply(Operator{Code: conversion(inside)}, a.tensor("input/converted", inside, own.as(inside), shape...))
	}
	switch a.spec.Rescaling {
	case TimesMinus:
		factor := float32(2)
		if inside == schema.Float32 {
			factor = 1. / 127.5
		}
		a.rescale("rescaling/times", schema.Mul, affine{2. / 255, 0}, factor)
		a.rescale("rescaling/minus", schema.Sub, affine{2. / 255, 127}, 1)
	case PlusTimes:
		a.rescale("rescaling/plus", schema.Add, affine{1. / 250, 120}, -0.485, -0.456, -0.406)
		a.rescale("rescaling/times", schema.Mul, affine{1. / 127, 128}, 1.9, 2, 1.85)
	}
}

// inputShape is [1,H,W,C].
func (a *assembler) inputShape() []int32 {
	s := a.spec.network().InputShape()
	return []int32{1, int32(s.H), int32(s.W), int32(s.C)}
}

// rescale adds an operator with a constant, one number or one for each colour. out is what the result is quantised as.
func (a *assembler) rescale(name string, code schema.Builtin, out affine, values ...float32) {
	inside := element(a.spec.Type)
	c := Tensor{Name: name + "/constant", Type: inside, Data: []byte{}, Shape: []int32{}}
	if len(values) > 1 {
		c.Shape = []int32{int32(len(values))}
	}
	var least, most float32
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	q := quantization(inside, least, most)
	if inside != schema.Float32 {
		c.Scales, c.Zeros = []float32{q.scale}, []int64{q.zero}
	}
	for _, v := range values {
		if inside == schema.Float32 {
			c.Data = binary.LittleEndian.AppendUint32(c.Data, math.Float32bits(v))
		} else {
			c.Data = append(c.Data, byte(int64(math.Round(float64(v/q.scale)))+q.zero))
		}
	}
	a.Tensors = append(a.Tensors, c)
	constant := int32(len(a.Tensors) - 1)
	a.apply(Operator{Code: code}, a.tensor(name, inside, out.as(inside), a.inputShape()...), constant)
}

// output ends the graph with the file's output tensor.
func (a *assembler) output() {
	last := a.Tensors[a.at]
	t, q := element(a.spec.Output.DType(a.spec.Type)), a.quant()
	if t == last.Type {
		a.Outputs = []int32{a.at}
		return
	}
	switch last.Type {
	case schema.Int8:
		q.zero += 128
	case schema.Float32: // probabilities, or logits of about this range
		q = affine{1. / 256, 0}
		if a.spec.NoSoftmax {
			q = affine{1. / 16, 128}
		}
	}
	if a.spec.Rescale {
		q.scale *= 1.25
	}
	a.apply(Operator{Code: conversion(t)}, a.tensor("output", t, q.as(t), last.Shape...))
	a.Outputs = []int32{a.at}
}

// conversion is the operator that makes a tensor of type t from one of another type.
func conversion(t schema.TensorElement) schema.Builtin {
	if t == schema.Float32 {
		return schema.Dequantize
	}
	return schema.Quantize
}
