// Package scalar computes MobileNetV1 and V2 in Go that is written for speed: the fallback where there is no WebAssembly SIMD, engine "go". Its
// quantised outputs are core/reference's byte for byte.
package scalar

import (
	"fmt"

	"mobilenet/core/internal/layerwise"
	"mobilenet/core/mobilenet"
)

// New makes an engine for model, on one thread. All memory it will need is taken here. A model that fails Model.Check is an error, and so
// is a quantised one whose sums have more products than maxTerms, 66051.
func New(model *mobilenet.Model) (mobilenet.Engine, error) {
	if err := model.Check(); err != nil {
		return nil, err
	}
	if model.Type == mobilenet.Float32 {
		return layerwise.NewFloat("go", model, computeFloat), nil
	}
	for i := range model.Layers {
		l := &model.Layers[i]
		if l.Kind != mobilenet.AveragePool && l.Parameters()/l.Out.C > maxTerms {
			return nil, fmt.Errorf("layer %s adds up more than %d products", l.Name, maxTerms)
		}
	}
	q := newQuantized(model)
	return layerwise.NewQuantized("go", model, q.memory(), q.layer), nil
}

// maxTerms bounds the products in one sum, so that it fits the 32 bits that packed sums have: terms·255·255 < 1<<32.
const maxTerms = (1<<32 - 1) / (255 * 255)

// inside reports whether pixel (y, x) is one of a feature map's, and not of its padding.
func inside(s mobilenet.Shape, y, x int) bool {
	return y >= 0 && y < s.H && x >= 0 && x < s.W
}
