package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// An operator is how layers of a kind are computed.
type operator struct {
	kind    mobilenet.Kind
	relaxed bool // whether it needs relaxed SIMD,
	dot     bool // and processors that multiply and add bytes in one instruction
	// takes picks layers of the kind; nil: all.
	takes func(l *mobilenet.Layer) bool
	// reads is how the input must be stored, Float32 in a float model; a quantised addition takes what it finds. writes is how the
	// output is stored if no layer reads it, or additions alone.
	reads, writes Layout
	// scratch is the bytes that each thread needs for itself; nil: none.
	scratch func(l *mobilenet.Layer, relaxed bool) int
	// wire finds room for a layer's weights and constants, and gives each thread its calls of kernels.
	wire func(s *step)
}

// operators lists all there are. The first that fits computes a layer.
var operators = [...]operator{
	{kind: mobilenet.Conv, reads: Uint8, scratch: convI16Scratch, wire: wireConvI16},
	{kind: mobilenet.Depthwise, relaxed: true, dot: true, takes: depthwiseDotTakes, reads: Int8, wire: wireDepthwiseDot},
	{kind: mobilenet.Depthwise, reads: Uint8, wire: wireDepthwiseI16},
	{kind: mobilenet.Pointwise, relaxed: true, dot: true, reads: Int8, scratch: pointwiseI8Scratch, wire: wirePointwiseDot},
	{kind: mobilenet.Pointwise, relaxed: true, takes: pointwiseI8Takes, reads: Int8, scratch: pointwiseI8Scratch, wire: wirePointwiseI8},
	{kind: mobilenet.Pointwise, reads: Int16, wire: wirePointwiseI16},
	{kind: mobilenet.FullyConnected, reads: Int16, wire: wirePointwiseI16},
	{kind: mobilenet.AveragePool, reads: Uint8, writes: Int16, wire: wireAveragePool},
	{kind: mobilenet.Add, wire: wireAdd},

	{kind: mobilenet.Conv, reads: Float32, writes: Float32, scratch: convF32Scratch, wire: wireConvF32},
	{kind: mobilenet.Depthwise, reads: Float32, writes: Float32, wire: wireDepthwiseF32},
	{kind: mobilenet.Pointwise, takes: strassenTakes, reads: Float32, writes: Float32, scratch: strassenScratch, wire: wireStrassenF32},
	{kind: mobilenet.Pointwise, reads: Float32, writes: Float32, wire: wirePointwiseF32},
	{kind: mobilenet.FullyConnected, reads: Float32, writes: Float32, wire: wirePointwiseF32},
	{kind: mobilenet.AveragePool, reads: Float32, writes: Float32, wire: wireAveragePoolF32},
	{kind: mobilenet.Add, reads: Float32, writes: Float32, wire: wireAddF32},
}

// operatorFor finds the operator of a layer in a float or a quantised model.
func operatorFor(l *mobilenet.Layer, float bool, c Capabilities) *operator {
	for i := range operators {
		o := &operators[i]
		if o.kind == l.Kind && (o.reads == Float32) == float && (c.Relaxed || !o.relaxed) && (c.Dot || !o.dot) && (o.takes == nil || o.takes(l)) {
			return o
		}
	}
	panic(fmt.Sprintf("simd: no operator for %v, which check let pass", l.Kind))
}
