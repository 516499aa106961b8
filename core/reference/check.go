package reference

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// maxTerms bounds the products in one sum, so that it fits the 32 bits that packed sums have: terms·255·255 < 1<<32.
const maxTerms = (1<<32 - 1) / (255 * 255)

// check refuses a model that the loops of this package could not run without leaving their slices.
func check(m *mobilenet.Model) error {
	if len(m.Layers) == 0 {
		return fmt.Errorf("the model has no layers")
	}
	pools := 0
	before := mobilenet.Shape{H: m.Resolution, W: m.Resolution, C: 3}
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.In != before || l.Out.Len() <= 0 {
			return fmt.Errorf("layer %s reads %v and gives %v: the one before it gives %v", l.Name, l.In, l.Out, before)
		}
		if l.Kind == mobilenet.AveragePool {
			pools++
			if l.Out.H != 1 || l.Out.W != 1 {
				return fmt.Errorf("layer %s: an average pool gives one pixel, not %v", l.Name, l.Out)
			}
		}
		if err := checkKernel(l); err != nil {
			return err
		}
		if err := checkWeights(m.Type, l); err != nil {
			return err
		}
		before = l.Out
	}
	if pools != 1 {
		return fmt.Errorf("the model has %d average pools, not one", pools)
	}
	return nil
}

func checkKernel(l *mobilenet.Layer) error {
	switch l.Kind {
	case mobilenet.Conv, mobilenet.Depthwise:
		// The last pixel's kernel may reach at most to the end of the padding.
		if l.Kernel < 1 || l.Stride < 1 || l.Pad.Top < 0 || l.Pad.Left < 0 ||
			(l.Out.H-1)*l.Stride+l.Kernel > l.In.H+l.Pad.Top+l.Pad.Bottom || (l.Out.W-1)*l.Stride+l.Kernel > l.In.W+l.Pad.Left+l.Pad.Right {
			return fmt.Errorf("layer %s: kernel %d, stride %d and padding %+v do not make %v of %v", l.Name, l.Kernel, l.Stride, l.Pad, l.Out, l.In)
		}
	case mobilenet.Pointwise, mobilenet.FullyConnected:
		if l.Out.H != l.In.H || l.Out.W != l.In.W {
			return fmt.Errorf("layer %s: a %v layer keeps height and width, not %v to %v", l.Name, l.Kind, l.In, l.Out)
		}
	case mobilenet.AveragePool:
	default:
		return fmt.Errorf("layer %s: unknown kind %v", l.Name, l.Kind)
	}
	if (l.Kind == mobilenet.Depthwise || l.Kind == mobilenet.AveragePool) && l.Out.C != l.In.C {
		return fmt.Errorf("layer %s: a %v layer keeps the channels, not %v to %v", l.Name, l.Kind, l.In, l.Out)
	}
	if l.Kernel*l.Kernel*l.In.C > maxTerms && l.Kind != mobilenet.Depthwise && l.Kind != mobilenet.AveragePool {
		return fmt.Errorf("layer %s adds up more than %d products", l.Name, maxTerms)
	}
	return nil
}

func checkWeights(t mobilenet.DType, l *mobilenet.Layer) error {
	var weights, biases, scales int
	switch {
	case t == mobilenet.Float32 && l.Float != nil:
		weights, biases, scales = len(l.Float.Weights), len(l.Float.Bias), 1
	case t != mobilenet.Float32 && l.Quantized != nil:
		weights, biases, scales = len(l.Quantized.Weights), len(l.Quantized.Bias), len(l.Quantized.WeightScales)
	default:
		return fmt.Errorf("layer %s has no %v weights", l.Name, t)
	}
	if l.Kind == mobilenet.AveragePool {
		return nil
	}
	if weights != l.Parameters() || biases != l.Biases() || (scales != 1 && scales != l.Out.C) {
		return fmt.Errorf("layer %s: %d weights, %d biases and %d scales do not fit %v to %v", l.Name, weights, biases, scales, l.In, l.Out)
	}
	return nil
}
