package classify_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"log"

	"mobilenet/core/classify"
	"mobilenet/core/pixels"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// From the bytes of a .tflite file and an image.Image to what the network sees in it. The file here is a small one with made-up
// weights; read a real one with os.ReadFile.
func Example() {
	file := tflitetest.Build(tflitetest.Spec{Classes: 3})
	model, err := tflite.Read(file)
	if err != nil {
		log.Fatal(err)
	}
	engine, err := scalar.New(model)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	classifier, err := classify.New(model, engine, []string{"cat", "dog", "bird"})
	if err != nil {
		log.Fatal(err)
	}

	picture := image.NewRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.RGBA{200, 100, 50, 255}), image.Point{}, draw.Src)

	answer, err := classifier.Classify(context.Background(), pixels.FromImage(picture), classify.Options{TopK: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range answer.Predictions {
		fmt.Printf("%s %.3f\n", p.Label, p.Probability)
	}
	// Output:
	// dog 0.957
	// cat 0.041
}

// Four looks at a picture are averaged, and its embedding tells how alike two pictures are.
func ExampleClassifier_Classify() {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Classes: 3}))
	if err != nil {
		log.Fatal(err)
	}
	engine, err := scalar.New(model)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	classifier, err := classify.New(model, engine, []string{"cat", "dog", "bird"})
	if err != nil {
		log.Fatal(err)
	}

	grey := image.NewGray(image.Rect(0, 0, 64, 48)) // any image.Image
	answer, err := classifier.Classify(context.Background(), pixels.FromImage(grey), classify.Options{Views: 4, Embedding: true})
	if err != nil {
		log.Fatal(err)
	}
	best := answer.Predictions[0]
	fmt.Printf("%s, output %d, %.3f; an embedding of %d numbers\n", best.Label, best.Index, best.Probability, len(answer.Embedding))
	// Output: dog, output 1, 0.973; an embedding of 256 numbers
}
