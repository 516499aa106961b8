package simd

import (
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
)

// follows lists after which layers one of a kind may stand.
var follows = map[mobilenet.Kind][]mobilenet.Kind{
	mobilenet.Depthwise:      {mobilenet.Conv, mobilenet.Pointwise, mobilenet.Add},
	mobilenet.Pointwise:      {mobilenet.Depthwise, mobilenet.Pointwise, mobilenet.Add},
	mobilenet.Add:            {mobilenet.Pointwise},
	mobilenet.AveragePool:    {mobilenet.Pointwise, mobilenet.Add},
	mobilenet.FullyConnected: {mobilenet.AveragePool, mobilenet.FullyConnected, mobilenet.Pointwise, mobilenet.Add},
}

// maxPad is how many pixels of padding a side may have. SAME needs one; with three, a 3×3 window would see nothing else.
const maxPad = 2

// check refuses models that are wrong, and those that the kernels do not compute: they want an order of layers as MobileNetV1 and V2 have it
// with any Top, and their kernels.
func check(m *mobilenet.Model) error {
	if err := m.Check(); err != nil {
		return err
	}
	if first := m.Layers[0].Kind; first != mobilenet.Conv {
		return fmt.Errorf("the first layer is %v, not a convolution", first)
	}
	for i := range m.Layers[1:] {
		l, last := &m.Layers[i+1], m.Layers[i].Kind
		if l.Kind == mobilenet.Conv {
			return fmt.Errorf("layer %s: a convolution that is not the first layer", l.Name)
		}
		if !slices.Contains(follows[l.Kind], last) {
			return fmt.Errorf("layer %s: a layer of kind %v after one of kind %v", l.Name, l.Kind, last)
		}
	}
	for i := range m.Layers {
		l := &m.Layers[i]
		switch l.Kind {
		case mobilenet.Conv, mobilenet.Depthwise:
			if l.Kernel != 3 {
				return fmt.Errorf("layer %s: kernel %d; only 3×3 is supported", l.Name, l.Kernel)
			}
			if max(l.Pad.Top, l.Pad.Left, l.Pad.Bottom, l.Pad.Right) > maxPad {
				return fmt.Errorf("layer %s: padding %+v; at most %d on each side is supported", l.Name, l.Pad, maxPad)
			}
		case mobilenet.AveragePool:
			if l.In.H*l.In.W > maxPoolCells {
				return fmt.Errorf("layer %s: a pool over %v: at most %d pixels are supported", l.Name, l.In, maxPoolCells)
			}
		}
	}
	return nil
}
