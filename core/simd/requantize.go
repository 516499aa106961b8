package simd

import (
	"encoding/binary"
	"math"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// Requantisation takes four int32 sums to the output's scale:
//
//	q = clamp(roundHalfEven(float32(sum) · multiplier) + zero, min, max)
//
// Adding 1.5·2²³ to a float of magnitude below 2²² leaves its integer part, rounded half to even, in the low bits: one
// addition rounds, and one integer subtraction takes the constant away, adds the zero point and shifts to the map's Form.
// Where the range is all 256 values, narrowing with saturation is the clamp. Otherwise, or where the sum could leave 2²²,
// the float is clamped first: bounds are integers, so clamping and rounding can change places.
type requantizer struct {
	form    Form
	clamped bool
}

func (r requantizer) String() string {
	name := "_to_" + r.form.String()
	if r.clamped {
		name += "_clamped"
	}
	return name
}

// magic is 1.5·2²³ and its bits.
const (
	magic     = 12582912
	magicBits = 0x4b400000
)

// The constants of a layer, sixteen bytes each, that the kernels' parameter q points to.
const (
	qMagic = 0  // f32x4 magic
	qShift = 16 // i32x4 what to subtract from its bits
	qMin   = 32 // f32x4 min − zero
	qMax   = 48 // f32x4 max − zero
	// Of the average pool, f32x4:
	qLess  = 64  // what the file's numbers are less than ours, for all cells: 128·n for int8, else 0
	qScale = 80  // n; of a mean its scale
	qBias  = 96  // n/2; of a mean its bias
	qBack  = 112 // what takes the file's number to ours less the zero point

	qLength = 128
)

// requantizerFor decides how the sums of a layer are requantised. A sum has at most terms products of two bytes.
func requantizerFor(l *mobilenet.Layer, form Form, terms int) requantizer {
	q := l.Quantized
	bias, scale := 0.0, 0.0
	for _, b := range q.Bias {
		bias = max(bias, math.Abs(float64(b)))
	}
	for c := range q.WeightScales {
		scale = max(scale, float64(q.Multiplier(c)))
	}
	sum := min(float64(terms)*255*255+bias, 1<<31)
	return requantizer{form, form == Int16 || q.Min > 0 || q.Max < 255 || sum*scale >= 1<<21}
}

// constants packs what the kernels of convolutions find at q.
func constants(b []byte, l *mobilenet.Layer, form Form) {
	q := l.Quantized
	zero := int32(q.Out.Zero)
	shift := zero // what is added to the rounded number
	switch form {
	case Int8:
		shift = zero - 128
	case Int16:
		shift = 0
	}
	splat(b[qMagic:], math.Float32bits(magic))
	splat(b[qShift:], uint32(magicBits-shift))
	splat(b[qMin:], math.Float32bits(float32(int32(q.Min)-zero)))
	splat(b[qMax:], math.Float32bits(float32(int32(q.Max)-zero)))
}

// splat writes v into four lanes.
func splat(b []byte, v uint32) {
	for i := range 4 {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
}

// lanes requantises four sums on the stack to i32 lanes. The channels' multipliers lie at address m + offset.
func (r requantizer) lanes(f *asm.Func, q, m asm.Local, offset int) {
	f.F32x4ConvertI32x4S().Get(m).V128Load(offset).F32x4Mul()
	if r.clamped {
		f.Get(q).V128Load(qMax).F32x4Pmin().Get(q).V128Load(qMin).F32x4Pmax()
	}
	f.Get(q).V128Load(qMagic).F32x4Add().Get(q).V128Load(qShift).I32x4Sub()
}

// store requantises two vectors of sums a pixel, eight channels, and stores each pixel at out + at[i].
func (r requantizer) store(f *asm.Func, sums [][]asm.Local, q, m asm.Local, offset int, out asm.Local, at []int, t asm.Local) {
	eight := func(i int) { // leaves i16x8
		for v := range 2 {
			f.Get(sums[i][v])
			r.lanes(f, q, m, offset+16*v)
		}
		f.I16x8NarrowI32x4S()
	}
	if r.form == Int16 {
		for i := range sums {
			f.Get(out)
			eight(i)
			f.V128Store(at[i])
		}
		return
	}
	for i := 0; i < len(sums); i += 2 { // two pixels share the narrowing to bytes
		second := min(i+1, len(sums)-1)
		f.Get(out)
		eight(i)
		if second > i {
			eight(second)
		} else {
			f.Tee(t).Get(t)
		}
		if r.form == Int8 {
			f.I8x16NarrowI16x8S()
		} else {
			f.I8x16NarrowI16x8U()
		}
		f.Tee(t).V128Store64Lane(at[i], 0)
		if second > i {
			f.Get(out, t).V128Store64Lane(at[second], 1)
		}
	}
}
