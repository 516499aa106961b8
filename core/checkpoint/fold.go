package checkpoint

import (
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
)

// fold is the unit's weights and bias with batch normalisation in them. It makes γ·(w·x + b − μ)/√(σ²+ε) + β of w·x + b, so with
// s = γ/√(σ²+ε) the weights are s·w and the bias is s·(b − μ) + β, all in float64 and rounded once.
func (u *unit) fold(l *mobilenet.Layer, epsilon Setting[float64]) (*mobilenet.Float, error) {
	weights, err := u.kernel.values()
	if err != nil {
		return nil, err
	}
	channels := l.Out.C
	bias, err := optional(u.bias, channels, 0)
	if err != nil {
		return nil, err
	}
	scale := ones(channels)
	if n := u.norm; n != nil {
		if scale, err = n.fold(bias, epsilon); err != nil {
			return nil, err
		}
	}
	f := &mobilenet.Float{Weights: make([]float32, len(weights)), Bias: make([]float32, channels)}
	terms := len(weights) / channels
	for i, w := range weights {
		c := i / terms
		if l.Kind == mobilenet.Depthwise { // channels are innermost
			c = i % channels
		}
		if f.Weights[i] = float32(w * scale[c]); math.IsInf(float64(f.Weights[i]), 0) {
			return nil, fmt.Errorf("tensor %s: %v times %v, which batch normalisation makes of it, is too large for a float32", u.kernel.name, w, scale[c])
		}
	}
	for c, b := range bias {
		if f.Bias[c] = float32(b); math.IsInf(float64(f.Bias[c]), 0) {
			return nil, fmt.Errorf("layer %s: the bias %v of channel %d is too large for a float32", u.name, b, c)
		}
	}
	return f, nil
}

// fold is what batch normalisation multiplies each channel by; bias becomes the bias after it.
func (m *module) fold(bias []float64, epsilon Setting[float64]) (scale []float64, err error) {
	e := epsilon.Value
	if m.epsilon != nil && epsilon.From != FromOption {
		e = *m.epsilon
	}
	gamma, err := optional(m.gamma, len(bias), 1)
	if err != nil {
		return nil, err
	}
	beta, err := optional(m.beta, len(bias), 0)
	if err != nil {
		return nil, err
	}
	mean, err := m.mean.values()
	if err != nil {
		return nil, err
	}
	variance, err := m.variance.values()
	if err != nil {
		return nil, err
	}
	for c := range bias {
		if !(variance[c]+e > 0) {
			return nil, fmt.Errorf("tensor %s: channel %d has variance %v, and %v is added to it; the sum must be more than 0", m.variance.name, c, variance[c], e)
		}
		s := gamma[c] / math.Sqrt(variance[c]+e)
		gamma[c], bias[c] = s, float64((bias[c]-mean[c])*s)+beta[c]
	}
	return gamma, nil
}

// optional are the values of a tensor that may be missing; then n times usual.
func optional(t *tensor, n int, usual float64) ([]float64, error) {
	if t != nil {
		return t.values()
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = usual
	}
	return values, nil
}

func ones(n int) []float64 {
	values, _ := optional(nil, n, 1)
	return values
}
