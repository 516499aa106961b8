package quantize

import "mobilenet/core/mobilenet"

// sensitivities are how much a small independent error in each value of a layer's channel adds to the squared error of the logits, up to a
// factor that all layers have in common: backwards through the network, an error of variance 1 becomes one of w² behind a weight w, as often as
// the activation lets it through. (Which channels matter most in trained networks, it was found to tell as well as rounding them one by one did.)
func sensitivities(m *mobilenet.Model, seen *observation) [][]float64 {
	all := make([][]float64, len(m.Layers))
	for i := range m.Layers {
		all[i] = make([]float64, m.Layers[i].Out.C)
	}
	last := all[len(all)-1]
	for c := range last {
		last[c] = 1
	}
	for i := len(m.Layers) - 1; i > 0; i-- {
		l, out, in := &m.Layers[i], all[i], all[i-1]
		switch l.Kind {
		case mobilenet.Add:
			for c, s := range out {
				in[c] += s
				all[l.Addend][c] += s
			}
		case mobilenet.AveragePool:
			for c, s := range out {
				in[c] += s / float64(l.In.H*l.In.W)
			}
		default:
			// An output pixel of a layer with strides reads more input pixels than there are outputs for each.
			pixels := float64(l.Out.H*l.Out.W) / float64(l.In.H*l.In.W)
			for k, w := range l.Float.Weights {
				c := channelOf(l, k)
				in[k%l.In.C] += float64(float64(float64(w)*float64(w)) * out[c] * seen.layers[i].active[c] * pixels)
			}
		}
	}
	return all
}
