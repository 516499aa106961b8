package tflite_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/internal/schema"
	"mobilenet/core/tflite/tflitetest"
)

// Each file here is a good one with one thing wrong. The error must say what.
func TestRefused(t *testing.T) {
	slim := tflitetest.Spec{}
	keras := tflitetest.Keras(mobilenet.Int8)
	float := tflitetest.Spec{Type: mobilenet.Float32}
	floatEnds := tflitetest.Spec{Type: mobilenet.Int8, Input: tflitetest.AsFloat32, Output: tflitetest.AsFloat32}
	v2 := tflitetest.Spec{Version: mobilenet.V2, Alpha: 0.35}
	thinV2 := tflitetest.Spec{Version: mobilenet.V2, Alpha: 0.05}
	type graph = *tflitetest.Graph
	// Operators of slim: 0 is conv, 1 dw1, 2 pw1, ... 26 pw13, 27 the pool, 28 the classifier, 29 the reshape, 30 the softmax.
	// Operators of keras: 0 pads, 1 is conv, 2 dw1, 3 pw1, 4 pads, 5 is dw2; the last three are MEAN, FULLY_CONNECTED and SOFTMAX.
	// Operators of v2: 0 is conv, 1 dw1, 2 project1, 3 expand2, 4 dw2, 5 project2, 6 expand3, 7 dw3, 8 project3, 9 add3, 10 expand4.
	// Operator 3 of thinV2 is add1.
	for _, test := range []struct {
		name   string
		spec   tflitetest.Spec
		change func(graph)
		want   string
	}{
		{"foreign operator", slim, func(g graph) { g.Operators[7].Code = schema.TransposeConv }, "operator 7 is TRANSPOSE_CONV, which MobileNetV1 does not have"},
		{"unknown operator", slim, func(g graph) { g.Operators[7].Code = 180 }, "operator 7 is builtin operator 180, which"},
		{"custom operator", slim, func(g graph) { g.Operators[0].Code, g.Operators[0].Custom = schema.Custom, "edgetpu-custom-op" }, `operator 0 is CUSTOM "edgetpu-custom-op", which`},
		{"residual connection", slim, func(g graph) { g.Operators[6].Code = 0 }, "operator 6 (ADD): it has 3 inputs; it takes 2"},
		{"several subgraphs", slim, func(g graph) { g.Subgraphs = 2 }, "2 subgraphs"},
		{"several inputs", slim, func(g graph) { g.Inputs = []int32{0, 1} }, "2 inputs and 1 output;"},
		{"no output", slim, func(g graph) { g.Outputs = nil }, "1 input and 0 outputs;"},
		{"other output", slim, func(g graph) { g.Outputs[0] = 1 }, "the network's output is tensor 1, not tensor"},
		{"input of no tensor", slim, func(g graph) { g.Inputs[0] = 5000 }, "there is no tensor 5000"},
		{"input of a negative tensor", slim, func(g graph) { g.Inputs[0] = -1 }, "there is no tensor -1"},
		{"batch", slim, func(g graph) { g.Tensors[0].Shape = []int32{2, 32, 32, 3} }, `tensor 0 "input", has shape [2 32 32 3]`},
		{"unknown batch", slim, func(g graph) { g.Tensors[0].Shape = []int32{-1, 32, 32, 3} }, `tensor 0 "input" has shape [-1]: its size must be known`},
		{"not square", slim, func(g graph) { g.Tensors[0].Shape = []int32{1, 32, 48, 3} }, "in a MobileNetV1 with α=0.25 at 48×32, layer conv has [1 16 24 8] there"},
		{"grey input", slim, func(g graph) { g.Tensors[0].Shape = []int32{1, 32, 32, 1} }, "has weights, tensor 2 \"conv/weights\" of shape [8 3 3 3]; in a MobileNetV1 with α=0.25 at 32×32, layer conv has [8 3 3 1] there"},
		{"channels first", slim, func(g graph) { g.Tensors[0].Shape = []int32{1, 3, 32, 32} }, "[1 3 32 32]; MobileNet reads"},
		{"too many dimensions", slim, func(g graph) { g.Tensors[0].Shape = []int32{1, 1, 32, 32, 3} }, "has 5 dimensions"},
		{"large input", slim, func(g graph) { g.Tensors[0].Shape = []int32{1, 2048, 2048, 3} }, "resolution 2048 is not in 1..1024"},
		{"other resolution", slim, func(g graph) { g.Tensors[0].Shape = []int32{1, 64, 64, 3} }, `operator 0 (CONV_2D) makes tensor 1 "conv" of shape [1 16 16 8]; in a MobileNetV1 with α=0.25 at 64×64, layer conv has [1 32 32 8] there`},
		{"input type", slim, func(g graph) { g.Tensors[0].Type = schema.Int32 }, `tensor 0 "input" has type int32`},
		{"input not quantised", slim, func(g graph) { g.Tensors[0].Scales = nil }, `tensor 0 "input" of type uint8 has 0 scales`},

		{"chain broken", slim, func(g graph) { g.Operators[5].Inputs[0] = g.Operators[3].Outputs[0] }, "operator 5 (DEPTHWISE_CONV_2D) reads tensor 10, not tensor 13"},
		{"tensor used before it is made", slim, func(g graph) { g.Operators[0], g.Operators[1] = g.Operators[1], g.Operators[0] }, `operator 0 (DEPTHWISE_CONV_2D) reads tensor 1, not tensor 0 "input"`},
		{"writes its input", slim, func(g graph) { g.Operators[3].Outputs[0] = g.Operators[3].Inputs[0] }, "operator 3 (DEPTHWISE_CONV_2D) writes to tensor 7"},
		{"writes a constant", slim, func(g graph) { g.Operators[3].Outputs[0] = g.Operators[3].Inputs[1] }, `operator 3 (DEPTHWISE_CONV_2D) writes to tensor 11 "dw2/weights"`},
		{"no inputs", slim, func(g graph) { g.Operators[3].Inputs = nil }, "operator 3 (DEPTHWISE_CONV_2D) has 0 inputs and 1 output"},
		{"two outputs", slim, func(g graph) { g.Operators[3].Outputs = []int32{10, 11} }, "has 3 inputs and 2 outputs"},
		{"no weights", slim, func(g graph) { g.Operators[3].Inputs = g.Operators[3].Inputs[:1] }, "operator 3 (DEPTHWISE_CONV_2D): there is no tensor -1"},
		{"ends early", slim, func(g graph) { g.Operators = g.Operators[:12]; g.Outputs[0] = g.Operators[11].Outputs[0] }, "ends after 12 operators and 12 layers, where MobileNetV1 goes on with layer pw6"},
		{"no operators", slim, func(g graph) { g.Operators = nil }, "ends after 0 operators and 0 layers, where MobileNet goes on with layer conv"},
		{"layer left out", slim, func(g graph) {
			g.Operators = slices.Delete(g.Operators, 1, 2)
			g.Operators[1].Inputs[0] = g.Operators[0].Outputs[0]
		}, "operator 1 (CONV_2D): MobileNet has layer dw1 here, of kind depthwise"},
		{"layer twice", slim, func(g graph) {
			again := g.Operators[26]
			again.Inputs = []int32{again.Outputs[0], again.Inputs[1], again.Inputs[2]}
			again.Outputs = g.Operators[27].Outputs
			g.Operators = slices.Insert(g.Operators, 27, again)
		}, "operator 28 (AVERAGE_POOL_2D) reads tensor 79, not tensor 82"},
		{"without end", slim, func(g graph) {
			there, back := g.Operators[29], g.Operators[29]
			back.Inputs, back.Outputs = there.Outputs, there.Inputs[:1]
			for range 200 {
				g.Operators = slices.Insert(g.Operators, 30, back, there)
			}
		}, "the network has 431 operators; MobileNetV1 has at most 220"},
		{"layer after the softmax", slim, func(g graph) {
			again := g.Operators[28]
			again.Inputs = []int32{g.Operators[30].Outputs[0], again.Inputs[1], again.Inputs[2]}
			g.Operators = append(g.Operators, again)
		}, "operator 31 (CONV_2D): MobileNetV1 has no layer after its 29"},

		{"stride", slim, func(g graph) { g.Operators[3].StrideH, g.Operators[3].StrideW = 1, 1 }, "operator 3 (DEPTHWISE_CONV_2D): it has stride 1×1; layer dw2 has 2"},
		{"uneven stride", slim, func(g graph) { g.Operators[0].StrideW = 1 }, "operator 0 (CONV_2D): it has stride 2×1; layer conv has 2"},
		{"dilation", slim, func(g graph) { g.Operators[1].DilationW = 2 }, "operator 1 (DEPTHWISE_CONV_2D): it has dilation 1×2"},
		{"depth multiplier", slim, func(g graph) { g.Operators[1].Multiplier = 2 }, "it has depth multiplier 2"},
		{"activation", slim, func(g graph) { g.Operators[1].Activation = 4 }, "it has activation TANH"},
		{"unknown activation", slim, func(g graph) { g.Operators[2].Activation = 77 }, "it has activation 77"},
		{"activation without a range", slim, func(g graph) { find(g, "conv").Zeros[0] = 255 }, `activation RELU6 leaves only one value of tensor 1 "conv", whose zero point is 255`},
		{"padding mode", slim, func(g graph) { g.Operators[1].Padding = 5 }, "it has padding 5"},
		{"valid", slim, func(g graph) { g.Operators[0].Padding = schema.Valid }, `layer conv has [1 15 15 8] there`},
		{"no options", slim, func(g graph) { g.Operators[0].NoOptions = true }, "operator 0 (CONV_2D): it has stride 0×0"},
		{"width", slim, func(g graph) { find(g, "pw2").Shape[3] = 24 }, `operator 4 (CONV_2D) makes tensor 13 "pw2" of shape [1 8 8 24]; in a MobileNetV1 with α=0.25 at 32×32, layer pw2 has [1 8 8 32] there`},
		{"too wide", slim, func(g graph) { find(g, "pw13").Shape[3] = 2048 }, "width multiplier 2 is not in (0,1.5]"},
		{"no shape", slim, func(g graph) { find(g, "pw13").Shape = nil }, `tensor 79 "pw13" of shape [], which is no feature map`},
		{"weights' shape", slim, func(g graph) { find(g, "pw2/weights").Shape = []int32{32, 16} }, `has weights, tensor 14 "pw2/weights" of shape [32 16]`},
		{"large kernel", slim, func(g graph) { find(g, "dw1/weights").Shape = []int32{1, 5, 5, 8} }, "layer dw1 has [1 3 3 8] there"},
		{"shape of more than memory", slim, func(g graph) { find(g, "conv/bias").Shape = []int32{1 << 30, 1 << 30, 1 << 30, 1 << 30} }, "has more than 2147483647 elements"},

		{"scale 0", slim, func(g graph) { find(g, "conv").Scales[0] = 0 }, `tensor 1 "conv" has scale 0`},
		{"negative scale", slim, func(g graph) { find(g, "conv").Scales[0] = -1 }, "has scale -1"},
		{"scale not a number", slim, func(g graph) { find(g, "dw1/weights").Scales[0] = float32(math.NaN()) }, `tensor 5 "dw1/weights" has scale NaN`},
		{"infinite scale", slim, func(g graph) { find(g, "dw1/weights").Scales[0] = float32(math.Inf(1)) }, "has scale +Inf"},
		{"zero point", slim, func(g graph) { find(g, "conv").Zeros[0] = 256 }, `tensor 1 "conv" has zero point 256, out of uint8's range`},
		{"negative zero point", slim, func(g graph) { find(g, "conv").Zeros[0] = -1 }, "has zero point -1, out of uint8's range"},
		{"int8 zero point", keras, func(g graph) { find(g, "conv").Zeros[0] = 128 }, "has zero point 128, out of int8's range"},
		{"endless zero point", keras, func(g graph) { find(g, "conv").Zeros[0] = math.MinInt64 }, "has zero point -9223372036854775808"},
		{"activations with several scales", slim, func(g graph) { find(g, "conv").Scales = make([]float32, 8) }, "has 8 scales and 1 zero points"},
		{"activations of two types", slim, func(g graph) { find(g, "pw3").Type = schema.Int8 }, `makes tensor 19 "pw3" of type int8 from uint8`},
		{"weights' type", slim, func(g graph) { find(g, "pw3/weights").Type = schema.Int8 }, `its weights, tensor 20 "pw3/weights", have type int8, its input uint8`},
		{"hybrid weights", float, func(g graph) { find(g, "pw3/weights").Type = schema.Int8 }, "type int8 has 4096 bytes of data, not 1024"},
		{"weights without scales", slim, func(g graph) { find(g, "pw3/weights").Scales = nil }, "has 0 scales for 32 output channels"},
		{"too few scales", keras, func(g graph) { find(g, "pw3/weights").Scales = make([]float32, 31) }, "has 31 scales for 32 output channels"},
		{"uint8 with many scales", slim, func(g graph) { find(g, "pw3/weights").Scales = make([]float32, 32) }, "only int8 weights have one a channel"},
		{"scales along another axis", keras, func(g graph) { find(g, "pw3/weights").Axis = 3 }, "has its scales along axis 3; output channels are axis 0"},
		{"zero points that differ", keras, func(g graph) { find(g, "pw3/weights").Zeros[5] = 1 }, "has zero points 0 and 1"},
		{"int8 weights with a zero point", tflitetest.Spec{Type: mobilenet.Int8, PerTensor: true}, func(g graph) { find(g, "pw3/weights").Zeros[0] = 3 }, "of type int8 has zero point 3; int8 weights have 0"},
		{"multiplier", slim, func(g graph) { find(g, "pw3/weights").Scales[0] = 1e30 }, "is not below 256 (output channel 0)"},

		{"leaky bytes", slim, func(g graph) { g.Operators[29].Code = schema.LeakyRelu }, "operator 29 (LEAKY_RELU): its slope is 0; one between 0 and 1 is read, after a layer of float32 numbers"},
		{"leak of nothing", float, func(g graph) { g.Operators[29].Code = schema.LeakyRelu }, "operator 29 (LEAKY_RELU): its slope is 0;"},
		{"leak that is no leak", float, func(g graph) { g.Operators[29].Code, g.Operators[29].Alpha = schema.LeakyRelu, 1 }, "its slope is 1;"},
		{"leak that reshapes", float, func(g graph) { g.Operators[29].Code, g.Operators[29].Alpha = schema.LeakyRelu, 0.5 }, "of shape [1 10]; in a MobileNetV1"},
		{"leak after an activation", float, func(g graph) { g.Operators[28].Activation, g.Operators[29].Code = schema.Relu6, schema.LeakyRelu }, "a layer of float32 numbers that has no activation yet"},
		{"leak after the pool", float, func(g graph) { g.Operators[28].Code = schema.LeakyRelu }, "(LEAKY_RELU)"},

		{"no data", slim, func(g graph) { find(g, "pw3/weights").Data = nil }, `tensor 20 "pw3/weights" must be constant`},
		{"short data", slim, func(g graph) { w := find(g, "pw3/weights"); w.Data = w.Data[1:] }, "has 1023 bytes of data, not 1024"},
		{"long data", slim, func(g graph) { w := find(g, "pw3/weights"); w.Data = append(w.Data, 0) }, "has 1025 bytes of data, not 1024"},
		{"short bias", slim, func(g graph) { b := find(g, "pw3/bias"); b.Data = b.Data[4:] }, "has 124 bytes of data, not 128"},
		{"bias of another length", slim, func(g graph) { b := find(g, "pw3/bias"); b.Data, b.Shape[0] = b.Data[4:], 31 }, `its bias, tensor 21 "pw3/bias", has type int32 and shape [31], not int32 and [32]`},
		{"bias of another type", slim, func(g graph) { find(g, "pw3/bias").Type = schema.Float32 }, "has type float32 and shape [32], not int32"},
		{"bias' scale", slim, func(g graph) { find(g, "pw3/bias").Scales[0] = 1 }, "has scale 1; input scale · weight scale is"},
		{"bias' scales", slim, func(g graph) { find(g, "pw3/bias").Scales = make([]float32, 32) }, "has 32 scales, its weights 1"},
		{"bias' zero point", slim, func(g graph) { find(g, "pw3/bias").Zeros[0] = 1 }, "has zero point 1, not 0"},
		{"no such bias", slim, func(g graph) { g.Operators[2].Inputs[2] = 99999 }, "operator 2 (CONV_2D): there is no tensor 99999"},
		{"float weight not a number", float, func(g graph) { copy(find(g, "pw3/weights").Data[8:], "\x00\x00\xc0\x7f") }, `tensor 20 "pw3/weights" holds NaN at index 2`},
		{"float bias' length", float, func(g graph) { b := find(g, "pw3/bias"); b.Data, b.Shape[0] = b.Data[4:], 31 }, "has type float32 and shape [31], not float32 and [32]"},

		{"pool not over all", slim, func(g graph) { g.Operators[27].FilterH = 7 }, "it averages 7×1 values of a feature map of 1×1"},
		{"pool with activation", slim, func(g graph) { g.Operators[27].Activation = schema.Relu6 }, "an average pool has none"},
		{"pool that rescales", slim, func(g graph) { find(g, "pool").Scales[0] *= 2 }, "operator 27 (AVERAGE_POOL_2D): it takes scale"},
		{"mean over channels", keras, func(g graph) { find(g, "pool/axes").Data[0] = 3 }, "it takes the mean over axes [3 2]"},
		{"mean over an axis that is not there", keras, func(g graph) { find(g, "pool/axes").Data[0] = 5 }, "it takes the mean over axes [5 2]"},
		{"mean over one axis", keras, func(g graph) { a := find(g, "pool/axes"); a.Data, a.Shape[0] = a.Data[:4], 1 }, "it takes the mean over axes [1]"},
		{"mean over computed axes", keras, func(g graph) { find(g, "pool/axes").Data = nil }, "must be constant"},
		{"mean of the wrong shape", keras, func(g graph) { find(g, "pool").Shape[1] = 255 }, "layer pool has [1 256] there"},
		{"reshape that loses values", slim, func(g graph) { find(g, "logits").Shape[1] = 9 }, "operator 29 (RESHAPE): it makes shape [1 9] from [1 1 1 10]"},
		{"reshape that rescales", slim, func(g graph) { find(g, "logits").Zeros[0]++ }, "operator 29 (RESHAPE): it takes scale"},
		{"early reshape", slim, func(g graph) { g.Operators[4].Code = schema.Reshape }, "operator 4 (RESHAPE): MobileNetV1 has layer pw2 here"},
		{"classifier's shape", keras, func(g graph) { find(g, "fc/weights").Shape = []int32{10, 255} }, "layer fc has [10 256] there"},
		{"shuffled weights", keras, func(g graph) { g.Operators[len(g.Operators)-2].ShuffledWeights = true }, "its weights are shuffled"},
		{"classifier of a feature map", keras, func(g graph) { g.Operators[3].Code = schema.FullyConnected }, "operator 3 (FULLY_CONNECTED): MobileNet has layer pw1 here"},

		{"pad without convolution", keras, func(g graph) { g.Operators[5].Code = schema.AveragePool2D }, "operator 5 (AVERAGE_POOL_2D) follows a PAD"},
		{"pad before SAME", keras, func(g graph) { g.Operators[5].Padding = schema.Same }, "it pads (SAME) what a PAD has padded"},
		{"pad too far", keras, func(g graph) { find(g, "conv/paddings").Data[12] = 3 }, "its paddings are [0 0 0 3 0 1 0 0]"},
		{"negative pad", keras, func(g graph) { copy(find(g, "conv/paddings").Data[12:], "\xff\xff\xff\xff") }, "its paddings are [0 0 0 -1 0 1 0 0]"},
		{"pad of channels", keras, func(g graph) { find(g, "conv/paddings").Data[28] = 1 }, "MobileNet pads rows and columns"},
		{"paddings' shape", keras, func(g graph) { find(g, "conv/paddings").Shape = []int32{2, 4} }, "have shape [2 4], not [4 2]"},
		{"paddings' type", keras, func(g graph) { find(g, "conv/paddings").Type = schema.Float32 }, "has type float32, not int32 or int64"},
		{"pad of a pointwise layer", keras, func(g graph) { g.Operators[3].Code = schema.Pad }, "a PAD stands before 3×3 convolutions"},
		{"pad that rescales", keras, func(g graph) { find(g, "conv/pad").Scales[0] *= 2 }, "operator 0 (PAD): it takes scale"},
		{"padded shape", keras, func(g graph) { find(g, "conv/pad").Shape[1] = 35 }, `reads tensor 2 "conv/pad" of shape [1 35 33 3]`},

		{"addition of another map", v2, func(g graph) { g.Operators[9].Inputs[1] = 1 }, `operator 9 (ADD): it adds tensor 1; layer add3 adds tensor 16 "project2", its block's input`},
		{"addition of no map so far", v2, func(g graph) { g.Operators[9].Inputs[0] = 1 }, `operator 9 (ADD) reads tensor 1, not tensor 25 "project3"`},
		{"addition of a map to itself", v2, func(g graph) { g.Operators[9].Inputs[1] = g.Operators[9].Inputs[0] }, `operator 9 (ADD): it adds tensor 25; layer add3 adds tensor 16`},
		{"addition of one", v2, func(g graph) { g.Operators[9].Inputs = g.Operators[9].Inputs[:1] }, "operator 9 (ADD): it has 1 inputs; an addition has 2"},
		{"addition of three", v2, func(g graph) { g.Operators[9].Inputs = append(g.Operators[9].Inputs, 1) }, "operator 9 (ADD): it has 3 inputs; an addition has 2"},
		{"addition of what was overwritten", v2, func(g graph) {
			g.Operators[7].Outputs[0], g.Operators[8].Inputs[0] = g.Operators[5].Outputs[0], g.Operators[5].Outputs[0]
		}, `operator 9 (ADD): it adds tensor 16 "project2", which was written again since`},
		{"addition left out", v2, func(g graph) {
			g.Operators[10].Inputs[0] = g.Operators[8].Outputs[0]
			g.Operators = slices.Delete(g.Operators, 9, 10)
		}, "operator 9 (CONV_2D): MobileNetV2 has layer add3 here, of kind add"},
		{"first addition left out", thinV2, func(g graph) {
			g.Operators[4].Inputs[0] = g.Operators[2].Outputs[0]
			g.Operators = slices.Delete(g.Operators, 3, 4)
		}, "operator 3 (CONV_2D): layer expand2 comes where a MobileNetV2 with α=0.05 has another"},
		{"addition over a stride", v2, func(g graph) {
			again := g.Operators[9]
			again.Inputs = []int32{g.Operators[5].Outputs[0], 1}
			g.Operators = slices.Insert(g.Operators, 6, again)
		}, "operator 6 (ADD): MobileNetV2 has layer expand3 here, of kind pointwise"},
		{"addition's activation", v2, func(g graph) { g.Operators[9].Activation = 4 }, "operator 9 (ADD): it has activation TANH; MobileNetV2 has RELU6"},
		{"addition's shape", v2, func(g graph) { find(g, "add3").Shape[3]++ }, `operator 9 (ADD) makes tensor 28 "add3" of shape`},
		{"addition of far scales", v2, func(g graph) { find(g, "project2").Scales[0], find(g, "expand3/bias").Scales = 1e-5, nil }, "layer add3: an addition of scale"},
		{"addition not quantised", v2, func(g graph) { find(g, "add3").Scales = nil }, `tensor 28 "add3" of type uint8 has 0 scales`},
		{"addition in V1", slim, func(g graph) {
			g.Operators[8].Code, g.Operators[8].Inputs[1] = schema.Add, g.Operators[6].Outputs[0]
		}, "operator 8 (ADD): MobileNetV1 has layer pw4 here"},
		{"no width of V2", v2, func(g graph) { find(g, "project5").Shape[3] = 24 }, "no MobileNetV2 of a width multiplier of whole hundredths up to 4 has these"},
		{"V2's expansion", v2, func(g graph) { find(g, "expand5").Shape[3] = 24 }, `in a MobileNetV2 with α=0.35 at 32×32, layer expand5 has [1 4 4 `},
		{"V2 ends early", v2, func(g graph) { g.Operators = g.Operators[:12]; g.Outputs[0] = g.Operators[11].Outputs[0] }, "where MobileNetV2 goes on with layer project4"},
		{"foreign operator in V2", v2, func(g graph) { g.Operators[12].Code = schema.TransposeConv }, "operator 12 is TRANSPOSE_CONV, which MobileNetV2 does not have"},

		{"beta", slim, func(g graph) { g.Operators[30].Beta = 0 }, "operator 30 (SOFTMAX): its β is 0"},
		{"infinite beta", slim, func(g graph) { g.Operators[30].Beta = float32(math.Inf(1)) }, "its β is +Inf"},
		{"probabilities' scale", slim, func(g graph) { find(g, "probabilities").Scales[0] = 1. / 128 }, "probabilities have 1/256 and 0"},
		{"probabilities' shape", slim, func(g graph) { find(g, "probabilities").Shape = []int32{10} }, "it makes shape [10] from [1 10]"},
		{"early softmax", slim, func(g graph) { g.Operators[29].Code, g.Operators[27].Code = schema.Softmax, schema.Softmax }, "operator 27 (SOFTMAX): it stands at layer 27"},

		{"quantize between layers", keras, func(g graph) {
			g.Operators[4].Code = schema.Quantize
			find(g, "dw2/pad").Shape = find(g, "pw1").Shape
			find(g, "dw2/pad").Zeros[0]++
		}, "operator 4 (QUANTIZE): it stands between two layers"},
		{"dequantized weights", float, func(g graph) {
			g.Operators = slices.Insert(g.Operators, 0, tflitetest.Operator{Code: schema.Dequantize, Version: 1, Inputs: []int32{2}, Outputs: []int32{3}})
		}, `operator 0 (DEQUANTIZE) writes to tensor 3 "conv/bias", which is its input or constant`},
		{"quantize to float", floatEnds, func(g graph) { g.Operators[0].Code = schema.Dequantize }, `operator 0 (DEQUANTIZE): it makes tensor 1 "input/converted" of type int8 from tensor 0 "input" of type float32`},
		{"quantize to int16", floatEnds, func(g graph) { find(g, "input/converted").Type = 7 }, "of type int16 from tensor 0"},
		{"quantize that reshapes", floatEnds, func(g graph) { find(g, "input/converted").Shape[1] = 31 }, "operator 0 (QUANTIZE): it makes shape [1 31 32 3]"},
		{"output converted twice", floatEnds, func(g graph) {
			again := g.Tensors[1]
			again.Shape = []int32{1, 10}
			g.Tensors = append(g.Tensors, again)
			g.Operators = append(g.Operators, tflitetest.Operator{Code: schema.Quantize, Version: 1, Inputs: g.Outputs, Outputs: []int32{int32(len(g.Tensors) - 1)}})
		}, "operator 33 (QUANTIZE): it converts the output again"},
	} {
		g := tflitetest.NewGraph(test.spec)
		test.change(g)
		m, err := tflite.Read(g.Bytes())
		if err == nil {
			t.Errorf("%s: read as %+v", test.name, m.Network)
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %q\n\twant %q", test.name, err, test.want)
		}
	}
}

func TestNoFlatbuffer(t *testing.T) {
	good := tflitetest.Build(tflitetest.Spec{Alpha: 0.001, MinChannels: 1})
	other := func(change func(b []byte)) []byte {
		b := slices.Clone(good)
		change(b)
		return b
	}
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "the file is empty"},
		{"an answer of a web server", []byte("<!doctype html>"), "this is a web page, not a model"},
		{"a pointer", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"), "this is a pointer of Git LFS, not the model itself"},
		{"a zip", []byte("PK\x03\x04 and more"), "this is a zip archive"},
		{"packed", []byte("\x1f\x8b\x08 and more"), "this is a packed archive"},
		{"a Keras model", []byte("\x89HDF\r\n\x1a\n and more"), "this is a Keras model (HDF5)"},
		{"a pickle", []byte("\x80\x02\x8a\nl\xfc"), "this is a Python pickle"},
		{"a picture", []byte("\x89PNG\r\n\x1a\n and more"), "this is a picture"},
		{"JSON", []byte(`{"format": "layers-model"}`), "this is JSON"},
		{"text", []byte("SRCS = \\\n\tc_api.cc \\\n"), "this is a text file"},
		{"text of another alphabet", []byte(strings.Repeat("число ", 200)), "this is a text file"},
		{"another file", []byte("\xfe\xff\x00\x01\x02\x03\x04\x05\x06"), "this is no .tflite file: it begins with"},
		{"the identifier alone", []byte("\x00\x00\x00\x00TFL3"), "cut short or damaged"},
		{"root outside", other(func(b []byte) { b[3] = 0x7f }), "a table at byte"},
		{"root before its list of fields", other(func(b []byte) { copy(b, "\x08\x00\x00\x00"); copy(b[8:], "\x00\x00\x00\x70") }), "a list of fields at byte"},
	} {
		if _, err := tflite.Read(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

// Who brings another network reads which one it is, if its operators or the names of its tensors tell, and the operator in the way besides.
func TestOtherNetworks(t *testing.T) {
	type graph = *tflitetest.Graph
	custom := func(name string) func(graph) {
		return func(g graph) { g.Operators[0].Code, g.Operators[0].Custom = schema.Custom, name }
	}
	named := func(name string) func(graph) {
		return func(g graph) { g.Operators[7].Code, find(g, "pw3").Name = schema.TransposeConv, name }
	}
	for _, test := range []struct {
		change func(graph)
		want   string
	}{
		{custom("edgetpu-custom-op"), "this file is compiled for the Edge TPU, which alone can run it: use the file that it was made from, the one without _edgetpu in its name (operator 0 is CUSTOM"},
		{custom("ethos-u"), "Arm Ethos-U"},
		{custom("TFLite_Detection_PostProcess"), "SSD, which finds objects; MobileNetV1 and MobileNetV2 are read (operator 0"},
		{func(g graph) { g.Operators[7].Code = schema.HardSwish }, "another network, MobileNetV3 or one like it"},
		{func(g graph) { g.Operators[7].Code = schema.ResizeBilinear }, "DeepLab"},
		{named("MobilenetV3/expanded_conv/project"), "another network, MobileNetV3; MobileNetV1"},
		{named("efficientnet-lite0/model/stem/conv2d"), "EfficientNet"},
		{named("float_heatmaps"), "PoseNet"},
		{named("resnet50/conv1"), "ResNet"},
		{named("blocks/1/mobile_inverted_conv/depth_conv"), "MCUNet"},
		{named("something"), "operator 7 is TRANSPOSE_CONV, which MobileNetV1 does not have"},
	} {
		g := tflitetest.NewGraph(tflitetest.Spec{})
		test.change(g)
		if _, err := tflite.Read(g.Bytes()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v\n\twant %q", err, test.want)
		}
	}
}

// The forms beyond a chain of layers, each with one thing wrong.
func TestFormsRefused(t *testing.T) {
	float, f32 := tflitetest.Spec{Type: mobilenet.Float32}, mobilenet.Float32
	with := func(change func(*tflitetest.Spec)) tflitetest.Spec {
		s := float
		change(&s)
		return s
	}
	written := with(func(s *tflitetest.Spec) { s.WrittenSoftmax = true }) // operators 30 to 34
	half := with(func(s *tflitetest.Spec) { s.Stored = mobilenet.Float16 })
	bytes := with(func(s *tflitetest.Spec) { s.Stored = mobilenet.Int8 })
	rescaled := tflitetest.Spec{Rescaling: tflitetest.PlusTimes} // operators 0 and 1
	realRescaled := with(func(s *tflitetest.Spec) { s.Rescaling = tflitetest.TimesMinus })
	dense := tflitetest.Spec{Type: f32, Pool: tflitetest.FlatMean, Classifier: tflitetest.FullyConnected, Top: mobilenet.Top{Dense: [2]int{9, 8}}}
	flat := tflitetest.Spec{Resolution: 96, Classifier: tflitetest.FullyConnected, Top: mobilenet.Top{Flat: true, EachPixel: 5}}
	type graph = *tflitetest.Graph
	for _, test := range []struct {
		name   string
		spec   tflitetest.Spec
		change func(graph)
		want   string
	}{
		{"softmax that ends", written, func(g graph) { g.Operators = g.Operators[:33] }, "the network ends in the middle, after 33 operators"},
		{"softmax of another map", written, func(g graph) { g.Operators[31].Inputs[0] = g.Operators[28].Outputs[0] }, "operator 31 (SUB) reads tensor"},
		{"softmax with another operator", written, func(g graph) { g.Operators[33].Code = schema.ReduceMax }, "operator 33 (REDUCE_MAX) stands where a softmax that is written out has SUM"},
		{"softmax over rows", written, func(g graph) { find(g, "softmax/axis").Data = []byte{0, 0, 0, 0} }, "goes over axes [0]; a softmax goes over the classes"},
		{"softmax of a wrong shape", written, func(g graph) { find(g, "softmax/exp").Shape[1] = 9 }, "operator 32 (EXP) makes"},
		{"early exponential", written, func(g graph) { g.Operators[5].Code = schema.Exp }, "operator 5 (EXP): it stands at layer 5"},
		{"logistic in the middle", float, func(g graph) { g.Operators[5].Code = schema.Logistic }, "operator 5 (LOGISTIC): it stands at layer 5"},
		{"float16 of another shape", half, func(g graph) { find(g, "pw3/weights/float16").Shape = []int32{32, 32} }, "operator 18 (DEQUANTIZE) makes"},
		{"float16 not a number", half, func(g graph) { copy(find(g, "pw3/weights/float16").Data, "\x00\x7e") }, "holds NaN at index 0"},
		{"bytes of too many scales", bytes, func(g graph) { find(g, "pw3/weights").Scales = []float32{1, 1} }, "has 2 scales along axis 0 for 32 output channels"},
		{"bytes without a scale", bytes, func(g graph) { find(g, "pw3/weights").Scales = nil }, "has 0 scales along axis 0"},
		{"rescaling of two", rescaled, func(g graph) { find(g, "rescaling/plus/constant").Shape[0] = 2 }, "one number is read, or one for each colour"},
		{"rescaling without a constant", rescaled, func(g graph) { find(g, "rescaling/plus/constant").Data = nil }, "operator 0 (ADD): MobileNet has layer conv here"},
		{"rescaling with an activation", rescaled, func(g graph) { g.Operators[1].Activation = schema.Relu }, "it has activation RELU; a rescaling has none"},
		{"rescaling to another shape", rescaled, func(g graph) { find(g, "rescaling/plus").Shape[1] = 16 }, "operator 0 (ADD): it makes shape [1 16 32 3]"},
		{"rescaling by far scales", rescaled, func(g graph) { find(g, "rescaling/plus").Scales[0] = 1e-6 }, "an addition of scale"},
		{"division of bytes", rescaled, func(g graph) { g.Operators[1].Code = schema.Div }, "it divides bytes"},
		{"division of a constant", realRescaled, func(g graph) { o := &g.Operators[0]; o.Code = schema.Div; slices.Reverse(o.Inputs) }, "operator 0 (DIV) reads tensor 1, not tensor 0"},
		{"division by 0", realRescaled, func(g graph) {
			g.Operators[0].Code = schema.Div
			copy(find(g, "rescaling/times/constant").Data, "\x00\x00\x00\x00")
		}, "a multiplication with +Inf"},
		{"rescaling between layers", float, func(g graph) {
			g.Operators[3].Code, g.Operators[3].Inputs, g.Operators[3].Activation = schema.Mul, g.Operators[3].Inputs[:2], schema.None
			find(g, "dw2/weights").Shape, find(g, "dw2/weights").Data, find(g, "dw2").Shape = []int32{}, []byte{0, 0, 0, 64}, find(g, "pw1").Shape
		}, "operator 3 (MUL): it changes the values after layer 3"},
		{"product of two maps", float, func(g graph) {
			g.Operators[3].Code, g.Operators[3].Inputs = schema.Mul, []int32{g.Operators[2].Outputs[0], g.Operators[1].Outputs[0]}
		}, "operator 3 (MUL): it combines two feature maps"},
		{"too many dense layers", dense, func(g graph) {
			n := len(g.Operators)
			again := g.Operators[n-2]
			again.Inputs = []int32{again.Outputs[0], again.Inputs[1], again.Inputs[2]}
			g.Operators[n-1] = again
		}, "operator 31 (FULLY_CONNECTED) writes to tensor 92"},
		{"dense layer of another length", dense, func(g graph) { find(g, "dense2/weights").Shape[1] = 7 }, "layer dense2 has [8 9] there"},
		{"dense layer of part of the map", flat, func(g graph) { find(g, "fc/weights").Shape[1] = 44 }, "it reads 44 values; MobileNetV1 has layer pool here, of kind average_pool, over a feature map of [3,3,5]"},
	} {
		g := tflitetest.NewGraph(test.spec)
		test.change(g)
		m, err := tflite.Read(g.Bytes())
		if err == nil {
			t.Errorf("%s: read as %+v", test.name, m.Network)
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %q\n\twant %q", test.name, err, test.want)
		}
	}
}
