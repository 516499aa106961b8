// Native classifies labelled photos by core/picture, core/pixels and core/simd, for accuracy.mjs to compare with the browser. Its
// arguments are a model's file and its labels. It reads photos' paths, a line each, and prints a JSON object for each: its answers by
// setting.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"mobilenet/core/classify"
	"mobilenet/core/picture"
	"mobilenet/core/pixels"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
)

// settings are accuracy.mjs's, by name.
var settings = map[string]classify.Options{
	"center":  {Crop: pixels.Center},
	"square":  {Crop: pixels.Square},
	"whole":   {Crop: pixels.Whole},
	"2 views": {Views: 2},
	"4 views": {Views: 4},
}

// An answer is one of the five best.
type answer struct {
	Index       int     `json:"index"`
	Probability float64 `json:"probability"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: native MODEL LABELS <PHOTOS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "native:", err)
		os.Exit(1)
	}
}

// limits are those of a trusted folder.
var limits = picture.Limits{Bytes: 1 << 28, Pixels: pixels.MaxPixels, Memory: 1 << 31}

func run(modelFile, labelFile string) error {
	file, err := os.ReadFile(modelFile)
	if err != nil {
		return err
	}
	model, err := tflite.Read(file)
	if err != nil {
		return err
	}
	labels, err := os.ReadFile(labelFile)
	if err != nil {
		return err
	}
	engine, err := simd.New(model, simd.Capabilities{Threads: 1}, wazerohost.Host{})
	if err != nil {
		return err
	}
	defer engine.Close()
	classifier, err := classify.New(model, engine, classify.ParseLabels(string(labels)))
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for photos := bufio.NewScanner(os.Stdin); photos.Scan(); {
		answers, err := look(classifier, photos.Text())
		if err != nil {
			return fmt.Errorf("%s: %w", photos.Text(), err)
		}
		if err := out.Encode(answers); err != nil {
			return err
		}
	}
	return nil
}

// look classifies a photo in all settings.
func look(c *classify.Classifier, name string) (map[string][]answer, error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	photo, err := picture.Decode(file, limits)
	if err != nil {
		return nil, err
	}
	answers := map[string][]answer{}
	for setting, options := range settings {
		result, err := c.Classify(context.Background(), photo, options)
		if err != nil {
			return nil, err
		}
		for _, p := range result.Predictions {
			answers[setting] = append(answers[setting], answer{p.Index, p.Probability})
		}
	}
	return answers, nil
}
