// Plain runs a model by plain loops in Go, as the page does where a browser has no vectors, and writes a line whenever something is done, as
// run.mjs does with what is emitted.
//
//	GOOS=wasip1 GOARCH=wasm go build -o plain.wasm ./tests/bench/arm/plain && node wasi.mjs plain.wasm MODEL.tflite INPUT
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

const times = 4

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: plain MODEL.tflite INPUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "plain:", err)
		os.Exit(1)
	}
}

func run(file, input string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	model, err := tflite.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	pixels, err := os.ReadFile(input)
	if err != nil {
		return err
	}
	engine, err := scalar.New(model)
	if err != nil {
		return err
	}
	defer engine.Close()
	var result mobilenet.Result
	pictures := func(n int) error {
		for range n {
			if err := engine.Run(context.Background(), pixels[:model.InputShape().Len()], mobilenet.Want{}, &result); err != nil {
				return err
			}
		}
		return nil
	}
	if err := pictures(2); err != nil {
		return err
	}
	fmt.Printf("output %.8x\n", sha256.Sum256(last(model, result.Logits)))
	if err := pictures(times); err != nil {
		return err
	}
	fmt.Printf("whole %d\n", times)
	return nil
}

// last is the last map, as it lies in memory.
func last(m *mobilenet.Model, logits []float32) []byte {
	quant := m.Layers[len(m.Layers)-1].Quantized.Out
	bytes := make([]byte, len(logits))
	for v := range 256 {
		real := quant.Real(uint8(v))
		for i := range logits {
			if logits[i] == real {
				bytes[i] = uint8(v)
			}
		}
	}
	return bytes
}
