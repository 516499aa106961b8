package wasmasm

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// FuzzFunc calls the assembler's methods in any order with any arguments: it must not panic, and what it does not refuse must be
// valid. Relaxed SIMD, which wazero does not know, is left out.
func FuzzFunc(f *testing.F) {
	for _, name := range []string{"I32Const", "Get", "Loop", "BrIf", "V128Load"} {
		method, _ := reflect.TypeFor[*Func]().MethodByName(name)
		f.Add([]byte{byte(method.Index), byte(method.Index >> 8), 0, 0, 0})
	}
	ctx := f.Context()
	features := api.CoreFeaturesV2 | experimental.CoreFeaturesThreads
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(features))
	f.Fuzz(func(t *testing.T, choices []byte) {
		code, err := assemble(choices)
		if err != nil {
			return
		}
		module, err := runtime.CompileModule(ctx, code)
		if err != nil {
			t.Fatalf("the assembler took what is not valid: %v", err)
		}
		if err := module.Close(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

// assemble makes a module of one function as the choices say, a byte or more each; where they end, all are 0.
func assemble(choices []byte) ([]byte, error) {
	next := func() int {
		if len(choices) == 0 {
			return 0
		}
		c := int(choices[0])
		choices = choices[1:]
		return c
	}
	m := NewModule()
	m.DefineMemory("memory", Memory{Min: 1, Max: 1})
	types := []Type{I32, I64, F32, V128}
	other := m.Func("other")
	other.Param(I32)
	f := m.Func("f")
	locals := []Local{{}} // one that is nobody's
	for range 4 {
		locals = append(locals, f.Param(types[next()%len(types)]))
	}
	labels := []Label{{}}

	argument := func(t reflect.Type) reflect.Value {
		switch t {
		case reflect.TypeFor[Local]():
			return reflect.ValueOf(locals[next()%len(locals)])
		case reflect.TypeFor[Label]():
			return reflect.ValueOf(labels[next()%len(labels)])
		case reflect.TypeFor[Type]():
			return reflect.ValueOf(types[next()%len(types)])
		case reflect.TypeFor[*Func]():
			return reflect.ValueOf([]*Func{f, other}[next()%2])
		case reflect.TypeFor[[16]byte]():
			return reflect.ValueOf([16]byte{0: byte(next()), 15: byte(next())})
		}
		v := reflect.New(t).Elem()
		switch t.Kind() {
		case reflect.Int, reflect.Int64:
			v.SetInt(int64(next()) - 8)
		case reflect.Float32:
			v.SetFloat(float64(next()))
		case reflect.Uint8, reflect.Uint32:
			v.SetUint(uint64(next()))
		}
		return v
	}
	value := reflect.ValueOf(f)
	for len(choices) > 0 {
		method := value.Type().Method((next() | next()<<8) % value.NumMethod())
		call := value.Method(method.Index)
		var in []reflect.Value
		for i := range call.Type().NumIn() {
			t := call.Type().In(i)
			if !call.Type().IsVariadic() || i < call.Type().NumIn()-1 {
				in = append(in, argument(t))
				continue
			}
			for range next() % 3 {
				in = append(in, argument(t.Elem()))
			}
		}
		if strings.Contains(method.Name, "Relaxed") || method.Name == "Locals" { // as many as one likes
			continue
		}
		for _, out := range call.Call(in) {
			switch out := out.Interface().(type) {
			case Local:
				locals = append(locals, out)
			case Label:
				labels = append(labels, out)
			}
		}
	}
	return m.Encode()
}
