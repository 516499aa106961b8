package checkpoint

import (
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
)

// recognize finds the network by the kinds of the units and the channels of some.
func (c *contents) recognize(units []unit) (mobilenet.Network, error) {
	n := mobilenet.Network{MinChannels: mobilenet.MinChannels}
	first := &units[0]
	if s := first.kernel.shape; first.kind != mobilenet.Conv || s[1] != 3 || s[2] != 3 || s[3] != 3 && s[3] != 1 {
		return n, fmt.Errorf("tensor %s: the first layer has weights of shape %v; MobileNet begins with a 3×3 convolution of 3 colours or a grey picture",
			first.kernel.name, first.kernel.shape)
	}
	n.Grey = first.kernel.shape[3] == 1
	if len(units) > 3 && units[3].kind == mobilenet.Pointwise {
		n.Version = mobilenet.V2
	}
	if short, pairs := fewerPairs(units); pairs > 0 {
		short.Grey = n.Grey
		return short, c.top(&short, units[1+2*pairs:])
	}
	plan, err := mobilenet.Network{Version: n.Version, Alpha: 1, Resolution: 224, Top: mobilenet.Top{Flat: true}}.Layers()
	if err != nil {
		return n, err
	}
	body := 0 // units up to the last feature map
	var widths []int
	for i := range plan {
		want := plan[i].Kind
		if want == mobilenet.Add {
			continue
		}
		if body == len(units) {
			return n, fmt.Errorf("the network ends after %d layers, with %s; %v goes on with a %v layer", body, units[body-1].name, n.Version, want)
		}
		if u := &units[body]; u.kind != want {
			return n, fmt.Errorf("tensor %s of shape %v is that of a %v layer, the one after %d; %v has a %v layer there", u.kernel.name, u.kernel.shape, u.kind, body, n.Version, want)
		}
		if i == 0 || i == len(plan)-1 || want == mobilenet.Pointwise && plan[i-1].Kind == mobilenet.Depthwise {
			widths = append(widths, units[body].out())
		}
		body++
	}
	if n.Version == mobilenet.V1 {
		n.Alpha = mobilenet.AlphaOf(widths[len(widths)-1])
		if widths[0] < mobilenet.MinChannels {
			n.MinChannels = 1
		}
	} else {
		var ok bool
		if n.Alpha, ok = mobilenet.AlphaOfV2(widths); !ok {
			return n, fmt.Errorf("tensor %s: the first convolution, the blocks and the last 1×1 convolution make %v channels: no MobileNetV2 of a width multiplier of whole hundredths up to %v has these",
				first.kernel.name, widths, mobilenet.MaxAlphaV2)
		}
	}
	return n, c.top(&n, units[body:])
}

// fewerPairs finds a MobileNetV1 of fewer pairs than the paper's, and how many it has; 0 if the units are no such network.
func fewerPairs(units []unit) (n mobilenet.Network, pairs int) {
	var channels, strides []int
	for i := 1; i+1 < len(units) && units[i].kind == mobilenet.Depthwise && units[i+1].kind == mobilenet.Pointwise; i += 2 {
		channels = append(channels, units[i+1].out())
		if units[i].stride != 0 {
			strides = append(strides, units[i].stride)
		}
		pairs++
	}
	deeper := func(u unit) bool { return u.kind == mobilenet.Depthwise }
	if pairs >= mobilenet.Pairs || slices.ContainsFunc(units[min(1+2*pairs, len(units)):], deeper) {
		return n, 0
	}
	var ok bool
	if n.Alpha, n.MinChannels, n.Omitted, ok = mobilenet.MatchV1(units[0].out(), channels, strides); !ok {
		return n, 0
	}
	return n, pairs
}

// top finds what comes after the last feature map: a layer of each of its pixels, fully connected layers, the classifier.
func (c *contents) top(n *mobilenet.Network, units []unit) error {
	n.Top.Flat = c.file.configured && c.file.pool == nil
	var dense []int
	for i := range units {
		u := &units[i]
		switch {
		case u.kind != mobilenet.FullyConnected && u.kind != mobilenet.Pointwise:
			return fmt.Errorf("tensor %s of shape %v is a %v layer's; after %v's last feature map there are fully connected layers alone", u.kernel.name, u.kernel.shape, u.kind, n.Version)
		case c.file.configured && u.kind == mobilenet.Pointwise && !u.pooled && n.Top.EachPixel == 0 && len(dense) == 0 && (i < len(units)-1 || !n.Top.Flat):
			n.Top.EachPixel = u.out()
		default:
			u.kind = mobilenet.FullyConnected
			dense = append(dense, u.out())
		}
	}
	if len(dense) > mobilenet.MaxDense+1 {
		return fmt.Errorf("%d fully connected layers come after %v's last feature map; at most %d are read, the last of which is the classifier", len(dense), n.Version, mobilenet.MaxDense+1)
	}
	if last := len(dense) - 1; last >= 0 {
		copy(n.Top.Dense[:], dense[:last])
		n.Classes = dense[last]
	}
	return nil
}
