package mobilenet

import (
	"fmt"
	"math"
)

// A RescaleOp is what a Rescale does with its constant.
type RescaleOp uint8

const (
	Multiply RescaleOp = iota
	Plus
	Minus
)

func (o RescaleOp) String() string {
	return [...]string{"multiplication", "addition", "subtraction"}[min(o, Minus)]
}

// A Rescale is an operator of the file between its input and its first layer, as Keras' Rescaling and TF Hub's modules leave them: all
// values are multiplied by a constant, or it is added to them or subtracted, one for all colours or one each.
//
// It is not folded into the weights of the first layer: padding stands for zero after it, and bytes are rounded by it. Since it works on
// a value at a time, all of them together are a table for each colour.
type Rescale struct {
	Op        RescaleOp
	Real      []float32         // the constants of an operator on float32; nil for one on bytes
	Quantized *QuantizedRescale // of an operator on bytes; nil for one on float32
}

// A QuantizedRescale is a Rescale of bytes to bytes.
type QuantizedRescale struct {
	Values            []uint8 // the constants
	In, Constant, Out Quant
}

// colour is the constant's index for colour c.
func colour(constants, c int) int { return min(c, constants-1) }

// float rescales v, of colour c, in float32.
func (r *Rescale) float(v float32, c int) float32 {
	k := r.Real[colour(len(r.Real), c)]
	switch r.Op {
	case Multiply:
		return float32(v * k)
	case Plus:
		return v + k
	}
	return v - k
}

// byte rescales v, of colour c, as XNNPACK does. Sums are those of Quantized.AddMultipliers, differences have the second multiplier's sign
// turned around. A product is rounded once, halves to even (xnn_qu8_vmul and xnn_qs8_vmul, src/qs8-vmul/scalar.c.in):
//
//	s = float32(float32(s_a·s_b)/s_out)
//	q = clamp(roundHalfEven(float32((a−z_a)·(b−z_b))·s) + z_out)
func (r *Rescale) byte(v uint8, c int) uint8 {
	q := r.Quantized
	k := q.Values[colour(len(q.Values), c)]
	a, b := int32(v)-int32(q.In.Zero), int32(k)-int32(q.Constant.Zero)
	if r.Op == Multiply {
		scale := float32(q.In.Scale*q.Constant.Scale) / q.Out.Scale
		return clampByte(math.RoundToEven(float64(float32(float32(a*b)*scale))) + float64(q.Out.Zero))
	}
	sum := Quantized{In: q.In, Addend: q.Constant, Out: q.Out}
	ma, mb, shift := sum.AddMultipliers()
	if r.Op == Minus {
		mb = -mb
	}
	return clampByte(float64((ma*a+mb*b+1<<(shift-1))>>shift + int32(q.Out.Zero)))
}

// check says what is wrong with a Rescale of a picture of the given number of colours.
func (r *Rescale) check(colours int) error {
	n := len(r.Real)
	if (r.Quantized != nil) == (r.Real != nil) || r.Op > Minus {
		return fmt.Errorf("a rescaling is of float32 or of bytes, and a multiplication, an addition or a subtraction")
	}
	if q := r.Quantized; q != nil {
		n = len(q.Values)
		ratio := float32(q.In.Scale*q.Constant.Scale) / q.Out.Scale
		if r.Op != Multiply {
			if err := (&Quantized{In: q.In, Addend: q.Constant, Out: q.Out}).checkAdd(); err != nil {
				return err
			}
		} else if !(ratio >= minProductScale && ratio < maxAddRatio) {
			return fmt.Errorf("a multiplication of scales %v and %v to %v: the ratio, %v, is not in [2^-16,256)", q.In.Scale, q.Constant.Scale, q.Out.Scale, ratio)
		}
	}
	if n != 1 && n != colours {
		return fmt.Errorf("a %v with %d constants for %d colours", r.Op, n, colours)
	}
	for _, k := range r.Real {
		if !finite(k) {
			return fmt.Errorf("a %v with %v", r.Op, k)
		}
	}
	return nil
}

// minProductScale is the least ratio of scales that XNNPACK multiplies at.
const minProductScale = 1.0 / (1 << 16)
