//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"
	"unsafe"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
)

// A method is one function of the API. What it returns is what js.ValueOf takes.
type method func(ctx context.Context, args []js.Value) (any, error)

// An apiError is an error with a code of the library's, for its callers to tell cases apart.
type apiError struct {
	code string
	err  error
}

func (e *apiError) Error() string { return e.err.Error() }

// coded gives err a code; no error stays none.
func coded(code string, err error) error {
	if err == nil {
		return nil
	}
	return &apiError{code, err}
}

// export makes f callable from JavaScript as f(...args, done).
func (f method) export() js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		last := len(args) - 1
		done := args[last]
		go func() {
			result, err := f(begin(), args[:last])
			announce()
			if err != nil {
				done.Invoke(errorValue(err))
				return
			}
			done.Invoke(nil, result)
		}()
		return nil
	})
}

// announce tells the worker how the network computes, if that has changed: threads can be lost.
var announce = func() {}

func announcer(e mobilenet.Engine, why reasons, onComputing js.Value) func() {
	first := e.Info()
	var last mobilenet.Info
	return func() {
		now := e.Info()
		if now == last {
			return
		}
		last = now
		if now != first {
			why.add("%s", now.Why)
		}
		onComputing.Invoke(map[string]any{"engine": now.Engine, "threads": now.Threads, "why": why.String()})
	}
}

func errorValue(err error) map[string]any {
	code := "worker-failed"
	if e, ok := errors.AsType[*apiError](err); ok {
		code = e.code
	} else if errors.Is(err, context.Canceled) {
		code = "aborted"
	} else if errors.Is(err, classify.ErrNoClassifier) {
		code = "model-unsupported"
	}
	return map[string]any{"code": code, "message": err.Error()}
}

var (
	uint8Array   = js.Global().Get("Uint8Array")
	float32Array = js.Global().Get("Float32Array")
	float64Array = js.Global().Get("Float64Array")
)

// toBytes copies b into a new Uint8Array.
func toBytes(b []byte) js.Value {
	array := uint8Array.New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

// toFloats copies v into a new Float32Array or Float64Array, all values at once.
func toFloats[T float32 | float64](v []T) js.Value {
	size := int(unsafe.Sizeof(T(0)))
	buffer := toBytes(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), size*len(v))).Get("buffer")
	if size == 4 {
		return float32Array.New(buffer)
	}
	return float64Array.New(buffer)
}

// grow gives a slice of n bytes, the old one where it is long enough: Go's memory in a tab never shrinks (golang/go#59061).
func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
