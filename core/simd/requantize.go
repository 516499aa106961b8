package simd

import (
	"math"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// Requantisation takes four int32 sums to the output's scale:
//
//	q = clamp(roundHalfEven(float32(sum) · multiplier) + zero, min, max)
//
// Adding 1.5·2²³ to a float of magnitude below 2²² leaves its integer part, rounded half to even, in the low bits: one
// addition rounds, and one integer subtraction removes the constant, adds the zero point and shifts to the map's Layout.
// Where the range is all 256 values, narrowing with saturation is the clamp. Otherwise, or where the sum could leave 2²²,
// the float is clamped first: bounds are integers, so the order of clamping and rounding does not matter.
type requantizer struct {
	layout  Layout
	clamped bool
}

func (r requantizer) String() string {
	name := "_to_" + r.layout.String()
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

// constantsBytes is the room for a layer's constants, whichever kernel reads them.
const constantsBytes = 128

// The constants of a quantised layer, from their address on: four equal lanes each.
const (
	qMagic = 0  // f32x4 magic
	qShift = 16 // i32x4 what is subtracted from its bits
	qMin   = 32 // f32x4 min − zero
	qMax   = 48 // f32x4 max − zero
	// Of the average pool, f32x4:
	qLess  = 64  // our numbers less the file's, over all pixels: 128·n for int8, else 0
	qScale = 80  // n; of a mean its scale
	qBias  = 96  // n/2; of a mean its bias
	qBack  = 112 // added to the file's number: ours less the zero point
)

// requantizerFor decides how the sums of a layer are requantised. A sum has at most terms products of two bytes.
func requantizerFor(l *mobilenet.Layer, layout Layout, terms int) requantizer {
	q := l.Quantized
	bias, scale := 0.0, 0.0
	for _, b := range q.Bias {
		bias = max(bias, math.Abs(float64(b)))
	}
	for c := range q.WeightScales {
		scale = max(scale, float64(q.Multiplier(c)))
	}
	sum := min(float64(terms)*255*255+bias, 1<<31)
	return requantizer{layout, layout == Int16 || q.Min > 0 || q.Max < 255 || sum*scale >= 1<<21}
}

// requantizerConstants is the address of the layer's constants.
func (s *step) requantizerConstants() int {
	return s.image(constantsBytes, func(b []byte) { packRequantizer(b, s.layer.Quantized, s.out.Layout) })
}

func packRequantizer(b []byte, q *mobilenet.Quantized, layout Layout) {
	zero := int32(q.Out.Zero)
	shift := zero // what is added to the rounded number
	switch layout {
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

// A tileStore says which sums of a tile become which bytes of the output.
type tileStore struct {
	sums      [][]asm.Local // of each pixel, two vectors of i32: eight channels
	constants asm.Local     // address of the layer's constants
	block     asm.Local     // address of the channels' weights, with eight multipliers at blockMultipliers
	out       asm.Local     // address of the channels in the first output pixel
	at        []int         // bytes from there to each pixel
	spare     asm.Local     // a free vector
}

// blockMultipliers is the offset of the multipliers in eight channels' weights; the biases come first.
const blockMultipliers = 32

// store requantises the sums and stores them.
func (r requantizer) store(f *asm.Func, t tileStore) {
	if r.layout == Int16 {
		for i, at := range t.at {
			f.Get(t.out)
			r.narrow(f, t, i)
			f.V128Store(at)
		}
		return
	}
	for i := 0; i < len(t.at); i += 2 { // two pixels share the narrowing to bytes
		pair := i+1 < len(t.at)
		f.Get(t.out)
		r.narrow(f, t, i)
		if pair {
			r.narrow(f, t, i+1)
		} else {
			f.Tee(t.spare).Get(t.spare)
		}
		if r.layout == Int8 {
			f.I8x16NarrowI16x8S()
		} else {
			f.I8x16NarrowI16x8U()
		}
		f.Tee(t.spare).V128Store64Lane(t.at[i], 0)
		if pair {
			f.Get(t.out, t.spare).V128Store64Lane(t.at[i+1], 1)
		}
	}
}

// A heldRequantizer is a requantizer whose constants stay in vectors while a kernel runs, for processors that have registers enough.
type heldRequantizer struct {
	requantizer
	magic, shift, least, most asm.Local
}

// hold loads the constants.
func (r requantizer) hold(f *asm.Func, constants asm.Local) heldRequantizer {
	h := heldRequantizer{requantizer: r, magic: f.Local(asm.V128), shift: f.Local(asm.V128)}
	f.Get(constants).V128Load(qMagic).Set(h.magic)
	f.Get(constants).V128Load(qShift).Set(h.shift)
	if r.clamped {
		h.least, h.most = f.Local(asm.V128), f.Local(asm.V128)
		f.Get(constants).V128Load(qMin).Set(h.least)
		f.Get(constants).V128Load(qMax).Set(h.most)
	}
	return h
}

// store requantises two or four vectors of sums of each pixel, by as many multipliers, and stores them at the given bytes from out on.
func (h heldRequantizer) store(f *asm.Func, sums [][]asm.Local, multipliers []asm.Local, out asm.Local, at []int, spare asm.Local) {
	narrowBytes := f.I8x16NarrowI16x8U
	if h.layout == Int8 {
		narrowBytes = f.I8x16NarrowI16x8S
	}
	for i, pixel := range sums {
		switch {
		case h.layout == Int16:
			for v := 0; v < len(pixel); v += 2 {
				f.Get(out)
				h.narrow(f, pixel[v:], multipliers[v:])
				f.V128Store(at[i] + 8*v)
			}
		case len(pixel) == 4:
			f.Get(out)
			h.narrow(f, pixel, multipliers)
			h.narrow(f, pixel[2:], multipliers[2:])
			narrowBytes().V128Store(at[i])
		case i%2 == 1: // with the one before it
		case i+1 < len(sums):
			f.Get(out)
			h.narrow(f, pixel, multipliers)
			h.narrow(f, sums[i+1], multipliers)
			narrowBytes().Tee(spare).V128Store64Lane(at[i], 0)
			f.Get(out, spare).V128Store64Lane(at[i+1], 1)
		default:
			f.Get(out)
			h.narrow(f, pixel, multipliers)
			f.Tee(spare).Get(spare)
			narrowBytes().V128Store64Lane(at[i], 0)
		}
	}
}

// narrow pushes two requantised vectors as i16x8.
func (h heldRequantizer) narrow(f *asm.Func, sums, multipliers []asm.Local) {
	for v, sum := range sums[:2] {
		f.Get(sum).F32x4ConvertI32x4S().Get(multipliers[v]).F32x4Mul()
		if h.clamped {
			f.Get(h.most).F32x4Pmin().Get(h.least).F32x4Pmax()
		}
		f.Get(h.magic).F32x4Add().Get(h.shift).I32x4Sub()
	}
	f.I16x8NarrowI32x4S()
}

// narrow pushes the eight requantised channels of pixel i as i16x8.
func (r requantizer) narrow(f *asm.Func, t tileStore, i int) {
	for v, sum := range t.sums[i] {
		f.Get(sum).F32x4ConvertI32x4S().Get(t.block).V128Load(blockMultipliers + 16*v).F32x4Mul()
		if r.clamped {
			f.Get(t.constants).V128Load(qMax).F32x4Pmin().Get(t.constants).V128Load(qMin).F32x4Pmax()
		}
		f.Get(t.constants).V128Load(qMagic).F32x4Add().Get(t.constants).V128Load(qShift).I32x4Sub()
	}
	f.I16x8NarrowI32x4S()
}
