//go:build js && wasm

// Command workshop is what a page does with models beside running them: it learns classes of one's own, writes the model in use as a
// .tflite file, with such classes in place of its own or without, and makes such a file of a checkpoint, of bytes if wanted. The library fetches it on first use and runs it in a worker of its own,
// which ends with the answer, or some time after one that is likely to be asked for again: so the memory that it takes is given back, and no
// picture waits for it.
//
// It gives the worker an object of functions, globalThis.mobilenet, as wasm/tab does, each called with one object of arguments and
// a callback done(failure, result), and waits for calls. web/mobilenet/workshop.ts has their types. There is no recover: after a panic the
// program ends, and the worker reports the reason.
package main

import (
	"syscall/js"
	"unsafe"
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
	export("teach", learn)
	var c conversion
	export("recognize", c.recognize)
	export("calibrate", c.calibrate)
	export("resize", c.resize)
	export("quantize", c.quantize)
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

func newObject() js.Value { return js.Global().Get("Object").New() }

func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

// values32 copies a Float32Array or an Int32Array, into the memory of dst where that is large enough.
func values32[T float32 | int32](dst []T, array js.Value) []T {
	n := array.Length()
	if cap(dst) < n {
		dst = make([]T, n)
	}
	js.CopyBytesToGo(memoryOf(dst[:n]), js.Global().Get("Uint8Array").New(array.Get("buffer"), array.Get("byteOffset"), array.Get("byteLength")))
	return dst[:n]
}

// floatArray is a Float32Array of values.
func floatArray(values []float32) js.Value {
	array := js.Global().Get("Uint8Array").New(4 * len(values))
	js.CopyBytesToJS(array, memoryOf(values))
	return js.Global().Get("Float32Array").New(array.Get("buffer"))
}

func memoryOf[T float32 | int32](values []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), 4*len(values))
}

// list is an array of what f makes of each value.
func list[T any](values []T, f func(T) any) []any {
	array := make([]any, len(values))
	for i, v := range values {
		array[i] = f(v)
	}
	return array
}
