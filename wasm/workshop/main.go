//go:build js && wasm

// Command workshop is what a page does with models beside running them: it writes the model in use as a .tflite file. The library
// fetches it on first use and runs it in a worker of its own, which ends with the answer: so the memory that it takes is given back, and
// no picture waits for it.
//
// It gives the worker an object of functions, globalThis.mobilenet, as wasm/tab does, each called with one object of arguments and
// a callback done(failure, result), and waits for calls. web/mobilenet/workshop.ts has their types. There is no recover: after a panic the
// program ends, and the worker reports the reason.
package main

import (
	"fmt"
	"strings"
	"syscall/js"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
)

// The library's codes of errors.
const (
	badArgument      = "bad-argument"
	modelUnsupported = "model-unsupported"
)

// A failure is an error with one of them.
type failure struct {
	code string
	error
}

func main() {
	export("write", write)
	select {}
}

// export makes f a function of globalThis.mobilenet.
func export(name string, f func(args js.Value) (js.Value, *failure)) {
	functions := js.Global().Get("mobilenet")
	if functions.IsUndefined() {
		functions = newObject()
		js.Global().Set("mobilenet", functions)
	}
	functions.Set(name, js.FuncOf(func(_ js.Value, values []js.Value) any {
		args, done := values[0], values[1]
		// A callback that blocked would stop the event loop (golang/go#26382).
		go func() {
			result, err := f(args)
			if err != nil {
				failed := newObject()
				failed.Set("code", err.code)
				failed.Set("message", err.Error())
				done.Invoke(failed)
				return
			}
			done.Invoke(nil, result)
		}()
		return nil
	}))
}

// write takes the model's file and how it is opened, as wasm/tab's open does, and the labels, one a line. It gives the file to be saved.
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

func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

func newObject() js.Value { return js.Global().Get("Object").New() }
