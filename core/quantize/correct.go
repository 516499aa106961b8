package quantize

import (
	"math"

	"mobilenet/core/mobilenet"
)

const (
	// corrections is how often the biases are corrected by what the quantised network gives, and correctionPictures how many pictures it gives
	// that for: the float network's means are over the same, so that few are enough.
	corrections        = 2
	correctionPictures = 32
	// minActive is the part of a channel's values that must pass its activation for its bias to be corrected: with less of them the bias would
	// have to move far for little.
	minActive = 0.1
)

// correct moves the biases so that in the mean each channel gives what it gives in the float network, after activation and rounding. All
// layers are corrected at once: of a channel's error only that part is its own which its inputs' errors do not explain, for those are corrected
// too.
func (q *quantizer) correct(n *mobilenet.Model, seen *observation) error {
	if q.KeepBiases {
		return nil
	}
	for range corrections {
		means := make([][]float64, len(n.Layers))
		pixels := make([]float64, len(n.Layers))
		for i := range means {
			means[i] = make([]float64, n.Layers[i].Out.C)
		}
		current := 0
		want := mobilenet.Want{Each: func(i int, values []float32) {
			chosen := sample(n.Layers[i].Out, statPixels, current)
			pixels[i] += float64(len(chosen))
			for _, p := range chosen {
				for c, v := range values[p*len(means[i]):][:len(means[i])] {
					means[i][c] += float64(v)
				}
			}
		}}
		err := q.run(n, min(len(q.pictures), correctionPictures), want, func(picture int, _ *mobilenet.Result) error {
			current = picture + 1
			return nil
		})
		if err != nil {
			return err
		}
		for i := range means {
			for c := range means[i] {
				means[i][c] = seen.layers[i].few[c] - means[i][c]/pixels[i] // from here on, what is missing
			}
		}
		for i := range n.Layers {
			var in []float64
			if i > 0 {
				in = means[i-1]
			}
			if l := &n.Layers[i]; l.Parameters() > 0 && (in == nil || l.Kind != mobilenet.FullyConnected || l.In.H*l.In.W == 1) {
				correctLayer(l, in, means[i], seen.layers[i].active)
			}
		}
	}
	return nil
}

// correctLayer adds to a layer's biases what its channels are missing, less what they miss because their inputs do (nil: those miss nothing).
func correctLayer(l *mobilenet.Layer, in, out, active []float64) {
	n := l.Quantized
	own := make([]float64, len(out))
	for c := range own {
		if active[c] >= minActive {
			own[c] = out[c] / active[c]
		}
	}
	if in != nil {
		for i, w := range n.Weights {
			c := channelOf(l, i)
			own[c] -= float64(float64(int(w)-int(n.WeightZero)) * float64(n.WeightScale(c)) * in[i%len(in)])
		}
	}
	for c := range own {
		if active[c] >= minActive {
			b := float64(n.Bias[c]) + math.RoundToEven(own[c]/float64(n.In.Scale*n.WeightScale(c)))
			n.Bias[c] = int32(math.Min(math.Max(b, -maxBias), maxBias))
		}
	}
}
