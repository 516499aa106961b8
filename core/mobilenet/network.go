// Package mobilenet describes MobileNetV1 (Howard et al. 2017, arXiv 1704.04861) and MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381):
// the networks at any width multiplier and resolution, what they cost, a Model with its weights, and the Engine that runs one. Of a run
// it computes the two ends, which all engines share: what the first layer reads for a picture's bytes, and the file's output tensor of
// the last layer's values.
package mobilenet

import (
	"fmt"
	"math"
	"slices"
)

// body is Table 1 of arXiv 1704.04861 after the first convolution: 13 depthwise separable convolutions. The paper prints stride 2
// for the last; its 7×7 input and output show that it is 1.
var body = [13]struct{ stride, channels int }{
	{1, 64}, {2, 128}, {1, 128}, {2, 256}, {1, 256}, {2, 512},
	{1, 512}, {1, 512}, {1, 512}, {1, 512}, {1, 512}, {2, 1024}, {1, 1024},
}

// firstChannels is how many channels the first convolution makes at width multiplier 1, in both networks.
const firstChannels = 32

// MinChannels is the least that TF-slim lets a layer shrink to. Keras has no such limit.
const MinChannels = 8

// MaxAlphaV1 bounds MobileNetV1's width multiplier. The paper's networks go up to 1; timm has trained one of 1.25.
const MaxAlphaV1 = 1.5

// MaxResolution bounds the input's side, so that no file can ask for memory without end.
const MaxResolution = 1024

// A Version is one of the two networks.
type Version uint8

const (
	V1 Version = iota // depthwise separable convolutions, arXiv 1704.04861
	V2                // inverted residuals with linear bottlenecks, arXiv 1801.04381
)

func (v Version) String() string {
	if v <= V2 {
		return fmt.Sprintf("MobileNetV%d", v+1)
	}
	return fmt.Sprintf("Version(%d)", uint8(v))
}

// A Network names one member of the family.
type Network struct {
	Version    Version
	Alpha      float64 // width multiplier α, in (0,MaxAlphaV1] for V1 and (0,MaxAlphaV2] for V2
	Resolution int     // side of the square input in pixels
	Classes    int     // outputs of the classifier, 1001 with the background; 0: no classifier, the network gives its embedding
	// Width is for an input that is not square how many pixels wide it is; then Resolution is its height. 0: square.
	Width int
	// Grey is for an input of one colour, luma, instead of red, green and blue.
	Grey bool
	Top  Top
	// Omitted are those of MobileNetV1's 13 pairs that the network leaves out; none in the paper's.
	Omitted [Pairs]bool
	// MinChannels is the floor of a layer's channel count, usually the constant MinChannels. Below 1 it counts as 1 for V1. V2's
	// channels are multiples of 8, and below 8 it counts as 8.
	MinChannels int
}

// A Top says what a network has between its last feature map and its classifier. The zero Top is the papers': an average pool.
type Top struct {
	// Flat tells that there is no average pool: the layer after the last feature map reads all of its pixels.
	Flat bool
	// EachPixel is how many outputs a dense layer has that is computed at each pixel of the last feature map by itself, as Edge
	// Impulse's models have it; 0: no such layer.
	EachPixel int
	// Dense are the outputs of the fully connected layers before the classifier, as Teachable Machine's models have one; 0: no such
	// layer.
	Dense [MaxDense]int
}

// MaxDense is how many fully connected layers may stand before the classifier.
const MaxDense = 2

// InputShape is the shape of the input, [H,W,C].
func (n Network) InputShape() Shape {
	s := Shape{n.Resolution, n.Resolution, 3}
	if n.Width != 0 {
		s.W = n.Width
	}
	if n.Grey {
		s.C = 1
	}
	return s
}

// channels applies the width multiplier as TF-slim does: max(MinChannels, int(c·α)).
func (n Network) channels(c int) int { return max(n.MinChannels, int(float64(c)*n.Alpha), 1) }

// Layers lists the network's layers with their shapes: V1's first convolution and 13 pairs of depthwise and pointwise, or V2's first
// convolution, 17 blocks and last 1×1 convolution; then its Top, and the classifier if there is one. Padding is SAME.
func (n Network) Layers() ([]Layer, error) {
	widest := float64(MaxAlphaV1)
	switch n.Version {
	case V1:
	case V2:
		widest = MaxAlphaV2
	default:
		return nil, fmt.Errorf("there is no %v: V1 is %d and V2 %d", n.Version, V1, V2)
	}
	if !(n.Alpha > 0 && n.Alpha <= widest) {
		return nil, fmt.Errorf("width multiplier %v is not in (0,%v]", n.Alpha, widest)
	}
	if n.Resolution < 1 || n.Resolution > MaxResolution {
		return nil, fmt.Errorf("resolution %d is not in 1..%d", n.Resolution, MaxResolution)
	}
	if n.Width < 0 || n.Width > MaxResolution {
		return nil, fmt.Errorf("width %d is not in 1..%d", n.Width, MaxResolution)
	}
	if least := min(n.Classes, n.Top.EachPixel, slices.Min(n.Top.Dense[:])); least < 0 {
		return nil, fmt.Errorf("a layer of %d outputs", least)
	}
	if none := !slices.Contains(n.Omitted[:], false); none || n.Version == V2 && n.Omitted != [Pairs]bool{} {
		return nil, fmt.Errorf("pairs are left out that the network has not, or all: %v", n.Omitted)
	}
	if n.Classes == 0 && n.Top.Dense != [MaxDense]int{} {
		return nil, fmt.Errorf("fully connected layers of %v outputs without a classifier", n.Top.Dense)
	}
	layers := n.layersV1()
	if n.Version == V2 {
		layers = n.layersV2()
	}
	layers = n.addTop(layers)
	return layers, Resize(layers, n.InputShape())
}

// addTop adds to layers what comes after the last feature map, without shapes.
func (n Network) addTop(layers []Layer) []Layer {
	if n.Top.EachPixel > 0 {
		layers = append(layers, Layer{Name: "dense", Kind: Pointwise, Kernel: 1, Stride: 1, Out: Shape{C: n.Top.EachPixel}})
	}
	if !n.Top.Flat {
		layers = append(layers, Layer{Name: "pool", Kind: AveragePool})
	}
	for i, units := range n.Top.Dense {
		if units > 0 {
			layers = append(layers, Layer{Name: fmt.Sprintf("dense%d", i+1), Kind: FullyConnected, Kernel: 1, Stride: 1, Out: Shape{C: units}})
		}
	}
	if n.Classes > 0 {
		layers = append(layers, Layer{Name: "fc", Kind: FullyConnected, Kernel: 1, Stride: 1, Out: Shape{C: n.Classes}})
	}
	return layers
}

// layersV1 lists MobileNetV1 up to its last feature map, without shapes.
func (n Network) layersV1() []Layer {
	layers := []Layer{{Name: "conv", Kind: Conv, Kernel: 3, Stride: 2, Out: Shape{C: n.channels(firstChannels)}}}
	pair := 0
	for i, b := range body {
		if n.Omitted[i] {
			continue
		}
		pair++
		layers = append(layers,
			Layer{Name: fmt.Sprintf("dw%d", pair), Kind: Depthwise, Kernel: 3, Stride: b.stride},
			Layer{Name: fmt.Sprintf("pw%d", pair), Kind: Pointwise, Kernel: 1, Stride: 1, Out: Shape{C: n.channels(b.channels)}})
	}
	return layers
}

// Resize recomputes the shapes and the SAME padding of layers for an input of another shape, in place. It is an error if a layer is left
// without an output pixel, or if the two maps that an addition adds come to have different shapes.
func Resize(layers []Layer, shape Shape) error {
	for i := range layers {
		if err := layers[i].setInput(shape); err != nil {
			return err
		}
		if err := checkAddend(layers, i); err != nil {
			return err
		}
		shape = layers[i].Out
	}
	return nil
}

// checkAddend says what is wrong with what layer i adds, if it is an addition.
func checkAddend(layers []Layer, i int) error {
	l := &layers[i]
	switch {
	case l.Kind != Add:
		return nil
	case l.Addend < 0 || l.Addend >= i-1:
		return fmt.Errorf("layer %s: it is layer %d and adds layer %d, not one before layer %d, its other input", l.Name, i, l.Addend, i-1)
	case layers[l.Addend].Out != l.In:
		return fmt.Errorf("layer %s: it adds layer %s, %v, to %v", l.Name, layers[l.Addend].Name, layers[l.Addend].Out, l.In)
	}
	return nil
}

// AlphaOf finds MobileNetV1's width multiplier from the channel count of the last pointwise layer, 1024 at α=1. Every other count
// then follows, for 1024 is a multiple of them all. The value is rounded to two decimals where that gives the same network.
func AlphaOf(lastChannels int) float64 {
	a := float64(lastChannels) / 1024
	if r := math.Round(a*100) / 100; int(1024*r) == lastChannels {
		return r
	}
	return a
}

// Cost adds up layers: weights, biases and multiply-adds.
func Cost(layers []Layer) (parameters, biases, multiplyAdds int) {
	for i := range layers {
		parameters += layers[i].Parameters()
		biases += layers[i].Biases()
		multiplyAdds += layers[i].MultiplyAdds()
	}
	return parameters, biases, multiplyAdds
}
