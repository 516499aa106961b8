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
	"mobilenet/wasm/tab/contract"
)

// usefulThreads is how many threads "auto" takes at most: in a network whose layers take a fraction of a millisecond, more
// spend their time meeting each other.
const usefulThreads = 4

// newEngine makes the engine that args ask for or, where that fails, the next best. Why lists what keeps the network from running
// faster.
func newEngine(m *mobilenet.Model, args *contract.OpenArgs) (e mobilenet.Engine, why reasons, err error) {
	var rungs []simd.Capabilities
	switch args.Engine {
	case "auto", "dot", "relaxed", "simd":
		rungs = ladder(args, &why)
	case "go":
		why.add(`the engine "go" was asked for`)
	default:
		return nil, nil, coded(contract.BadArgument, fmt.Errorf(`engine %q is not "auto", "dot", "relaxed", "simd" or "go"`, args.Engine))
	}
	for _, capabilities := range rungs {
		e, err := simd.New(m, capabilities, jshost.Host{NewThread: args.NewThread.(js.Value)})
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
func ladder(args *contract.OpenArgs, why *reasons) (rungs []simd.Capabilities) {
	support := jshost.Probe()
	if !support.SIMD {
		why.add("%s has no WebAssembly SIMD", runtimeName)
		return nil
	}
	relaxed := support.Relaxed && args.Engine != "simd"
	switch {
	case args.Engine == "simd":
		why.add(`the engine "simd" was asked for`)
	case !relaxed:
		why.add("%s has no dot product of relaxed SIMD", runtimeName)
	}
	dot := relaxed && (args.Engine == "auto" && support.Dot == jshost.FastDot || args.Engine == "dot" && support.Dot != jshost.NoDot)
	if args.Engine == "dot" && relaxed && !dot {
		why.add("%s computes 8-bit dot products wrongly", runtimeName)
	}
	n := threadCount(args, support, why)
	if n > 1 {
		rungs = append(rungs, simd.Capabilities{Relaxed: relaxed, Dot: dot, Shared: true, Threads: n})
	}
	rungs = append(rungs, simd.Capabilities{Relaxed: relaxed, Dot: dot, Threads: 1})
	if relaxed {
		rungs = append(rungs, simd.Capabilities{Threads: 1})
	}
	return rungs
}

// threadCount is how many threads to use where args ask for so many.
func threadCount(args *contract.OpenArgs, support jshost.Support, why *reasons) int {
	n := args.Threads
	if n == 0 {
		n = usefulThreads
		if cores := js.Global().Get("navigator").Get("hardwareConcurrency"); cores.Type() == js.TypeNumber {
			n = min(n, cores.Int())
		}
	}
	switch {
	case args.Threads == 1:
		why.add("one thread was asked for")
	case n == 1:
		why.add("this machine has one core")
	case !support.Shared:
		why.add("one thread, for %s", support.WhyNotShared)
		return 1
	case args.OneThread != nil:
		why.add("one thread, for %s", *args.OneThread)
		return 1
	}
	return min(n, simd.MaxThreads)
}
