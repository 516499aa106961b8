package mobilenet

import (
	"fmt"
	"slices"
)

// bottlenecks is Table 2 of arXiv 1801.04381 between the first convolution and the last 1×1 one, the paper's columns t, c, n and s:
// count blocks of channels outputs, the first with the given stride, the others with stride 1. All hidden layers are expansion times
// as wide as their block's input.
var bottlenecks = [7]struct{ expansion, channels, count, stride int }{
	{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
}

// lastChannelsV2 is how many channels MobileNetV2's last 1×1 convolution makes: at a width multiplier below 1 as many as at 1.
const lastChannelsV2 = 1280

// channelStep is what MobileNetV2's channel counts are multiples of, and the least of them.
const channelStep = 8

// MaxAlphaV2 bounds MobileNetV2's width multiplier, so that no Network can ask for memory without end. The widest published is 1.4.
const MaxAlphaV2 = 4

// divisible rounds a channel count as TF-slim and Keras do (_make_divisible in mobilenet.py and mobilenet_v2.py): to the nearest
// multiple of 8, halves up, at least least, and up where rounding down would take more than a tenth away.
func divisible(channels float64, least int) int {
	n := max(int(channels+channelStep/2)/channelStep*channelStep, least)
	if float64(n) < 0.9*channels {
		n += channelStep
	}
	return n
}

// channelsV2 applies the width multiplier to MobileNetV2's channels c. Keras drops the fraction of c·α before it rounds, which gives
// other networks at a few odd multipliers; at the published ones it does not matter.
func (n Network) channelsV2(c int) int {
	return divisible(float64(c)*n.Alpha, max(n.MinChannels, channelStep))
}

// layersV2 lists MobileNetV2 up to its last feature map, without shapes: the first convolution, 17 blocks, the last 1×1 convolution.
// Block i is "expand<i>" (1×1, but for the first block, which does not expand), "dw<i>" (3×3), "project<i>" (1×1) and, where it
// keeps shape and channels, "add<i>", which adds the block's input.
func (n Network) layersV2() []Layer {
	layers := []Layer{{Name: "conv", Kind: Conv, Kernel: 3, Stride: 2, Out: Shape{C: n.channelsV2(firstChannels)}}}
	channels, block := layers[0].Out.C, 0
	for _, b := range bottlenecks {
		out := n.channelsV2(b.channels)
		for i := range b.count {
			block++
			input, stride := len(layers)-1, 1
			if i == 0 {
				stride = b.stride
			}
			if b.expansion > 1 {
				layers = append(layers, Layer{Name: fmt.Sprintf("expand%d", block), Kind: Pointwise, Kernel: 1, Stride: 1,
					Out: Shape{C: channels * b.expansion}})
			}
			layers = append(layers,
				Layer{Name: fmt.Sprintf("dw%d", block), Kind: Depthwise, Kernel: 3, Stride: stride},
				Layer{Name: fmt.Sprintf("project%d", block), Kind: Pointwise, Kernel: 1, Stride: 1, Out: Shape{C: out}})
			// TF-slim and Keras add wherever the channels happen to be equal, so at narrow widths also in the first block of a row.
			if stride == 1 && channels == out {
				layers = append(layers, Layer{Name: fmt.Sprintf("add%d", block), Kind: Add, Kernel: 1, Stride: 1, Addend: input})
			}
			channels = out
		}
	}
	return append(layers, Layer{Name: "head", Kind: Pointwise, Kernel: 1, Stride: 1, Out: Shape{C: n.lastV2()}})
}

// publishedAlphasV2 are the width multipliers of PublishedV2Results.
var publishedAlphasV2 = [...]float64{1, 0.35, 0.5, 0.75, 1.3, 1.4}

// AlphaOfV2 finds MobileNetV2's width multiplier from the output channels of its first convolution, its 17 blocks and its last 1×1
// convolution, 19 counts. Several may give the same network: then it is a published one, or else the least of whole twentieths, as people
// choose it, or else the least of whole hundredths. ok is false where no multiplier of whole hundredths gives these counts.
func AlphaOfV2(channels []int) (alpha float64, ok bool) {
	for _, alpha := range publishedAlphasV2 {
		if slices.Equal(Network{Alpha: alpha}.widthsV2(), channels) {
			return alpha, true
		}
	}
	for _, step := range []int{5, 1} {
		for i := step; i <= 100*MaxAlphaV2; i += step {
			alpha := float64(i) / 100
			if slices.Equal(Network{Alpha: alpha}.widthsV2(), channels) {
				return alpha, true
			}
		}
	}
	return 0, false
}

// widthsV2 lists the channel counts that AlphaOfV2 compares.
func (n Network) widthsV2() []int {
	widths := []int{n.channelsV2(firstChannels)}
	for _, b := range bottlenecks {
		for range b.count {
			widths = append(widths, n.channelsV2(b.channels))
		}
	}
	return append(widths, n.lastV2())
}

// lastV2 is the channel count of the last 1×1 convolution.
func (n Network) lastV2() int {
	n.Alpha = max(n.Alpha, 1)
	return n.channelsV2(lastChannelsV2)
}
