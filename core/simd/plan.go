package simd

import "mobilenet/core/mobilenet"

// The module's memory, from address 0:
//
//	sync words | scratch of each thread | kept maps | activations | weights and constants (the image)
//
// The maps of all layers before the last feature map share the activations' area. That map and what is computed from it are kept.

// alloc takes n bytes of memory, aligned to a cache line.
func (c *compiler) alloc(n int) int {
	at := c.top
	c.top = roundUp(c.top+n, cacheLine)
	return at
}

const cacheLine = 64

// image takes n bytes of the image, which pack fills.
func (c *compiler) image(n int, pack func(b []byte)) int {
	at := c.alloc(n)
	c.program.chunks = append(c.program.chunks, chunk{at, n, pack})
	return at
}

// scratchOf is the address of a thread's scratch. What a layer leaves there the next one may overwrite.
func (c *compiler) scratchOf(thread int) int { return c.scratch + thread*c.scratchBytes }

// planScratch takes as much scratch as the layer needs that needs most.
func (c *compiler) planScratch() {
	for i, o := range c.operators {
		if o.scratch != nil {
			n := o.scratch(&c.program.Model.Layers[i], c.relaxed())
			c.scratchBytes = max(c.scratchBytes, roundUp(n, cacheLine))
		}
	}
	c.scratch = c.alloc(c.scratchBytes * c.threads())
}

// planMaps places everything but the image.
func (c *compiler) planMaps() {
	p := c.program
	layers := p.Model.Layers
	c.planScratch()

	picture := layers[0].In
	p.Input = Map{Shape: picture, Stride: picture.C, Layout: Uint8}
	first := &p.Input
	if p.Model.Type == mobilenet.Float32 {
		p.Input.Offset = c.alloc(p.Input.bytes())
		c.floatInput = &Map{Shape: picture, Stride: picture.C, Layout: Float32}
		first = c.floatInput
	}

	p.Layers = make([]Map, len(layers))
	lives := []lifetime{{m: first, written: -1}} // then that of each layer's output
	for i := range layers {
		m := &p.Layers[i]
		*m = newMap(&layers[i], c.layoutOf(i))
		if i < p.Model.Features() {
			lives = append(lives, lifetime{m: m, written: i})
		} else { // it can be read after a run
			m.Offset = c.alloc(m.bytes())
		}
		for _, source := range sources(layers, i) {
			if source < p.Model.Features() {
				lives[1+source].read = i
			}
		}
	}
	c.top = max(c.top, c.margin())
	begin := c.alloc(place(lives))
	for _, l := range lives {
		l.m.Offset += begin
	}
}

// margin is the least address at which maps of layers before the last may begin. A depthwise kernel counts from the left end of the padding, and
// though it reads nothing there, an address below zero would be one beyond the memory's end.
func (c *compiler) margin() int {
	least := 0
	for i, l := range c.program.Model.Layers {
		if l.Kind == mobilenet.Depthwise {
			in := c.input(i)
			least = max(least, in.address(l.Pad.Left, 0)-in.Offset)
		}
	}
	return roundUp(least, cacheLine)
}

// sources are the layers whose output layer i reads, −1 being the picture: the layer before it, and what an addition adds.
func sources(layers []mobilenet.Layer, i int) []int {
	if l := &layers[i]; l.Kind == mobilenet.Add {
		return []int{i - 1, l.Addend}
	}
	return []int{i - 1}
}

// layoutOf is how the output of layer i is stored: as the layer after it wants it, unless that is an addition, which takes any. What
// other layers read of it are additions.
func (c *compiler) layoutOf(i int) Layout {
	if i+1 < len(c.operators) && c.operators[i+1].kind != mobilenet.Add {
		return c.operators[i+1].reads
	}
	return c.operators[i].writes
}

// newMap is a map for the output of l, not placed yet. Its padding channels have no weights, so that they hold the zero point.
func newMap(l *mobilenet.Layer, layout Layout) Map {
	m := Map{Shape: l.Out, Stride: roundUp(l.Out.C, 8), Layout: layout}
	if q := l.Quantized; q != nil {
		m.Quant, m.padding = q.Out, min(max(q.Out.Zero, q.Min), q.Max)
	}
	return m
}

// A lifetime is how long a map keeps its place: from the layer that writes it to the last one that reads it.
type lifetime struct {
	m             *Map
	written, read int
}

// meets reports whether the two maps are alive in one layer.
func (a lifetime) meets(b lifetime) bool { return a.written <= b.read && b.written <= a.read }

// bytes is the room that the map takes.
func (a lifetime) bytes() int { return roundUp(a.m.bytes(), cacheLine) }

// place sets the offsets of maps, in the order in which they are written, in an area, and returns its size. Maps that meet do not
// overlap. They stand at the area's beginning and at its end in turn, each as close to it as those that it meets there allow: so a
// chain of maps, each alive beside its neighbours only, takes no more than its longest pair.
func place(lives []lifetime) (size int) {
	margin := make([]int, len(lives)) // bytes between a map and its end of the area
	for i, a := range lives {
		for j := i % 2; j < i; j += 2 { // those at the same end
			b := lives[j]
			if a.meets(b) && margin[i] < margin[j]+b.bytes() && margin[j] < margin[i]+a.bytes() {
				margin[i] = margin[j] + b.bytes()
				j = i%2 - 2 // start over
			}
		}
		size = max(size, margin[i]+a.bytes())
		for j := (i + 1) % 2; j < i; j += 2 { // those at the other end
			if b := lives[j]; a.meets(b) {
				size = max(size, margin[i]+a.bytes()+margin[j]+b.bytes())
			}
		}
	}
	for i, a := range lives {
		a.m.Offset = margin[i]
		if i%2 == 1 {
			a.m.Offset = size - margin[i] - a.bytes()
		}
	}
	return size
}
