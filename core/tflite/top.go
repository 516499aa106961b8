package tflite

import (
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// What comes after the last feature map differs from file to file: an average pool or none, and one to three fully connected layers, each
// written as FULLY_CONNECTED or as a 1×1 convolution.

// lastMap is the shape of the last feature map, once it has been made.
func (g *graph) lastMap() mobilenet.Shape {
	s := g.steps[len(g.plan)-1].out.shape
	m := mobilenet.Shape{H: s[1], W: s[2], C: s[3]}
	if len(g.top) > 0 && g.top[0].Kind == mobilenet.Pointwise {
		m.C = last(g.steps[len(g.plan)].out.shape)
	}
	return m
}

func last(shape []int) int { return shape[len(shape)-1] }

// pooled tells that all pixels have become one: by the average pool, or by a fully connected layer that reads them all.
func (g *graph) pooled() bool {
	return slices.ContainsFunc(g.top, func(l mobilenet.Layer) bool { return l.Kind != mobilenet.Pointwise })
}

// afterBody is the layer that may come after those of the plan, as the papers have it.
func (g *graph) afterBody() *mobilenet.Layer {
	if g.pooled() {
		return &mobilenet.Layer{Name: "fc", Kind: mobilenet.FullyConnected, Kernel: 1, Stride: 1}
	}
	return &mobilenet.Layer{Name: "pool", Kind: mobilenet.AveragePool, Stride: 1}
}

// average takes AVERAGE_POOL_2D and MEAN over the whole feature map.
func (g *graph) average(o operator, out *tensor) error {
	l := g.afterBody()
	if err := g.goesOn(); err != nil {
		return err
	} else if len(g.steps) < len(g.plan) || l.Kind != mobilenet.AveragePool {
		_, err := g.next(mobilenet.AveragePool)
		return err
	}
	if len(g.at.shape) != 4 {
		return fmt.Errorf("it reads %v of shape %v, which is no feature map", g.at, g.at.shape)
	}
	s := step{operator: o, in: g.at, out: out, bias: -1, mean: o.code == schema.Mean}
	if s.mean {
		_, axes, err := g.integers(o.operand(1))
		if err != nil {
			return err
		}
		for i, a := range axes {
			if a < 0 { // counted from the end
				axes[i] += 4
			}
		}
		if !slices.Equal(axes, []int{1, 2}) && !slices.Equal(axes, []int{2, 1}) {
			return fmt.Errorf("it takes the mean over axes %v; %s does over rows and columns, axes 1 and 2", axes, g.name())
		}
	} else {
		h, w := o.options.int32(schema.PoolFilterH, 0), o.options.int32(schema.PoolFilterW, 0)
		activation := schema.Activation(o.options.int8(schema.PoolActivation))
		switch {
		case g.err != nil:
			return g.err
		case int(h) != g.at.shape[1] || int(w) != g.at.shape[2]:
			return fmt.Errorf("it averages %d×%d values of a feature map of %d×%d; %s averages all", h, w, g.at.shape[1], g.at.shape[2], g.name())
		case activation != schema.None:
			return fmt.Errorf("it has activation %v; an average pool has none", activation)
		}
		if err := g.same(out); err != nil {
			return err
		}
	}
	g.add(s, l)
	return nil
}

// poolOfOne adds the average pool that a file leaves out because the last feature map is one pixel. It changes nothing.
func (g *graph) poolOfOne() {
	before := &g.steps[len(g.steps)-1]
	g.add(step{operator: before.operator, in: before.out, out: before.out, bias: -1, implied: true}, g.afterBody())
}

// topConvolution is the layer of a CONV_2D after the last feature map: the classifier or a fully connected layer before it, or a dense
// layer of each pixel.
func (g *graph) topConvolution() (*mobilenet.Layer, error) {
	if err := g.goesOn(); err != nil {
		return nil, err
	}
	if one := g.lastMap(); !g.pooled() && one.H*one.W == 1 {
		g.poolOfOne()
	}
	if g.pooled() {
		return g.dense()
	}
	if len(g.top) > 0 || len(g.at.shape) != 4 {
		return nil, fmt.Errorf("%s has layer %s here, of kind %v", g.name(), g.afterBody().Name, g.afterBody().Kind)
	}
	return &mobilenet.Layer{Name: "dense", Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1}, nil
}

// dense is the next fully connected layer. Which one is the classifier shows at the end.
func (g *graph) dense() (*mobilenet.Layer, error) {
	n := 0
	for i := range g.top {
		if g.top[i].Kind == mobilenet.FullyConnected {
			n++
		}
	}
	if n > mobilenet.MaxDense {
		return nil, fmt.Errorf("%s is read with at most %d fully connected layers before the classifier", g.name(), mobilenet.MaxDense)
	}
	return &mobilenet.Layer{Name: "fc", Kind: mobilenet.FullyConnected, Kernel: 1, Stride: 1}, nil
}

// fullyConnected takes FULLY_CONNECTED: over all values, or, where it is given a row for each pixel of the last feature map, over each
// pixel's channels.
func (g *graph) fullyConnected(o operator, out *tensor) error {
	s := step{operator: o, in: g.at, out: out, bias: o.operand(2), activation: schema.Activation(o.options.int8(schema.FullyConnectedActivation))}
	if format := o.options.int8(schema.FullyConnectedFormat); format != 0 {
		return fmt.Errorf("its weights are shuffled (format %d); the default format is read", format)
	}
	if err := g.goesOn(); err != nil {
		return err
	}
	if len(g.steps) < len(g.plan) {
		_, err := g.next(mobilenet.FullyConnected)
		return err
	}
	var err error
	if s.weights, err = g.weights(o.operand(1)); err != nil {
		return err
	}
	if g.err != nil {
		return g.err
	}
	if err := g.computable(&s); err != nil {
		return err
	}
	if len(s.weights.shape) != 2 || len(out.shape) == 0 {
		return fmt.Errorf("its weights, %v, have shape %v, and it makes shape %v", s.weights, s.weights.shape, out.shape)
	}
	m, units, reads := g.lastMap(), s.weights.shape[0], s.weights.shape[1]
	made, err := out.len()
	if err != nil {
		return err
	}
	if !g.pooled() && m.H*m.W == 1 {
		g.poolOfOne()
	}
	l := &mobilenet.Layer{Name: "dense", Kind: mobilenet.Pointwise, Kernel: 1, Stride: 1}
	if each := !g.pooled() && len(g.top) == 0 && reads == m.C && made == m.H*m.W*units && last(out.shape) == units; !each {
		if l, err = g.dense(); err != nil {
			return err
		}
		if !g.pooled() && reads != m.Len() {
			return fmt.Errorf("it reads %d values; %s has layer %s here, of kind %v, over a feature map of %v", reads, g.name(), g.afterBody().Name, g.afterBody().Kind, m)
		}
	}
	g.add(s, l)
	return nil
}

// reshape takes RESHAPE and SQUEEZE, which move nothing, and after the last feature map make one row of it, or a row of each pixel.
func (g *graph) reshape(out *tensor) error {
	if len(g.steps) < len(g.plan) && !slices.Equal(out.shape, g.at.shape) {
		return fmt.Errorf("%s has layer %s here; shapes change only after the last feature map", g.name(), g.plan[len(g.steps)].Name)
	}
	was, err := g.at.len()
	if err != nil {
		return err
	}
	if is, err := out.len(); err != nil || is != was {
		return fmt.Errorf("it makes shape %v from %v", out.shape, g.at.shape)
	}
	return g.same(out)
}

// topOf is what the file has between the last feature map and the classifier, and how many classes that tells apart.
func (g *graph) topOf() (top mobilenet.Top, classes int, err error) {
	top.Flat = true
	var dense []int
	for i, l := range g.top {
		n, err := g.steps[len(g.plan)+i].out.len()
		if err != nil {
			return top, 0, err
		}
		switch l.Kind {
		case mobilenet.AveragePool:
			top.Flat = false
		case mobilenet.Pointwise:
			top.EachPixel = last(g.steps[len(g.plan)+i].out.shape)
		case mobilenet.FullyConnected:
			dense = append(dense, n)
		}
	}
	if n := len(dense); n > 0 {
		copy(top.Dense[:], dense[:n-1])
		classes = dense[n-1]
	}
	return top, classes, nil
}
