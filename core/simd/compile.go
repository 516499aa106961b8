package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// Compile makes the module and plans the memory of m for a place with the given features.
func Compile(m *mobilenet.Model, features Features) (*Program, error) {
	if err := features.check(); err != nil {
		return nil, err
	}
	if err := check(m); err != nil {
		return nil, fmt.Errorf("simd: %w", err)
	}
	c := &compiler{
		program: &Program{Model: m, Features: features},
		module:  asm.NewModule(),
		kernels: map[string]*asm.Func{},
		top:     syncLength,
	}
	c.plan()
	c.program.ImageOffset = c.top
	for i := range m.Layers {
		c.layer(i)
	}
	c.program.ImageSize = c.top - c.program.ImageOffset
	c.program.Pages = roundUp(c.top, asm.PageSize) / asm.PageSize
	pages := uint32(c.program.Pages)
	c.module.ImportMemory("env", "memory", asm.Memory{Min: pages, Max: pages, Shared: features.Shared})
	c.emitRun()
	var err error
	c.program.Module, err = c.module.Encode()
	return c.program, err
}

type compiler struct {
	program *Program
	module  *asm.Module
	kernels map[string]*asm.Func
	top     int // the next free address
	scratch int // of thread 0; each thread has scratchSize bytes
	// scratchSize holds a row of im2col windows, or the sums of a feature map's pixels.
	scratchSize int
	padRows     map[uint8]int // zero point -> address of a row of it
	stages      []stage       // one a layer
}

// A stage is what the threads do for one layer.
type stage struct {
	calls [][]call // of each thread
	// byRows tells that the output's rows are split among the threads, otherwise its channels.
	byRows bool
}

// A call is a kernel and its arguments.
type call struct {
	kernel *asm.Func
	args   []int
}

func (c *compiler) threads() int { return c.program.Features.Threads }

// alloc takes n bytes of memory, aligned to a cache line.
func (c *compiler) alloc(n int) int {
	at := c.top
	c.top = roundUp(c.top+n, 64)
	return at
}

// image takes n bytes of the image, which pack fills.
func (c *compiler) image(n int, pack func(b []byte)) int {
	at := c.alloc(n)
	c.program.chunks = append(c.program.chunks, chunk{at, n, pack})
	return at
}

// kernel gives the function of that name, which emit writes if it is the first use.
func (c *compiler) kernel(k fmt.Stringer, emit func(*asm.Module) *asm.Func) *asm.Func {
	name := k.String()
	f := c.kernels[name]
	if f == nil {
		f = emit(c.module)
		c.kernels[name] = f
	}
	return f
}

// check refuses what the kernels do not compute.
func check(m *mobilenet.Model) error {
	n := len(m.Layers)
	if n == 0 {
		return fmt.Errorf("the model has no layers")
	}
	for i := range m.Layers {
		l := &m.Layers[i]
		before := mobilenet.Conv // whose output a layer of this kind may read
		switch l.Kind {
		case mobilenet.Conv:
			if i > 0 {
				return fmt.Errorf("layer %s: a convolution that is not the first layer", l.Name)
			}
			if l.In.C != 3 {
				return fmt.Errorf("layer %s: the input has %d channels, not 3", l.Name, l.In.C)
			}
		case mobilenet.Pointwise:
			before = mobilenet.Depthwise
		case mobilenet.Depthwise, mobilenet.AveragePool:
			before = mobilenet.Pointwise
		case mobilenet.FullyConnected:
			before = mobilenet.AveragePool
		default:
			return fmt.Errorf("layer %s: unknown kind %v", l.Name, l.Kind)
		}
		if i > 0 && m.Layers[i-1].Kind != before && !(l.Kind == mobilenet.Depthwise && i == 1) {
			return fmt.Errorf("layer %s: a %v layer after a %v layer", l.Name, l.Kind, m.Layers[i-1].Kind)
		}
		if i > 0 && m.Layers[i-1].Out != l.In {
			return fmt.Errorf("layer %s reads %v, but the layer before it gives %v", l.Name, l.In, m.Layers[i-1].Out)
		}
		if (l.Kind == mobilenet.Conv || l.Kind == mobilenet.Depthwise) && (l.Kernel != 3 || l.Stride < 1) {
			return fmt.Errorf("layer %s: kernel %d with stride %d; only 3×3 is supported", l.Name, l.Kernel, l.Stride)
		}
		if err := checkWeights(m, i); err != nil {
			return fmt.Errorf("layer %s: %w", l.Name, err)
		}
	}
	if m.Layers[0].Kind != mobilenet.Conv {
		return fmt.Errorf("the first layer is %v, not a convolution", m.Layers[0].Kind)
	}
	if last := m.Layers[n-1].Kind; last != mobilenet.AveragePool && last != mobilenet.FullyConnected {
		return fmt.Errorf("the last layer is %v, not an average pool or a classifier", last)
	}
	return nil
}

func checkWeights(m *mobilenet.Model, i int) error {
	l := &m.Layers[i]
	q := l.Quantized
	switch {
	case m.Type == mobilenet.Float32:
		return fmt.Errorf("float32 models are not supported")
	case q == nil:
		return fmt.Errorf("no weights")
	case i > 0 && m.Layers[i-1].Quantized.Out != q.In:
		return fmt.Errorf("its input is quantised as %+v, the output before it as %+v", q.In, m.Layers[i-1].Quantized.Out)
	case l.Kind == mobilenet.AveragePool && l.In.H*l.In.W > maxPoolCells:
		return fmt.Errorf("a pool over %v: at most %d pixels are supported", l.In, maxPoolCells)
	case l.Kind == mobilenet.AveragePool:
		return nil
	case len(q.Weights) != l.Parameters() || len(q.Bias) != l.Out.C:
		return fmt.Errorf("%d weights and %d biases, not %d and %d", len(q.Weights), len(q.Bias), l.Parameters(), l.Out.C)
	case len(q.WeightScales) != 1 && len(q.WeightScales) != l.Out.C:
		return fmt.Errorf("%d scales for %d channels", len(q.WeightScales), l.Out.C)
	}
	return nil
}

// plan lays out all feature maps and buffers.
func (c *compiler) plan() {
	p := c.program
	layers := p.Model.Layers
	first := layers[0].In
	p.Input = Map{Shape: first, Stride: first.C, Form: Uint8, Quant: layers[0].Quantized.In}
	p.Layers = make([]Map, len(layers))
	for i := range layers {
		l := &layers[i]
		m := &p.Layers[i]
		*m = newMap(l, c.form(i))
		switch {
		case l.Kind == mobilenet.Conv:
			c.scratchSize = max(c.scratchSize, l.Out.W*convWindow)
		case l.Kind == mobilenet.Pointwise && p.Features.Relaxed:
			c.scratchSize = max(c.scratchSize, 4*m.pixels())
		}
	}
	c.scratchSize = roundUp(c.scratchSize, 64)
	c.scratch = c.alloc(c.scratchSize * c.threads())

	// A chain of maps, each alive with its neighbours only, fits into an area as long as the longest pair: they lie at its
	// beginning and its end in turn. Those that can be read after a run have places of their own.
	chain := []*Map{&p.Input}
	features := p.Model.Features()
	for i := range p.Layers {
		if i < features {
			chain = append(chain, &p.Layers[i])
		} else {
			p.Layers[i].Offset = c.alloc(p.Layers[i].bytes())
		}
	}
	area := chain[len(chain)-1].bytes()
	for i := 1; i < len(chain); i++ {
		area = max(area, roundUp(chain[i-1].bytes(), 64)+roundUp(chain[i].bytes(), 64))
	}
	begin := c.alloc(area)
	for i, m := range chain {
		m.Offset = begin
		if i%2 == 1 {
			m.Offset = c.top - roundUp(m.bytes(), 64)
		}
	}
}

// newMap is a map for the output of l, not placed yet. Its filling channels have no weights, so that they hold the zero point.
func newMap(l *mobilenet.Layer, form Form) Map {
	q := l.Quantized
	return Map{Shape: l.Out, Stride: roundUp(l.Out.C, 8), Form: form, Quant: q.Out, blank: min(max(q.Out.Zero, q.Min), q.Max)}
}

// form is how the output of layer i is stored: as the next layer reads it.
func (c *compiler) form(i int) Form {
	switch c.program.Model.Layers[i].Kind {
	case mobilenet.Depthwise:
		if c.program.Features.Relaxed {
			return Int8
		}
		return Int16
	case mobilenet.AveragePool:
		return Int16
	}
	return Uint8
}

// input is the map that layer i reads.
func (c *compiler) input(i int) *Map {
	if i == 0 {
		return &c.program.Input
	}
	return &c.program.Layers[i-1]
}

// taps lists the model's channels in the order of a map, −1 for those that only fill it up.
func (m *Map) taps() []int {
	t := make([]int, m.Stride)
	for i := range t {
		t[i] = -1
		if i < m.Shape.C {
			t[i] = m.channel(i)
		}
	}
	return t
}

// Tiles, in pixels. The i16 kernel has 14 live vectors with 5, the relaxed one 15 with 4.
const (
	tileI16 = 4
	tileI8  = 4
)

// byRowsFrom is the pixels from which on a layer's rows are split among threads: smaller layers have more channels.
const byRowsFrom = 28 * 28

func (c *compiler) layer(i int) {
	l := &c.program.Model.Layers[i]
	in, out := c.input(i), &c.program.Layers[i]
	q := c.image(qLength, func(b []byte) {
		if l.Kind == mobilenet.AveragePool {
			poolConstants(b, l, c.program.Model.Type)
		} else {
			constants(b, l, out.Form)
		}
	})
	s := stage{calls: make([][]call, c.threads()), byRows: l.Kind == mobilenet.Conv || out.pixels() >= byRowsFrom}
	switch l.Kind {
	case mobilenet.Conv:
		c.conv(l, in, out, q, s)
	case mobilenet.Depthwise:
		out.Order = in.Order
		c.depthwise(l, in, out, q, s)
	case mobilenet.Pointwise:
		if c.program.Features.Relaxed {
			c.pointwiseI8(l, in, out, q, s)
		} else {
			c.pointwiseI16(l, in, out, q, s)
		}
	case mobilenet.AveragePool:
		out.Order = in.Order
		c.averagePool(l, in, out, q, s)
	case mobilenet.FullyConnected:
		c.pointwiseI16(l, in, out, q, s)
	}
	c.stages = append(c.stages, s)
}

// share is thread t's part of n units.
func (c *compiler) share(n, t int) (from, to int) {
	return n * t / c.threads(), n * (t + 1) / c.threads()
}

func (c *compiler) conv(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	req := requantizerFor(l, out.Form, 27)
	dot := pointwiseI16{pixels: min(tileI16, out.Shape.W), k: convTaps, stride: out.Stride, req: req}
	k := conv{
		in: in.Shape, out: mobilenet.Shape{H: out.Shape.H, W: out.Shape.W, C: out.Stride},
		step: l.Stride, pad: l.Pad, zero: l.Quantized.In.Zero, dot: dot,
	}
	weights := c.image(out.Stride/8*dot.blockBytes(), func(b []byte) { dot.pack(b, l, convTapOrder()) })
	f := c.kernel(k, func(m *asm.Module) *asm.Func { return k.emit(m, c.kernel(dot, dot.emit)) })
	for t := range s.calls {
		if y0, y1 := c.share(out.Shape.H, t); y0 < y1 {
			s.calls[t] = []call{{f, []int{in.Offset, out.Offset, weights, q, c.scratch + t*c.scratchSize, y0, y1}}}
		}
	}
}

func (c *compiler) depthwise(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	zero := l.Quantized.In.Zero
	k := depthwise{
		in: mobilenet.Shape{H: in.Shape.H, W: in.Shape.W, C: in.Stride}, out: mobilenet.Shape{H: out.Shape.H, W: out.Shape.W, C: out.Stride},
		step: l.Stride, pad: l.Pad, zeroFree: zero == 0, req: requantizerFor(l, out.Form, 9),
	}
	weights := c.image(out.Stride/8*depthwiseBlock, func(b []byte) { packDepthwise(b, l, in) })
	padRow := c.padRow(zero)
	f := c.kernel(k, k.emit)
	for t := range s.calls {
		y0, y1, c0, c1 := 0, out.Shape.H, 0, out.Stride
		if s.byRows {
			y0, y1 = c.share(out.Shape.H, t)
		} else {
			c0, c1 = c.share(out.Stride/8, t)
			c0, c1 = 8*c0, 8*c1
		}
		if y0 < y1 && c0 < c1 {
			s.calls[t] = []call{{f, []int{in.Offset, out.Offset, weights, q, padRow, y0, y1, c0, c1}}}
		}
	}
}

// padRow is the address of a row of zero points, long enough for every depthwise layer.
func (c *compiler) padRow(zero uint8) int {
	if at, ok := c.padRows[zero]; ok {
		return at
	}
	longest := 0
	for i := range c.program.Model.Layers {
		if c.program.Model.Layers[i].Kind == mobilenet.Depthwise {
			in := c.input(i)
			longest = max(longest, in.Shape.W*in.Stride)
		}
	}
	if c.padRows == nil {
		c.padRows = map[uint8]int{}
	}
	at := c.image(longest, func(b []byte) {
		for i := range b {
			b[i] = zero
		}
	})
	c.padRows[zero] = at
	return at
}

func (c *compiler) pointwiseI16(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	k := pointwiseI16{
		pixels: min(tileI16, out.pixels()), k: in.Stride, stride: out.Stride * out.Form.size(),
		req: requantizerFor(l, out.Form, in.Shape.C),
	}
	weights := c.image(out.Stride/8*k.blockBytes(), func(b []byte) { k.pack(b, l, in.taps()) })
	f := c.kernel(k, k.emit)
	for t := range s.calls {
		p0, p1, b0, b1 := 0, out.pixels(), 0, out.Stride/8
		if s.byRows {
			y0, y1 := c.share(out.Shape.H, t)
			p0, p1 = y0*out.Shape.W, y1*out.Shape.W
		} else {
			b0, b1 = c.share(b1, t)
		}
		if b0 < b1 {
			s.calls[t] = []call{{f, []int{
				in.Offset + p0*in.Stride*2, out.Offset + p0*k.stride + b0*8, weights + b0*k.blockBytes(), q, p1 - p0, b1 - b0,
			}}}
		}
	}
}

func (c *compiler) pointwiseI8(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	single := pointwiseI8{
		pixels: min(tileI8, out.pixels()), k: in.Stride, stride: out.Stride, req: requantizerFor(l, out.Form, in.Shape.C),
	}
	paired := single
	paired.paired = true
	taps := in.taps()
	sorted := sortChannels(single, l, taps)
	out.Order = sorted.order
	weights := c.image(sorted.bytes, func(b []byte) { single.pack(b, l, sorted, taps, int(in.blank)-128) })
	sums := channelSums{in.Stride}
	sum := c.kernel(sums, sums.emit)
	parts := single.shareRuns(sorted.runs, c.threads())
	for t := range s.calls {
		part := parts[t]
		p0, p1 := 0, out.pixels()
		if s.byRows {
			y0, y1 := c.share(out.Shape.H, t)
			p0, p1 = y0*out.Shape.W, y1*out.Shape.W
			part = sorted.runs
		}
		if len(part) == 0 {
			continue
		}
		// Each thread sums the pixels that it reads itself: that is quicker than waiting for each other.
		scratch := c.scratch + t*c.scratchSize
		first := in.Offset + p0*in.Stride
		calls := []call{{sum, []int{first, scratch, p1 - p0}}}
		for _, r := range part {
			k := single
			if r.paired {
				k = paired
			}
			calls = append(calls, call{c.kernel(k, k.emit), []int{
				first, out.Offset + p0*out.Stride + r.first*8, weights + r.offset, q, scratch, p1 - p0, r.blocks, r.passes,
			}})
		}
		s.calls[t] = calls
	}
}

func (c *compiler) averagePool(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	k := averagePool{mobilenet.Shape{H: in.Shape.H, W: in.Shape.W, C: in.Stride}, l.Quantized.Mean}
	f := c.kernel(k, k.emit)
	for t := range s.calls {
		if b0, b1 := c.share(out.Stride/8, t); b0 < b1 {
			s.calls[t] = []call{{f, []int{in.Offset, out.Offset, q, 8 * b0, 8 * b1}}}
		}
	}
}
