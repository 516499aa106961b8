package main

import (
	"fmt"
	"go/format"
	"reflect"
	"strings"

	"mobilenet/wasm/tab/contract"
)

// conversions is the content of wasm/tab/convert.go: a function that decodes each type of arguments, and one that encodes each
// type of results, by the helpers of codec.go.
func conversions() string {
	w := &goWriter{written: map[string]bool{}}
	w.WriteString("// Code generated from wasm/tab/contract by go generate; DO NOT EDIT.\n\n//go:build js && wasm\n\npackage main\n\n")
	w.WriteString("import (\n\"syscall/js\"\n\n\"mobilenet/wasm/tab/contract\"\n)\n")
	for _, m := range methods {
		w.decode(m.args)
		w.encode(m.result)
	}
	w.encode(reflect.TypeFor[contract.Computing]())
	w.encode(reflect.TypeFor[contract.Failure]())
	source, err := format.Source([]byte(w.String()))
	if err != nil {
		panic(err)
	}
	return string(source)
}

type goWriter struct {
	strings.Builder
	written map[string]bool // the functions
}

func (w *goWriter) decode(t reflect.Type) {
	if w.written["decode"+t.Name()] {
		return
	}
	w.written["decode"+t.Name()] = true
	var inner []reflect.Type
	fmt.Fprintf(w, "\nfunc decode%s(d *decoder, v js.Value) *contract.%[1]s {\nreturn &contract.%[1]s{\n", t.Name())
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Type.Kind() == reflect.Pointer:
			fmt.Fprintf(w, "%s: optional(d, v, %q, %s),\n", f.Name, key(f.Name), w.reader(f))
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			inner = append(inner, f.Type.Elem())
			fmt.Fprintf(w, "%s: objects(d, v, %q, decode%s),\n", f.Name, key(f.Name), f.Type.Elem().Name())
		default:
			fmt.Fprintf(w, "%s: %s(d, v, %q),\n", f.Name, w.reader(f), key(f.Name))
		}
	}
	w.WriteString("}\n}\n")
	for _, t := range inner {
		w.decode(t)
	}
}

// reader is the helper of codec.go that reads a field.
func (w *goWriter) reader(f reflect.StructField) string {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case scratch(f):
		return "scratchBytes"
	case t == reflect.TypeFor[contract.Function]():
		return "function"
	}
	name, ok := map[string]string{
		"[]uint8": "bytes", "[]float32": "floats", "[3]float32": "threeFloats", "string": "text", "bool": "boolean", "int": "whole", "float64": "float",
	}[t.String()]
	if !ok {
		panic(fmt.Sprintf("nothing reads %v of %s", t, f.Name))
	}
	return name
}

func (w *goWriter) encode(t reflect.Type) {
	if w.written["encode"+t.Name()] {
		return
	}
	w.written["encode"+t.Name()] = true
	var inner []reflect.Type
	fmt.Fprintf(w, "\nfunc encode%s(r *contract.%[1]s) js.Value {\n", t.Name())
	w.WriteString("return object(\n")
	for i := range t.NumField() {
		f := t.Field(i)
		of := f.Type
		if of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() == reflect.Struct {
			inner = append(inner, of)
		}
		fmt.Fprintf(w, "%q, %s,\n", key(f.Name), value(f))
	}
	w.WriteString(")\n}\n")
	for _, t := range inner {
		w.encode(t)
	}
}

// value is a field as js.ValueOf takes it.
func value(f reflect.StructField) string {
	field := "r." + f.Name
	switch t := f.Type; t.Kind() {
	case reflect.Pointer:
		return fmt.Sprintf("orUndefined(%s, encode%s)", field, t.Elem().Name())
	case reflect.Struct:
		return fmt.Sprintf("encode%s(&%s)", t.Name(), field)
	case reflect.Array:
		return fmt.Sprintf("list(%s[:])", field)
	case reflect.Slice:
		switch {
		case t.Elem().Kind() == reflect.Struct:
			return fmt.Sprintf("listOf(%s, encode%s)", field, t.Elem().Name())
		case t.Elem().Kind() == reflect.Int:
			return fmt.Sprintf("list(%s)", field)
		case optional(f):
			return fmt.Sprintf("orNone(%s)", field)
		}
		return fmt.Sprintf("typedArray(%s)", field)
	case reflect.String:
		if t != reflect.TypeFor[string]() {
			return fmt.Sprintf("string(%s)", field)
		}
	}
	return field
}
