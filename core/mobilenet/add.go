package mobilenet

import (
	"fmt"
	"math"
)

// A scale of an addition's inputs is at least minAddRatio times the output's, and less than maxAddRatio times it: what XNNPACK computes.
const (
	minAddRatio = 1.0 / 1024
	maxAddRatio = 256
)

// addBits is how many bits of fraction the larger multiplier of an addition has.
const addBits = 20

// AddMultipliers gives the whole numbers with which XNNPACK adds feature maps of 8 bits (xnn_init_qu8_add_minmax_scalar_params and
// xnn_init_qs8_add_minmax_scalar_params in src/microparams-init.c). In is the quantisation of a, Addend that of b:
//
//	r_a = s_a/s_out, r_b = s_b/s_out                in float32
//	shift = 20 − ⌊log2 max(r_a, r_b)⌋               12 to 30
//	m_a = r_a·2^shift, m_b = r_b·2^shift            rounded, halves to even: the larger has 21 bits
//	q = clamp((m_a·(a−z_a) + m_b·(b−z_b) + 2^(shift−1)) >> shift + z_out)
//
// All of q is computed in int32, which no sum leaves: |m·(a−z)| < 2^29, twice, and 2^29. The shift keeps the sign, so that halves are
// rounded up. int8 gives the same as uint8, for only differences from the zero points count. The model must have passed Check.
func (q *Quantized) AddMultipliers() (in, addend int32, shift uint) {
	a, b := q.In.Scale/q.Out.Scale, q.Addend.Scale/q.Out.Scale
	_, exponent := math.Frexp(float64(max(a, b))) // max(a, b) is in [2^(exponent−1), 2^exponent)
	n := addBits - (exponent - 1)
	scaled := func(ratio float32) int32 { return int32(math.RoundToEven(math.Ldexp(float64(ratio), n))) }
	return scaled(a), scaled(b), uint(n)
}

// checkAdd refuses scales for which AddMultipliers has no answer.
func (q *Quantized) checkAdd() error {
	for _, s := range []float32{q.In.Scale, q.Addend.Scale, q.Out.Scale} {
		if !(s > 0) || !finite(s) {
			return fmt.Errorf("an addition of scales %v and %v to %v: all must be positive and finite", q.In.Scale, q.Addend.Scale, q.Out.Scale)
		}
	}
	for _, s := range []float32{q.In.Scale, q.Addend.Scale} {
		if ratio := s / q.Out.Scale; !(ratio >= minAddRatio && ratio < maxAddRatio) {
			return fmt.Errorf("an addition of scale %v to an output of scale %v: the ratio, %v, is not in [1/1024,256)", s, q.Out.Scale, ratio)
		}
	}
	return nil
}
