package mobilenet

import "math"

// Quant is the affine quantisation of a tensor: real = Scale · (q − Zero).
//
// Everything quantised is held as uint8. A file's int8 tensor is the same numbers with 128 added to values and zero points;
// only Model.Output remembers the type, to give back the file's own bytes.
type Quant struct {
	Scale float32
	Zero  uint8
}

// Real is the number that q stands for.
func (q Quant) Real(v uint8) float32 { return q.Scale * float32(int32(v)-int32(q.Zero)) }

// Quantize is the number that stands for real, as LiteRT's QUANTIZE makes it of a float32 (XNNPACK's f32 to qs8 and qu8
// conversion): real times the scale's reciprocal, in float32, rounded half to even.
func (q Quant) Quantize(real float32) uint8 {
	v := float32(real * float32(1/q.Scale))
	return clampByte(math.RoundToEven(float64(v)) + float64(q.Zero))
}

// rescale takes v, quantised by in, to out, as LiteRT's QUANTIZE does between 8-bit tensors. Nearly every file has one scale on
// both sides, and then it only moves the zero point. The arithmetic was found by asking LiteRT.js (tests/litert).
func rescale(v uint8, in, out Quant, sameType bool) uint8 {
	steps := int64(v) - int64(in.Zero)
	if sameType {
		// int8 to int8 and uint8 to uint8 are XNNPACK's: a factor with 8 bits after the point, halves rounded up.
		factor := int64(math.RoundToEven(float64(256 * float32(in.Scale/out.Scale))))
		return clampByte(float64((int64(out.Zero)<<8 + 128 + steps*factor) >> 8))
	}
	// Between int8 and uint8 TFLite's own kernel runs, gemmlowp's: the product with a 31-bit fraction is rounded, halves up, then
	// the shift by the exponent is, halves away from zero. All of it is exact in float64.
	fraction, exponent := math.Frexp(float64(in.Scale) / float64(out.Scale))
	product := float64(steps) * math.Round(fraction*(1<<31)) * float64(int64(1)<<min(max(exponent, 0), 22))
	high := math.Floor(product/(1<<31) + 0.5)
	right := float64(int64(1) << min(max(-exponent, 0), 31))
	return clampByte(math.Round(high/right) + float64(out.Zero))
}

// clampByte saturates an integer held in a float64; NaN becomes 0.
func clampByte(v float64) uint8 {
	switch {
	case v >= 255:
		return 255
	case v > 0:
		return uint8(v)
	}
	return 0
}
