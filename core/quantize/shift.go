package quantize

import (
	"math"

	"mobilenet/core/mobilenet"
)

const (
	// margin is how much farther on each side than the range that was seen a channel may go, as part of that range.
	margin = 0.3
	// maxShiftScale bounds what a channel that is moved is scaled by, and below minShiftScale it is not worth it.
	maxShiftScale = 4
	minShiftScale = 1.1
)

// shift moves channels between a depthwise layer and the pointwise one that reads it, where ReLU or ReLU6 does not cut them off on both sides:
// of a channel that is always between 3 and 5 the bytes for 0 to 3 are wasted. It is made to begin at 0 and scaled to fill the range; one that
// reaches ReLU6's bound is turned over, so that 6 becomes 0. The bias of the pointwise layer takes up the constant, exactly, for a 1×1
// convolution has no padding. (Before a depthwise layer padding would have to move too.)
func shift(a, b *mobilenet.Layer, o *observed) {
	if a.Kind != mobilenet.Depthwise || b.Kind != mobilenet.Pointwise || a.Float.Min != 0 {
		return
	}
	bound := float64(a.Float.Max)
	fill := bound
	if math.IsInf(bound, 1) {
		fill = 0
		for _, v := range o.most {
			fill = math.Max(fill, float64(v))
		}
	}
	channels := a.Out.C
	for c := range channels {
		low, high := float64(o.minimum[c]), float64(o.most[c])
		room := margin * (high - low)
		low, high = low-room, math.Min(high+room, bound)
		if !(low > 0) || high <= low {
			continue // it is cut off at 0, or says nothing
		}
		scale := math.Min(fill/(high-low), maxShiftScale)
		if scale < minShiftScale {
			continue
		}
		constant := -scale * low // value·scale + constant
		if high == bound {
			scale, constant = -scale, scale*bound
		}
		for t := range a.Kernel * a.Kernel {
			w := &a.Float.Weights[t*channels+c]
			*w = float32(float64(*w) * scale)
		}
		a.Float.Bias[c] = float32(float64(float64(a.Float.Bias[c])*scale) + constant)
		for out := range b.Out.C {
			w := &b.Float.Weights[out*channels+c]
			v := float64(*w) / scale
			*w = float32(v)
			b.Float.Bias[out] -= float32(v * constant)
		}
		first, last := float64(o.minimum[c])*scale+constant, float64(o.most[c])*scale+constant
		o.minimum[c], o.most[c], o.least[c] = float32(math.Min(first, last)), float32(math.Max(first, last)), 0
		o.mean[c] = o.mean[c]*scale + constant
	}
}
