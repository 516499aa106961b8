// Package schema holds the numbers of TensorFlow Lite's schema.fbs that MobileNetV1 and V2 need: enumerations, and the position of
// each field in its table.
package schema

import "fmt"

// Identifier is the file identifier, and Version the schema version of every .tflite file.
const (
	Identifier = "TFL3"
	Version    = 3
)

// Fields of the tables, in the schema's order.
const (
	ModelVersion       = 0
	ModelOperatorCodes = 1
	ModelSubgraphs     = 2
	ModelDescription   = 3
	ModelBuffers       = 4
	ModelMetadata      = 6
	ModelFields        = 7

	MetadataName   = 0
	MetadataBuffer = 1
	MetadataFields = 2

	SubgraphTensors   = 0
	SubgraphInputs    = 1
	SubgraphOutputs   = 2
	SubgraphOperators = 3
	SubgraphName      = 4
	SubgraphFields    = 5

	// Codes above 127 did not fit into the first field, a byte, so a second was added. Readers take the larger.
	OperatorCodeDeprecated = 0
	OperatorCodeCustom     = 1
	OperatorCodeVersion    = 2
	OperatorCodeBuiltin    = 3
	OperatorCodeFields     = 4

	BufferData   = 0
	BufferFields = 1

	TensorShape        = 0
	TensorType         = 1
	TensorBuffer       = 2
	TensorName         = 3
	TensorQuantization = 4
	TensorSparsity     = 6
	TensorFields       = 5 // as many as the builder writes

	QuantizationScale       = 2
	QuantizationZeroPoint   = 3
	QuantizationDetailsType = 4
	QuantizationDimension   = 6
	QuantizationFields      = 7

	OperatorCodeIndex   = 0
	OperatorInputs      = 1
	OperatorOutputs     = 2
	OperatorOptionsType = 3
	OperatorOptions     = 4
	OperatorFields      = 5

	ConvPadding    = 0
	ConvStrideW    = 1
	ConvStrideH    = 2
	ConvActivation = 3
	ConvDilationW  = 4
	ConvDilationH  = 5
	ConvFields     = 6

	DepthwisePadding    = 0
	DepthwiseStrideW    = 1
	DepthwiseStrideH    = 2
	DepthwiseMultiplier = 3
	DepthwiseActivation = 4
	DepthwiseDilationW  = 5
	DepthwiseDilationH  = 6
	DepthwiseFields     = 7

	PoolPadding    = 0
	PoolStrideW    = 1
	PoolStrideH    = 2
	PoolFilterW    = 3
	PoolFilterH    = 4
	PoolActivation = 5
	PoolFields     = 6

	AddActivation = 0 // and of MUL, SUB and DIV
	AddFields     = 1

	FullyConnectedActivation = 0
	FullyConnectedFormat     = 1
	FullyConnectedFields     = 2

	SoftmaxBeta   = 0
	SoftmaxFields = 1

	LeakyReluAlpha  = 0
	LeakyReluFields = 1

	ReshapeNewShape = 0
	ReshapeFields   = 1

	SqueezeDims   = 0
	SqueezeFields = 1

	ReducerKeepDims = 0
	ReducerFields   = 1
)

// A TensorElement is the type of a tensor's elements.
type TensorElement int8

const (
	Float32 TensorElement = 0
	Float16 TensorElement = 1
	Int32   TensorElement = 2
	Uint8   TensorElement = 3
	Int64   TensorElement = 4
	Int8    TensorElement = 9
)

var elementNames = [...]string{"float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8",
	"float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4"}

func (t TensorElement) String() string {
	if t >= 0 && int(t) < len(elementNames) {
		return elementNames[t]
	}
	return fmt.Sprintf("type %d", int8(t))
}

// Padding modes.
const (
	Same  int8 = 0
	Valid int8 = 1
)

// An Activation is the function fused into an operator.
type Activation int8

const (
	None  Activation = 0
	Relu  Activation = 1
	Relu6 Activation = 3
)

var activationNames = [...]string{"NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"}

func (a Activation) String() string {
	if a >= 0 && int(a) < len(activationNames) {
		return activationNames[a]
	}
	return fmt.Sprint(int8(a))
}

// A Builtin is the code of a builtin operator.
type Builtin int32

const (
	Add             Builtin = 0
	AveragePool2D   Builtin = 1
	Conv2D          Builtin = 3
	DepthwiseConv2D Builtin = 4
	Dequantize      Builtin = 6
	FullyConnected  Builtin = 9
	Reshape         Builtin = 22
	Softmax         Builtin = 25
	Custom          Builtin = 32
	Pad             Builtin = 34
	Mean            Builtin = 40
	Squeeze         Builtin = 43
	TransposeConv   Builtin = 67
	Quantize        Builtin = 114

	// Of rescaling before the first layer, and dropout that was left in.
	Mul Builtin = 18
	Sub Builtin = 41
	Div Builtin = 42
	// Of a logistic function or a softmax after the last layer, also of one written out.
	Logistic Builtin = 14
	// After a layer of PyTorch's float32 networks.
	LeakyRelu Builtin = 98
	Exp       Builtin = 47
	Sum       Builtin = 74
	ReduceMax Builtin = 82
	// Of shapes that are computed from the batch.
	Concatenation Builtin = 2
	Gather        Builtin = 36
	StridedSlice  Builtin = 45
	Cast          Builtin = 53
	Shape         Builtin = 77
	ReduceProd    Builtin = 81
	Pack          Builtin = 83
	// Of other networks.
	ResizeBilinear Builtin = 23
	ArgMax         Builtin = 56
	HardSwish      Builtin = 117
)

// builtinNames are for error messages: someone who drops another network reads which operator does not belong.
var builtinNames = [...]string{"ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "DEPTH_TO_SPACE",
	"DEQUANTIZE", "EMBEDDING_LOOKUP", "FLOOR", "FULLY_CONNECTED", "HASHTABLE_LOOKUP", "L2_NORMALIZATION", "L2_POOL_2D",
	"LOCAL_RESPONSE_NORMALIZATION", "LOGISTIC", "LSH_PROJECTION", "LSTM", "MAX_POOL_2D", "MUL", "RELU", "RELU_N1_TO_1", "RELU6",
	"RESHAPE", "RESIZE_BILINEAR", "RNN", "SOFTMAX", "SPACE_TO_DEPTH", "SVDF", "TANH", "CONCAT_EMBEDDINGS", "SKIP_GRAM", "CALL",
	"CUSTOM", "EMBEDDING_LOOKUP_SPARSE", "PAD", "UNIDIRECTIONAL_SEQUENCE_RNN", "GATHER", "BATCH_TO_SPACE_ND",
	"SPACE_TO_BATCH_ND", "TRANSPOSE", "MEAN", "SUB", "DIV", "SQUEEZE", "UNIDIRECTIONAL_SEQUENCE_LSTM", "STRIDED_SLICE",
	"BIDIRECTIONAL_SEQUENCE_RNN", "EXP", "TOPK_V2", "SPLIT", "LOG_SOFTMAX", "DELEGATE", "BIDIRECTIONAL_SEQUENCE_LSTM", "CAST",
	"PRELU", "MAXIMUM", "ARG_MAX", "MINIMUM", "LESS", "NEG", "PADV2", "GREATER", "GREATER_EQUAL", "LESS_EQUAL", "SELECT", "SLICE",
	"SIN", "TRANSPOSE_CONV", "SPARSE_TO_DENSE", "TILE", "EXPAND_DIMS", "EQUAL", "NOT_EQUAL", "LOG", "SUM", "SQRT", "RSQRT",
	"SHAPE", "POW", "ARG_MIN", "FAKE_QUANT", "REDUCE_PROD", "REDUCE_MAX", "PACK", "LOGICAL_OR", "ONE_HOT", "LOGICAL_AND",
	"LOGICAL_NOT", "UNPACK", "REDUCE_MIN", "FLOOR_DIV", "REDUCE_ANY", "SQUARE", "ZEROS_LIKE", "FILL", "FLOOR_MOD", "RANGE",
	"RESIZE_NEAREST_NEIGHBOR", "LEAKY_RELU", "SQUARED_DIFFERENCE", "MIRROR_PAD", "ABS", "SPLIT_V", "UNIQUE", "CEIL", "REVERSE_V2",
	"ADD_N", "GATHER_ND", "COS", "WHERE", "RANK", "ELU", "REVERSE_SEQUENCE", "MATRIX_DIAG", "QUANTIZE", "MATRIX_SET_DIAG", "ROUND",
	"HARD_SWISH"}

func (b Builtin) String() string {
	if b >= 0 && int(b) < len(builtinNames) {
		return builtinNames[b]
	}
	return fmt.Sprintf("builtin operator %d", int32(b))
}

// OptionsType is the number in the schema's union of the table with an operator's options, 0 where it has none, and how many fields it
// has. known is false for operators of other networks.
func (b Builtin) OptionsType() (kind uint8, fields int, known bool) {
	o, known := options[b]
	return o.kind, o.fields, known
}

var options = map[Builtin]struct {
	kind   uint8
	fields int
}{
	Conv2D:          {1, ConvFields},
	DepthwiseConv2D: {2, DepthwiseFields},
	AveragePool2D:   {5, PoolFields},
	FullyConnected:  {8, FullyConnectedFields},
	Softmax:         {9, SoftmaxFields},
	Add:             {11, AddFields},
	Reshape:         {17, ReshapeFields},
	Pad:             {22, 0},
	Mean:            {27, ReducerFields},
	Squeeze:         {30, SqueezeFields},
	Dequantize:      {38, 0},
	Quantize:        {89, 0},

	Mul:       {21, AddFields},
	Sub:       {28, AddFields},
	Div:       {29, AddFields},
	Logistic:  {0, 0},
	Exp:       {33, 0},
	Sum:       {27, ReducerFields},
	ReduceMax: {27, ReducerFields},

	LeakyRelu: {75, LeakyReluFields},

	Concatenation: {10, 0},
	Gather:        {23, 0},
	StridedSlice:  {32, 0},
	Cast:          {37, 0},
	Shape:         {55, 0},
	ReduceProd:    {27, ReducerFields},
	Pack:          {59, 0},
}
