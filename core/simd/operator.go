package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// An operator is how one layer is computed.
type operator struct {
	reads   Layout // how its input must be stored
	writes  Layout // how it stores its output if no layer reads it
	scratch int    // bytes that each thread needs for itself
	// wire finds a place for the layer's weights and constants, and gives each thread its calls of kernels.
	wire func(s *step)
}

// A target is what decides, beside a layer, how it is computed.
type target struct {
	float   bool // a float32 model, otherwise a quantised one
	relaxed bool // relaxed SIMD may be used
}

// operators lists all there are. The first that takes a layer, and is not nil, computes it.
var operators = [...]func(l *mobilenet.Layer, t target) *operator{
	convOperator,
	depthwiseF32Operator,
	depthwiseI16Operator,
	strassenF32Operator,
	pointwiseF32Operator,
	pointwiseI8Operator,
	pointwiseI16Operator,
	averagePoolF32Operator,
	averagePoolOperator,
}

func operatorFor(l *mobilenet.Layer, t target) *operator {
	for _, take := range operators {
		if o := take(l, t); o != nil {
			return o
		}
	}
	panic(fmt.Sprintf("simd: no operator for %v, which check let pass", l.Kind))
}
