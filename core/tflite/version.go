package tflite

import (
	"fmt"
	"slices"
	"strings"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// Which of the two networks a file holds shows only on the way, and at which widths only at the end.

// alike is how many layers both networks begin with: a convolution, a depthwise one, a 1×1. Then V1 has a depthwise convolution.
const alike = 3

// planOf lists the layers up to the last feature map that every network of a version has.
func planOf(version mobilenet.Version) ([]mobilenet.Layer, error) {
	return mobilenet.Network{Version: version, Alpha: 1, Resolution: 224, Top: mobilenet.Top{Flat: true}}.Layers()
}

// shorten looks ahead for a MobileNetV1 with fewer pairs than the paper's, and takes its plan. What is not just that is left to be
// followed, and refused where it differs, as a whole network.
func (g *graph) shorten() (err error) {
	channels, strides := g.pairs()
	g.err = nil // what is damaged is so when it is read again
	if len(strides) == 0 || len(strides) >= mobilenet.Pairs || len(strides) != len(channels)-1 {
		return nil
	}
	n := mobilenet.Network{Resolution: 224, Top: mobilenet.Top{Flat: true}}
	var ok bool
	if n.Alpha, n.MinChannels, n.Omitted, ok = mobilenet.MatchV1(channels[0], channels[1:], strides); ok {
		g.short = &n
		g.plan, err = n.Layers()
	}
	return err
}

// pairs are the channels of the first convolution and of those after depthwise ones, and the strides of these, up to the pool or the
// classifier. MobileNetV2 has more of them than any V1.
func (g *graph) pairs() (channels, strides []int) {
	var last schema.Builtin // of the convolutions and PADs
	for i := range min(g.operators.n, maxOperators) {
		o, err := g.operator(i)
		if err != nil {
			break
		}
		switch o.code {
		case schema.Conv2D, schema.DepthwiseConv2D:
			if len(channels) == 0 || o.code == schema.Conv2D && last == schema.DepthwiseConv2D {
				out, err := g.tensor(o.made)
				if err != nil || len(out.shape) != 4 {
					return nil, nil
				}
				channels = append(channels, out.shape[3])
				last = schema.Conv2D
				continue
			}
			if o.code == schema.DepthwiseConv2D {
				strides = append(strides, int(o.options.int32(schema.DepthwiseStrideH, 0)))
			}
			last = o.code
		case schema.Pad:
			last = o.code
		case schema.AveragePool2D, schema.Mean, schema.FullyConnected, schema.Reshape:
			if last == schema.Conv2D {
				return channels, strides
			}
		}
	}
	return nil, nil
}

// name is the network's, as far as it is known, for errors.
func (g *graph) name() string {
	if g.version == mobilenet.V1 && len(g.steps) <= alike {
		return "MobileNet"
	}
	return g.version.String()
}

// recognize takes V2's plan where a layer of one of kinds comes that V1 does not have there.
func (g *graph) recognize(kinds []mobilenet.Kind) error {
	if g.version != mobilenet.V1 || len(g.steps) != alike || !slices.Contains(kinds, mobilenet.Pointwise) && !slices.Contains(kinds, mobilenet.Add) {
		return nil
	}
	plan, err := planOf(mobilenet.V2)
	if err == nil {
		g.version, g.plan = mobilenet.V2, plan
	}
	return err
}

// addition takes ADD, which adds a block's input to its output. The two may stand in either order: the arithmetic is the same.
func (g *graph) addition(o operator, out *tensor) error {
	if err := g.recognize([]mobilenet.Kind{mobilenet.Add}); err != nil {
		return err
	}
	g.addToPlan()
	l, err := g.next(mobilenet.Add)
	if err != nil {
		return err
	}
	s := step{
		operator: o, in: g.at, out: out, addend: g.steps[l.Addend].out, bias: -1,
		activation: schema.Activation(o.options.int8(schema.AddActivation)),
	}
	other := int(o.operand(0))
	if other == g.at.index {
		other = int(o.operand(1))
	}
	later := func(s step) bool { return s.out.index == other }
	switch {
	case g.err != nil:
		return g.err
	case o.inputs.n != 2:
		return fmt.Errorf("it has %d inputs; an addition has 2", o.inputs.n)
	case other != s.addend.index:
		return fmt.Errorf("it adds tensor %d; layer %s adds %v, its block's input", other, l.Name, s.addend)
	case slices.ContainsFunc(g.steps[l.Addend+1:], later):
		return fmt.Errorf("it adds %v, which was written again since", s.addend)
	}
	g.steps = append(g.steps, s)
	return g.fusable(s.activation)
}

// addToPlan adds an addition to the plan where a block could have one: at width 1 there is none in the first block of a row, for its
// channels change, but at narrow widths some are equal, and then converters' networks add there too.
func (g *graph) addToPlan() {
	n := len(g.steps)
	if g.version != mobilenet.V2 || n < alike || n >= len(g.plan) || g.plan[n].Kind == mobilenet.Add {
		return
	}
	// The block's layers are its expansion, but for the first block's, the depthwise one and the projection.
	depthwise, input := &g.plan[n-2], n-4
	if g.plan[n-3].Kind == mobilenet.Conv {
		input = n - 3
	}
	if depthwise.Kind != mobilenet.Depthwise || depthwise.Stride != 1 || !slices.Equal(g.steps[input].out.shape, g.at.shape) {
		return
	}
	name := "add" + strings.TrimPrefix(depthwise.Name, "dw")
	g.plan = slices.Insert(g.plan, n, mobilenet.Layer{Name: name, Kind: mobilenet.Add, Kernel: 1, Stride: 1, Addend: input})
	for i := range g.plan[n+1:] {
		if l := &g.plan[n+1+i]; l.Kind == mobilenet.Add { // its block comes after: the next one adds what is made here
			l.Addend++
		}
	}
}

// network finds the width multiplier, the input's shape, the top and the classes.
func (g *graph) network() (mobilenet.Network, error) {
	body := len(g.plan)
	n := mobilenet.Network{Version: g.version, Resolution: g.input.shape[1], Grey: g.grey(), MinChannels: mobilenet.MinChannels}
	if width := g.input.shape[2]; width != n.Resolution {
		n.Width = width
	}
	var err error
	if n.Top, n.Classes, err = g.topOf(); err != nil {
		return n, err
	}
	if n.Version == mobilenet.V1 && g.short != nil {
		n.Alpha, n.MinChannels, n.Omitted = g.short.Alpha, g.short.MinChannels, g.short.Omitted
		return n, nil
	}
	if n.Version == mobilenet.V1 {
		n.Alpha = mobilenet.AlphaOf(g.steps[body-1].out.shape[3])
		if g.steps[0].out.shape[3] < mobilenet.MinChannels {
			n.MinChannels = 1 // Keras does not widen thin layers to 8 channels as TF-slim does
		}
		return n, nil
	}
	var widths []int // of the first convolution, the projections and the last layer
	for i, s := range g.steps[:body] {
		if i == 0 || i == body-1 || g.plan[i].Kind == mobilenet.Pointwise && g.plan[i-1].Kind == mobilenet.Depthwise {
			widths = append(widths, s.out.shape[3])
		}
	}
	var ok bool
	if n.Alpha, ok = mobilenet.AlphaOfV2(widths); !ok {
		return n, fmt.Errorf("the first convolution, the blocks and the last 1×1 convolution make %v channels: no MobileNetV2 of a width multiplier of whole hundredths up to %v has these",
			widths, mobilenet.MaxAlphaV2)
	}
	return n, nil
}
