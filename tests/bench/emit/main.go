// Emit compiles a model as an engine does and writes what runs it: PREFIX.wasm, the module; PREFIX.img, the image of its memory; PREFIX.json, where
// things lie in it. tests/bench/arm counts the instructions that it takes.
//
//	go run ./tests/bench/emit [-engine dot|relaxed|simd] -out PREFIX MODEL.tflite
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"mobilenet/core/simd"
	"mobilenet/core/tflite"
)

// A description is PREFIX.json.
type description struct {
	Pages  int `json:"pages"`  // of the memory
	At     int `json:"at"`     // where the image belongs
	Input  int `json:"input"`  // where the picture belongs,
	Pixels int `json:"pixels"` // and how many bytes it has
	Layers int `json:"layers"` // run(0, Layers) is the whole network
	Out    int `json:"out"`    // where the last map lies,
	N      int `json:"n"`      // and how many numbers it has
	// Names are the layers', in their order.
	Names []string `json:"names"`
}

func main() {
	engine := flag.String("engine", "dot", "the `family` of kernels: dot, relaxed or simd")
	out := flag.String("out", "", "the files' `prefix`")
	flag.Parse()
	if flag.NArg() != 1 || *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := emit(*engine, *out, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "emit:", err)
		os.Exit(1)
	}
}

func emit(engine, prefix, file string) error {
	capabilities := simd.Capabilities{Threads: 1}
	switch engine {
	case "dot":
		capabilities.Relaxed, capabilities.Dot = true, true
	case "relaxed":
		capabilities.Relaxed = true
	case "simd":
	default:
		return fmt.Errorf("no engine %q: dot, relaxed or simd", engine)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	model, err := tflite.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	p, err := simd.Compile(model, capabilities)
	if err != nil {
		return err
	}
	last := p.Layers[len(p.Layers)-1]
	d := description{Pages: p.Pages, At: p.ImageOffset, Input: p.Input.Offset, Pixels: model.InputShape().Len(), Layers: len(p.Layers), Out: last.Offset, N: last.Shape.Len()}
	for _, l := range model.Layers {
		d.Names = append(d.Names, l.Name)
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{".wasm": p.Module, ".img": p.Image(), ".json": text} {
		if err := os.WriteFile(prefix+name, content, 0o666); err != nil {
			return err
		}
	}
	return nil
}
