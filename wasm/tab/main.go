//go:build js && wasm

// Command tab is the network in a browser's worker thread. It gives the worker an object of functions, globalThis.mobilenet,
// and then waits for calls. Package contract says what crosses; web/mobilenet/serve-model.ts is the other end.
//
// Each function starts a goroutine and returns at once: a callback that blocked would stop the event loop that it waits for
// (golang/go#26382). The worker makes one call at a time. There is no recover: after a panic nothing here can be trusted, so the
// program ends, the worker reports the reason, and the next call gets a fresh worker.
package main

import (
	"runtime/debug"
	"syscall/js"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/wasm/tab/contract"
)

// gcPercent is how much garbage there may be, against what is kept, before it is collected.
const gcPercent = 50

// program is what the calls share.
type program struct {
	calls
	decoder
	classifier *classify.Classifier // nil until a model is open
	result     mobilenet.Result
	rgb        []byte    // [views,H,W,3]
	weights    []float32 // of one layer
	announce   func()    // tells the worker how the network computes, if that has changed
}

func newProgram() *program {
	return &program{calls: newCalls(), announce: func() {}}
}

// methods makes the object that the worker calls.
func (p *program) methods() js.Value {
	api := js.Global().Get("Object").New()
	export(p, api, contract.Open, decodeOpenArgs, p.open, encodeOpened)
	export(p, api, contract.Use, decodeUseArgs, p.use, encodeNone)
	export(p, api, contract.Classify, decodeClassifyArgs, p.classify, encodeClassification)
	export(p, api, contract.Heatmap, decodeHeatmapArgs, p.heatmap, encodeActivationMap)
	export(p, api, contract.Activations, decodeActivationsArgs, p.activations, encodeFeatureMap)
	export(p, api, contract.Weights, decodeWeightsArgs, p.layerWeights, encodeWeightTensor)
	export(p, api, contract.Run, decodeRunArgs, p.run, encodeOutput)
	export(p, api, contract.Profile, decodeRunArgs, p.profile, encodeLayerTimes)
	export(p, api, contract.Memory, decodeNone, p.memory, encodeMemoryUse)
	export(p, api, contract.Identify, decodeNone, p.identify, encodeIdentity)
	exportResize(p, api)
	api.Set("abort", js.FuncOf(func(js.Value, []js.Value) any {
		p.abort()
		return nil
	}))
	return api
}

func main() {
	// What Go has taken it never gives back (golang/go#59061), and most of the heap is the model's file, which is quick to mark.
	debug.SetGCPercent(gcPercent)
	p := newProgram()
	js.Global().Set("mobilenet", p.methods())
	go p.rehearse()
	select {}
}
