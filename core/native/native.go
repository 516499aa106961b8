// Package native runs models on this machine: by the WebAssembly that core/simd emits, which wazero compiles, in as many engines as there are
// cores. Where wazero has no compiler core/scalar runs them, for interpreted the module would take many times as long.
//
// A program is compiled once. Its engines share the machine code, and each has its own memory, weights included, for what that costs is little:
// BenchmarkEngines prints it. They share no lock: two engines answer twice as much as one, as far as the machine's memory lets them.
package native

import (
	"errors"
	"fmt"
	"sync"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
)

// A Program is a model, compiled for this machine. Goroutines may share it.
type Program struct {
	model *mobilenet.Model
	host  wazerohost.Host

	making  sync.Mutex
	program *simd.Program // nil: there is no compiler
	why     error         // there is none
}

// Compile makes a program of m. It is an error for a model that fails its Check, or that no engine takes.
func Compile(m *mobilenet.Model) (*Program, error) {
	p := &Program{model: m}
	if p.why = wazerohost.Compiles(); p.why != nil {
		return p, m.Check()
	}
	var err error
	if p.program, err = simd.Compile(m, simd.Capabilities{Threads: 1}); err != nil {
		return nil, err
	}
	p.host = wazerohost.Shared()
	return p, nil
}

// Engine makes one more engine. Its Info says why it is a slow one, if it is.
func (p *Program) Engine() (mobilenet.Engine, error) {
	if p.program == nil {
		return slow(p.model, p.why)
	}
	p.making.Lock() // the first has the code compiled, and the others find it
	defer p.making.Unlock()
	e, err := simd.Start(p.program, p.host)
	if err != nil {
		return nil, fmt.Errorf("the network cannot be started: %w", err)
	}
	return e, nil
}

// Close gives the code back, once all engines are closed.
func (p *Program) Close() error { return p.host.Close() }

// NewEngine makes an engine of a program of its own, which ends with the engine.
func NewEngine(m *mobilenet.Model) (mobilenet.Engine, error) {
	p, err := Compile(m)
	if err != nil {
		return nil, err
	}
	e, err := p.Engine()
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return &only{e, p}, nil
}

// only is the one engine of its program.
type only struct {
	mobilenet.Engine
	program *Program
}

func (o *only) Close() error { return errors.Join(o.Engine.Close(), o.program.Close()) }

// slow makes an engine in plain Go.
func slow(m *mobilenet.Model, why error) (mobilenet.Engine, error) {
	e, err := scalar.New(m)
	if err != nil {
		return nil, errors.Join(why, err)
	}
	return &because{e, why.Error()}, nil
}

// because is an engine that says why it is not a faster one.
type because struct {
	mobilenet.Engine
	why string
}

func (b *because) Info() mobilenet.Info {
	info := b.Engine.Info()
	info.Why = b.why
	return info
}
