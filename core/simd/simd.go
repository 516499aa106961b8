// Package simd compiles a Model into WebAssembly: one module with SIMD kernels for the model's shapes, and the image of its
// memory with the weights packed as the kernels read them. A Host instantiates the module, wherever that is; an Engine
// runs pictures through it. README.md says how the kernels work, RATIONALE.md why.
package simd

import (
	"errors"
	"fmt"
	"time"
)

// Capabilities says what the place that runs the module can do.
type Capabilities struct {
	// Relaxed lets the module use relaxed SIMD instructions. Quantised models give the same bytes with and without.
	Relaxed bool
	// Dot prefers, with Relaxed, the kernels for processors that multiply and add bytes in one instruction. The bytes are the same.
	Dot bool
	// Shared makes the memory a shared one, which more than one thread needs.
	Shared bool
	// Threads that run each layer together, at least 1 and at most MaxThreads.
	Threads int
	// Timeout is how long a thread waits for the others before the run fails; 0: DefaultTimeout.
	Timeout time.Duration
}

// MaxThreads bounds Capabilities.Threads: more do not help a network of this size.
const MaxThreads = 16

// DefaultTimeout is long beside the milliseconds that a layer takes even in a browser's baseline compiler.
const DefaultTimeout = 2 * time.Second

func (c *Capabilities) check() error {
	if c.Threads < 1 || c.Threads > MaxThreads {
		return fmt.Errorf("simd: %d threads: 1 to %d are possible", c.Threads, MaxThreads)
	}
	if c.Threads > 1 && !c.Shared {
		return fmt.Errorf("simd: %d threads need a shared memory", c.Threads)
	}
	if c.Timeout < 0 {
		return fmt.Errorf("simd: time-out of %v", c.Timeout)
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	return nil
}

// A Host makes instances of programs.
//
// The module imports one memory, "env" "memory", of Program.Pages pages: minimum and maximum, shared if Capabilities.Shared.
// It exports
//
//	run(first, last i32) i32   runs the layers first ≤ i < last; 0: done, else a thread did not answer in time
//	worker(thread i32)         serves run as thread 1, 2, … Capabilities.Threads-1; returns after stop, or when a run failed
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
