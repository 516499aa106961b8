//go:build js && wasm

// Package jshost runs compiled models by the WebAssembly of the JavaScript around the Go program: a browser's worker, or
// Node.js. The module gets a memory of its own beside Go's, so that threads can share it, and so that it can outlive the Go
// program.
package jshost

import (
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"mobilenet/core/simd"
)

// Host implements simd.Host.
type Host struct {
	// NewThread is a JavaScript function that starts a Worker for a thread and returns it. The worker gets one message,
	// {module, memory, thread}, instantiates the module with the memory, answers with any message, and calls
	// worker(thread). It is undefined where there are no threads.
	NewThread js.Value
	// StartTimeout is how long threads may take to start; 0: 5 seconds.
	StartTimeout time.Duration
}

// Instantiate implements simd.Host. It must not be called from a js.FuncOf callback itself, which may not block.
func (h Host) Instantiate(p *simd.Program) (simd.Instance, error) {
	memory, err := newMemory(p.Pages, p.Capabilities.Shared)
	if err != nil {
		return nil, err
	}
	i := &Instance{bytes: uint8Array.New(memory.Get("buffer"))}
	module := webAssembly.Call("compile", toJS(p.Module))
	// Compilation goes on while the caller fills the memory.
	i.start = func() error {
		module, err := await(module)
		if err != nil {
			return fmt.Errorf("the emitted module does not compile: %w", err)
		}
		instance, err := await(webAssembly.Call("instantiate", module, imports(memory)))
		if err != nil {
			return fmt.Errorf("the emitted module cannot be instantiated: %w", err)
		}
		i.exports = instance.Get("exports")
		return h.startThreads(i, module, memory, p.Capabilities.Threads)
	}
	return i, nil
}

// newMemory makes a memory of so many pages, which can neither grow nor shrink.
func newMemory(pages int, shared bool) (memory js.Value, err error) {
	defer catch(&err, fmt.Sprintf("cannot allocate a memory of %d pages of 64 KiB", pages))
	return webAssembly.Get("Memory").New(map[string]any{"initial": pages, "maximum": pages, "shared": shared}), nil
}

func imports(memory js.Value) map[string]any {
	return map[string]any{"env": map[string]any{"memory": memory}}
}

// startThreads starts threads 1, 2, … and waits until all are there: a Worker does not begin while its maker is blocked.
func (h Host) startThreads(i *Instance, module, memory js.Value, threads int) error {
	if threads == 1 {
		return nil
	}
	messages := make(chan error, threads)
	say := func(err error) any {
		select {
		case messages <- err:
		default: // more than startThreads waits for; a callback must not block
		}
		return nil
	}
	ready := js.FuncOf(func(js.Value, []js.Value) any { return say(nil) })
	failed := js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault") // it is reported here, and not on the console
		return say(fmt.Errorf("a thread's worker failed: %v", args[0].Get("message")))
	})
	i.release = func() { ready.Release(); failed.Release() }
	for t := 1; t < threads; t++ {
		if err := i.startThread(h.NewThread, module, memory, t, ready, failed); err != nil {
			return err
		}
	}
	timeout := h.StartTimeout
	if timeout == 0 {
		timeout = 5 * time.Second
	}
	late := time.After(timeout)
	for t := 1; t < threads; t++ {
		select {
		case err := <-messages:
			if err != nil {
				return err
			}
		case <-late:
			return fmt.Errorf("%d of %d threads did not start in %v", threads-t, threads-1, timeout)
		}
	}
	return nil
}

func (i *Instance) startThread(newThread, module, memory js.Value, thread int, ready, failed js.Func) (err error) {
	defer catch(&err, "a thread's worker cannot be started")
	worker := newThread.Invoke()
	i.threads = append(i.threads, worker)
	worker.Set("onmessage", ready)
	worker.Set("onerror", failed)
	worker.Call("postMessage", map[string]any{"module": module, "memory": memory, "thread": thread})
	return nil
}

// Instance implements simd.Instance.
type Instance struct {
	exports js.Value
	bytes   js.Value // Uint8Array over the whole memory
	threads []js.Value
	start   func() error // nil once exports are there
	release func()
}

// Attach is the instance of a module that runs already, with its exports and its memory. Close leaves both alone.
func Attach(exports, memory js.Value) *Instance {
	return &Instance{exports: exports, bytes: uint8Array.New(memory.Get("buffer"))}
}

// Write implements simd.Instance.
func (i *Instance) Write(offset int, data []byte) error {
	part, err := i.part(offset, len(data))
	if err != nil {
		return err
	}
	js.CopyBytesToJS(part, data)
	return nil
}

// Read implements simd.Instance.
func (i *Instance) Read(offset int, data []byte) error {
	part, err := i.part(offset, len(data))
	if err != nil {
		return err
	}
	js.CopyBytesToGo(data, part)
	return nil
}

func (i *Instance) part(offset, n int) (js.Value, error) {
	if size := i.bytes.Length(); offset < 0 || n > size-offset {
		return js.Value{}, fmt.Errorf("%d bytes at %d lie outside the memory of %d bytes", n, offset, size)
	}
	return i.bytes.Call("subarray", offset, offset+n), nil
}

// Run implements simd.Instance. The first call waits for compilation and threads.
func (i *Instance) Run(first, last int) (err error) {
	if i.start != nil {
		if err := i.start(); err != nil {
			return err
		}
		i.start = nil
	}
	defer catch(&err, "the emitted module failed")
	if i.exports.Call("run", first, last).Int() != 0 {
		return simd.ErrStuck
	}
	return nil
}

// Close implements simd.Instance.
func (i *Instance) Close() error {
	for _, worker := range i.threads {
		worker.Call("terminate")
	}
	if i.release != nil {
		i.release()
	}
	i.threads, i.release = nil, nil
	i.exports, i.bytes = js.Undefined(), uint8Array.New(0)
	i.start = func() error { return errors.New("the instance is closed") }
	return nil
}
