package reference_test

import (
	"context"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/quantize"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// TestQuantizedLiteRT compares what core/quantize makes of float models of every form, with either scheme, as tflite.Write writes it.
func TestQuantizedLiteRT(t *testing.T) {
	var answers map[string]asked
	if *litertDir == "" {
		answers = readAnswers[asked](t, "litert-quantized.json")
	}
	for _, form := range tflitetest.Forms() {
		model, err := tflite.Read(tflitetest.Build(form.Spec))
		if err != nil {
			t.Fatal(err)
		}
		if model.Type != mobilenet.Float32 || model.Layers[0].Float.Leak != 0 {
			continue
		}
		for name, scheme := range map[string]quantize.Scheme{"int8": quantize.PerChannel, "uint8": quantize.PerTensor} {
			name = "quantized-" + name + "-" + form.Name
			t.Run(name, func(t *testing.T) {
				quantized, _, err := quantize.Quantize(context.Background(), model, pictures(model.InputShape()), quantize.Options{Scheme: scheme})
				if err != nil {
					t.Fatal(err)
				}
				file, err := tflite.Write(quantized, nil)
				if err != nil {
					t.Fatal(err)
				}
				if *litertDir != "" {
					writeForLiteRT(t, *litertDir, name, file)
					return
				}
				compareWith(t, answers[name], file)
			})
		}
	}
}
