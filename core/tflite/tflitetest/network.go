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
