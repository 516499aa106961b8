package reference_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// A grey picture goes through a small network with made-up weights.
func ExampleNew() {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 32, Classes: 3}))
	if err != nil {
		log.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()

	picture := bytes.Repeat([]byte{128}, 32*32*3) // RGB
	var result mobilenet.Result
	if err := engine.Run(context.Background(), picture, mobilenet.Want{}, &result); err != nil {
		log.Fatal(err)
	}
	fmt.Println(engine.Info().Engine, result.Output)
	// Output: reference [4 251 1]
}
