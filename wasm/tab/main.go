//go:build js && wasm

// Command tab is the network in a browser's worker thread. It gives the worker an object of functions, globalThis.mobilenet,
// and then waits for calls. web/mobilenet/worker.ts is the other end and documents what crosses.
//
// Each function takes its arguments and, last, a callback done(error, result). It starts a goroutine and returns at once: a
// callback that blocked would stop the event loop that it waits for (golang/go#26382). The worker makes one call at a time.
// There is no recover: after a panic nothing here can be trusted, so the program ends, the worker reports the reason, and
// the next call gets a fresh worker.
package main

import (
	"runtime/debug"
	"syscall/js"
)

// gcPercent is how much garbage there may be, against what is kept, before it is collected.
const gcPercent = 50

func main() {
	// What Go has taken it never gives back (golang/go#59061), and most of the heap is the model's file, which is quick to mark.
	debug.SetGCPercent(gcPercent)
	api := js.Global().Get("Object").New()
	for name, f := range map[string]method{
		"open":        open,
		"classify":    classifyPicture,
		"run":         run,
		"embed":       embed,
		"heatmap":     heatmap,
		"activations": activations,
		"profile":     profile,
		"weights":     weights,
		"memory":      memory,
	} {
		api.Set(name, f.export())
	}
	api.Set("abort", js.FuncOf(func(js.Value, []js.Value) any {
		abort()
		return nil
	}))
	js.Global().Set("mobilenet", api)
	go rehearse()
	select {}
}
