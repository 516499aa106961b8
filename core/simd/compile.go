package simd

import (
	"fmt"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// Compile makes the module and plans the memory of m for a place with the given capabilities.
func Compile(m *mobilenet.Model, capabilities Capabilities) (*Program, error) {
	if err := capabilities.check(); err != nil {
		return nil, err
	}
	if err := check(m); err != nil {
		return nil, fmt.Errorf("simd: %w", err)
	}
	c := newCompiler(m, capabilities)
	c.planMaps()
	return c.finish()
}

func newCompiler(m *mobilenet.Model, capabilities Capabilities) *compiler {
	c := &compiler{
		program:   &Program{Plan: Plan{Model: m, Capabilities: capabilities}},
		module:    asm.NewModule(),
		functions: map[string]*asm.Func{},
		padRows:   map[uint8]int{},
		top:       syncLength,
	}
	for i := range m.Layers {
		c.operators = append(c.operators, operatorFor(&m.Layers[i], m.Type == mobilenet.Float32, capabilities))
	}
	return c
}

// A compiler turns one model into a program: it plans the maps, wires the layers, and writes the functions that run them.
type compiler struct {
	program   *Program
	module    *asm.Module
	operators []*operator // one a layer
	functions map[string]*asm.Func
	steps     []*step // of the layers wired so far

	top          int           // the next free address
	scratch      int           // address of thread 0's scratch
	scratchBytes int           // of each thread
	padRows      map[uint8]int // zero point -> address of a row of it
	floatInput   *Map          // the picture as a float model reads it
}

// finish wires all layers and writes the module.
func (c *compiler) finish() (*Program, error) {
	p := c.program
	p.ImageOffset = c.top
	for i := range p.Layers {
		s := &step{compiler: c, layer: &p.Model.Layers[i], in: c.input(i), out: &p.Layers[i], calls: make([][]call, c.threads())}
		c.operators[i].wire(s)
		c.steps = append(c.steps, s)
	}
	p.ImageSize = c.top - p.ImageOffset
	p.Pages = roundUp(c.top, asm.PageSize) / asm.PageSize
	pages := uint32(p.Pages)
	c.module.ImportMemory("env", "memory", asm.Memory{Min: pages, Max: pages, Shared: p.Capabilities.Shared})
	c.emitRun()
	var err error
	p.Module, err = c.module.Encode()
	return p, err
}

func (c *compiler) threads() int  { return c.program.Capabilities.Threads }
func (c *compiler) relaxed() bool { return c.program.Capabilities.Relaxed }

// input is the map that layer i reads.
func (c *compiler) input(i int) *Map {
	if i == 0 {
		return &c.program.Input
	}
	return &c.program.Layers[i-1]
}

// A kernel is a function specialised to certain shapes. Two kernels with the same name are the same function.
type kernel interface {
	fmt.Stringer
	emit(f *asm.Func)
}

// function returns the module's function for a kernel, emitting it the first time.
func (c *compiler) function(k kernel) *asm.Func {
	name := k.String()
	f := c.functions[name]
	if f == nil {
		f = c.module.Func(name)
		c.functions[name] = f
		k.emit(f)
	}
	return f
}

// A step is the work for one layer: its maps, and the calls that each thread makes.
type step struct {
	*compiler
	layer   *mobilenet.Layer
	in, out *Map
	calls   [][]call // of each thread
}

// A call is a function and its arguments.
type call struct {
	function *asm.Func
	args     []*int
}

func (s *step) call(thread int, f *asm.Func, args []*int) {
	s.calls[thread] = append(s.calls[thread], call{f, args})
}
