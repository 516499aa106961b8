package tflitetest

import (
	"encoding/binary"
	"math"

	"mobilenet/core/tflite/internal/schema"
)

// What a file has between the last feature map and its output.

func (a *assembler) pool(t *trained) {
	inside, c := element(a.spec.Type), int32(t.Out.C)
	if a.spec.NoPool {
		return
	}
	if a.spec.Pool == AveragePool {
		h, w := int32(t.In.H), int32(t.In.W)
		out := a.tensor(t.Name, inside, a.quant(), 1, 1, 1, c)
		a.apply(Operator{Code: schema.AveragePool2D, Padding: schema.Valid, StrideW: w, StrideH: h, FilterW: w, FilterH: h}, out)
		return
	}
	shape := []int32{1, 1, 1, c}
	if a.spec.Pool == FlatMean {
		shape = []int32{1, c}
	}
	axes := a.constant(t.Name+"/axes", []int32{1, 2}, 2)
	out := a.tensor(t.Name, inside, quantization(inside, t.least, t.most), shape...)
	a.apply(Operator{Code: schema.Mean, KeepDims: a.spec.Pool == Mean}, out, axes)
}

// eachPixel adds a dense layer over the channels of each pixel, a row for each.
func (a *assembler) eachPixel(t *trained) {
	inside, pixels, units, channels := element(a.spec.Type), int32(t.Out.H*t.Out.W), int32(t.Out.C), int32(t.In.C)
	a.reshape("dense/rows", pixels, channels)
	weights, bias := a.weights(t, a.spec.PerTensor || a.spec.PerTensorClassifier, 0, []int32{units, channels})
	a.apply(Operator{Code: schema.FullyConnected}, a.tensor(t.Name, inside, quantization(inside, t.least, t.most), pixels, units), weights, bias)
	a.reshape("dense/flat", 1, pixels*units)
}

// fullyConnected adds the classifier, or a layer before it, which has a ReLU.
func (a *assembler) fullyConnected(t *trained) {
	inside, classes, channels := element(a.spec.Type), int32(t.Out.C), int32(t.In.Len())
	perTensor := a.spec.PerTensor || a.spec.PerTensorClassifier
	q := quantization(inside, t.least, t.most)
	if a.spec.Dropout && a.Tensors[a.at].Name == "pool" {
		a.rescaleBy1()
	}
	if hidden := t.Name != "fc"; hidden || a.spec.Classifier == FullyConnected {
		o := Operator{Code: schema.FullyConnected}
		if hidden {
			o.Activation = schema.Relu
		}
		weights, bias := a.weights(t, perTensor, 0, []int32{classes, channels})
		a.apply(o, a.tensor(t.Name, inside, q, 1, classes), weights, bias)
		if hidden {
			return
		}
	} else {
		if a.spec.Pool == FlatMean {
			a.reshape("pool/reshape", 1, 1, 1, channels)
		}
		weights, bias := a.weights(t, perTensor, 0, []int32{classes, 1, 1, channels})
		a.apply(Operator{Code: schema.Conv2D, StrideW: 1, StrideH: 1}, a.tensor(t.Name, inside, q, 1, 1, 1, classes), weights, bias)
		a.reshape("logits", 1, classes)
	}
	probabilities := affine{1. / 256, 0}.as(inside)
	switch {
	case a.spec.NoSoftmax:
	case a.spec.Logistic:
		a.apply(Operator{Code: schema.Logistic}, a.tensor("probabilities", inside, probabilities, 1, classes))
	case a.spec.WrittenSoftmax:
		a.writtenSoftmax(classes)
	default:
		a.apply(Operator{Code: schema.Softmax, Beta: 1}, a.tensor("probabilities", inside, probabilities, 1, classes))
	}
}

// writtenSoftmax adds a softmax of float32 by its parts.
func (a *assembler) writtenSoftmax(classes int32) {
	float := func(name string, n int32) int32 { return a.tensor("softmax/"+name, schema.Float32, affine{}, 1, n) }
	logits, axis := a.at, a.constant("softmax/axis", []int32{-1}, 1)
	peak := float("peak", 1)
	a.apply(Operator{Code: schema.ReduceMax, KeepDims: true}, peak, axis)
	a.at = logits
	a.apply(Operator{Code: schema.Sub}, float("difference", classes), peak)
	a.apply(Operator{Code: schema.Exp}, float("exp", classes))
	exp := a.at
	sum := float("sum", 1)
	a.apply(Operator{Code: schema.Sum, KeepDims: true}, sum, axis)
	a.at = exp
	a.apply(Operator{Code: schema.Div}, float("probabilities", classes), sum)
}

// rescaleBy1 adds a MUL that changes nothing, of float32.
func (a *assembler) rescaleBy1() {
	one := Tensor{Name: "dropout/one", Type: schema.Float32, Shape: []int32{}, Data: binary.LittleEndian.AppendUint32(nil, math.Float32bits(1))}
	a.Tensors = append(a.Tensors, one)
	constant := int32(len(a.Tensors) - 1)
	a.apply(Operator{Code: schema.Mul}, a.tensor("dropout", schema.Float32, affine{}, a.Tensors[a.at].Shape...), constant)
}

func (a *assembler) reshape(name string, shape ...int32) {
	out := a.tensor(name, element(a.spec.Type), a.quant(), shape...)
	if a.spec.Squeeze && len(shape) == 2 {
		a.apply(Operator{Code: schema.Squeeze, SqueezeDims: []int32{1, 2}}, out)
		return
	}
	if a.spec.OpenBatch && name == "logits" {
		a.apply(Operator{Code: schema.Reshape}, out, a.openShape(shape[1]))
		return
	}
	a.apply(Operator{Code: schema.Reshape, NewShape: shape}, out, a.constant(name+"/shape", shape, int32(len(shape))))
}

// openShape adds operators that compute [batch, n] from the last tensor made, and leaves that.
func (a *assembler) openShape(n int32) int32 {
	at := a.at
	whole := func(name string, shape ...int32) int32 {
		a.Tensors = append(a.Tensors, Tensor{Name: "logits/" + name, Type: schema.Int32, Shape: shape})
		return int32(len(a.Tensors) - 1)
	}
	a.apply(Operator{Code: schema.Shape}, whole("whole", 4))
	zero, one := a.constant("logits/zero", []int32{0}, 1), a.constant("logits/one", []int32{1}, 1)
	a.apply(Operator{Code: schema.StridedSlice}, whole("batch"), zero, one, one)
	a.apply(Operator{Code: schema.Pack}, whole("shape", 2), a.constant("logits/classes", []int32{n}))
	shape := a.at
	a.at = at
	return shape
}
