//go:build js && wasm

package main

import (
	"fmt"
	"strings"
	"syscall/js"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/simd"
	"mobilenet/wasm/jshost"
)

// usefulThreads is how many threads "auto" takes at most: in a network whose layers take a fraction of a millisecond, more
// spend their time meeting each other.
const usefulThreads = 4

// newEngine makes the engine that options, those of open, ask for by "engine", "threads" and "oneThread". Where that is not to be
// had, it takes the next best. Why lists what keeps the network from running faster.
func newEngine(m *mobilenet.Model, options js.Value) (e mobilenet.Engine, why reasons, err error) {
	var rungs []simd.Features
	switch name := options.Get("engine").String(); name {
	case "auto", "relaxed", "simd":
		rungs = ladder(name, options, &why)
	case "go":
		why.add(`the engine "go" was asked for`)
	default:
		return nil, nil, coded("bad-argument", fmt.Errorf(`engine %q is not "auto", "relaxed", "simd" or "go"`, name))
	}
	for _, features := range rungs {
		e, err := simd.New(m, features, jshost.Host{NewThread: options.Get("newThread")})
		if err == nil {
			return e, why, nil
		}
		why.add("%v", err)
	}
	e, err = scalar.New(m)
	return e, why, err
}

// reasons are why the network does not run faster.
type reasons []string

func (r *reasons) add(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

func (r reasons) String() string { return strings.Join(r, "; ") }

// ladder lists what to try, the fastest first, and says what it leaves out because the browser has not got it.
func ladder(name string, options js.Value, why *reasons) (rungs []simd.Features) {
	support := jshost.Probe()
	if !support.SIMD {
		why.add("this browser has no WebAssembly SIMD")
		return nil
	}
	relaxed := support.Relaxed && name != "simd"
	switch {
	case name == "simd":
		why.add(`the engine "simd" was asked for`)
	case !relaxed:
		why.add("this browser has no dot product of relaxed SIMD")
	}
	n := threadCount(options, support, why)
	if n > 1 {
		rungs = append(rungs, simd.Features{Relaxed: relaxed, Shared: true, Threads: n})
	}
	rungs = append(rungs, simd.Features{Relaxed: relaxed, Threads: 1})
	if relaxed {
		rungs = append(rungs, simd.Features{Threads: 1})
	}
	return rungs
}

// threadCount is how many threads to use where options ask for so many.
func threadCount(options js.Value, support jshost.Support, why *reasons) int {
	asked := options.Get("threads").Int()
	n := asked
	if n == 0 {
		n = usefulThreads
		if cores := js.Global().Get("navigator").Get("hardwareConcurrency"); cores.Type() == js.TypeNumber {
			n = min(n, cores.Int())
		}
	}
	switch {
	case asked == 1:
		why.add("one thread was asked for")
	case n == 1:
		why.add("this machine has one core")
	case !support.Shared:
		why.add("one thread, for %s", support.WhyNotShared)
		return 1
	case options.Get("oneThread").Truthy():
		why.add("one thread, for %s", options.Get("oneThread").String())
		return 1
	}
	return min(n, simd.MaxThreads)
}
