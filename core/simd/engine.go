package simd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"mobilenet/core/mobilenet"
)

// An Engine runs a compiled model in an instance. It implements mobilenet.Engine.
type Engine struct {
	plan     *Plan
	instance Instance
	host     Host           // nil: no other instance can be made
	why      string         // why it has fewer threads than it was asked for
	table    *[3][256]uint8 // of quantised models; float ones have theirs in the module's memory
	input    []byte         // the picture after the table; nil if that changes nothing
	buffer   []byte         // what was read from the memory
	last     []uint8        // the last layer's output
	lastReal []float32
	values   []uint8 // of a layer that is given dequantised
}

// New compiles m, instantiates it in host and fills its memory.
func New(m *mobilenet.Model, capabilities Capabilities, host Host) (*Engine, error) {
	p, err := Compile(m, capabilities)
	if err != nil {
		return nil, err
	}
	return Start(p, host)
}

// Start instantiates p in host and fills its memory.
func Start(p *Program, host Host) (*Engine, error) {
	instance, err := host.Instantiate(p)
	if err != nil {
		return nil, err
	}
	if err := p.Pack(instance.Write); err != nil {
		return nil, errors.Join(err, instance.Close())
	}
	// No layers: a host may compile and start threads while the image is packed; here it has to be ready.
	if err := instance.Run(0, 0); err != nil {
		return nil, errors.Join(err, instance.Close())
	}
	e := Attach(&p.Plan, instance)
	e.host = host
	return e, nil
}

// Attach makes an engine of an instance whose memory holds the program's image already.
func Attach(p *Plan, instance Instance) *Engine {
	e := &Engine{plan: p, instance: instance}
	if p.Model.Type == mobilenet.Float32 {
		return e
	}
	e.table = p.Model.InputTable()
	if changes(e.table) {
		e.input = make([]byte, p.Input.bytes())
	}
	return e
}

// changes reports whether a table gives any byte another value.
func changes(table *[3][256]uint8) bool {
	for c := range table {
		for b, v := range table[c] {
			if int(v) != b {
				return true
			}
		}
	}
	return false
}

// Run implements mobilenet.Engine. If a thread does not answer, the picture and all after it run on one thread.
func (e *Engine) Run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	if e.instance == nil {
		return errors.New("the engine is closed")
	}
	if err := e.plan.Model.CheckRun(input, want); err != nil {
		return err
	}
	for i := range e.plan.Layers {
		if (want.Each != nil || want.Activations && i == want.Layer) && e.plan.Layers[i].Stride == 0 {
			return fmt.Errorf("where the output of layer %s lies is not in this plan", e.plan.Model.Layers[i].Name)
		}
	}
	err := e.run(ctx, input, want, out)
	if errors.Is(err, ErrStuck) && e.host != nil {
		if err = e.oneThread(); err == nil {
			err = e.run(ctx, input, want, out)
		}
	}
	return err
}

// oneThread replaces an instance with a dead or stuck thread by one without threads.
func (e *Engine) oneThread() error {
	closed := e.instance.Close()
	e.instance = nil
	capabilities := e.plan.Capabilities
	capabilities.Threads, capabilities.Shared = 1, false
	single, err := New(e.plan.Model, capabilities, e.host)
	if err != nil {
		return fmt.Errorf("a thread did not answer in time, and without threads: %w", errors.Join(err, closed))
	}
	*e = *single
	e.why = "a thread did not answer in time"
	return nil
}

func (e *Engine) run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	p := e.plan
	layers := p.Model.Layers
	out.Embedding, out.Features, out.Layer, out.Times = out.Embedding[:0], out.Features[:0], out.Layer[:0], out.Times[:0]
	if err := e.writeInput(input); err != nil {
		return err
	}
	for first := 0; first < len(layers); {
		if err := ctx.Err(); err != nil {
			return err
		}
		last := len(layers)
		if want.Times || want.Each != nil {
			last = first + 1
		} else if want.Activations && first <= want.Layer {
			last = want.Layer + 1
		}
		start := time.Now()
		if err := e.instance.Run(first, last); err != nil {
			return err
		}
		if want.Times {
			out.Times = append(out.Times, time.Since(start))
		}
		if want.Activations && want.Layer == last-1 {
			var err error
			if out.Layer, err = e.real(want.Layer, out.Layer); err != nil {
				return err
			}
		}
		if want.Each != nil {
			var err error
			if e.lastReal, err = e.real(first, e.lastReal); err != nil {
				return err
			}
			want.Each(first, e.lastReal)
		}
		first = last
	}
	var err error
	if want.Embedding {
		if out.Embedding, err = e.real(p.Model.Embedding(), out.Embedding); err != nil {
			return err
		}
	}
	if want.Features {
		if out.Features, err = e.real(p.Model.Features(), out.Features); err != nil {
			return err
		}
	}
	if e.table == nil {
		if e.lastReal, err = e.real(len(layers)-1, e.lastReal); err == nil {
			p.Model.FinishFloat(e.lastReal, out)
		}
		return err
	}
	if e.last, err = e.quantized(len(layers)-1, e.last); err == nil {
		p.Model.Finish(e.last, out)
	}
	return err
}

// writeInput writes the picture's bytes [H,W,C], after the model's table, where the first layer reads them.
func (e *Engine) writeInput(picture []byte) error {
	if e.input != nil {
		colours := e.plan.Input.Shape.C
		for c := range colours {
			table := &e.table[c]
			for i := c; i < len(picture); i += colours {
				e.input[i] = table[picture[i]]
			}
		}
		picture = e.input
	}
	return e.instance.Write(e.plan.Input.Offset, picture)
}

// read fills the engine's buffer with the output of layer i.
func (e *Engine) read(i int) ([]byte, error) {
	m := &e.plan.Layers[i]
	if n := m.bytes(); cap(e.buffer) < n {
		e.buffer = make([]byte, n)
	}
	b := e.buffer[:m.bytes()]
	return b, e.instance.Read(m.Offset, b)
}

// quantized reads the output of layer i into dst: the quantised values, channels in the model's order.
func (e *Engine) quantized(i int, dst []uint8) ([]uint8, error) {
	b, err := e.read(i)
	if err != nil {
		return dst, err
	}
	m := &e.plan.Layers[i]
	var sign, zero uint8 // what makes the lowest byte of a value the quantised one
	switch m.Layout {
	case Int8:
		sign = 128
	case Int16:
		zero = m.Quant.Zero
	}
	dst = slices.Grow(dst[:0], m.Shape.Len())[:m.Shape.Len()]
	order, size := m.channelOrder()[:m.Shape.C], m.Layout.size()
	for p := range m.pixels() {
		pixel := dst[p*m.Shape.C:][:m.Shape.C]
		from := b[p*m.Stride*size:]
		for i, channel := range order {
			pixel[channel] = from[size*i] ^ sign + zero
		}
	}
	return dst, nil
}

// real reads the output of layer i into dst, dequantised, channels in the model's order.
func (e *Engine) real(i int, dst []float32) ([]float32, error) {
	m := &e.plan.Layers[i]
	dst = slices.Grow(dst[:0], m.Shape.Len())[:m.Shape.Len()]
	if m.Layout == Float32 {
		b, err := e.read(i)
		if err != nil {
			return dst, err
		}
		for p := range m.pixels() {
			pixel := dst[p*m.Shape.C:][:m.Shape.C]
			for c := range pixel {
				pixel[c] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*(p*m.Stride+c):]))
			}
		}
		return dst, nil
	}
	values, err := e.quantized(i, e.values)
	if err != nil {
		return dst, err
	}
	e.values = values
	var reals [256]float32
	for v := range reals {
		reals[v] = m.Quant.Real(uint8(v))
	}
	for j, v := range values {
		dst[j] = reals[v]
	}
	return dst, nil
}

// Info implements mobilenet.Engine.
func (e *Engine) Info() mobilenet.Info {
	name := "simd"
	switch {
	case e.plan.Capabilities.Relaxed && e.plan.Capabilities.Dot:
		name = "dot"
	case e.plan.Capabilities.Relaxed:
		name = "relaxed"
	}
	return mobilenet.Info{Engine: name, Threads: e.plan.Capabilities.Threads, Memory: int64(e.plan.Memory()), Why: e.why}
}

// Close implements mobilenet.Engine.
func (e *Engine) Close() error {
	if e.instance == nil {
		return nil
	}
	err := e.instance.Close()
	e.instance = nil
	return err
}
