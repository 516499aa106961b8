//go:build js && wasm

package main

import (
	"fmt"
	"math"
	"syscall/js"
	"unsafe"

	"mobilenet/wasm/tab/contract"
)

// What convert.go, which is generated, is made of. Without reflection the program is a few percent smaller.

// A decoder reads the objects that calls are given. It keeps the first error.
type decoder struct {
	err     error
	scratch []byte // Go's memory in a tab never shrinks (golang/go#59061), so pixels use the same again
}

func (d *decoder) fail(key, format string, values ...any) {
	if d.err == nil {
		d.err = coded(contract.BadArgument, fmt.Errorf(key+": "+format, values...))
	}
}

func optional[T any](d *decoder, v js.Value, key string, read func(*decoder, js.Value, string) T) *T {
	if v.Get(key).IsUndefined() {
		return nil
	}
	value := read(d, v, key)
	return &value
}

func text(d *decoder, v js.Value, key string) string {
	v = v.Get(key)
	if v.Type() != js.TypeString {
		d.fail(key, "%v is no text", v)
	}
	return v.String()
}

func boolean(_ *decoder, v js.Value, key string) bool { return v.Get(key).Truthy() }

func function(_ *decoder, v js.Value, key string) contract.Function { return v.Get(key) }

func whole(d *decoder, v js.Value, key string) int {
	n := number(d, v.Get(key), key)
	if n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		d.fail(key, "%v is no whole number up to %d", n, math.MaxInt32)
	}
	return int(n)
}

func float(d *decoder, v js.Value, key string) float64 { return number(d, v.Get(key), key) }

func threeFloats(d *decoder, v js.Value, key string) (three [3]float32) {
	v = v.Get(key)
	for i := range three {
		three[i] = float32(number(d, v.Index(i), key))
	}
	return three
}

// objects reads an array of objects.
func objects[T any](d *decoder, v js.Value, key string, read func(*decoder, js.Value) *T) []T {
	v = v.Get(key)
	if v.Type() != js.TypeObject || v.Get("length").Type() != js.TypeNumber {
		d.fail(key, "%v is no array", v)
		return nil
	}
	list := make([]T, v.Length())
	for i := range list {
		list[i] = *read(d, v.Index(i))
	}
	return list
}

func number(d *decoder, v js.Value, key string) float64 {
	if v.Type() != js.TypeNumber {
		d.fail(key, "%v is no number", v)
		return 0
	}
	return v.Float()
}

func bytes(d *decoder, v js.Value, key string) []byte {
	array := bytesOf(d, v.Get(key), key)
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

// scratchBytes returns bytes that the next call overwrites.
func scratchBytes(d *decoder, v js.Value, key string) []byte {
	array := bytesOf(d, v.Get(key), key)
	n := array.Length()
	if cap(d.scratch) < n {
		d.scratch = make([]byte, n)
	}
	js.CopyBytesToGo(d.scratch[:n], array)
	return d.scratch[:n]
}

func floats(d *decoder, v js.Value, key string) []float32 {
	array := bytesOf(d, v.Get(key), key)
	f := make([]float32, array.Length()/4)
	js.CopyBytesToGo(memoryOf(f), array)
	return f
}

// bytesOf is the memory of a typed array.
func bytesOf(d *decoder, v js.Value, key string) js.Value {
	if v.InstanceOf(uint8Array) {
		return v
	}
	if v.Type() != js.TypeObject || v.Get("byteLength").Type() != js.TypeNumber {
		d.fail(key, "%v is no typed array", v)
		return uint8Array.New(0)
	}
	return uint8Array.New(v.Get("buffer"), v.Get("byteOffset"), v.Get("byteLength"))
}

type numeric interface{ byte | float32 | float64 }

var (
	uint8Array   = js.Global().Get("Uint8Array")
	float32Array = js.Global().Get("Float32Array")
	float64Array = js.Global().Get("Float64Array")
)

// typedArray copies v into a new array, all values at once.
func typedArray[T numeric](v []T) js.Value {
	array := uint8Array.New(len(v) * int(unsafe.Sizeof(T(0))))
	js.CopyBytesToJS(array, memoryOf(v))
	switch unsafe.Sizeof(T(0)) {
	case 4:
		return float32Array.New(array.Get("buffer"))
	case 8:
		return float64Array.New(array.Get("buffer"))
	}
	return array
}

func memoryOf[T numeric](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(T(0))))
}

// orNone is typedArray, or undefined without a slice.
func orNone[T numeric](v []T) js.Value {
	if v == nil {
		return js.Undefined()
	}
	return typedArray(v)
}

func orUndefined[T any](v *T, encode func(*T) js.Value) js.Value {
	if v == nil {
		return js.Undefined()
	}
	return encode(v)
}

// object makes an object of keys and values in turn.
func object(pairs ...any) js.Value {
	o := js.Global().Get("Object").New()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func list(v []int) []any {
	return listOf(v, func(n *int) js.Value { return js.ValueOf(*n) })
}

func listOf[T any](v []T, encode func(*T) js.Value) []any {
	l := make([]any, len(v))
	for i := range v {
		l[i] = encode(&v[i])
	}
	return l
}
