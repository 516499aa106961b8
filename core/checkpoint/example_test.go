package checkpoint_test

import (
	"fmt"
	"log"
	"os"

	"mobilenet/core/checkpoint"
	"mobilenet/core/tflite"
)

// A checkpoint of PyTorch becomes a .tflite file.
func ExampleRead() {
	data, err := os.ReadFile("mobilenet.pth")
	if err != nil {
		log.Fatal(err)
	}
	six := checkpoint.ReLU6
	r, err := checkpoint.Read(data, checkpoint.Options{Resolution: 192, Activation: &six})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, layout %q: activation %v (%v), pixels %v (%v)\n",
		r.Format, r.Layout, r.Activation.Value, r.Activation.From, r.Normalization.Value, r.Normalization.From)
	file, err := tflite.Write(r.Model, &tflite.Metadata{Name: "mine"})
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("mobilenet.tflite", file, 0o666); err != nil {
		log.Fatal(err)
	}
}
