package tflitetest

import (
	"encoding/binary"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/builder"
	"mobilenet/core/tflite/internal/schema"
)

// A Graph is the content of a .tflite file. Tests that need a wrong file build one, change it and write it.
type (
	Graph    = builder.Graph
	Tensor   = builder.Tensor
	Operator = builder.Operator
)

const description = "made-up weights for tests"

// affine is a quantisation, real = scale·(q − zero), with zero in the range of the tensor's own type. A scale of 0: not quantised.
type affine struct {
	scale float32
	zero  int64
}

// assembler adds operators to a graph; at is the tensor that the last one made, and made those of the layers.
type assembler struct {
	Graph
	spec Spec
	at   int32
	made []int32
}

// NewGraph describes the file that Build writes. It panics on a Spec that describes no MobileNet.
func NewGraph(spec Spec) *Graph {
	spec = spec.withDefaults()
	network := spec.network()
	layers, err := network.Layers()
	if err != nil {
		panic(err)
	}
	for i := range layers {
		l := &layers[i]
		if l.Kernel != 3 || l.Kind == mobilenet.AveragePool {
			continue
		}
		switch {
		case spec.Padding == PadAll:
			l.FixedPad, l.Pad = true, mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
		case spec.Padding == PadStride2 && l.Stride == 2:
			l.FixedPad, l.Pad = true, mobilenet.Padding{Bottom: 1, Right: 1}
		}
	}
	if err := mobilenet.Resize(layers, network.InputShape()); err != nil {
		panic(err)
	}

	a := &assembler{spec: spec}
	a.Description = description
	a.input()
	for _, t := range train(layers, spec) {
		switch t.Kind {
		case mobilenet.AveragePool:
			a.pool(&t)
		case mobilenet.FullyConnected:
			a.fullyConnected(&t)
		case mobilenet.Add:
			a.add(&t)
		default:
			if t.Name == "dense" {
				a.eachPixel(&t)
			} else {
				a.convolution(&t)
			}
		}
		a.made = append(a.made, a.at)
	}
	a.output()
	return &a.Graph
}

// element is the file's type for t.
func element(t mobilenet.DType) schema.TensorElement {
	return map[mobilenet.DType]schema.TensorElement{mobilenet.Uint8: schema.Uint8, mobilenet.Int8: schema.Int8, mobilenet.Float32: schema.Float32}[t]
}

// quantization returns the quantisation, in the tensor's type, of a range that holds 0.
func quantization(t schema.TensorElement, least, most float32) affine {
	if t == schema.Float32 {
		return affine{}
	}
	scale := (most - least) / 255
	zero := int64(math.Round(float64(-least / scale)))
	return affine{scale, zero}.as(t)
}

// as moves the zero point of a uint8 tensor into t's range.
func (q affine) as(t schema.TensorElement) affine {
	if t == schema.Int8 {
		q.zero -= 128
	}
	return q
}

// tensor adds a tensor for activations.
func (a *assembler) tensor(name string, t schema.TensorElement, q affine, shape ...int32) int32 {
	tensor := Tensor{Name: name, Shape: slices.Clone(shape), Type: t}
	if t != schema.Float32 {
		tensor.Scales, tensor.Zeros = []float32{q.scale}, []int64{q.zero}
	}
	a.Tensors = append(a.Tensors, tensor)
	return int32(len(a.Tensors) - 1)
}

// constant adds a tensor of int32 numbers, as shapes and paddings are.
func (a *assembler) constant(name string, values []int32, shape ...int32) int32 {
	data := []byte{}
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, uint32(v))
	}
	a.Tensors = append(a.Tensors, Tensor{Name: name, Shape: shape, Type: schema.Int32, Data: data})
	return int32(len(a.Tensors) - 1)
}

// quant is the quantisation of the last tensor made.
func (a *assembler) quant() affine {
	if t := a.Tensors[a.at]; len(t.Scales) > 0 {
		return affine{t.Scales[0], t.Zeros[0]}
	}
	return affine{}
}

// apply adds an operator that reads the last tensor made, then inputs, and makes output.
func (a *assembler) apply(o Operator, output int32, inputs ...int32) {
	o.Version = builder.Version(o.Code, a.Tensors[a.at].Type)
	o.Inputs, o.Outputs = append([]int32{a.at}, inputs...), []int32{output}
	a.Operators = append(a.Operators, o)
	a.at = output
}

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

func (a *assembler) convolution(t *trained) {
	if t.FixedPad {
		p := t.Pad
		paddings := a.constant(t.Name+"/paddings", []int32{0, 0, int32(p.Top), int32(p.Bottom), int32(p.Left), int32(p.Right), 0, 0}, 4, 2)
		padded := a.tensor(t.Name+"/pad", element(a.spec.Type), a.quant(), 1, int32(t.In.H+p.Top+p.Bottom), int32(t.In.W+p.Left+p.Right), int32(t.In.C))
		a.apply(Operator{Code: schema.Pad}, padded, paddings)
	}
	o := Operator{Code: schema.Conv2D, StrideW: int32(t.Stride), StrideH: int32(t.Stride)}
	shape, axis := []int32{int32(t.Out.C), int32(t.Kernel), int32(t.Kernel), int32(t.In.C)}, int32(0)
	if t.Kind == mobilenet.Depthwise {
		o.Code, o.Multiplier = schema.DepthwiseConv2D, 1
		shape, axis = []int32{1, int32(t.Kernel), int32(t.Kernel), int32(t.Out.C)}, 3
	}
	if t.Kind == mobilenet.Conv && a.spec.GreyDepthwise {
		o.Code, o.Multiplier = schema.DepthwiseConv2D, int32(t.Out.C)
		shape, axis = []int32{1, int32(t.Kernel), int32(t.Kernel), int32(t.Out.C)}, 3
		t.channelsInnermost()
	}
	if t.FixedPad {
		o.Padding = schema.Valid
	}
	least, most := float32(0), t.most
	switch {
	case t.linear:
		least = t.least
	case a.spec.Activation == Relu6:
		o.Activation, most = schema.Relu6, 6
	case a.spec.Activation == Relu:
		o.Activation = schema.Relu
	case a.spec.Activation == NoActivation:
		most = 6
	}
	out := a.tensor(t.Name, element(a.spec.Type), quantization(element(a.spec.Type), least, most), 1, int32(t.Out.H), int32(t.Out.W), int32(t.Out.C))
	weights, bias := a.weights(t, a.spec.PerTensor, axis, shape)
	a.apply(o, out, weights, bias)
}

// add adds an addition, which reads the output of an earlier layer too.
func (a *assembler) add(t *trained) {
	o, inside := Operator{Code: schema.Add}, element(a.spec.Type)
	if a.spec.AddRelu6 {
		o.Activation = schema.Relu6
	}
	out := a.tensor(t.Name, inside, quantization(inside, t.least, t.most), 1, int32(t.Out.H), int32(t.Out.W), int32(t.Out.C))
	a.apply(o, out, a.made[t.Addend])
	if a.spec.AddendFirst {
		slices.Reverse(a.Operators[len(a.Operators)-1].Inputs)
	}
}

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
