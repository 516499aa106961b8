package tflite_test

import (
	"fmt"

	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

func ExampleWrite() {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Classes: 3})) // or os.ReadFile(…)
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := tflite.Write(model, &tflite.Metadata{Name: "Pets", Labels: []string{"cat", "dog", "hamster"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	metadata, err := tflite.ReadMetadata(data)
	fmt.Println(metadata.Name, metadata.Labels, err)
	// Output:
	// Pets [cat dog hamster] <nil>
}

func ExampleRead() {
	data := tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 64, Classes: 10}) // or os.ReadFile(…)
	model, err := tflite.Read(data)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("α=%v, %d×%d, %d classes, %v\n", model.Alpha, model.Resolution, model.Resolution, model.Classes, model.Type)
	for _, l := range model.Layers[:3] {
		fmt.Println(l.Name, l.In, "->", l.Out)
	}
	// Output:
	// α=0.25, 64×64, 10 classes, uint8
	// conv [64,64,3] -> [32,32,8]
	// dw1 [32,32,8] -> [32,32,8]
	// pw1 [32,32,8] -> [32,32,16]
}
