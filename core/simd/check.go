package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// check refuses models that are wrong, and those that the kernels do not compute: they want MobileNetV1's order of layers and its kernels.
func check(m *mobilenet.Model) error {
	if err := m.Check(); err != nil {
		return err
	}
	if first := m.Layers[0].Kind; first != mobilenet.Conv {
		return fmt.Errorf("the first layer is %v, not a convolution", first)
	}
	for i := range m.Layers[1:] {
		l, last := &m.Layers[i+1], m.Layers[i].Kind
		before := mobilenet.Pointwise // what a layer of this kind reads the output of
		switch l.Kind {
		case mobilenet.Conv:
			return fmt.Errorf("layer %s: a convolution that is not the first layer", l.Name)
		case mobilenet.Add:
			return fmt.Errorf("layer %s: an addition, which this engine does not compute", l.Name)
		case mobilenet.Pointwise:
			before = mobilenet.Depthwise
		case mobilenet.FullyConnected:
			before = mobilenet.AveragePool
		}
		if last != before && !(l.Kind == mobilenet.Depthwise && last == mobilenet.Conv) {
			return fmt.Errorf("layer %s: a %v layer after a %v layer", l.Name, l.Kind, last)
		}
	}
	for i := range m.Layers {
		l := &m.Layers[i]
		switch l.Kind {
		case mobilenet.Conv, mobilenet.Depthwise:
			if l.Kernel != 3 {
				return fmt.Errorf("layer %s: kernel %d; only 3×3 is supported", l.Name, l.Kernel)
			}
		case mobilenet.AveragePool:
			if l.In.H*l.In.W > maxPoolCells {
				return fmt.Errorf("layer %s: a pool over %v: at most %d pixels are supported", l.Name, l.In, maxPoolCells)
			}
		}
	}
	return nil
}
