package reference

import "mobilenet/core/mobilenet"

// add computes ADD of two feature maps, as XNNPACK does (xnn_qu8_vadd and xnn_qs8_vadd, src/qs8-vadd/scalar.c.in): both are taken to the
// output's scale in fixed point, the sum is rounded once, halves up, and clamped to the fused activation after the zero point is added.
// mobilenet.Quantized.AddMultipliers has the formula. int8 is computed as uint8: only differences from the zero points count.
func add(l *mobilenet.Layer, in, addend, out []uint8) {
	q := l.Quantized
	a, b, shift := q.AddMultipliers()
	for i := range out {
		sum := a*(int32(in[i])-int32(q.In.Zero)) + b*(int32(addend[i])-int32(q.Addend.Zero))
		v := (sum+1<<(shift-1))>>shift + int32(q.Out.Zero) // >> keeps the sign
		out[i] = uint8(min(max(v, int32(q.Min)), int32(q.Max)))
	}
}

// addFloat computes ADD of two feature maps of float32.
func addFloat(in, addend, out []float32) {
	for i := range out {
		out[i] = in[i] + addend[i]
	}
}
