// Reference computes logits by core/reference, for the tests to compare: a model's file, then files of RGB bytes [R,R,3]. It prints
// a JSON array of logits for each.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func run(model string, inputs []string) error {
	file, err := os.ReadFile(model)
	if err != nil {
		return err
	}
	m, err := tflite.Read(file)
	if err != nil {
		return err
	}
	engine, err := reference.New(m)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, name := range inputs {
		rgb, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var result mobilenet.Result
		if err := engine.Run(context.Background(), rgb, mobilenet.Want{}, &result); err != nil {
			return err
		}
		if err := out.Encode(result.Logits); err != nil {
			return err
		}
	}
	return nil
}
