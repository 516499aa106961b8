package simd_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// A small network with made-up weights becomes a WebAssembly module of its own, which wazero runs natively.
func ExampleNew() {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 32, Classes: 3}))
	if err != nil {
		log.Fatal(err)
	}
	engine, err := simd.New(model, simd.Capabilities{Threads: 1}, wazerohost.Host{})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()

	picture := bytes.Repeat([]byte{128}, 32*32*3) // RGB
	var result mobilenet.Result
	if err := engine.Run(context.Background(), picture, mobilenet.Want{}, &result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(engine.Info().Engine, result.Output) // the bytes of core/reference's example
	// Output: simd [4 251 1]
}
