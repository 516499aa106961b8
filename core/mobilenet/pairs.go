package mobilenet

// Pairs is how many pairs of a depthwise and a 1×1 convolution MobileNetV1 has.
const Pairs = len(body)

// MatchV1 finds a MobileNetV1 whose first convolution makes first channels, and whose 1×1 convolutions make channels, with depthwise ones of
// strides before them; strides is nil where they are not known. There may be fewer pairs than the paper's 13, as people leave some out for
// small pictures: Omitted says which, the last ones of several alike. ok is false where no width multiplier and no choice of pairs fits.
func MatchV1(first int, channels, strides []int) (alpha float64, minChannels int, omitted [Pairs]bool, ok bool) {
	if len(channels) == 0 || len(channels) > Pairs {
		return 0, 0, omitted, false
	}
	minChannels = MinChannels
	if first < MinChannels {
		minChannels = 1 // Keras does not widen thin layers to 8 channels as TF-slim does
	}
	last := channels[len(channels)-1]
	for _, least := range []int{1, minChannels} { // rather a width at which the first convolution is not widened
		for full := 1; full <= 16; full *= 2 { // the last pair makes 1024/full channels at width 1
			alpha = AlphaOf(last * full)
			n := Network{Alpha: alpha, MinChannels: least}
			if alpha > MaxAlphaV1 || n.channels(firstChannels) != first {
				continue
			}
			n.MinChannels = minChannels
			if omitted, ok = n.omits(channels, strides); ok {
				return alpha, minChannels, omitted, true
			}
		}
	}
	return 0, 0, omitted, false
}

// omits takes the pairs of channels out of the body, in order. Those that are not taken are omitted.
func (n Network) omits(channels, strides []int) (omitted [Pairs]bool, ok bool) {
	taken := 0
	for i, b := range body {
		omitted[i] = taken == len(channels) || n.channels(b.channels) != channels[taken] || strides != nil && strides[taken] != b.stride
		if !omitted[i] {
			taken++
		}
	}
	return omitted, taken == len(channels)
}
