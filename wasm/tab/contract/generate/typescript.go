package main

import (
	"fmt"
	"reflect"
	"strings"

	"mobilenet/wasm/tab/contract"
)

// typeScript is the content of web/mobilenet/contract.ts.
func typeScript() string {
	w := &typeWriter{}
	w.printf("// Code generated from wasm/tab/contract by go generate; DO NOT EDIT.\n")
	w.printf("\n/** The program's methods, by what each takes and gives. */\nexport interface Methods {\n")
	for _, m := range methods {
		w.printf("  %s: (args: %s) => %s;\n", m.name, w.arg(m.args), w.result(m.result))
	}
	w.printf("}\n\n/** What stands for the class of the first prediction. */\nexport const best = %d;\n", contract.Best)
	w.printf("\nexport type ErrorCode = '%s';\n", strings.Join(errorCodes, "' | '"))
	w.result(reflect.TypeFor[contract.Failure]())
	w.result(reflect.TypeFor[contract.Computing]())
	for i := 0; i < len(w.pending); i++ { // grows as fields name further types
		w.declare(w.pending[i])
	}
	return w.String()
}

// A direction is whether values of a type come into the program or leave it.
type direction bool

const (
	in  direction = true
	out direction = false
)

type declaration struct {
	reflect.Type
	direction
}

type typeWriter struct {
	strings.Builder
	pending []declaration
}

func (w *typeWriter) printf(format string, values ...any) { fmt.Fprintf(w, format, values...) }

func (w *typeWriter) arg(t reflect.Type) string    { return w.name(t, in) }
func (w *typeWriter) result(t reflect.Type) string { return w.name(t, out) }

// declare writes a struct as an interface.
func (w *typeWriter) declare(d declaration) {
	w.printf("\nexport interface %s {\n", d.Name())
	for i := range d.NumField() {
		f := d.Field(i)
		orUndefined := ""
		if f.Type.Kind() == reflect.Pointer || optional(f) {
			orUndefined = " | undefined"
		}
		ts := f.Tag.Get("ts")
		if ts == "" {
			ts = w.name(f.Type, d.direction)
		}
		w.printf("  %s: %s%s;\n", key(f.Name), ts, orUndefined)
	}
	w.printf("}\n")
}

// name is how TypeScript calls a type.
func (w *typeWriter) name(t reflect.Type, d direction) string {
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Float64:
		return "number"
	case reflect.String:
		if t == reflect.TypeFor[contract.ErrorCode]() {
			return t.Name()
		}
		return "string"
	case reflect.Pointer:
		return w.name(t.Elem(), d)
	case reflect.Array:
		return "[" + strings.Repeat(", number", t.Len())[2:] + "]"
	case reflect.Slice:
		return w.slice(t.Elem(), d)
	case reflect.Struct:
		if t.NumField() == 0 {
			return "Record<string, never>"
		}
		w.need(declaration{t, d})
		return t.Name()
	}
	panic(fmt.Sprintf("contract: no TypeScript for %v", t))
}

func (w *typeWriter) slice(of reflect.Type, d direction) string {
	array := map[reflect.Kind]string{reflect.Uint8: "Uint8Array", reflect.Float32: "Float32Array", reflect.Float64: "Float64Array"}[of.Kind()]
	switch {
	case array == "":
		return w.name(of, d) + "[]"
	case d == out:
		return array + "<ArrayBuffer>"
	case of.Kind() == reflect.Uint8:
		return "Uint8Array | Uint8ClampedArray"
	}
	return array
}

func (w *typeWriter) need(d declaration) {
	for _, p := range w.pending {
		if p.Type == d.Type {
			return
		}
	}
	w.pending = append(w.pending, d)
}
