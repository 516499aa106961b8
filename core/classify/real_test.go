package classify

import (
	"bytes"
	"image/png"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/pixels"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

// realClassifier is the default model, run by the plain engine.
func realClassifier(t testing.TB) *Classifier {
	t.Helper()
	model, err := tflite.Read(testmodel.Default(t))
	if err != nil {
		t.Fatal(err)
	}
	engine, err := scalar.New(model)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	c, err := New(model, engine, ParseLabels(testmodel.Labels(t)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func peacock(t testing.TB) pixels.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(testmodel.Peacock(t)))
	if err != nil {
		t.Fatal(err)
	}
	return pixels.FromImage(picture)
}

func TestPeacock(t *testing.T) {
	c := realClassifier(t)
	for _, o := range []Options{{}, {Views: 2}} {
		answer, err := c.Classify(ctx, peacock(t), o)
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.Predictions) != 5 {
			t.Fatalf("%d predictions", len(answer.Predictions))
		}
		if best := answer.Predictions[0]; best.Label != "peacock" || best.Index != 85 || best.Probability < 0.9 {
			t.Errorf("%+v: %+v", o, answer.Predictions)
		}
	}
}
