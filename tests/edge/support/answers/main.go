// Answers says what the API has to answer to picture files, by core/reference instead of the engine that the Worker runs: a model's file,
// its labels, then pictures. It prints for each an array of its five predictions, JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"mobilenet/core/classify"
	"mobilenet/core/picture"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
)

type prediction struct {
	Index       int     `json:"index"`
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "answers:", err)
		os.Exit(1)
	}
}

func run(model, labels string, pictures []string) error {
	file, err := os.ReadFile(model)
	if err != nil {
		return err
	}
	m, err := tflite.Read(file)
	if err != nil {
		return err
	}
	names, err := os.ReadFile(labels)
	if err != nil {
		return err
	}
	engine, err := reference.New(m)
	if err != nil {
		return err
	}
	c, err := classify.New(m, engine, classify.ParseLabels(string(names)))
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, name := range pictures {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		image, err := picture.Decode(data, picture.Default)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		found, err := c.Classify(context.Background(), image, classify.Options{TopK: 5})
		if err != nil {
			return err
		}
		var list []prediction
		for _, p := range found.Predictions {
			list = append(list, prediction(p))
		}
		if err := out.Encode(list); err != nil {
			return err
		}
	}
	return nil
}
