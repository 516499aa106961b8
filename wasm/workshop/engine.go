//go:build js && wasm

package main

import (
	"syscall/js"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/simd"
	"mobilenet/wasm/jshost"
)

// usefulThreads is how many threads an engine takes at most, as in wasm/tab.
const usefulThreads = 4

// engines makes the fastest engine that the browser allows; newThread starts a worker for a thread, or is undefined.
func engines(newThread js.Value) func(m *mobilenet.Model) (mobilenet.Engine, error) {
	support := jshost.Probe()
	var rungs []simd.Capabilities
	if support.SIMD {
		dot := support.Dot == jshost.FastDot
		if n := threads(); n > 1 && support.Shared && !newThread.IsUndefined() {
			rungs = append(rungs, simd.Capabilities{Relaxed: support.Relaxed, Dot: dot, Shared: true, Threads: n})
		}
		rungs = append(rungs, simd.Capabilities{Relaxed: support.Relaxed, Dot: dot, Threads: 1}, simd.Capabilities{Threads: 1})
	}
	return func(m *mobilenet.Model) (mobilenet.Engine, error) {
		for _, capabilities := range rungs {
			if e, err := simd.New(m, capabilities, jshost.Host{NewThread: newThread}); err == nil {
				return e, nil
			}
		}
		return scalar.New(m)
	}
}

// threads is how many threads to use.
func threads() int {
	cores := js.Global().Get("navigator").Get("hardwareConcurrency")
	if cores.Type() != js.TypeNumber {
		return 1
	}
	return min(cores.Int(), usefulThreads, simd.MaxThreads)
}
