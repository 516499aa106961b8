// Code generated from wasm/tab/contract by go generate; DO NOT EDIT.

//go:build js && wasm

package main

import (
	"syscall/js"

	"mobilenet/wasm/tab/contract"
)

func decodeOpenArgs(d *decoder, v js.Value) *contract.OpenArgs {
	return &contract.OpenArgs{
		Model:       bytes(d, v, "model"),
		Labels:      optional(d, v, "labels", text),
		Resolution:  optional(d, v, "resolution", whole),
		Mean:        optional(d, v, "mean", threeFloats),
		Scale:       optional(d, v, "scale", threeFloats),
		Engine:      text(d, v, "engine"),
		Threads:     whole(d, v, "threads"),
		OneThread:   optional(d, v, "oneThread", text),
		NewThread:   function(d, v, "newThread"),
		OnComputing: function(d, v, "onComputing"),
	}
}

func encodeOpened(r *contract.Opened) js.Value {
	return object(
		"network", r.Network,
		"alpha", r.Alpha,
		"resolution", r.Resolution,
		"shape", list(r.Shape[:]),
		"classes", r.Classes,
		"type", r.Type,
		"stored", r.Stored,
		"input", r.Input,
		"output", r.Output,
		"mean", orNone(r.Mean),
		"scale", orNone(r.Scale),
		"file", encodeFileInfo(&r.File),
		"labels", r.Labels,
		"noneOfThese", r.NoneOfThese,
		"layers", listOf(r.Layers, encodeLayer),
	)
}

func encodeFileInfo(r *contract.FileInfo) js.Value {
	return object(
		"name", r.Name,
		"author", r.Author,
		"license", r.License,
		"labels", r.Labels,
		"range", r.Range,
		"note", r.Note,
	)
}

func encodeLayer(r *contract.Layer) js.Value {
	return object(
		"name", r.Name,
		"type", r.Type,
		"shape", list(r.Shape[:]),
		"kernel", r.Kernel,
		"stride", r.Stride,
		"parameters", r.Parameters,
		"multiplyAdds", r.MultiplyAdds,
	)
}

func decodeResizeArgs(d *decoder, v js.Value) *contract.ResizeArgs {
	return &contract.ResizeArgs{
		RGBA:   scratchBytes(d, v, "rgba"),
		Width:  whole(d, v, "width"),
		Height: whole(d, v, "height"),
		Views:  objects(d, v, "views", decodeView),
	}
}

func decodeView(d *decoder, v js.Value) *contract.View {
	return &contract.View{
		X:      whole(d, v, "x"),
		Y:      whole(d, v, "y"),
		Width:  whole(d, v, "width"),
		Height: whole(d, v, "height"),
		Mirror: boolean(d, v, "mirror"),
	}
}

func encodeInputs(r *contract.Inputs) js.Value {
	return object(
		"rgba", typedArray(r.RGBA),
	)
}

func decodeUseArgs(d *decoder, v js.Value) *contract.UseArgs {
	return &contract.UseArgs{
		Weights:   floats(d, v, "weights"),
		Bias:      floats(d, v, "bias"),
		Counter:   boolean(d, v, "counter"),
		Centre:    floats(d, v, "centre"),
		Threshold: float(d, v, "threshold"),
		Beside:    boolean(d, v, "beside"),
		Model:     text(d, v, "model"),
	}
}

func encodeNone(r *contract.None) js.Value {
	return object()
}

func decodeClassifyArgs(d *decoder, v js.Value) *contract.ClassifyArgs {
	return &contract.ClassifyArgs{
		RGBA:       scratchBytes(d, v, "rgba"),
		TopK:       whole(d, v, "topK"),
		Embedding:  boolean(d, v, "embedding"),
		Embeddings: boolean(d, v, "embeddings"),
		Logits:     boolean(d, v, "logits"),
		Features:   boolean(d, v, "features"),
		Heatmap:    optional(d, v, "heatmap", whole),
	}
}

func encodeClassification(r *contract.Classification) js.Value {
	return object(
		"best", typedArray(r.Best),
		"none", r.None,
		"own", orNone(r.Own),
		"ownNone", r.OwnNone,
		"embedding", orNone(r.Embedding),
		"embeddings", orNone(r.Embeddings),
		"logits", orNone(r.Logits),
		"features", orNone(r.Features),
		"heatmap", orUndefined(r.Heatmap, encodeActivationMap),
		"network", r.Network,
	)
}

func encodeActivationMap(r *contract.ActivationMap) js.Value {
	return object(
		"index", r.Index,
		"width", r.Width,
		"height", r.Height,
		"data", typedArray(r.Data),
	)
}

func decodeHeatmapArgs(d *decoder, v js.Value) *contract.HeatmapArgs {
	return &contract.HeatmapArgs{
		Features: floats(d, v, "features"),
		Index:    whole(d, v, "index"),
	}
}

func decodeActivationsArgs(d *decoder, v js.Value) *contract.ActivationsArgs {
	return &contract.ActivationsArgs{
		RGBA:  scratchBytes(d, v, "rgba"),
		Layer: whole(d, v, "layer"),
	}
}

func encodeFeatureMap(r *contract.FeatureMap) js.Value {
	return object(
		"shape", list(r.Shape[:]),
		"data", typedArray(r.Data),
	)
}

func decodeWeightsArgs(d *decoder, v js.Value) *contract.WeightsArgs {
	return &contract.WeightsArgs{
		Layer: whole(d, v, "layer"),
	}
}

func encodeWeightTensor(r *contract.WeightTensor) js.Value {
	return object(
		"shape", list(r.Shape),
		"data", typedArray(r.Data),
	)
}

func decodeRunArgs(d *decoder, v js.Value) *contract.RunArgs {
	return &contract.RunArgs{
		Pixels: scratchBytes(d, v, "pixels"),
	}
}

func encodeOutput(r *contract.Output) js.Value {
	return object(
		"output", typedArray(r.Output),
		"logits", typedArray(r.Logits),
	)
}

func encodeLayerTimes(r *contract.LayerTimes) js.Value {
	return object(
		"times", typedArray(r.Times),
	)
}

func decodeNone(d *decoder, v js.Value) *contract.None {
	return &contract.None{}
}

func encodeMemoryUse(r *contract.MemoryUse) js.Value {
	return object(
		"engine", r.Engine,
		"heap", r.Heap,
		"program", r.Program,
	)
}

func encodeIdentity(r *contract.Identity) js.Value {
	return object(
		"fingerprint", r.Fingerprint,
	)
}

func encodeComputing(r *contract.Computing) js.Value {
	return object(
		"engine", r.Engine,
		"threads", r.Threads,
		"why", r.Why,
	)
}

func encodeFailure(r *contract.Failure) js.Value {
	return object(
		"code", string(r.Code),
		"message", r.Message,
	)
}
