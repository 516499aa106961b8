// Package reference computes MobileNetV1 (arXiv 1704.04861) and MobileNetV2 (arXiv 1801.04381) in the plainest Go. It is the definition of right: for quantised models its
// output is byte for byte what LiteRT gives with XNNPACK, and every other engine is tested against it. It is written to be read and takes
// its time; core/scalar is the plain engine for use.
package reference

import (
	"mobilenet/core/internal/layerwise"
	"mobilenet/core/mobilenet"
)

// New makes an engine for model, on one thread. All memory it will need is taken here. A model that fails Model.Check is an error.
func New(model *mobilenet.Model) (mobilenet.Engine, error) {
	if err := model.Check(); err != nil {
		return nil, err
	}
	if model.Type == mobilenet.Float32 {
		return layerwise.NewFloat("reference", model, computeFloat), nil
	}
	return layerwise.NewQuantized("reference", model, 0, func(i int, in, addend, out []uint8) {
		compute(model.Type, &model.Layers[i], in, addend, out)
	}), nil
}

// inside reports whether pixel (y, x) is one of a feature map's, and not of its padding.
func inside(s mobilenet.Shape, y, x int) bool {
	return y >= 0 && y < s.H && x >= 0 && x < s.W
}
