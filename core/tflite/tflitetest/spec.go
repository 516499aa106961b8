// Package tflitetest builds small .tflite files of MobileNetV1 and MobileNetV2 with made-up weights, in every form that converters
// give the networks. Tests read them, run them, and let LiteRT run them. A Spec gives the same bytes on every machine.
package tflitetest

import "mobilenet/core/mobilenet"

// Padding is how the file pads the 3×3 convolutions.
type Padding uint8

const (
	Same       Padding = iota // SAME everywhere, as TF-slim
	PadStride2                // PAD by a row below and a column to the right, then VALID, where the stride is 2, as Keras
	PadAll                    // PAD by a pixel on each side of every 3×3 convolution, then VALID, as PyTorch's padding=1
)

// Pool is how the file averages the last feature map.
type Pool uint8

const (
	AveragePool Pool = iota // AVERAGE_POOL_2D
	Mean                    // MEAN with keep_dims: [1,1,1,C]
	FlatMean                // MEAN without: [1,C]
)

// Classifier is how the file computes the logits.
type Classifier uint8

const (
	Convolution    Classifier = iota // CONV_2D 1×1, then a reshape; after FlatMean a reshape stands before it too
	FullyConnected                   // FULLY_CONNECTED
	NoClassifier                     // the pool's output is the file's: an embedding extractor
)

// Activation is the function fused into the convolutions.
type Activation uint8

const (
	Relu6        Activation = iota
	NoActivation            // the quantised range 0..6 clamps instead, as in the default model
	Relu
)

// End is the type of the file's input or output tensor.
type End uint8

const (
	AsInside End = iota // the type of the activations
	AsUint8
	AsInt8
	AsFloat32
)

// DType is the type of an end of a network whose activations have type inside.
func (e End) DType(inside mobilenet.DType) mobilenet.DType {
	return [...]mobilenet.DType{inside, mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32}[e]
}

// Rescaling is what the file does with its input before the first layer.
type Rescaling uint8

const (
	NoRescaling Rescaling = iota
	TimesMinus            // MUL by 2 and SUB of 1, of a picture in 0..1, as TensorFlow Hub; in float32 MUL by 1/127.5 of bytes, as Keras
	PlusTimes             // ADD and MUL of a number for each colour
)

// A Spec says which file to build. The zero value is a TF-slim network, uint8 as the default model, α=0.25 at 32×32, 10 classes.
type Spec struct {
	Version     mobilenet.Version
	Alpha       float64 // width multiplier; 0: 0.25
	Resolution  int     // side of the input in pixels; 0: 32
	Width       int     // of an input that is not square; 0: square
	Grey        bool    // one colour
	Top         mobilenet.Top
	Classes     int // 0: 10
	MinChannels int // floor of a layer's channel count; 0: 8, as TF-slim; 1: none, as Keras

	Type      mobilenet.DType // of weights and activations. Uint8: one weight scale a tensor; Int8: one a channel
	PerTensor bool            // int8 weights with one scale a tensor
	// PerTensorClassifier gives the classifier alone one scale: older converters did so for FULLY_CONNECTED.
	PerTensorClassifier bool

	Padding    Padding
	Activation Activation // V2's projections have none
	// AddRelu6 fuses RELU6 into V2's additions. Converters would, where a network has it there.
	AddRelu6    bool
	AddendFirst bool // V2's additions name the block's input before its output, as Keras' do

	Pool       Pool
	Classifier Classifier
	Squeeze    bool // SQUEEZE where RESHAPE would stand
	NoSoftmax  bool

	// GreyDepthwise writes the first convolution over one colour as DEPTHWISE_CONV_2D with a multiplier, as TF-slim does.
	GreyDepthwise bool
	NoPool        bool // leaves the pool out, where the last feature map is one pixel
	Rescaling     Rescaling
	Logistic      bool // LOGISTIC where SOFTMAX would stand
	// WrittenSoftmax writes the softmax of float32 as REDUCE_MAX, SUB, EXP, SUM and DIV.
	WrittenSoftmax bool
	// OpenBatch computes the shape of the logits from the batch, which the file leaves open: SHAPE, STRIDED_SLICE and PACK. LiteRT.js does
	// not run such files.
	OpenBatch bool
	Dropout   bool // a MUL by 1 before the classifier
	// Stored is how float32 weights are kept: Float16, or Int8 with a scale a channel; Float16's are unpacked by DEQUANTIZE. Otherwise as
	// float32.
	Stored mobilenet.DType

	Input, Output End  // other than AsInside: by QUANTIZE or DEQUANTIZE
	Rescale       bool // quantised ends that are converted have a scale of their own, so that QUANTIZE must compute

	Seed uint64 // of weights and biases
}

func (s Spec) withDefaults() Spec {
	if s.Alpha == 0 {
		s.Alpha = 0.25
	}
	if s.Resolution == 0 {
		s.Resolution = 32
	}
	if s.Classes == 0 {
		s.Classes = 10
	}
	if s.MinChannels == 0 {
		s.MinChannels = mobilenet.MinChannels
	}
	if s.Classifier == NoClassifier {
		s.Classes, s.NoSoftmax = 0, true
	}
	return s
}

// network is the one that s describes.
func (s Spec) network() mobilenet.Network {
	return mobilenet.Network{Version: s.Version, Alpha: s.Alpha, Resolution: s.Resolution, Width: s.Width, Grey: s.Grey, Top: s.Top,
		Classes: s.Classes, MinChannels: s.MinChannels}
}

// Build returns the file. It panics on a Spec that describes no MobileNet.
func Build(spec Spec) []byte { return NewGraph(spec).Bytes() }

// A Form is a named Spec.
type Form struct {
	Name string
	Spec Spec
}

// Keras is what Keras' MobileNet becomes: PAD before stride 2, MEAN, FULLY_CONNECTED.
func Keras(t mobilenet.DType) Spec {
	return Spec{Type: t, Padding: PadStride2, Pool: FlatMean, Classifier: FullyConnected}
}

// Forms lists a small file of each form that converters give, quantised ones first, then float32.
func Forms() []Form {
	const i8, f32, v2 = mobilenet.Int8, mobilenet.Float32, mobilenet.V2
	keras := func(change func(*Spec)) Spec {
		s := Keras(i8)
		change(&s)
		return s
	}
	return []Form{
		{"uint8_slim", Spec{Seed: 1}},
		{"uint8_slim_no_activation", Spec{Activation: NoActivation, Seed: 2}},
		{"uint8_slim_squeeze", Spec{Squeeze: true, Resolution: 64, Seed: 3}},
		{"uint8_slim_relu", Spec{Activation: Relu, Seed: 4}},
		{"uint8_slim_logits", Spec{NoSoftmax: true, Classes: 1001, Seed: 5}},
		{"uint8_embedding", Spec{Classifier: NoClassifier, Resolution: 64, Seed: 6}},
		{"uint8_mean_fc", Spec{Pool: FlatMean, Classifier: FullyConnected, Resolution: 96, Seed: 7}},
		{"uint8_float_ends", Spec{Input: AsFloat32, Output: AsFloat32, Seed: 8}},
		{"uint8_pad_all", Spec{Padding: PadAll, Resolution: 64, Seed: 9}},
		{"uint8_thin", Spec{Alpha: 0.0625, Classes: 3, Seed: 10}},
		{"int8_slim", Spec{Type: i8, Resolution: 64, Seed: 11}},
		{"int8_slim_no_activation", Spec{Type: i8, Activation: NoActivation, Seed: 12}},
		{"int8_per_tensor", Spec{Type: i8, PerTensor: true, Seed: 13}},
		{"int8_average_pool_fc", Spec{Type: i8, Classifier: FullyConnected, Resolution: 96, Seed: 14}},
		{"int8_keras", keras(func(s *Spec) { s.Resolution, s.Seed = 96, 15 })},
		{"int8_keras_fc_per_tensor", keras(func(s *Spec) { s.PerTensorClassifier, s.Seed = true, 16 })},
		{"int8_keras_mean_conv", keras(func(s *Spec) { s.Pool, s.Classifier, s.Resolution, s.Seed = Mean, Convolution, 64, 17 })},
		{"int8_keras_flat_mean_conv", keras(func(s *Spec) { s.Classifier, s.Resolution, s.Seed = Convolution, 64, 18 })},
		{"int8_keras_uint8_ends", keras(func(s *Spec) { s.Input, s.Output, s.Seed = AsUint8, AsUint8, 19 })},
		{"int8_keras_uint8_ends_rescaled", keras(func(s *Spec) { s.Input, s.Output, s.Rescale, s.Seed = AsUint8, AsUint8, true, 20 })},
		{"int8_keras_float_ends", keras(func(s *Spec) { s.Input, s.Output, s.Seed = AsFloat32, AsFloat32, 21 })},
		{"int8_keras_logits", keras(func(s *Spec) { s.NoSoftmax, s.Classes, s.Seed = true, 1000, 22 })},
		{"int8_keras_logits_uint8_ends", keras(func(s *Spec) { s.NoSoftmax, s.Input, s.Output, s.Seed = true, AsUint8, AsUint8, 23 })},
		{"int8_keras_logits_float_out", keras(func(s *Spec) { s.NoSoftmax, s.Output, s.Seed = true, AsFloat32, 24 })},
		{"int8_keras_embedding", keras(func(s *Spec) { s.Classifier, s.Output, s.Resolution, s.Seed = NoClassifier, AsFloat32, 64, 25 })},
		{"int8_keras_thin", keras(func(s *Spec) { s.Alpha, s.MinChannels, s.Seed = 0.125, 1, 26 })},
		{"int8_pad_all", Spec{Type: i8, Padding: PadAll, Pool: Mean, Classifier: FullyConnected, Resolution: 64, Seed: 27}},
		{"int8_relu", keras(func(s *Spec) { s.Activation, s.Seed = Relu, 28 })},
		{"uint8_v2", Spec{Version: v2, Alpha: 0.35, Seed: 34}},
		{"uint8_v2_no_activation", Spec{Version: v2, Alpha: 0.1, Resolution: 27, Activation: NoActivation, AddendFirst: true, Seed: 35}},
		{"uint8_v2_thin_relu", Spec{Version: v2, Alpha: 0.05, Resolution: 64, Activation: Relu, Classes: 3, NoSoftmax: true, Seed: 36}},
		{"uint8_v2_embedding", Spec{Version: v2, Alpha: 0.2, Padding: PadAll, AddRelu6: true, Classifier: NoClassifier, Seed: 37}},
		{"int8_v2", Spec{Version: v2, Alpha: 0.2, Type: i8, PerTensor: true, Output: AsFloat32, Seed: 38}},
		{"int8_v2_keras", keras(func(s *Spec) { s.Version, s.Alpha, s.AddendFirst, s.Seed = v2, 0.35, true, 39 })},
		{"int8_v2_keras_uint8_ends", keras(func(s *Spec) {
			s.Version, s.Alpha, s.Resolution, s.Input, s.Output, s.Seed = v2, 0.1, 64, AsUint8, AsUint8, 40
		})},
		{"uint8_grey", Spec{Grey: true, Resolution: 64, Seed: 43}},
		{"uint8_wide", Spec{Width: 96, Resolution: 40, Padding: PadAll, Seed: 44}},
		{"uint8_rescaling", Spec{Rescaling: TimesMinus, Seed: 45}},
		{"uint8_logistic", Spec{Logistic: true, Classes: 2, Seed: 46}},
		{"int8_grey_depthwise", keras(func(s *Spec) { s.Grey, s.GreyDepthwise, s.Alpha, s.MinChannels, s.Seed = true, true, 0.15, 1, 47 })},
		{"int8_tall", keras(func(s *Spec) { s.Resolution, s.Width, s.Seed = 96, 33, 48 })},
		{"int8_rescaling", keras(func(s *Spec) { s.Rescaling, s.Seed = TimesMinus, 49 })},
		{"int8_rescaling_colours", keras(func(s *Spec) { s.Rescaling, s.Input, s.Output, s.Seed = PlusTimes, AsUint8, AsUint8, 50 })},
		{"int8_logistic", keras(func(s *Spec) { s.Logistic, s.Classes, s.Output, s.Seed = true, 1, AsFloat32, 51 })},
		{"int8_logistic_of_many", keras(func(s *Spec) { s.Logistic, s.Classes, s.Seed = true, 200, 52 })},
		{"int8_no_pool", keras(func(s *Spec) { s.NoPool, s.Seed = true, 53 })},
		{"int8_teachable_machine", keras(func(s *Spec) {
			s.Version, s.Alpha, s.Top.Dense, s.Classes, s.Input, s.Output, s.Seed = v2, 0.1, [2]int{20, 0}, 3, AsUint8, AsUint8, 54
		})},
		{"int8_two_dense", keras(func(s *Spec) { s.Top.Dense, s.PerTensorClassifier, s.Seed = [2]int{17, 9}, true, 55 })},
		{"int8_edge_impulse", keras(func(s *Spec) {
			s.Version, s.Alpha, s.Grey, s.Resolution, s.Top, s.Seed = v2, 0.1, true, 96, mobilenet.Top{Flat: true, EachPixel: 11}, 56
		})},
		{"int8_flat", keras(func(s *Spec) {
			s.Resolution, s.Width, s.Top, s.Seed = 64, 96, mobilenet.Top{Flat: true, Dense: [2]int{13, 0}}, 57
		})},
		{"float32_slim", Spec{Type: f32, Resolution: 64, Seed: 29}},
		{"float32_keras", func() Spec { s := Keras(f32); s.Resolution, s.Seed = 96, 30; return s }()},
		{"float32_pad_all_logits", Spec{Type: f32, Padding: PadAll, Activation: Relu, NoSoftmax: true, Seed: 31}},
		{"float32_embedding", Spec{Type: f32, Pool: FlatMean, Classifier: NoClassifier, Seed: 32}},
		{"float32_uint8_ends", Spec{Type: f32, Input: AsUint8, Output: AsUint8, Seed: 33}},
		{"float32_v2", Spec{Version: v2, Alpha: 0.35, Type: f32, Seed: 41}},
		{"float32_v2_relu", Spec{Version: v2, Alpha: 0.1, Type: f32, Padding: PadAll, Activation: Relu, AddRelu6: true, NoSoftmax: true, Seed: 42}},
		{"float32_grey_wide", Spec{Type: f32, Grey: true, Resolution: 40, Width: 64, Seed: 58}},
		{"float32_rescaling", Spec{Type: f32, Rescaling: TimesMinus, Seed: 59}},
		{"float32_rescaling_colours", Spec{Type: f32, Rescaling: PlusTimes, Seed: 60}},
		{"float32_written_softmax", Spec{Type: f32, WrittenSoftmax: true, Seed: 61}},
		{"float32_logistic", Spec{Type: f32, Logistic: true, Classes: 1, Classifier: FullyConnected, Seed: 62}},
		{"float32_dropout_dense", Spec{Type: f32, Dropout: true, Pool: FlatMean, Classifier: FullyConnected, Top: mobilenet.Top{Dense: [2]int{12, 0}}, Seed: 63}},
		{"float32_edge_impulse", Spec{Type: f32, Version: v2, Alpha: 0.1, Resolution: 96, Classifier: FullyConnected, Top: mobilenet.Top{Flat: true, EachPixel: 5}, Seed: 64}},
		{"float32_from_float16", Spec{Type: f32, Stored: mobilenet.Float16, Seed: 65}},
	}
}
