package mobilenet

import "fmt"

// A DType is the element type of a tensor in a model's file.
type DType uint8

const (
	Uint8 DType = iota
	Int8
	Float32
	Float16 // of weights in a file alone: everything is computed in float32
)

func (t DType) String() string {
	switch t {
	case Uint8:
		return "uint8"
	case Int8:
		return "int8"
	case Float32:
		return "float32"
	case Float16:
		return "float16"
	}
	return fmt.Sprintf("DType(%d)", uint8(t))
}

// Quantized holds the weights of a quantised layer.
type Quantized struct {
	// Weights have the shape that Layer.WeightShape gives. They may alias the file.
	Weights []uint8
	// WeightZero is the weights' zero point, 128 for int8.
	WeightZero uint8
	// WeightScales has one scale, or one an output channel.
	WeightScales []float32
	Bias         []int32 // [Cout], scale In.Scale·WeightScale
	In, Out      Quant
	// Addend is for Add the quantisation of the output of layer Layer.Addend; In is that of the layer before.
	Addend Quant
	// Min and Max are the fused activation: RELU6 is what stands for 0 and 6, RELU 0 and 255, none 0 and 255.
	Min, Max uint8
	// Mean tells for AveragePool that the file says MEAN, which LiteRT rounds in another way than AVERAGE_POOL_2D.
	Mean bool
}

// WeightScale is the scale of the weights of output channel c.
func (q *Quantized) WeightScale(c int) float32 {
	if len(q.WeightScales) > 1 {
		return q.WeightScales[c]
	}
	return q.WeightScales[0]
}

// Multiplier takes an int32 sum of output channel c to the output's scale: float32(float32(s_in·s_w)/s_out), all in float32
// as XNNPACK does.
func (q *Quantized) Multiplier(c int) float32 {
	return float32(q.In.Scale*q.WeightScale(c)) / q.Out.Scale
}

// Float holds the weights of a float32 layer, in the layouts of Quantized.Weights.
type Float struct {
	Weights  []float32
	Bias     []float32 // [Cout]
	Min, Max float32   // the fused activation; ±Inf where there is none
	// Leak is the slope of a LeakyReLU below zero, between 0 and 1, and Min and Max are ±Inf then: the output is max(sum, Leak·sum). 0: the
	// activation is no LeakyReLU.
	Leak float32
}

// Activate is the layer's activation of a sum.
func (f *Float) Activate(sum float32) float32 {
	if f.Leak != 0 {
		return max(sum, f.Leak*sum)
	}
	return min(max(sum, f.Min), f.Max)
}

// A Model is a MobileNet with its weights. It is immutable once read: engines and callers share it.
type Model struct {
	Network
	Type DType // of weights and activations
	// Stored is the type in which the file holds the weights: Type, but for a float32 model also Float16, or Int8 where only the weights
	// are quantised. They were taken to float32 when the file was read.
	Stored DType
	Input  Input
	Layers []Layer
	Output Output
	// Unknown tells pictures of none of the classes; nil where the model was not taught to. Its classifier reads the embedding then.
	Unknown *Unknown
}

// Answers is how many things the model tells apart, and how many logits a run gives: its classes, but two where the only output says by
// a logistic function how probable the second is.
func (m *Model) Answers() int {
	if m.Classes == 1 && m.Output.Logistic != nil {
		return 2
	}
	return m.Classes
}

// Embedding is the index in Layers of the layer whose output is the picture's embedding: the average pool, or, where there is none, the
// last feature map, all of whose values the first fully connected layer reads.
func (m *Model) Embedding() int {
	for i := range m.Layers {
		if m.Layers[i].Kind == AveragePool {
			return i
		}
		if m.Layers[i].Kind == FullyConnected {
			return i - 1
		}
	}
	return len(m.Layers) - 1
}

// Features is the index in Layers of the last feature map: the one before the average pool, or, where there is none, the last.
func (m *Model) Features() int {
	i := m.Embedding()
	if m.Layers[i].Kind == AveragePool {
		i--
	}
	return i
}

// AtResolution is the same weights for another input size. The two models share their weights. It is an error for a model whose input
// is not square, or whose first fully connected layer reads as many pixels as the file's resolution gives.
func (m *Model) AtResolution(r int) (*Model, error) {
	if r < 32 || r > MaxResolution || r%32 != 0 {
		return nil, fmt.Errorf("resolution %d is not a multiple of 32 in 32..%d", r, MaxResolution)
	}
	if m.Width != 0 && m.Width != m.Resolution {
		return nil, fmt.Errorf("the model reads images of %d×%d: only one that reads squares can be given another resolution", m.Width, m.Resolution)
	}
	if m.Top.Flat && r != m.Resolution {
		return nil, fmt.Errorf("the model has no average pool: its classifier reads what %d×%d pixels give, and no other resolution", m.Resolution, m.Resolution)
	}
	n := *m
	n.Resolution, n.Width = r, 0
	n.Layers = append([]Layer(nil), m.Layers...)
	if err := Resize(n.Layers, n.InputShape()); err != nil {
		return nil, err
	}
	return &n, nil
}
