package teach

import "math"

// Go computes math.Exp and math.Log in assembly on some processors and in Go on others, and the last bits differ. These are the same
// everywhere: the methods of FreeBSD's e_exp.c and e_log.c, with every product rounded by itself, for a processor that has fused
// multiply-adds would leave that out.

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
	log2E = 1 / math.Ln2
)

// exp is e^x for x of at most 0; below −700 it is 0.
func exp(x float64) float64 {
	if !(x >= -700) {
		return 0
	}
	k := int(float64(log2E*x) - 0.5)
	hi := x - float64(float64(k)*ln2Hi)
	lo := float64(float64(k) * ln2Lo)
	r := hi - lo
	t := float64(r * r)
	// A polynomial for r·coth(r/2), |r| ≤ 0.35, by Horner's rule.
	p := 4.13813679705723846039e-08
	p = float64(t*p) - 1.65339022054652515390e-06
	p = float64(t*p) + 6.61375632143793436117e-05
	p = float64(t*p) - 2.77777777770155933842e-03
	p = float64(t*p) + 1.66666666666666019037e-01
	c := r - float64(t*p)
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)
	return float64(y * math.Float64frombits(uint64(1023+k)<<52))
}

// log is the natural logarithm of a normal x > 0.
func log(x float64) float64 {
	f, k := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f, k = 2*f, k-1
	}
	f--
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	odd := float64(s4*1.479819860511658591e-01) + 1.818357216161805012e-01
	odd = float64(s4*odd) + 2.857142874366239149e-01
	odd = float64(s4*odd) + 6.666666666666735130e-01
	even := float64(s4*1.531383769920937332e-01) + 2.222219843214978396e-01
	even = float64(s4*even) + 3.999999999940941908e-01
	rest := float64(s2*odd) + float64(s4*even)
	half := float64(float64(0.5*f) * f)
	n := float64(k)
	return float64(n*ln2Hi) - ((half - (float64(s*(half+rest)) + float64(n*ln2Lo))) - f)
}
