package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
	"mobilenet/wasm/edge/layout"
	"mobilenet/web/build/output"
	"mobilenet/web/headers"
	"mobilenet/weights"
)

// network is the default model as the Worker needs it. As JSON it is part of the Worker's code, network.json.
type network struct {
	Model api.Model `json:"model"` // without engine and labels
	// Labels has a class a line: one string is cheap to hand to a Go program that starts for every request.
	Labels string `json:"labels"`
	Engine engine `json:"engine"`
	// Headers of every answer, as name and value.
	Headers [][2]string `json:"headers"`
}

// An engine is the compiled model.
type engine struct {
	Name string `json:"name"` // "relaxed" or "simd"
	// Layout is what package layout encodes, JSON in a string: only Go reads it.
	Layout string `json:"layout"`
	// Pages of 65536 bytes are the module's memory.
	Pages int `json:"pages"`
	// Image is the path of the asset with what belongs at Offset in the memory, Size bytes, then with the weights that heat maps need. SHA256 is of the whole.
	Image  string `json:"image"`
	SHA256 string `json:"sha256"`
	Offset int    `json:"offset"`
	Size   int    `json:"size"`

	module, image []byte
}

// buildNetwork compiles the default model of the built page.
func buildNetwork(site, engine string) (*network, error) {
	dir := filepath.Join(site, "models")
	entries, err := weights.ReadIndex(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, errors.New("there is no model in " + dir + ": run make build first")
	}
	e := entries[0]
	file, err := os.ReadFile(filepath.Join(dir, e.File))
	if err != nil {
		return nil, err
	}
	labels, err := os.ReadFile(filepath.Join(dir, e.Labels))
	if err != nil {
		return nil, err
	}
	model, err := tflite.Read(file)
	if err != nil {
		return nil, err
	}
	fitted, err := classify.FitLabels(classify.ParseLabels(string(labels)), model.Answers())
	if err != nil {
		return nil, err
	}
	n := &network{
		Model: api.Model{
			Name: e.Name, Network: model.Version.String(), Alpha: model.Alpha, Resolution: model.Resolution,
			Shape: api.ShapeOf(model), Classes: model.Answers(), Type: model.Type.String(),
			SHA256: e.SHA256, License: e.License, Source: e.Source, NoneOfThese: model.Unknown != nil,
		},
		Labels:  strings.Join(fitted, "\n"),
		Headers: apiHeaders(),
	}
	n.Engine, err = buildEngine(engine, model)
	return n, err
}

// apiHeaders are those of the API's answers, as network.json has them.
func apiHeaders() (list [][2]string) {
	for _, h := range headers.API() {
		list = append(list, [2]string{h.Name, h.Value})
	}
	return list
}

// buildEngine compiles the model for the engine of that name.
func buildEngine(name string, model *mobilenet.Model) (engine, error) {
	if name != "relaxed" && name != "simd" {
		return engine{}, fmt.Errorf(`--engine %q is not "relaxed" or "simd"`, name)
	}
	p, err := simd.Compile(model, simd.Capabilities{Threads: 1, Relaxed: name == "relaxed"})
	if err != nil {
		return engine{}, err
	}
	encoded, err := layout.Encode(&p.Plan)
	if err != nil {
		return engine{}, err
	}
	image := append(p.Image(), layout.Weights(model)...)
	digest := output.SHA256(image)
	return engine{
		Name: name, Layout: string(encoded), Pages: p.Pages,
		Image: output.HashedName("/engine/"+name+".bin", ".", digest), SHA256: digest, Offset: p.ImageOffset, Size: p.ImageSize,
		module: p.Module, image: image,
	}, nil
}

// write puts the module and network.json into out, and the image where assets go.
func (n *network) write(out string) error {
	if err := output.WriteFile(filepath.Join(out, "engine.wasm"), n.Engine.module); err != nil {
		return err
	}
	if err := output.WriteFile(filepath.Join(out, "assets", filepath.FromSlash(n.Engine.Image)), n.Engine.image); err != nil {
		return err
	}
	data, err := json.MarshalIndent(n, "", "\t")
	if err != nil {
		return err
	}
	return output.WriteFile(filepath.Join(out, "network.json"), data)
}
