package checkpoint

import (
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
)

// A unit is a convolution or a fully connected layer with the batch normalisation that is folded into it.
type unit struct {
	module
	kind mobilenet.Kind
	norm *module // or nil
}

// out is how many channels the unit makes.
func (u *unit) out() int {
	if u.depthwise {
		return u.kernel.shape[2]
	}
	return u.kernel.shape[0]
}

// network makes the model of the modules.
func (c *contents) network(options Options) (*Result, error) {
	units, err := c.units()
	if err != nil {
		return nil, err
	}
	r := &Result{Layout: c.layout.name}
	n, err := c.recognize(units)
	if err != nil {
		return nil, err
	}
	if c.layout.name == "" && n.Version == mobilenet.V2 {
		c.layout.activation = ReLU6 // the paper's
	}
	if err := c.settings(r, units, options); err != nil {
		return nil, err
	}
	n.Resolution = r.Resolution.Value
	if f := c.file; f.height != f.width && r.Resolution.From == FromFile {
		n.Width = f.width
	}
	layers, err := n.Layers()
	if err != nil {
		return nil, fmt.Errorf("the network: %w", err)
	}
	if last := lastMap(layers); n.Top.Flat && last.H*last.W == 1 { // a pool of one pixel, which the file leaves out
		n.Top.Flat = false
		if layers, err = n.Layers(); err != nil {
			return nil, fmt.Errorf("the network: %w", err)
		}
	}
	m := &mobilenet.Model{Network: n, Type: mobilenet.Float32, Stored: mobilenet.Float32, Layers: layers}
	m.Input.Type, m.Output.Type = mobilenet.Float32, mobilenet.Float32
	if m.Input.Mean, m.Input.Scale, err = r.Normalization.Value.input(); err != nil {
		return nil, err
	}
	if c.file.softmax {
		m.Output.Softmax = &mobilenet.Softmax{Beta: 1}
	}
	if c.file.logistic {
		m.Output.Logistic = &mobilenet.Logistic{}
	}
	if err := c.fit(m, units, r.Padding); err != nil {
		return nil, err
	}
	if err := c.checkPool(m); err != nil {
		return nil, err
	}
	if err := fill(m, units, r); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	r.Model = m
	return r, nil
}

// lastMap is the shape of the last feature map of layers without an average pool.
func lastMap(layers []mobilenet.Layer) mobilenet.Shape {
	for i := range layers {
		if layers[i].Kind == mobilenet.FullyConnected {
			return layers[i].In
		}
	}
	return layers[len(layers)-1].Out
}

// units joins each convolution and the batch normalisation after it.
func (c *contents) units() ([]unit, error) {
	var units []unit
	for i := range c.modules {
		m := &c.modules[i]
		if m.kernel == nil {
			if len(units) == 0 || units[len(units)-1].norm != nil {
				return nil, fmt.Errorf("layer %s normalises, and stands after no convolution; in MobileNet one stands before each", m.name)
			}
			last := &units[len(units)-1]
			if last.activation != nil && *last.activation != linear {
				return nil, fmt.Errorf("layer %s normalises after the activation %v of layer %s; in MobileNet the activation comes after", m.name, last.activation, last.name)
			}
			last.norm, last.activation = m, m.activation
			continue
		}
		u := unit{module: *m, kind: kindOf(m, len(units) == 0)}
		if u.kind == mobilenet.Conv && m.depthwise { // one colour
			k := m.kernel
			u.depthwise, u.kernel = false, &tensor{name: k.name, kind: k.kind, load: k.load, offset: k.offset,
				shape: []int{k.shape[2], k.shape[0], k.shape[1], 1}, strides: []int{k.strides[2], k.strides[0], k.strides[1], 0}}
		}
		units = append(units, u)
	}
	if len(units) == 0 {
		return nil, fmt.Errorf("the file holds no convolution")
	}
	return units, nil
}

// kindOf is the kind of a layer with these weights.
func kindOf(m *module, first bool) mobilenet.Kind {
	switch {
	case len(m.kernel.shape) == 2:
		return mobilenet.FullyConnected
	case m.depthwise && !first:
		return mobilenet.Depthwise
	case !first && m.kernel.shape[1] == 1 && m.kernel.shape[2] == 1:
		return mobilenet.Pointwise
	}
	return mobilenet.Conv
}

// settings takes each setting from the options, the file or the layout.
func (c *contents) settings(r *Result, units []unit, o Options) error {
	l, f := &c.layout, &c.file
	var resolution, side *int
	if o.Resolution != 0 {
		resolution = &o.Resolution
	}
	if f.height > 0 {
		side = &f.height
	}
	r.Resolution = setting(resolution, side, l.resolution)
	var epsilon *float64
	for i := range units {
		if n := units[i].norm; n != nil && n.epsilon != nil {
			epsilon = n.epsilon
			break
		}
	}
	r.Epsilon = setting(o.Epsilon, epsilon, l.epsilon)
	r.Activation = setting(o.Activation, units[0].activation, l.activation)
	var padding *Padding
	if p := units[0].padding; p != nil {
		is := p.padding()
		padding = &is
	}
	r.Padding = setting(o.Padding, padding, l.padding)
	r.Normalization = setting(o.Normalization, f.normalization, l.normalization)
	if err := r.Activation.Value.check(); err != nil {
		return err
	}
	if e := r.Epsilon.Value; !(e >= 0 && e <= 1) {
		return fmt.Errorf("batch normalisation adds %v to the variance; it is a small number, as 0.001", e)
	}
	if r.Padding.Value > After {
		return fmt.Errorf("there is no %v", r.Padding.Value)
	}
	return nil
}

// padding is the name of what stands around a convolution of stride 2.
func (p *rows) padding() Padding {
	for _, is := range []Padding{Symmetric, After} {
		if pad, _ := is.rows(); p.fixed && p.pad == pad {
			return is
		}
	}
	return Same
}

// fit compares the units with the network's layers, sets the padding, and makes the shapes anew.
func (c *contents) fit(m *mobilenet.Model, units []unit, padding Setting[Padding]) error {
	next, additions := 0, 0
	for i := range m.Layers {
		l := &m.Layers[i]
		switch l.Kind {
		case mobilenet.Add:
			additions++
			continue
		case mobilenet.AveragePool:
			continue
		}
		u := &units[next]
		next++
		if u.stride != 0 && u.stride != l.Stride {
			return fmt.Errorf("layer %s has stride %d; in %v it has %d", u.name, u.stride, m.Version, l.Stride)
		}
		if l.Kind != mobilenet.Conv && l.Kind != mobilenet.Depthwise {
			continue
		}
		switch {
		case u.padding != nil && (padding.From != FromOption || l.Stride == 1):
			l.Pad, l.FixedPad = u.padding.pad, u.padding.fixed
		case l.Stride == 2:
			l.Pad, l.FixedPad = padding.Value.rows()
		}
	}
	if err := mobilenet.Resize(m.Layers, m.InputShape()); err != nil {
		return err
	}
	if f := c.file; f.configured && f.additions != additions {
		return fmt.Errorf("the configuration has %d additions; a %v with α=%v has %d", f.additions, m.Version, m.Alpha, additions)
	}
	next = 0
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.Kind == mobilenet.Add || l.Kind == mobilenet.AveragePool {
			continue
		}
		if err := units[next].fits(l, m); err != nil {
			return err
		}
		next++
	}
	return nil
}

// fits compares the shapes of the unit's tensors with the layer.
func (u *unit) fits(l *mobilenet.Layer, m *mobilenet.Model) error {
	want, have := l.WeightShape(), u.kernel
	if l.Kind == mobilenet.Pointwise || l.Kind == mobilenet.FullyConnected && len(have.shape) == 4 {
		want = []int{l.Out.C, 1, 1, l.In.Len()}
		if l.Kind == mobilenet.Pointwise {
			want[3] = l.In.C
		}
	}
	wrong := func(t *tensor, want []int) error {
		return fmt.Errorf("tensor %s has shape %v in the order of MobileNet's layers here; layer %s of a %v with α=%v at %d×%d has %v",
			t.name, t.shape, l.Name, m.Version, m.Alpha, m.InputShape().W, m.InputShape().H, want)
	}
	if !have.is(want...) {
		return wrong(have, want)
	}
	channels := []*tensor{u.bias}
	if n := u.norm; n != nil {
		channels = append(channels, n.gamma, n.beta, n.mean, n.variance)
	}
	for _, t := range channels {
		if t != nil && !t.is(l.Out.C) {
			return wrong(t, []int{l.Out.C})
		}
	}
	return nil
}

// checkPool sees that the average pool of a configuration averages all of the last feature map.
func (c *contents) checkPool(m *mobilenet.Model) error {
	p := c.file.pool
	if p == nil || p.height == 0 {
		return nil
	}
	if last := m.Layers[m.Features()].Out; p.height != last.H || p.width != last.W {
		return fmt.Errorf("the average pool takes %d×%d pixels of a last feature map of %d×%d; MobileNet's takes all", p.height, p.width, last.H, last.W)
	}
	return nil
}

// fill folds the units' weights into the layers.
func fill(m *mobilenet.Model, units []unit, r *Result) error {
	next, infinity := 0, float32(math.Inf(1))
	for i := range m.Layers {
		l := &m.Layers[i]
		if l.Kind == mobilenet.Add || l.Kind == mobilenet.AveragePool {
			l.Float = &mobilenet.Float{Min: -infinity, Max: infinity}
			continue
		}
		u := &units[next]
		next++
		f, err := u.fold(l, r.Epsilon)
		if err != nil {
			return err
		}
		a := r.Activation.Value
		projects := m.Version == mobilenet.V2 && l.Kind == mobilenet.Pointwise && i > 0 && m.Layers[i-1].Kind == mobilenet.Depthwise
		switch {
		case projects || i == len(m.Layers)-1 && l.Kind == mobilenet.FullyConnected:
			if a = linear; u.activation != nil {
				a = *u.activation
			}
		case u.activation != nil && r.Activation.From != FromOption:
			a = *u.activation
		}
		if err := a.check(); err != nil {
			return fmt.Errorf("layer %s: %w", u.name, err)
		}
		a.apply(f)
		l.Float = f
	}
	return nil
}

// apply is the activation as a layer has it.
func (a Activation) apply(f *mobilenet.Float) {
	f.Min, f.Max = 0, a.Max
	if a.Slope != 0 {
		f.Min = float32(math.Inf(-1))
	}
	if a.Slope != 1 {
		f.Leak = a.Slope
	}
}
