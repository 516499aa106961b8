// Package simd compiles a Model into WebAssembly: one module with SIMD kernels for the model's shapes, and the image of its
// memory with the weights packed as the kernels read them. A Host instantiates the module, wherever that is; an Engine
// runs pictures through it. README.md says how the kernels work and why.
package simd

import (
	"errors"
	"fmt"
	"time"

	"mobilenet/core/mobilenet"
)

// Features says what the place that runs the module offers.
type Features struct {
	// Relaxed lets the module use relaxed SIMD instructions. Quantised models give the same bytes with and without.
	Relaxed bool
	// Shared makes the memory a shared one, which more than one thread needs.
	Shared bool
	// Threads that run each layer together, at least 1 and at most MaxThreads.
	Threads int
	// Timeout is how long a thread waits for the others before the run fails; 0: DefaultTimeout.
	Timeout time.Duration
}

// MaxThreads bounds Features.Threads: more do not help a network of this size.
const MaxThreads = 16

// DefaultTimeout is long beside the milliseconds that a layer takes even in a browser's baseline compiler.
const DefaultTimeout = 2 * time.Second

func (f *Features) check() error {
	if f.Threads < 1 || f.Threads > MaxThreads {
		return fmt.Errorf("simd: %d threads: 1 to %d are possible", f.Threads, MaxThreads)
	}
	if f.Threads > 1 && !f.Shared {
		return fmt.Errorf("simd: %d threads need a shared memory", f.Threads)
	}
	if f.Timeout < 0 {
		return fmt.Errorf("simd: time-out of %v", f.Timeout)
	}
	if f.Timeout == 0 {
		f.Timeout = DefaultTimeout
	}
	return nil
}

// A Host makes instances of programs.
//
// The module imports one memory, "env" "memory", of Program.Pages pages: minimum and maximum, shared if Features.Shared.
// It exports
//
//	run(first, last i32) i32   runs the layers first ≤ i < last; 0: done, else a thread did not answer in time
//	worker(thread i32)         serves run as thread 1, 2, … Features.Threads-1; returns after stop
//	stop()                     ends the workers
//
// run is called by thread 0. Each other thread instantiates the module with the same memory and calls worker, which waits
// with memory.atomic.wait32. worker and stop exist only where Threads > 1.
type Host interface {
	// Instantiate makes the memory, zero, and an instance of the module, with its threads running.
	Instantiate(p *Program) (Instance, error)
}

// An Instance is a module with its memory. It is used by one goroutine at a time.
type Instance interface {
	// Write copies data into the memory at offset.
	Write(offset int, data []byte) error
	// Read fills data from the memory at offset.
	Read(offset int, data []byte) error
	// Run calls the export run. It returns ErrStuck if that failed.
	Run(first, last int) error
	// Close ends the threads and gives the memory back.
	Close() error
}

// ErrStuck tells that a thread did not answer in time: it is dead, or the machine is too busy. The instance is of no use
// any more.
var ErrStuck = errors.New("simd: a thread did not answer in time")

// A Form is how a feature map's values lie in memory.
type Form uint8

const (
	Uint8   Form = iota // the quantised value
	Int8                // the quantised value − 128, one byte
	Int16               // the quantised value − its zero point, two bytes
	Float32             // four bytes
)

func (f Form) String() string { return [...]string{"u8", "i8", "i16", "f32"}[f] }

// size is the bytes of one value.
func (f Form) size() int { return [...]int{1, 1, 2, 4}[f] }

// A Map says where a feature map lies in memory: pixel after pixel, each with Stride channels of which Shape.C count.
type Map struct {
	Offset int
	Shape  mobilenet.Shape
	Stride int
	Form   Form
	Quant  mobilenet.Quant
	// Order[i] is the model's channel that stands at position i; nil: the model's order.
	Order []int

	// blank is the value of the channels beyond Shape.C, which only fill up.
	blank uint8
}

func (m *Map) pixels() int { return m.Shape.H * m.Shape.W }

// bytes is the room that the map takes.
func (m *Map) bytes() int { return m.pixels() * m.Stride * m.Form.size() }

// channel is the model's channel at position i.
func (m *Map) channel(i int) int {
	if m.Order == nil {
		return i
	}
	return m.Order[i]
}
