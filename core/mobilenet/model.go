package mobilenet

import (
	"fmt"
	"math"
)

// A DType is the element type of a tensor in a model's file.
type DType uint8

const (
	Uint8 DType = iota
	Int8
	Float32
)

func (t DType) String() string {
	switch t {
	case Uint8:
		return "uint8"
	case Int8:
		return "int8"
	case Float32:
		return "float32"
	}
	return fmt.Sprintf("DType(%d)", uint8(t))
}

// Quant is the affine quantisation of a tensor: real = Scale · (q − Zero).
//
// Everything quantised is held as uint8. A file's int8 tensor is the same numbers with 128 added to values and zero points;
// only Model.Output remembers the type, to give back the file's own bytes.
type Quant struct {
	Scale float32
	Zero  uint8
}

// Real is the number that q stands for.
func (q Quant) Real(v uint8) float32 { return q.Scale * float32(int32(v)-int32(q.Zero)) }

// Quantized holds the weights of a quantised layer.
type Quantized struct {
	// Weights: Conv [Cout,3,3,Cin], Depthwise [3,3,C], Pointwise and FullyConnected [Cout,Cin]. They may alias the file.
	Weights []uint8
	// WeightZero is the weights' zero point, 128 for int8.
	WeightZero uint8
	// WeightScales has one scale, or one an output channel.
	WeightScales []float32
	Bias         []int32 // [Cout], scale In.Scale·WeightScale
	In, Out      Quant
	Min, Max     uint8 // the fused activation: RELU6 is what stands for 0 and 6
	// Mean tells for AveragePool that the file says MEAN, which LiteRT rounds in another way than AVERAGE_POOL_2D.
	Mean bool
}

// Multiplier takes an int32 sum of output channel c to the output's scale: float32(float32(s_in·s_w)/s_out), all in float32
// as XNNPACK does.
func (q *Quantized) Multiplier(c int) float32 {
	s := q.WeightScales[0]
	if len(q.WeightScales) > 1 {
		s = q.WeightScales[c]
	}
	return float32(q.In.Scale*s) / q.Out.Scale
}

// Float holds the weights of a float32 layer, in the layouts of Quantized.Weights.
type Float struct {
	Weights  []float32
	Bias     []float32 // [Cout]
	Min, Max float32   // the fused activation; ±Inf where there is none
}

// Input says how a pixel's byte becomes what the first layer reads.
type Input struct {
	Type  DType
	Quant Quant // of the file's input tensor, unless it is float32
	// Mean and Scale normalise a pixel, a value each for R, G and B, where the file's input is float32:
	// real = Scale·(byte − Mean). Such files do not say their pixel range; DefaultNormalization is what Keras uses.
	Mean, Scale [3]float32
}

// DefaultNormalization is x/127.5 − 1.
func DefaultNormalization() (mean, scale [3]float32) {
	return [3]float32{127.5, 127.5, 127.5}, [3]float32{1 / 127.5, 1 / 127.5, 1 / 127.5}
}

// Output says how the network's last layer becomes the file's output tensor.
type Output struct {
	Type    DType
	Quant   Quant // of the file's output tensor, unless it is float32
	Softmax *Softmax
}

// Softmax is the file's own last operator.
type Softmax struct {
	Beta  float32
	Quant Quant // of its result, in a quantised model
}

// A Model is a MobileNetV1 with its weights. It is immutable once read: engines and callers share it.
type Model struct {
	Network
	Type   DType // of weights and activations
	Input  Input
	Layers []Layer
	Output Output
}

// Embedding is the index in Layers of the average pool, whose output is the picture's embedding.
func (m *Model) Embedding() int {
	for i := range m.Layers {
		if m.Layers[i].Kind == AveragePool {
			return i
		}
	}
	panic("mobilenet: a model without an average pool")
}

// Features is the index in Layers of the last feature map, before the average pool.
func (m *Model) Features() int { return m.Embedding() - 1 }

// AtResolution is the same weights for another input size. The two models share their weights.
func (m *Model) AtResolution(r int) (*Model, error) {
	if r < 32 || r > MaxResolution || r%32 != 0 {
		return nil, fmt.Errorf("resolution %d is not a multiple of 32 in 32..%d", r, MaxResolution)
	}
	n := *m
	n.Resolution = r
	n.Layers = append([]Layer(nil), m.Layers...)
	if err := Resize(n.Layers, r); err != nil {
		return nil, err
	}
	return &n, nil
}

// Normalized is the same model with another pixel normalisation, real = scale·(byte − mean). It is an error for models whose
// file holds its own.
func (m *Model) Normalized(mean, scale [3]float32) (*Model, error) {
	if m.Input.Type != Float32 {
		return nil, fmt.Errorf("the model's input is %v and holds its own pixel range; only float32 inputs can be normalised", m.Input.Type)
	}
	for c := range 3 {
		if !finite(mean[c]) || !finite(scale[c]) || scale[c] == 0 {
			return nil, fmt.Errorf("normalisation mean %v, scale %v: finite numbers are needed, and no scale of 0", mean, scale)
		}
	}
	n := *m
	n.Input.Mean, n.Input.Scale = mean, scale
	return &n, nil
}

func finite(v float32) bool { return !math.IsInf(float64(v), 0) && !math.IsNaN(float64(v)) }
