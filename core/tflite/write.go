package tflite

import (
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/builder"
	"mobilenet/core/tflite/internal/schema"
)

// Write returns a .tflite file of the model with metadata, which may be nil. What tells "none of these" is written beside these, as ReadUnknown
// says; other programs pass over it. It has the form that converters give the network: in uint8
// AVERAGE_POOL_2D, a 1×1 CONV_2D as classifier and RESHAPE, in int8 and float32 FULLY_CONNECTED, after the pool that the model has; PAD
// before convolutions with padding of their own; QUANTIZE and DEQUANTIZE at ends of another type.
//
// Reading the file gives the same model, and Write makes sure of that by doing so, with exceptions: weights that were stored in less
// than float32 are written as float16 where they are float16, else as float32; and the scale of a float32 input's normalisation, which files
// hold as its reciprocal, may come back one unit in its last place off. Where several width multipliers give the same layers, it may be
// another one of them.
//
// The metadata's labels must be as many as the model has answers. Its Mean and Std are heeded for quantised inputs alone: those of a float32
// input are the model's.
func Write(m *mobilenet.Model, metadata *Metadata) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	w := &writer{model: m, inside: elementOf(m.Type)}
	w.Description = fmt.Sprintf("%v, α=%v, %s", m.Version, m.Alpha, size(m.Network))
	if err := w.network(); err != nil {
		return nil, err
	}
	content, archive, err := metadataFile(m, metadata)
	if err != nil {
		return nil, err
	}
	if content != nil {
		w.Metadata = []builder.Entry{{Name: schema.MetadataEntry, Data: content}}
	}
	if m.Unknown != nil {
		w.Metadata = append(w.Metadata, builder.Entry{Name: schema.UnknownEntry, Data: unknownBytes(m.Unknown)})
	}
	data := w.Bytes()
	if archive != "" {
		data = appendArchive(data, labelFileName, archive)
	}
	again, err := Read(data)
	if err == nil {
		err = sameModel(m, again)
	}
	if err != nil {
		return nil, fmt.Errorf("the model cannot be written as a .tflite file: %w", err)
	}
	return data, nil
}

// A writer adds operators to a graph; at is the tensor that the last one made, of quantisation quant unless it is float32, and made those
// of the layers.
type writer struct {
	builder.Graph
	model  *mobilenet.Model
	inside schema.TensorElement // the type of the layers' activations
	at     int32
	quant  mobilenet.Quant
	made   []int32
}

// elementOf is the file's type for t.
func elementOf(t mobilenet.DType) schema.TensorElement {
	switch t {
	case mobilenet.Uint8:
		return schema.Uint8
	case mobilenet.Int8:
		return schema.Int8
	}
	return schema.Float32
}

// network adds everything from the input to the output.
func (w *writer) network() error {
	m := w.model
	w.quant = m.Input.Quant
	w.at = w.activations("input", elementOf(m.Input.Type), w.quant, shapeOf(m.InputShape())...)
	w.Inputs = []int32{w.at}
	for i := range m.Input.Rescale {
		w.rescale(&m.Input.Rescale[i], fmt.Sprintf("rescaling%d", i+1))
	}
	if first := &m.Layers[0]; first.Quantized != nil {
		w.convert("input/converted", w.inside, first.Quantized.In)
	} else {
		w.convert("input/converted", schema.Float32, mobilenet.Quant{})
	}
	for i := range m.Layers {
		if err := w.layer(i); err != nil {
			return fmt.Errorf("layer %s: %w", m.Layers[i].Name, err)
		}
		if f := m.Layers[i].Float; f != nil && f.Leak != 0 {
			w.apply(builder.Operator{Code: schema.LeakyRelu, Alpha: f.Leak}, m.Layers[i].Name+"/leaky", mobilenet.Quant{}, w.shape()...)
		}
		w.made = append(w.made, w.at)
	}
	if s := m.Output.Softmax; s != nil {
		w.apply(builder.Operator{Code: schema.Softmax, Beta: s.Beta}, "probabilities", s.Quant, w.shape()...)
	}
	if l := m.Output.Logistic; l != nil {
		w.apply(builder.Operator{Code: schema.Logistic}, "probabilities", l.Quant, w.shape()...)
	}
	w.convert("output", elementOf(m.Output.Type), m.Output.Quant)
	w.Outputs = []int32{w.at}
	return nil
}

func shapeOf(s mobilenet.Shape) []int32 { return []int32{1, int32(s.H), int32(s.W), int32(s.C)} }

// shape is that of the last tensor made, and kind its type.
func (w *writer) shape() []int32             { return w.Tensors[w.at].Shape }
func (w *writer) kind() schema.TensorElement { return w.Tensors[w.at].Type }

// layer adds layer i.
func (w *writer) layer(i int) error {
	l := &w.model.Layers[i]
	switch l.Kind {
	case mobilenet.AveragePool:
		w.pool(l)
		return nil
	case mobilenet.FullyConnected:
		return w.fullyConnected(l)
	case mobilenet.Add:
		a, err := activationOf(l)
		if err == nil {
			w.apply(builder.Operator{Code: schema.Add, Activation: a, Inputs: []int32{w.made[l.Addend]}}, l.Name, outQuant(l), shapeOf(l.Out)...)
		}
		return err
	}
	return w.convolution(l)
}

// outQuant is the quantisation of the layer's output; nothing in a float32 model.
func outQuant(l *mobilenet.Layer) mobilenet.Quant {
	if l.Quantized == nil {
		return mobilenet.Quant{}
	}
	return l.Quantized.Out
}

func (w *writer) convolution(l *mobilenet.Layer) error {
	if p := l.Pad; l.FixedPad && p != (mobilenet.Padding{}) {
		paddings := w.integers(l.Name+"/paddings", []int32{0, 0, int32(p.Top), int32(p.Bottom), int32(p.Left), int32(p.Right), 0, 0}, 4, 2)
		in := l.In
		in.H, in.W = in.H+p.Top+p.Bottom, in.W+p.Left+p.Right
		w.apply(builder.Operator{Code: schema.Pad, Inputs: []int32{paddings}}, l.Name+"/pad", w.quant, shapeOf(in)...)
	}
	a, err := activationOf(l)
	if err != nil {
		return err
	}
	o := builder.Operator{Code: schema.Conv2D, StrideW: int32(l.Stride), StrideH: int32(l.Stride), Activation: a}
	shape, axis := []int32{int32(l.Out.C), int32(l.Kernel), int32(l.Kernel), int32(l.In.C)}, int32(0)
	if l.Kind == mobilenet.Depthwise {
		o.Code, o.Multiplier = schema.DepthwiseConv2D, 1
		shape, axis = []int32{1, int32(l.Kernel), int32(l.Kernel), int32(l.Out.C)}, 3
	}
	if l.FixedPad {
		o.Padding = schema.Valid
	}
	o.Inputs = w.weights(l, axis, shape...)
	w.apply(o, l.Name, outQuant(l), shapeOf(l.Out)...)
	return nil
}

// pool adds the average pool, in float32 as MEAN.
func (w *writer) pool(l *mobilenet.Layer) {
	if q := l.Quantized; q != nil && !q.Mean {
		height, width := int32(l.In.H), int32(l.In.W)
		o := builder.Operator{Code: schema.AveragePool2D, Padding: schema.Valid, StrideW: width, StrideH: height, FilterW: width, FilterH: height}
		w.apply(o, l.Name, q.Out, shapeOf(l.Out)...)
		return
	}
	axes := w.integers(l.Name+"/axes", []int32{1, 2}, 2)
	o := builder.Operator{Code: schema.Mean, Inputs: []int32{axes}, KeepDims: w.convolutional()}
	shape := []int32{1, int32(l.Out.C)}
	if o.KeepDims {
		shape = shapeOf(l.Out)
	}
	w.apply(o, l.Name, outQuant(l), shape...)
}

// convolutional tells that the classifier is written as a 1×1 convolution, as that of TF-slim's uint8 models is.
func (w *writer) convolutional() bool {
	return w.model.Type == mobilenet.Uint8 && w.model.Top == (mobilenet.Top{}) && w.model.Classes > 0
}

// fullyConnected adds the classifier, or a dense layer before it.
func (w *writer) fullyConnected(l *mobilenet.Layer) error {
	a, err := activationOf(l)
	if err != nil {
		return err
	}
	outputs, inputs := int32(l.Out.C), int32(l.In.Len())
	if w.convolutional() {
		o := builder.Operator{Code: schema.Conv2D, StrideW: 1, StrideH: 1, Activation: a, Inputs: w.weights(l, 0, outputs, 1, 1, inputs)}
		w.apply(o, l.Name, outQuant(l), 1, 1, 1, outputs)
		w.reshape("logits", 1, outputs)
		return nil
	}
	if len(w.shape()) != 2 {
		w.reshape(l.Name+"/flat", 1, inputs)
	}
	w.apply(builder.Operator{Code: schema.FullyConnected, Activation: a, Inputs: w.weights(l, 0, outputs, inputs)}, l.Name, outQuant(l), 1, outputs)
	return nil
}

func (w *writer) reshape(name string, shape ...int32) {
	o := builder.Operator{Code: schema.Reshape, NewShape: shape, Inputs: []int32{w.integers(name+"/shape", shape, int32(len(shape)))}}
	w.apply(o, name, w.quant, shape...)
}

// rescale adds an operator with a constant, before the first layer.
func (w *writer) rescale(r *mobilenet.Rescale, name string) {
	constant := builder.Tensor{Name: name + "/constant", Type: schema.Float32, Shape: []int32{}}
	var in, out mobilenet.Quant
	if q := r.Quantized; q != nil {
		constant.Type, constant.Data = w.inside, signedBytes(q.Values, w.inside)
		constant.Scales, constant.Zeros = quantization(q.Constant, w.inside)
		in, out = q.In, q.Out
	} else {
		constant.Data = floatBytes(r.Real)
	}
	if n := max(len(r.Real), len(constant.Data)/elementSize(constant.Type)); n > 1 {
		constant.Shape = []int32{int32(n)}
	}
	w.convert(name+"/converted", constant.Type, in)
	o := builder.Operator{Code: []schema.Builtin{schema.Mul, schema.Add, schema.Sub}[r.Op], Inputs: []int32{w.add(constant)}}
	w.apply(o, name, out, w.shape()...)
}

// convert adds QUANTIZE or DEQUANTIZE, unless the last tensor made is what is wanted.
func (w *writer) convert(name string, to schema.TensorElement, quant mobilenet.Quant) {
	if w.kind() == to && (to == schema.Float32 || w.quant == quant) {
		return
	}
	o := builder.Operator{Code: schema.Quantize}
	if to == schema.Float32 {
		o.Code = schema.Dequantize
	}
	w.applyTo(o, w.activations(name, to, quant, w.shape()...), quant)
}

// apply adds an operator that reads the last tensor made, then o's inputs, and makes a tensor of the same type.
func (w *writer) apply(o builder.Operator, name string, quant mobilenet.Quant, shape ...int32) {
	w.applyTo(o, w.activations(name, w.kind(), quant, shape...), quant)
}

func (w *writer) applyTo(o builder.Operator, output int32, quant mobilenet.Quant) {
	o.Version = builder.Version(o.Code, w.kind())
	o.Inputs, o.Outputs = append([]int32{w.at}, o.Inputs...), []int32{output}
	w.Operators = append(w.Operators, o)
	w.at, w.quant = output, quant
}

func (w *writer) add(t builder.Tensor) int32 {
	w.Tensors = append(w.Tensors, t)
	return int32(len(w.Tensors) - 1)
}

// activations adds a tensor that an operator makes.
func (w *writer) activations(name string, t schema.TensorElement, quant mobilenet.Quant, shape ...int32) int32 {
	tensor := builder.Tensor{Name: name, Shape: slices.Clone(shape), Type: t}
	tensor.Scales, tensor.Zeros = quantization(quant, t)
	return w.add(tensor)
}

// quantization is q as a tensor of type t has it: nothing in float32.
func quantization(q mobilenet.Quant, t schema.TensorElement) (scales []float32, zeros []int64) {
	switch t {
	case schema.Float32:
		return nil, nil
	case schema.Int8:
		return []float32{q.Scale}, []int64{int64(q.Zero) - 128}
	}
	return []float32{q.Scale}, []int64{int64(q.Zero)}
}
