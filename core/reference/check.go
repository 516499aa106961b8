package reference

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// maxTerms bounds the products in one sum, so that it fits the 32 bits that packed sums have: terms·255·255 < 1<<32.
const maxTerms = (1<<32 - 1) / (255 * 255)

// check refuses a model that the loops of this package could not run without leaving their slices.
func check(m *mobilenet.Model) error {
	if err := m.Check(); err != nil {
		return err
	}
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.Kind != mobilenet.Depthwise && l.Kernel*l.Kernel*l.In.C > maxTerms && l.Kind != mobilenet.AveragePool {
			return fmt.Errorf("layer %s adds up more than %d products", l.Name, maxTerms)
		}
	}
	return nil
}
