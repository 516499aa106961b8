package checkpoint_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
)

// An array is a tensor of a checkpoint to be written: float32, or float64 where double is set.
type array struct {
	name   string
	shape  []int
	values []float64
	double bool
}

// A part is a layer of a model as a checkpoint has it: a convolution without batch normalisation, and this, whose folding gives the
// model's weights to the last bit.
type part struct {
	layer                       *mobilenet.Layer
	weights                     []float64 // in the model's order
	bias                        []float64 // of a layer without batch normalisation, or of a convolution before one
	norm                        bool
	gamma, beta, mean, variance []float64
}

// unfold takes a model apart. A power of two goes from the weights to γ, and all that float32 cannot hold is kept as float64, so that nothing
// is rounded twice. Convolutions have a bias of their own where biased is set.
func unfold(m *mobilenet.Model, epsilon float64, biased bool, rng *rand.Rand) (parts []part) {
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.Kind == mobilenet.Add || l.Kind == mobilenet.AveragePool {
			continue
		}
		p := part{layer: l, weights: reals(l.Float.Weights), bias: reals(l.Float.Bias)}
		if l.Kind != mobilenet.FullyConnected || l.Name == "dense1" {
			p.normalize(epsilon, biased, rng)
		}
		parts = append(parts, p)
	}
	return parts
}

func (p *part) normalize(epsilon float64, biased bool, rng *rand.Rand) {
	l, channels := p.layer, p.layer.Out.C
	p.norm = true
	bias := p.bias
	p.bias = nil
	terms := len(p.weights) / channels
	for c := range channels {
		up := math.Ldexp(1, rng.IntN(5)-2)
		variance := math.Ldexp(1, 2*rng.IntN(3)) - epsilon
		gamma := up * math.Sqrt(variance+epsilon)
		mean, own := float64(float32(rng.NormFloat64())), 0.0
		if biased {
			own = float64(float32(rng.NormFloat64()))
			p.bias = append(p.bias, own)
		}
		p.gamma, p.variance, p.mean = append(p.gamma, gamma), append(p.variance, variance), append(p.mean, mean)
		p.beta = append(p.beta, bias[c]-(own-mean)*up)
		for k := range terms {
			at := c*terms + k
			if l.Kind == mobilenet.Depthwise {
				at = k*channels + c
			}
			p.weights[at] /= up
		}
	}
}

func reals(values []float32) (out []float64) {
	for _, v := range values {
		out = append(out, float64(v))
	}
	return out
}

// torchArrays are the tensors of a part under the names of its convolution and its batch normalisation.
func (p *part) torchArrays(conv, norm string) (arrays []array) {
	l := p.layer
	channels := l.Out.C
	a := array{name: conv + ".weight"}
	switch l.Kind {
	case mobilenet.Depthwise:
		a.shape = []int{channels, 1, 3, 3}
		a.values = reordered(p.weights, []int{3, 3, channels}, 2, 0, 1)
	case mobilenet.Conv:
		a.shape = []int{channels, l.In.C, 3, 3}
		a.values = reordered(p.weights, []int{channels, 3, 3, l.In.C}, 0, 3, 1, 2)
	case mobilenet.Pointwise:
		a.shape, a.values = []int{channels, l.In.C, 1, 1}, p.weights
	case mobilenet.FullyConnected:
		a.shape, a.values = []int{channels, l.In.C}, p.weights
		if p.norm { // timm's conv_head
			a.shape = append(a.shape, 1, 1)
		}
	}
	arrays = append(arrays, a)
	if p.bias != nil {
		arrays = append(arrays, array{name: conv + ".bias", shape: []int{channels}, values: p.bias})
	}
	if p.norm {
		arrays = append(arrays,
			array{norm + ".weight", []int{channels}, p.gamma, true}, array{norm + ".bias", []int{channels}, p.beta, true},
			array{norm + ".running_mean", []int{channels}, p.mean, false}, array{norm + ".running_var", []int{channels}, p.variance, true})
	}
	return arrays
}

// reordered moves the axes of values, of the given shape.
func reordered(values []float64, shape []int, axes ...int) []float64 {
	strides := make([]int, len(shape))
	stride := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = stride
		stride *= shape[i]
	}
	out := []int{0}
	for _, a := range axes {
		var next []int
		for _, at := range out {
			for i := range shape[a] {
				next = append(next, at+i*strides[a])
			}
		}
		out = next
	}
	moved := make([]float64, len(out))
	for i, at := range out {
		moved[i] = values[at]
	}
	return moved
}

// A naming gives the names of convolution and batch normalisation for a layer.
type naming func(l *mobilenet.Layer) (conv, norm string)

func number(l *mobilenet.Layer, prefix string) (n int) {
	_, _ = fmt.Sscanf(l.Name[len(prefix):], "%d", &n)
	return n
}

// torchNames are the names of PyTorch layouts, by the names that core/mobilenet gives its layers.
var torchNames = map[string]naming{
	"marvis/pytorch-mobilenet": func(l *mobilenet.Layer) (string, string) {
		switch {
		case l.Name == "conv":
			return "model.0.0", "model.0.1"
		case l.Kind == mobilenet.Depthwise:
			return fmt.Sprintf("model.%d.0", number(l, "dw")), fmt.Sprintf("model.%d.1", number(l, "dw"))
		case l.Kind == mobilenet.Pointwise:
			return fmt.Sprintf("model.%d.3", number(l, "pw")), fmt.Sprintf("model.%d.4", number(l, "pw"))
		}
		return "fc", ""
	},
	"timm": func(l *mobilenet.Layer) (string, string) {
		block := func(n int) string {
			for stage, count := range []int{1, 2, 2, 6, 2} {
				if n <= count {
					return fmt.Sprintf("blocks.%d.%d.", stage, n-1)
				}
				n -= count
			}
			panic(n)
		}
		switch {
		case l.Name == "conv":
			return "conv_stem", "bn1"
		case l.Kind == mobilenet.Depthwise:
			return block(number(l, "dw")) + "conv_dw", block(number(l, "dw")) + "bn1"
		case l.Kind == mobilenet.Pointwise:
			return block(number(l, "pw")) + "conv_pw", block(number(l, "pw")) + "bn2"
		case l.Name == "dense1":
			return "conv_head", "norm_head"
		}
		return "classifier", ""
	},
	"RetinaFace": func(l *mobilenet.Layer) (string, string) {
		stage := func(n, part int) string {
			switch {
			case n <= 5:
				return fmt.Sprintf("stage1.%d.%d", n, part)
			case n <= 11:
				return fmt.Sprintf("stage2.%d.%d", n-6, part)
			}
			return fmt.Sprintf("stage3.%d.%d", n-12, part)
		}
		switch {
		case l.Name == "conv":
			return stage(0, 0), stage(0, 1)
		case l.Kind == mobilenet.Depthwise:
			return stage(number(l, "dw"), 0), stage(number(l, "dw"), 1)
		case l.Kind == mobilenet.Pointwise:
			return stage(number(l, "pw"), 3), stage(number(l, "pw"), 4)
		}
		return "fc", ""
	},
	"torchvision": func(l *mobilenet.Layer) (string, string) {
		block := func(n int, conv, norm string) (string, string) {
			return fmt.Sprintf("features.%d.%s", n, conv), fmt.Sprintf("features.%d.%s", n, norm)
		}
		switch {
		case l.Name == "conv":
			return block(0, "0", "1")
		case l.Name == "head":
			return block(18, "0", "1")
		case l.Name == "dw1":
			return block(1, "conv.0.0", "conv.0.1")
		case l.Name == "project1":
			return block(1, "conv.1", "conv.2")
		case l.Kind == mobilenet.Depthwise:
			return block(number(l, "dw"), "conv.1.0", "conv.1.1")
		case l.Name[0] == 'e':
			return block(number(l, "expand"), "conv.0.0", "conv.0.1")
		case l.Name[0] == 'p':
			return block(number(l, "project"), "conv.2", "conv.3")
		}
		return "classifier.1", ""
	},
	// One that nobody knows, in the order of the network.
	"": func(l *mobilenet.Layer) (string, string) {
		return "net." + l.Name + "_kernel", "net." + l.Name + "_norm"
	},
}

// A form is what a layout's networks have in common.
type form struct {
	version  mobilenet.Version
	alpha    float64
	max      float32
	leak     float32
	pad      mobilenet.Padding
	fixed    bool
	dense    int
	epsilon  float64
	mean     [3]float32
	scale    [3]float32
	softmax  bool
	noLabels bool
	omitted  [mobilenet.Pairs]bool
}

// model is one of the form, with made-up weights.
func (f form) model(seed uint64) *mobilenet.Model {
	rng := rand.New(rand.NewPCG(seed, 1))
	n := mobilenet.Network{Version: f.version, Alpha: f.alpha, Resolution: 224, Classes: 7, MinChannels: mobilenet.MinChannels}
	n.Top.Dense[0], n.Omitted = f.dense, f.omitted
	if f.noLabels {
		n.Classes = 0
	}
	layers, err := n.Layers()
	if err != nil {
		panic(err)
	}
	for i := range layers {
		if l := &layers[i]; l.Kernel == 3 && l.Stride == 2 && (l.Kind == mobilenet.Conv || l.Kind == mobilenet.Depthwise) && f.fixed {
			l.Pad, l.FixedPad = f.pad, true
		}
	}
	if err := mobilenet.Resize(layers, n.InputShape()); err != nil {
		panic(err)
	}
	m := testmodel.WithWeights(rng, n, layers, mobilenet.Float32)
	m.Input.Mean, m.Input.Scale = f.mean, f.scale
	infinity := float32(math.Inf(1))
	for i := range layers {
		l := &layers[i]
		l.Float.Min, l.Float.Max, l.Float.Leak = -infinity, infinity, 0
		projects := f.version == mobilenet.V2 && l.Kind == mobilenet.Pointwise && layers[i-1].Kind == mobilenet.Depthwise
		if l.Kind == mobilenet.Add || l.Kind == mobilenet.AveragePool || projects || l.Name == "fc" {
			continue
		}
		if l.Float.Leak = f.leak; f.leak == 0 {
			l.Float.Min, l.Float.Max = 0, f.max
		}
	}
	if f.softmax {
		m.Output.Softmax = &mobilenet.Softmax{Beta: 1}
	}
	return m
}

// different says where two models differ; empty if nowhere. Width multipliers that give the same layers are the same.
func different(a, b *mobilenet.Model) string {
	n := b.Network
	n.Alpha = a.Alpha
	switch {
	case n != a.Network || len(a.Layers) != len(b.Layers):
		return fmt.Sprintf("network %+v and %+v", a.Network, b.Network)
	case a.Input.Mean != b.Input.Mean || a.Input.Scale != b.Input.Scale || (a.Output.Softmax == nil) != (b.Output.Softmax == nil):
		return fmt.Sprintf("ends %+v %+v and %+v %+v", a.Input, a.Output, b.Input, b.Output)
	}
	for i := range a.Layers {
		p, q := a.Layers[i], b.Layers[i]
		f, g := p.Float, q.Float
		p.Float, q.Float = nil, nil
		if p != q {
			return fmt.Sprintf("layer %+v and %+v", p, q)
		}
		if f.Min != g.Min || f.Max != g.Max || f.Leak != g.Leak {
			return fmt.Sprintf("layer %s: %v..%v, %v and %v..%v, %v", p.Name, f.Min, f.Max, f.Leak, g.Min, g.Max, g.Leak)
		}
		for k, pair := range [][2][]float32{{f.Weights, g.Weights}, {f.Bias, g.Bias}} {
			if !slices.Equal(pair[0], pair[1]) {
				return fmt.Sprintf("layer %s, numbers %d differ: %v ... and %v ...", p.Name, k, pair[0][:1], pair[1][:1])
			}
		}
	}
	return ""
}
