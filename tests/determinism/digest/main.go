// Digest runs a model from its standard input on the plain engine, and, as natively the only place that can, on the emitted module
// under wazero. It prints a line for each: the engine and the SHA-256 of what it gives for a picture made by a formula. The
// same program runs on every system that Go compiles for; determinism.test.mjs compares.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "digest:", err)
		os.Exit(1)
	}
}

func run() error {
	file, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	model, err := tflite.Read(file)
	if err != nil {
		return err
	}
	engine, err := scalar.New(model)
	if err != nil {
		return err
	}
	if err := digest("go", engine, model); err != nil || runtime.GOARCH == "wasm" {
		return err
	}
	if engine, err := emitted(model); err != nil {
		return err
	} else if err := digest("simd, under wazero", engine, model); err != nil {
		return err
	}
	return nil
}

// digest prints what an engine gives: the output tensor's bytes.
func digest(name string, engine mobilenet.Engine, model *mobilenet.Model) error {
	input := make([]byte, model.Layers[0].In.Len())
	for i := range input {
		input[i] = byte(uint32(i) * 2654435761 >> 24) // determinism.test.mjs has the same
	}
	var result mobilenet.Result
	if err := engine.Run(context.Background(), input, mobilenet.Want{}, &result); err != nil {
		return err
	}
	fmt.Printf("%s\t%x\n", name, sha256.Sum256(result.Output))
	return engine.Close()
}
