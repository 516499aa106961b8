package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// check refuses what the kernels do not compute.
func check(m *mobilenet.Model) error {
	n := len(m.Layers)
	if n == 0 {
		return fmt.Errorf("the model has no layers")
	}
	for i := range m.Layers {
		l := &m.Layers[i]
		before := mobilenet.Conv // whose output a layer of this kind may read
		switch l.Kind {
		case mobilenet.Conv:
			if i > 0 {
				return fmt.Errorf("layer %s: a convolution that is not the first layer", l.Name)
			}
			if l.In.C != 3 {
				return fmt.Errorf("layer %s: the input has %d channels, not 3", l.Name, l.In.C)
			}
		case mobilenet.Pointwise:
			before = mobilenet.Depthwise
		case mobilenet.Depthwise, mobilenet.AveragePool:
			before = mobilenet.Pointwise
		case mobilenet.FullyConnected:
			before = mobilenet.AveragePool
		default:
			return fmt.Errorf("layer %s: unknown kind %v", l.Name, l.Kind)
		}
		if i > 0 && m.Layers[i-1].Kind != before && !(l.Kind == mobilenet.Depthwise && i == 1) {
			return fmt.Errorf("layer %s: a %v layer after a %v layer", l.Name, l.Kind, m.Layers[i-1].Kind)
		}
		if i > 0 && m.Layers[i-1].Out != l.In {
			return fmt.Errorf("layer %s reads %v, but the layer before it gives %v", l.Name, l.In, m.Layers[i-1].Out)
		}
		if (l.Kind == mobilenet.Conv || l.Kind == mobilenet.Depthwise) && (l.Kernel != 3 || l.Stride < 1) {
			return fmt.Errorf("layer %s: kernel %d with stride %d; only 3×3 is supported", l.Name, l.Kernel, l.Stride)
		}
		if err := checkWeights(m, i); err != nil {
			return fmt.Errorf("layer %s: %w", l.Name, err)
		}
	}
	if m.Layers[0].Kind != mobilenet.Conv {
		return fmt.Errorf("the first layer is %v, not a convolution", m.Layers[0].Kind)
	}
	if last := m.Layers[n-1].Kind; last != mobilenet.AveragePool && last != mobilenet.FullyConnected {
		return fmt.Errorf("the last layer is %v, not an average pool or a classifier", last)
	}
	return nil
}

func checkWeights(m *mobilenet.Model, i int) error {
	l := &m.Layers[i]
	var weights, biases, scales int
	switch q, f := l.Quantized, l.Float; {
	case m.Type == mobilenet.Float32 && f != nil:
		weights, biases, scales = len(f.Weights), len(f.Bias), 1
	case m.Type == mobilenet.Float32 || q == nil:
		return fmt.Errorf("no %v weights", m.Type)
	default:
		if i > 0 && m.Layers[i-1].Quantized.Out != q.In {
			return fmt.Errorf("its input is quantised as %+v, the output before it as %+v", q.In, m.Layers[i-1].Quantized.Out)
		}
		weights, biases, scales = len(q.Weights), len(q.Bias), len(q.WeightScales)
	}
	if l.Kind == mobilenet.AveragePool {
		if l.In.H*l.In.W > maxPoolCells {
			return fmt.Errorf("a pool over %v: at most %d pixels are supported", l.In, maxPoolCells)
		}
		return nil
	}
	if weights != l.Parameters() || biases != l.Biases() || (scales != 1 && scales != l.Out.C) {
		return fmt.Errorf("%d weights, %d biases and %d scales do not fit %v to %v", weights, biases, scales, l.In, l.Out)
	}
	return nil
}
