//go:build js && wasm

package jshost

import (
	"fmt"
	"syscall/js"
)

var (
	webAssembly = js.Global().Get("WebAssembly")
	uint8Array  = js.Global().Get("Uint8Array")
)

func toJS(b []byte) js.Value {
	array := uint8Array.New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

// await waits for a promise while the event loop goes on.
func await(promise js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	resolve := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{value: args[0]}
		return nil
	})
	reject := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{err: js.Error{Value: args[0]}}
		return nil
	})
	defer resolve.Release()
	defer reject.Release()
	promise.Call("then", resolve, reject)
	o := <-settled
	return o.value, o.err
}

// catch turns a JavaScript exception, which syscall/js panics with, into an error.
func catch(err *error, what string) {
	switch e := recover().(type) {
	case nil:
	case js.Error:
		*err = fmt.Errorf("%s: %w", what, e)
	default:
		panic(e)
	}
}
