// Package builder writes .tflite files: the network as a list of tensors and operators, and the metadata beside it.
package builder

import (
	flatbuffers "github.com/google/flatbuffers/go"

	"mobilenet/core/tflite/internal/schema"
)

// A Graph is the content of a .tflite file.
type Graph struct {
	Tensors         []Tensor
	Operators       []Operator
	Inputs, Outputs []int32 // of the graph, indices in Tensors
	Subgraphs       int     // how many times the graph is written; 0: once
	Description     string
	Metadata        []Entry
}

// An Entry is one of the file's list of metadata.
type Entry struct {
	Name string
	Data []byte
}

// A Tensor is a tensor of the file.
type Tensor struct {
	Name   string
	Shape  []int32
	Type   schema.TensorElement
	Data   []byte // nil for activations
	Scales []float32
	Zeros  []int64
	Axis   int32 // of Scales, where there are several
}

// An Operator is a step of the graph. Fields that its options do not have are ignored.
type Operator struct {
	Custom               string // name of a CUSTOM operator
	Code                 schema.Builtin
	Version              int32
	Inputs, Outputs      []int32
	Padding              int8
	StrideW, StrideH     int32
	FilterW, FilterH     int32
	DilationW, DilationH int32 // 0: 1
	Multiplier           int32 // of DEPTHWISE_CONV_2D
	Activation           schema.Activation
	Beta                 float32 // of SOFTMAX
	Alpha                float32 // of LEAKY_RELU
	KeepDims             bool
	NewShape             []int32 // of RESHAPE
	SqueezeDims          []int32
	ShuffledWeights      bool // the other weights format of FULLY_CONNECTED
	NoOptions            bool // leave the table of options out
}

// Version is the version of an operator on activations of type t: those on int8 came later.
func Version(code schema.Builtin, t schema.TensorElement) int32 {
	if t != schema.Int8 {
		return 1
	}
	switch code {
	case schema.FullyConnected:
		return 4
	case schema.Conv2D, schema.DepthwiseConv2D:
		return 3
	case schema.Add, schema.AveragePool2D, schema.Softmax, schema.Mean, schema.Pad, schema.Dequantize:
		return 2
	}
	return 1
}

// Bytes writes the file. Constant data is aligned to 16 bytes, as the runtime wants it.
func (g *Graph) Bytes() []byte {
	w := writer{flatbuffers.NewBuilder(1 << 16)}

	buffers := []flatbuffers.UOffsetT{w.table(schema.BufferFields, func() {})} // buffer 0 is the empty one of all activations
	buffer := func(content []byte) uint32 {
		data := w.bytes(content, 16)
		buffers = append(buffers, w.table(schema.BufferFields, func() { w.PrependUOffsetTSlot(schema.BufferData, data, 0) }))
		return uint32(len(buffers) - 1)
	}
	tensors := make([]flatbuffers.UOffsetT, len(g.Tensors))
	for i, t := range g.Tensors {
		at := uint32(0)
		if t.Data != nil {
			at = buffer(t.Data)
		}
		tensors[i] = w.tensor(t, at)
	}

	type code struct {
		builtin schema.Builtin
		version int32
		custom  string
	}
	var codes []code
	index := map[code]uint32{}
	operators := make([]flatbuffers.UOffsetT, len(g.Operators))
	for i, o := range g.Operators {
		c := code{o.Code, o.Version, o.Custom}
		if _, ok := index[c]; !ok {
			index[c] = uint32(len(codes))
			codes = append(codes, c)
		}
		operators[i] = w.operator(o, index[c])
	}
	codeOffsets := make([]flatbuffers.UOffsetT, len(codes))
	for i, c := range codes {
		var custom flatbuffers.UOffsetT
		if c.custom != "" {
			custom = w.CreateString(c.custom)
		}
		codeOffsets[i] = w.table(schema.OperatorCodeFields, func() {
			w.PrependInt8Slot(schema.OperatorCodeDeprecated, int8(min(c.builtin, 127)), 0)
			w.PrependUOffsetTSlot(schema.OperatorCodeCustom, custom, 0)
			w.PrependInt32Slot(schema.OperatorCodeVersion, c.version, 1)
			w.PrependInt32Slot(schema.OperatorCodeBuiltin, int32(c.builtin), 0)
		})
	}

	tensorList, inputs, outputs, operatorList := w.CreateVectorOfTables(tensors), w.ints(g.Inputs), w.ints(g.Outputs), w.CreateVectorOfTables(operators)
	name := w.CreateString("main")
	subgraphs := make([]flatbuffers.UOffsetT, max(g.Subgraphs, 1))
	for i := range subgraphs {
		subgraphs[i] = w.table(schema.SubgraphFields, func() {
			w.PrependUOffsetTSlot(schema.SubgraphTensors, tensorList, 0)
			w.PrependUOffsetTSlot(schema.SubgraphInputs, inputs, 0)
			w.PrependUOffsetTSlot(schema.SubgraphOutputs, outputs, 0)
			w.PrependUOffsetTSlot(schema.SubgraphOperators, operatorList, 0)
			w.PrependUOffsetTSlot(schema.SubgraphName, name, 0)
		})
	}
	metadata := w.metadata(g.Metadata, buffer)
	codeList, subgraphList, bufferList := w.CreateVectorOfTables(codeOffsets), w.CreateVectorOfTables(subgraphs), w.CreateVectorOfTables(buffers)
	description := w.CreateString(g.Description)
	model := w.table(schema.ModelFields, func() {
		w.PrependUint32Slot(schema.ModelVersion, schema.Version, 0)
		w.PrependUOffsetTSlot(schema.ModelOperatorCodes, codeList, 0)
		w.PrependUOffsetTSlot(schema.ModelSubgraphs, subgraphList, 0)
		w.PrependUOffsetTSlot(schema.ModelDescription, description, 0)
		w.PrependUOffsetTSlot(schema.ModelBuffers, bufferList, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadata, metadata, 0)
	})
	w.FinishWithFileIdentifier(model, []byte(schema.Identifier))
	return w.FinishedBytes()
}

type writer struct{ *flatbuffers.Builder }

// table writes a table whose fields set fills in.
func (w writer) table(fields int, set func()) flatbuffers.UOffsetT {
	w.StartObject(fields)
	set()
	return w.EndObject()
}

// vector writes n elements of size bytes, the last first, as flatbuffers are written from the end.
func (w writer) vector(n, size int, prepend func(i int)) flatbuffers.UOffsetT {
	w.StartVector(size, n, size)
	for i := n - 1; i >= 0; i-- {
		prepend(i)
	}
	return w.EndVector(n)
}

func (w writer) bytes(v []byte, align int) flatbuffers.UOffsetT {
	w.Prep(align, len(v))
	return w.CreateByteVector(v)
}

// metadata writes the file's list of metadata, or nothing where there are none.
func (w writer) metadata(entries []Entry, buffer func([]byte) uint32) flatbuffers.UOffsetT {
	if len(entries) == 0 {
		return 0
	}
	tables := make([]flatbuffers.UOffsetT, len(entries))
	for i, e := range entries {
		name, at := w.CreateString(e.Name), buffer(e.Data)
		tables[i] = w.table(schema.MetadataFields, func() {
			w.PrependUOffsetTSlot(schema.MetadataName, name, 0)
			w.PrependUint32Slot(schema.MetadataBuffer, at, 0)
		})
	}
	return w.CreateVectorOfTables(tables)
}

func (w writer) ints(v []int32) flatbuffers.UOffsetT {
	return w.vector(len(v), 4, func(i int) { w.PrependInt32(v[i]) })
}

func (w writer) tensor(t Tensor, buffer uint32) flatbuffers.UOffsetT {
	name, shape := w.CreateString(t.Name), w.ints(t.Shape)
	var quantization flatbuffers.UOffsetT
	if t.Scales != nil || t.Zeros != nil {
		scales := w.floats(t.Scales)
		zeros := w.vector(len(t.Zeros), 8, func(i int) { w.PrependInt64(t.Zeros[i]) })
		quantization = w.table(schema.QuantizationFields, func() {
			w.PrependUOffsetTSlot(schema.QuantizationScale, scales, 0)
			w.PrependUOffsetTSlot(schema.QuantizationZeroPoint, zeros, 0)
			w.PrependInt32Slot(schema.QuantizationDimension, t.Axis, 0)
		})
	}
	return w.table(schema.TensorFields, func() {
		w.PrependUOffsetTSlot(schema.TensorShape, shape, 0)
		w.PrependInt8Slot(schema.TensorType, int8(t.Type), 0)
		w.PrependUint32Slot(schema.TensorBuffer, buffer, 0)
		w.PrependUOffsetTSlot(schema.TensorName, name, 0)
		w.PrependUOffsetTSlot(schema.TensorQuantization, quantization, 0)
	})
}

func (w writer) operator(o Operator, code uint32) flatbuffers.UOffsetT {
	inputs, outputs, options := w.ints(o.Inputs), w.ints(o.Outputs), w.options(o)
	kind, _, _ := o.Code.OptionsType()
	if options == 0 {
		kind = 0
	}
	return w.table(schema.OperatorFields, func() {
		w.PrependUint32Slot(schema.OperatorCodeIndex, code, 0)
		w.PrependUOffsetTSlot(schema.OperatorInputs, inputs, 0)
		w.PrependUOffsetTSlot(schema.OperatorOutputs, outputs, 0)
		w.PrependByteSlot(schema.OperatorOptionsType, kind, 0)
		w.PrependUOffsetTSlot(schema.OperatorOptions, options, 0)
	})
}

// options writes the table of an operator's options, or nothing for an operator that we know none of.
func (w writer) options(o Operator) flatbuffers.UOffsetT {
	kind, fields, _ := o.Code.OptionsType()
	if kind == 0 || o.NoOptions {
		return 0
	}
	var list flatbuffers.UOffsetT
	switch o.Code {
	case schema.Reshape:
		list = w.ints(o.NewShape)
	case schema.Squeeze:
		list = w.ints(o.SqueezeDims)
	}
	return w.table(fields, func() {
		switch o.Code {
		case schema.Conv2D:
			w.PrependInt8Slot(schema.ConvPadding, o.Padding, 0)
			w.PrependInt32Slot(schema.ConvStrideW, o.StrideW, 0)
			w.PrependInt32Slot(schema.ConvStrideH, o.StrideH, 0)
			w.PrependInt8Slot(schema.ConvActivation, int8(o.Activation), 0)
			w.PrependInt32Slot(schema.ConvDilationW, max(o.DilationW, 1), 1)
			w.PrependInt32Slot(schema.ConvDilationH, max(o.DilationH, 1), 1)
		case schema.DepthwiseConv2D:
			w.PrependInt8Slot(schema.DepthwisePadding, o.Padding, 0)
			w.PrependInt32Slot(schema.DepthwiseStrideW, o.StrideW, 0)
			w.PrependInt32Slot(schema.DepthwiseStrideH, o.StrideH, 0)
			w.PrependInt32Slot(schema.DepthwiseMultiplier, o.Multiplier, 0)
			w.PrependInt8Slot(schema.DepthwiseActivation, int8(o.Activation), 0)
			w.PrependInt32Slot(schema.DepthwiseDilationW, max(o.DilationW, 1), 1)
			w.PrependInt32Slot(schema.DepthwiseDilationH, max(o.DilationH, 1), 1)
		case schema.AveragePool2D:
			w.PrependInt8Slot(schema.PoolPadding, o.Padding, 0)
			w.PrependInt32Slot(schema.PoolStrideW, o.StrideW, 0)
			w.PrependInt32Slot(schema.PoolStrideH, o.StrideH, 0)
			w.PrependInt32Slot(schema.PoolFilterW, o.FilterW, 0)
			w.PrependInt32Slot(schema.PoolFilterH, o.FilterH, 0)
			w.PrependInt8Slot(schema.PoolActivation, int8(o.Activation), 0)
		case schema.Add, schema.Mul, schema.Sub, schema.Div:
			w.PrependInt8Slot(schema.AddActivation, int8(o.Activation), 0)
		case schema.FullyConnected:
			w.PrependInt8Slot(schema.FullyConnectedActivation, int8(o.Activation), 0)
			if o.ShuffledWeights {
				w.PrependInt8Slot(schema.FullyConnectedFormat, 1, 0)
			}
		case schema.Softmax:
			w.PrependFloat32Slot(schema.SoftmaxBeta, o.Beta, 0)
		case schema.LeakyRelu:
			w.PrependFloat32Slot(schema.LeakyReluAlpha, o.Alpha, 0)
		case schema.Reshape:
			w.PrependUOffsetTSlot(schema.ReshapeNewShape, list, 0)
		case schema.Squeeze:
			w.PrependUOffsetTSlot(schema.SqueezeDims, list, 0)
		case schema.Mean, schema.Sum, schema.ReduceMax:
			w.PrependBoolSlot(schema.ReducerKeepDims, o.KeepDims, false)
		}
	})
}
