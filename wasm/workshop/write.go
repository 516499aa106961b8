//go:build js && wasm

package main

import (
	"fmt"
	"strings"
	"syscall/js"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
)

// write takes the model's file and how it is opened, as wasm/tab's open does, the labels, one a line, and a head that shall take the place of
// the model's classes, if any. It gives the file to be saved.
func write(args js.Value) (js.Value, *failure) {
	data := bytesOf(args.Get("model"))
	model, err := opened(data, args)
	if err != nil {
		return js.Value{}, &failure{badArgument, err}
	}
	metadata, _ := tflite.ReadMetadata(data) // what is damaged is left out
	if metadata == nil {
		metadata = &tflite.Metadata{}
	}
	if head := args.Get("head"); !head.IsUndefined() {
		if model, err = model.WithClassifier(headOf(head)); err != nil {
			return js.Value{}, &failure{badArgument, err}
		}
		metadata.Description = "" // it is about the classes that the model had
	}
	if name := args.Get("name"); name.Truthy() {
		metadata.Name = name.String()
	}
	if metadata.Labels, err = labelsOf(args.Get("labels"), model); err != nil {
		return js.Value{}, &failure{badArgument, err}
	}
	file, err := tflite.Write(model, metadata)
	if err != nil {
		return js.Value{}, &failure{modelUnsupported, err}
	}
	array := js.Global().Get("Uint8Array").New(len(file))
	js.CopyBytesToJS(array, file)
	result := newObject()
	result.Set("file", array)
	return result, nil
}

// opened is the model of a file as the options of the library's load have it.
func opened(data []byte, args js.Value) (*mobilenet.Model, error) {
	model, err := tflite.Read(data)
	if err != nil {
		return nil, err
	}
	if resolution := args.Get("resolution"); !resolution.IsUndefined() {
		if model, err = model.AtResolution(resolution.Int()); err != nil {
			return nil, err
		}
	}
	if mean, scale := args.Get("mean"), args.Get("scale"); !mean.IsUndefined() && !scale.IsUndefined() {
		return model.Normalized(three(mean), three(scale))
	}
	return model, nil
}

// labelsOf returns the labels to be written; nil where they are the names that classes without labels get.
func labelsOf(text js.Value, model *mobilenet.Model) ([]string, error) {
	if model.Answers() == 0 || !text.Truthy() {
		return nil, nil
	}
	labels, err := classify.FitLabels(strings.Split(text.String(), "\n"), model.Answers())
	if err != nil {
		return nil, err
	}
	for i, l := range labels {
		if strings.TrimSpace(l) == "" {
			return nil, fmt.Errorf("label %d is empty", i)
		}
	}
	if unnamed, err := classify.FitLabels(nil, model.Answers()); err != nil || strings.Join(unnamed, "\n") == strings.Join(labels, "\n") {
		return nil, err
	}
	return labels, nil
}

func three(v js.Value) (values [3]float32) {
	for i := range values {
		values[i] = float32(v.Index(i).Float())
	}
	return values
}

// headOf is a head as the library's types have it, with its examples in one array.
func headOf(v js.Value) *mobilenet.Head {
	h := &mobilenet.Head{Weights: values32[float32](nil, v.Get("weights")), Bias: values32[float32](nil, v.Get("bias")), Model: v.Get("model").String()}
	if size := len(h.Weights) / max(1, len(h.Bias)); size > 0 {
		for examples := values32[float32](nil, v.Get("examples")); len(examples) >= size; examples = examples[size:] {
			h.Examples = append(h.Examples, examples[:size:size])
		}
	}
	counter, centre := v.Get("counter").Bool(), v.Get("centre")
	if counter || !centre.IsUndefined() {
		h.Unknown = &mobilenet.Unknown{Counter: counter}
	}
	if !centre.IsUndefined() {
		h.Unknown.Centre, h.Unknown.Threshold = values32[float32](nil, centre), v.Get("threshold").Float()
	}
	return h
}
