package checkpoint

import (
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
)

// An Activation is max(x, Slope·x), cut at Max.
type Activation struct {
	Slope float32 // below zero; 0 for ReLU and ReLU6
	Max   float32 // 6 for ReLU6, else +Inf
}

// The activations that MobileNets are trained with.
var (
	ReLU   = Activation{Max: float32(math.Inf(1))}
	ReLU6  = Activation{Max: 6}
	linear = Activation{Slope: 1, Max: float32(math.Inf(1))}
)

// LeakyReLU is an activation that leaves a part of what is below zero.
func LeakyReLU(slope float32) Activation { return Activation{Slope: slope, Max: float32(math.Inf(1))} }

func (a Activation) String() string {
	switch {
	case a == ReLU:
		return "ReLU"
	case a == ReLU6:
		return "ReLU6"
	case a == linear:
		return "none"
	}
	return fmt.Sprintf("LeakyReLU %v", a.Slope)
}

// check says what is wrong with an activation.
func (a Activation) check() error {
	if a == ReLU || a == ReLU6 || a == linear || math.IsInf(float64(a.Max), 1) && a.Slope > 0 && a.Slope < 1 {
		return nil
	}
	return fmt.Errorf("an activation with slope %v below zero and a largest value of %v; ReLU, ReLU6 and LeakyReLU with a slope between 0 and 1 are known", a.Slope, a.Max)
}

// Padding is how many rows and columns of zeros stand around what a 3×3 convolution of stride 2 reads.
type Padding uint8

const (
	// Symmetric is one row or column on each side: PyTorch's padding=1.
	Symmetric Padding = iota
	// Same is TensorFlow's SAME: as few as needed, the odd one below and on the right.
	Same
	// After is one below and one on the right: Keras' ZeroPadding2D(((0, 1), (0, 1))) before a VALID convolution. At even sizes it is Same.
	After
)

func (p Padding) String() string {
	switch p {
	case Symmetric:
		return "1 on each side"
	case Same:
		return "SAME"
	case After:
		return "1 below and right"
	}
	return fmt.Sprintf("Padding(%d)", uint8(p))
}

// rows is the padding as a layer has it; fixed is false for SAME.
func (p Padding) rows() (pad mobilenet.Padding, fixed bool) {
	switch p {
	case Symmetric:
		return mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}, true
	case After:
		return mobilenet.Padding{Bottom: 1, Right: 1}, true
	}
	return mobilenet.Padding{}, false
}

// A Normalization makes (byte − Mean)/Std of a pixel's byte, 0..255, for R, G and B; luma takes the first.
type Normalization struct{ Mean, Std [3]float64 }

// The normalisations that are usual.
var (
	// MinusOneToOne is Keras' and timm's for MobileNetV1.
	MinusOneToOne = Normalization{[3]float64{127.5, 127.5, 127.5}, [3]float64{127.5, 127.5, 127.5}}
	// ZeroToOne divides by 255.
	ZeroToOne = Normalization{Std: [3]float64{255, 255, 255}}
	// ImageNet takes the mean of ImageNet's pixels away, as torchvision does.
	ImageNet = Normalization{
		[3]float64{0.485 * 255, 0.456 * 255, 0.406 * 255},
		[3]float64{0.229 * 255, 0.224 * 255, 0.225 * 255},
	}
)

// input is the normalisation as a model has it.
func (n Normalization) input() (mean, scale [3]float32, err error) {
	for c := range 3 {
		mean[c], scale[c] = float32(n.Mean[c]), float32(1/n.Std[c])
		if v := float64(mean[c]) + float64(scale[c]); math.IsNaN(v) || math.IsInf(v, 0) || scale[c] == 0 {
			return mean, scale, fmt.Errorf("pixels are normalised by mean %v and deviation %v; finite numbers are needed, and no deviation of 0", n.Mean, n.Std)
		}
	}
	return mean, scale, nil
}
