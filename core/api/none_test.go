package api_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
)

// A model that was taught to tell says of each image whether it shows none of the classes; another says nothing of it.
func TestNoneOfThese(t *testing.T) {
	config := newConfig(t)
	plain, err := config.Open()
	if err != nil {
		t.Fatal(err)
	}
	size := plain.Model().Layers[plain.Model().Embedding()].Out.Len()
	photo := pngOf(t, noise(60, 40))
	parts, formType := form(t, photo, []byte("no picture"))
	for threshold, want := range map[float64]string{-1e9: `"noneOfThese":false`, 1e9: `"noneOfThese":true`, 0: ""} {
		config := config
		if want != "" {
			model, err := plain.Model().WithClassifier(&mobilenet.Head{
				Weights: make([]float32, 2*size), Bias: []float32{1, 2}, Unknown: &mobilenet.Unknown{Centre: make([]float32, size), Threshold: threshold},
			})
			if err != nil {
				t.Fatal(err)
			}
			engine, err := reference.New(model)
			if err != nil {
				t.Fatal(err)
			}
			c, err := classify.New(model, engine, []string{"mug", "cup"})
			if err != nil {
				t.Fatal(err)
			}
			config.Open = func() (*classify.Classifier, error) { return c, nil }
			config.Model.NoneOfThese = true
		}
		h := api.New(config)
		for _, c := range []call{
			{path: "/api/classify", body: photo},
			{path: "/api/classify?views=4&embedding=1", body: photo},
			{path: "/api/classify/batch", body: parts, contentType: formType},
		} {
			body, err := io.ReadAll(c.do(t, h).Body)
			if err != nil {
				t.Fatal(err)
			}
			times := strings.Count(string(body), "noneOfThese")
			if !strings.Contains(string(body), want) || times > 1 || (times == 0) != (want == "") {
				t.Errorf("%s with a threshold of %v: %.300s, want %q once", c.path, threshold, body, want)
			}
		}
		body, err := io.ReadAll(call{method: "GET", path: "/api/model"}.do(t, h).Body)
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]any
		if err := json.Unmarshal(body, &said); err != nil {
			t.Fatal(err)
		}
		if _, ok := said["noneOfThese"]; ok != (want != "") {
			t.Errorf("the model's description with a threshold of %v: %s", threshold, body)
		}
	}
}
