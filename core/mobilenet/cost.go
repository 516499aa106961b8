package mobilenet

// The paper's letters (arXiv 1704.04861, section 3.1): a layer with square kernels of side Dk reads M channels and makes N,
// each a feature map of DF×DF.

// StandardCost is what a standard convolution costs (equation 2): Dk²·M·N weights, each used DF² times.
func StandardCost(dk, m, n, df int) (parameters, multiplyAdds int) {
	parameters = dk * dk * m * n
	return parameters, parameters * df * df
}

// SeparableCost is what a depthwise separable convolution costs (equation 5): Dk²·M weights to filter each channel by itself
// and M·N to mix them, each used DF² times.
func SeparableCost(dk, m, n, df int) (parameters, multiplyAdds int) {
	parameters = dk*dk*m + m*n
	return parameters, parameters * df * df
}

// Reduction is SeparableCost divided by StandardCost, 1/N + 1/Dk²: parameters and multiply-adds alike.
func Reduction(dk, n int) float64 { return 1/float64(n) + 1/float64(dk*dk) }

// BottleneckCost is what a block of MobileNetV2 costs at stride 1 (arXiv 1801.04381, section 3.3): m channels are expanded t times,
// filtered with kernels of side dk and projected to n, m·t·(m + dk² + n) weights, each used df² times. At t=1 nothing is expanded, and
// the weights are m·(dk² + n). The addition counts nothing.
func BottleneckCost(dk, t, m, n, df int) (parameters, multiplyAdds int) {
	parameters = m * t * (dk*dk + n)
	if t > 1 {
		parameters += m * t * m
	}
	return parameters, parameters * df * df
}

// Scaling is what the width multiplier α and the resolution multiplier ρ make of a network's cost, about: α² of its parameters
// and α²·ρ² of its multiply-adds (equations 6 and 7). The depthwise layers and the first shrink by α alone.
func Scaling(alpha, rho float64) (parameters, multiplyAdds float64) {
	return alpha * alpha, alpha * alpha * rho * rho
}

// StandardNetwork is what layers would cost with a standard convolution in place of each depthwise separable one, in the
// strides of the depthwise ones: the "Conv MobileNet" of the paper's Table 4.
func StandardNetwork(layers []Layer) (parameters, multiplyAdds int) {
	for i := range layers {
		l := &layers[i]
		p, ma := l.Parameters(), l.MultiplyAdds()
		switch {
		case l.Kind == Depthwise:
			continue // part of the pointwise layer that follows
		case l.Kind == Pointwise && i > 0 && layers[i-1].Kind == Depthwise:
			p, ma = StandardCost(layers[i-1].Kernel, l.In.C, l.Out.C, l.Out.H)
		}
		parameters += p
		multiplyAdds += ma
	}
	return parameters, multiplyAdds
}
