package wasmasm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tetratelabs/wazero"

	"mobilenet/core/wasmasm"
)

// A module that adds, run by wazero.
func Example() {
	m := wasmasm.NewModule()
	f := m.Func("add")
	a, b := f.Param(wasmasm.I32), f.Param(wasmasm.I32)
	f.Result(wasmasm.I32)
	f.Get(a, b).I32Add()
	f.Export()
	module, err := m.Encode()
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	instance, err := runtime.Instantiate(ctx, module)
	if err != nil {
		log.Fatal(err)
	}
	sum, err := instance.ExportedFunction("add").Call(ctx, 2, 3)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(module), "bytes;", sum[0])
	// Output: 56 bytes; 5
}

// A mistake is told by Encode, with the function and the line that made it.
func ExampleModule_Encode() {
	m := wasmasm.NewModule()
	f := m.Func("half")
	f.Result(wasmasm.I32)
	f.F32Const(0.5)
	_, err := m.Encode()
	fmt.Println(err)
	// Output: wasmasm: half: example_test.go:47: end needs an operand of type i32, not f32
}
