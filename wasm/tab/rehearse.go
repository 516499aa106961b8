//go:build js && wasm

package main

import (
	"context"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/wasm/jshost"
)

// rehearsals are enough for a browser to have compiled all that is used, and optimised what is used most.
const rehearsals = 10

// rehearse opens a small network and runs it, again and again, until the model is there. A browser compiles a function of
// WebAssembly when it is called for the first time, and with hundreds of functions in a row that takes longer than what they do.
func (p *program) rehearse() {
	support := jshost.Probe()
	model := smallModel()
	for range rehearsals {
		p.turn()
		if p.count > 0 || !support.SIMD {
			return
		}
		e, err := simd.New(model, simd.Capabilities{Relaxed: support.Relaxed, Dot: support.Dot == jshost.FastDot, Threads: 1}, jshost.Host{})
		if err != nil {
			return // that of open says why
		}
		if c, err := classify.New(model, e, nil); err == nil {
			_, _ = c.ClassifyInputs(context.Background(), [][]byte{make([]byte, model.Layers[0].In.Len())}, classify.Options{TopK: 1})
		}
		e.Close()
	}
}

// smallModel is the shortest network that takes all paths of the real ones: a convolution, two pairs of layers, of stride 1 and 2,
// the pool and a classifier.
func smallModel() *mobilenet.Model {
	network := mobilenet.Network{Alpha: 0.25, Resolution: 32, Classes: 8, MinChannels: mobilenet.MinChannels}
	layers, err := network.Layers()
	if err != nil {
		panic(err)
	}
	end := len(layers) - 2
	layers = append(layers[:5:5], layers[end:]...)
	if err := mobilenet.Resize(layers, network.InputShape()); err != nil {
		panic(err)
	}
	unit := mobilenet.Quant{Scale: 1}
	for i := range layers {
		l := &layers[i]
		l.Quantized = &mobilenet.Quantized{
			Weights: make([]uint8, l.Parameters()), WeightScales: []float32{1}, Bias: make([]int32, l.Biases()),
			In: unit, Out: unit, Max: 255,
		}
		for w := range l.Quantized.Weights {
			l.Quantized.Weights[w] = uint8(w % 101)
		}
	}
	return &mobilenet.Model{Network: network, Input: mobilenet.Input{Quant: unit}, Layers: layers, Output: mobilenet.Output{Quant: unit}}
}
