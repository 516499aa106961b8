// Code generated from wasm/tab/contract by go generate; DO NOT EDIT.

//go:build js && wasm

package main

import (
	"syscall/js"

	"mobilenet/wasm/tab/contract"
)

func decodeOpenArgs(d *decoder, v js.Value, a *contract.OpenArgs) {
	a.Model = bytes(d, v, "model")
	a.Labels = optional(d, v, "labels", text)
	a.Resolution = optional(d, v, "resolution", whole)
	a.Mean = optional(d, v, "mean", threeFloats)
	a.Scale = optional(d, v, "scale", threeFloats)
	a.Engine = text(d, v, "engine")
	a.Threads = whole(d, v, "threads")
	a.OneThread = optional(d, v, "oneThread", text)
	a.NewThread = function(d, v, "newThread")
	a.OnComputing = function(d, v, "onComputing")
}

func encodeOpened(r contract.Opened) any {
	return map[string]any{
		"alpha":      r.Alpha,
		"resolution": r.Resolution,
		"classes":    r.Classes,
		"type":       string(r.Type),
		"input":      string(r.Input),
		"output":     string(r.Output),
		"labels":     string(r.Labels),
		"layers":     listOf(r.Layers, encodeLayer),
	}
}

func encodeLayer(r contract.Layer) any {
	return map[string]any{
		"name":         string(r.Name),
		"type":         string(r.Type),
		"shape":        list(r.Shape[:]),
		"kernel":       r.Kernel,
		"stride":       r.Stride,
		"parameters":   r.Parameters,
		"multiplyAdds": r.MultiplyAdds,
	}
}

func decodeClassifyArgs(d *decoder, v js.Value, a *contract.ClassifyArgs) {
	a.RGBA = scratchBytes(d, v, "rgba")
	a.TopK = whole(d, v, "topK")
	a.Embedding = boolean(d, v, "embedding")
	a.Logits = boolean(d, v, "logits")
	a.Features = boolean(d, v, "features")
	a.Heatmap = optional(d, v, "heatmap", whole)
}

func encodeClassified(r contract.Classified) any {
	return map[string]any{
		"best":      typedArray(r.Best),
		"embedding": orNone(r.Embedding),
		"logits":    orNone(r.Logits),
		"features":  orNone(r.Features),
		"heatmap":   orUndefined(r.Heatmap, encodeActivationMap),
		"network":   r.Network,
	}
}

func encodeActivationMap(r contract.ActivationMap) any {
	return map[string]any{
		"index":  r.Index,
		"width":  r.Width,
		"height": r.Height,
		"data":   typedArray(r.Data),
	}
}

func decodeHeatmapArgs(d *decoder, v js.Value, a *contract.HeatmapArgs) {
	a.Features = floats(d, v, "features")
	a.Index = whole(d, v, "index")
}

func decodeActivationsArgs(d *decoder, v js.Value, a *contract.ActivationsArgs) {
	a.RGBA = scratchBytes(d, v, "rgba")
	a.Layer = whole(d, v, "layer")
}

func encodeFeatureMap(r contract.FeatureMap) any {
	return map[string]any{
		"shape": list(r.Shape[:]),
		"data":  typedArray(r.Data),
	}
}

func decodeWeightsArgs(d *decoder, v js.Value, a *contract.WeightsArgs) {
	a.Layer = whole(d, v, "layer")
}

func encodeWeightTensor(r contract.WeightTensor) any {
	return map[string]any{
		"shape": list(r.Shape),
		"data":  typedArray(r.Data),
	}
}

func decodeRunArgs(d *decoder, v js.Value, a *contract.RunArgs) {
	a.RGB = scratchBytes(d, v, "rgb")
}

func encodeOutput(r contract.Output) any {
	return map[string]any{
		"output": typedArray(r.Output),
		"logits": typedArray(r.Logits),
	}
}

func encodeLayerTimes(r contract.LayerTimes) any {
	return map[string]any{
		"times": typedArray(r.Times),
	}
}

func encodeMemoryUse(r contract.MemoryUse) any {
	return map[string]any{
		"engine":  r.Engine,
		"heap":    r.Heap,
		"program": r.Program,
	}
}

func encodeComputing(r contract.Computing) any {
	return map[string]any{
		"engine":  string(r.Engine),
		"threads": r.Threads,
		"why":     string(r.Why),
	}
}

func encodeFailure(r contract.Failure) any {
	return map[string]any{
		"code":    string(r.Code),
		"message": string(r.Message),
	}
}
