//go:build js && wasm

package main

import (
	"fmt"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/wasm/tab/contract"
)

// describe says what a model's file says of itself, and gives the labels: those given, or else the file's if they fit the model. What is
// damaged or does not fit is left out, for the model runs without it.
func describe(data []byte, model *mobilenet.Model, given *string) (contract.FileInfo, []string) {
	info := contract.FileInfo{Range: model.Input.Type == mobilenet.Float32 && len(model.Input.Rescale) > 0}
	said, err := tflite.ReadMetadata(data)
	if err != nil {
		info.Note = err.Error()
	}
	if _, err := tflite.ReadUnknown(data, model); err != nil {
		info.Note = err.Error()
	}
	if said == nil {
		said = &tflite.Metadata{}
	}
	info.Name, info.Author, info.License = said.Name, said.Author, said.License
	info.Range = info.Range || model.Input.Type == mobilenet.Float32 && said.Mean != nil
	if given != nil {
		return info, classify.ParseLabels(*given)
	}
	if _, err := classify.FitLabels(said.Labels, model.Answers()); err != nil {
		info.Note = fmt.Sprintf("the labels in the file: %v", err)
		return info, nil
	}
	info.Labels = said.Labels != nil && model.Classes > 0
	return info, said.Labels
}
