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
	// scratchSize holds a row of im2col windows, the sums of a feature map's pixels, or what strassenF32 puts there.
	scratchSize int
	padRows     map[uint8]int // zero point -> address of a row of it
	reals       Map           // a float model's input as numbers
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

// plan lays out all feature maps and buffers.
func (c *compiler) plan() {
	p := c.program
	layers := p.Model.Layers
	first := layers[0].In
	p.Input = Map{Shape: first, Stride: first.C, Form: Uint8}
	p.Layers = make([]Map, len(layers))
	for i := range layers {
		l := &layers[i]
		m := &p.Layers[i]
		*m = newMap(l, c.form(i))
		c.scratchSize = max(c.scratchSize, c.scratchFor(l))
	}
	c.scratchSize = roundUp(c.scratchSize, 64)
	c.scratch = c.alloc(c.scratchSize * c.threads())

	// A chain of maps, each alive with its neighbours only, fits into an area as long as the longest pair: they lie at its
	// beginning and its end in turn. Those that can be read after a run have places of their own.
	chain := []*Map{&p.Input}
	if c.float() {
		p.Input.Offset = c.alloc(p.Input.bytes())
		c.reals = Map{Shape: first, Stride: first.C, Form: Float32}
		chain[0] = &c.reals
	}
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

// scratchFor is the bytes of scratch that a thread needs for l.
func (c *compiler) scratchFor(l *mobilenet.Layer) int {
	switch {
	case l.Kind == mobilenet.Conv:
		if c.float() {
			return l.Out.W * convTaps * Float32.size()
		}
		return l.Out.W * convTaps * Int16.size()
	case l.Kind == mobilenet.Pointwise && c.float():
		if k, strips := strassenFor(l, c.program.Features.Relaxed); strips > 0 {
			return k.scratch()
		}
	case l.Kind == mobilenet.Pointwise && c.program.Features.Relaxed:
		return 4 * l.Out.H * l.Out.W
	}
	return 0
}

// newMap is a map for the output of l, not placed yet. Its filling channels have no weights, so that they hold the zero point.
func newMap(l *mobilenet.Layer, form Form) Map {
	m := Map{Shape: l.Out, Stride: roundUp(l.Out.C, 8), Form: form}
	if q := l.Quantized; q != nil {
		m.Quant, m.blank = q.Out, min(max(q.Out.Zero, q.Min), q.Max)
	}
	return m
}

func (c *compiler) float() bool { return c.program.Model.Type == mobilenet.Float32 }

// form is how the output of layer i is stored: as the next layer reads it.
func (c *compiler) form(i int) Form {
	if c.float() {
		return Float32
	}
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

// Pixels of a pointwise kernel's tile: as many as there are registers for.
const (
	tileI16 = 4
	tileI8  = 4
)

// byRowsFrom is the pixels from which on a layer's rows are split among threads: smaller layers have more channels.
const byRowsFrom = 28 * 28

func (c *compiler) layer(i int) {
	l := &c.program.Model.Layers[i]
	in, out := c.input(i), &c.program.Layers[i]
	s := stage{calls: make([][]call, c.threads()), byRows: l.Kind == mobilenet.Conv || out.pixels() >= byRowsFrom}
	if l.Kind == mobilenet.Depthwise || l.Kind == mobilenet.AveragePool {
		out.Order = in.Order
	}
	q := c.image(qLength, func(b []byte) {
		switch {
		case c.float():
			floatConstants(b, l)
		case l.Kind == mobilenet.AveragePool:
			poolConstants(b, l, c.program.Model.Type)
		default:
			constants(b, l, out.Form)
		}
	})
	switch l.Kind {
	case mobilenet.Conv:
		c.conv(l, in, out, q, s)
	case mobilenet.Depthwise:
		c.depthwise(l, in, out, q, s)
	case mobilenet.AveragePool:
		c.averagePool(l, in, out, q, s)
	default:
		if in.Form == Int8 {
			c.pointwiseI8(l, in, out, q, s)
		} else {
			c.pointwise(l, in, out, q, s)
		}
	}
	c.stages = append(c.stages, s)
}

// share is thread t's part of n units.
func (c *compiler) share(n, t int) (from, to int) {
	return n * t / c.threads(), n * (t + 1) / c.threads()
}

// dot is a pointwise kernel of one kind for all channels.
type dot interface {
	fmt.Stringer
	emit(m *asm.Module) *asm.Func
	blockBytes() int // of the weights of 8 output channels
	beyond() int     // bytes behind all weights that are read, whatever they are
}

// dotFor gives the pointwise kernel for windows or pixels of in's form, at least n in a call. taps are the model's channels, or
// the window's taps, in the order of the input. pack writes all weights.
func (c *compiler) dotFor(l *mobilenet.Layer, form Form, taps []int, out *Map, n int) (k dot, pack func(b []byte)) {
	stride := out.Stride * out.Form.size()
	if form == Float32 {
		relaxed := c.program.Features.Relaxed
		k := pointwiseF32{pixels: tileF32(n, relaxed), k: l.Kernel * l.Kernel * l.In.C, row: 4 * len(taps), stride: stride, relaxed: relaxed}
		if l.Kind == mobilenet.Pointwise {
			k.ahead = aheadF32((n+k.pixels-1)/k.pixels, 1, 1)
		}
		return k, func(b []byte) { k.pack(b, l) }
	}
	i := pointwiseI16{pixels: min(n, tileI16), k: len(taps), stride: stride, req: requantizerFor(l, out.Form, len(taps))}
	return i, func(b []byte) { i.pack(b, l, taps) }
}

func (c *compiler) conv(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	k := conv{
		in: in.Shape, out: mobilenet.Shape{H: out.Shape.H, W: out.Shape.W, C: out.Stride},
		step: l.Stride, pad: l.Pad, form: Float32, outSize: out.Form.size(),
	}
	if !c.float() {
		k.form, k.zero = Int16, l.Quantized.In.Zero
	}
	dot, pack := c.dotFor(l, k.form, convTapOrder(), out, out.Shape.W)
	weights := c.image(out.Stride/8*dot.blockBytes(), pack)
	f := c.kernel(k, func(m *asm.Module) *asm.Func { return k.emit(m, c.kernel(dot, dot.emit)) })
	read := func(y0, y1 int) []call { return nil } // what must be done to the input's rows before
	if k.form == Float32 && in.Form == Uint8 {
		read, in = c.toReals(in), &c.reals
	}
	for t := range s.calls {
		if y0, y1 := c.share(out.Shape.H, t); y0 < y1 {
			s.calls[t] = append(read(k.rows(y0, y1)), call{f, []int{in.Offset, out.Offset, weights, q, c.scratch + t*c.scratchSize, y0, y1}})
		}
	}
}

// toReals gives the calls that turn rows y0 ≤ y < y1 of the picture into numbers. Rows at which threads meet are done by both:
// that is quicker than waiting for each other.
func (c *compiler) toReals(in *Map) func(y0, y1 int) []call {
	table := c.image(inputTableSize, func(b []byte) { packInputTable(b, c.program.Model) })
	k := inputF32{}
	f := c.kernel(k, k.emit)
	return func(y0, y1 int) []call {
		first := y0 * in.Shape.W * in.Stride
		return []call{{f, []int{in.Offset + first, c.reals.Offset + 4*first, table, (y1 - y0) * in.Shape.W}}}
	}
}

func (c *compiler) depthwise(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	sweep := sweep{
		in: mobilenet.Shape{H: in.Shape.H, W: in.Shape.W, C: in.Stride}, out: mobilenet.Shape{H: out.Shape.H, W: out.Shape.W, C: out.Stride},
		step: l.Stride, pad: l.Pad, inSize: in.Form.size(), outSize: out.Form.size(),
	}
	var f *asm.Func
	var weights, padRow int
	if c.float() {
		sweep.lanes, sweep.block = 4, depthwiseF32Block
		k := depthwiseF32{sweep, c.program.Features.Relaxed}
		f, padRow = c.kernel(k, k.emit), c.padRow(0)
		weights = c.image(out.Stride/4*sweep.block, func(b []byte) { k.pack(b, l) })
	} else {
		sweep.lanes, sweep.block = 8, depthwiseBlock
		zero := l.Quantized.In.Zero
		k := depthwiseI16{sweep, zero == 0, requantizerFor(l, out.Form, 9)}
		f, padRow = c.kernel(k, k.emit), c.padRow(zero)
		weights = c.image(out.Stride/8*sweep.block, func(b []byte) { k.pack(b, l, in) })
	}
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
			longest = max(longest, in.Shape.W*in.Stride*in.Form.size())
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

func (c *compiler) pointwise(l *mobilenet.Layer, in, out *Map, q int, s stage) {
	if c.float() && l.Kind == mobilenet.Pointwise {
		if k, strips := strassenFor(l, c.program.Features.Relaxed); strips > 0 {
			c.strassen(k, strips, l, in, out, q, s)
			return
		}
	}
	k, pack := c.dotFor(l, in.Form, in.taps(), out, out.pixels())
	weights := c.image(out.Stride/8*k.blockBytes(), pack)
	c.alloc(k.beyond())
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
				in.Offset + p0*in.Stride*in.Form.size(), out.Offset + (p0*out.Stride+b0*8)*out.Form.size(),
				weights + b0*k.blockBytes(), q, p1 - p0, b1 - b0,
			}}}
		}
	}
}

// strassen splits strips among the threads if they are many enough, and otherwise channels.
func (c *compiler) strassen(k strassenF32, strips int, l *mobilenet.Layer, in, out *Map, q int, s stage) {
	blocks := out.Stride / 16
	weights := c.image(blocks*k.blockBytes(), func(b []byte) { k.pack(b, l) })
	c.alloc(k.beyond())
	f := c.kernel(k, k.emit)
	for t := range s.calls {
		s0, s1, b0, b1 := 0, strips, 0, blocks
		if strips >= 2*c.threads() {
			s0, s1 = c.share(strips, t)
		} else {
			b0, b1 = c.share(blocks, t)
		}
		if b0 < b1 {
			s.calls[t] = []call{{f, []int{
				in.Offset + s0*k.pixels*k.row(), out.Offset + s0*k.pixels*k.stride + b0*32,
				weights + b0*k.blockBytes(), q, c.scratch + t*c.scratchSize, s1 - s0, b1 - b0,
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
	shape := mobilenet.Shape{H: in.Shape.H, W: in.Shape.W, C: in.Stride}
	var f *asm.Func
	if c.float() {
		k := averagePoolF32{shape}
		f = c.kernel(k, k.emit)
	} else {
		k := averagePool{shape, l.Quantized.Mean}
		f = c.kernel(k, k.emit)
	}
	for t := range s.calls {
		if b0, b1 := c.share(out.Stride/8, t); b0 < b1 {
			s.calls[t] = []call{{f, []int{in.Offset, out.Offset, q, 8 * b0, 8 * b1}}}
		}
	}
}
