//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/pixels"
	"mobilenet/wasm/tab/contract"
)

// use has the calls that follow answer with the classes of a head, or with the model's own again.
func (p *program) use(_ context.Context, args *contract.UseArgs) (*contract.None, error) {
	if p.classifier == nil {
		return nil, errNoModel
	}
	if len(args.Bias) == 0 {
		return &contract.None{}, p.classifier.Use(nil)
	}
	head := &mobilenet.Head{Weights: args.Weights, Bias: args.Bias, Model: args.Model}
	if args.Counter || len(args.Centre) > 0 {
		head.Unknown = &mobilenet.Unknown{Counter: args.Counter, Threshold: args.Threshold}
	}
	if len(args.Centre) > 0 { // nil says that there is no threshold
		head.Unknown.Centre = args.Centre
	}
	return &contract.None{}, coded(contract.BadArgument, p.classifier.Use(&classify.Taught{Head: head, Beside: args.Beside}))
}

// classify returns all that is asked about an image, from one run per view.
func (p *program) classify(ctx context.Context, args *contract.ClassifyArgs) (*contract.Classification, error) {
	views, err := p.views(args.RGBA)
	if err != nil {
		return nil, err
	}
	options := classify.Options{
		TopK: args.TopK, Embedding: args.Embedding, Embeddings: args.Embeddings, Logits: args.Logits, Features: args.Features,
	}
	if args.Heatmap != nil {
		options.Heatmaps = []int{*args.Heatmap}
	}
	answer, err := p.classifier.ClassifyInputs(ctx, views, options)
	if err != nil {
		return nil, err
	}
	classification := &contract.Classification{
		Best:      pairs(answer.Predictions),
		None:      answer.None,
		Embedding: answer.Embedding,
		Logits:    answer.Logits,
		Features:  answer.Features,
		Network:   milliseconds(answer.Timings.Network),
	}
	if own := answer.Own; own != nil {
		classification.Own, classification.OwnNone = pairs(own.Predictions), own.None
	}
	for _, e := range answer.Embeddings {
		classification.Embeddings = append(classification.Embeddings, e...)
	}
	for _, m := range answer.Heatmaps { // one at most
		classification.Heatmap = activationMap(m)
	}
	return classification, nil
}

// pairs are index and probability of each prediction in turn.
func pairs(predictions []classify.Prediction) []float64 {
	list := make([]float64, 0, 2*len(predictions))
	for _, p := range predictions {
		list = append(list, float64(p.Index), p.Probability)
	}
	return list
}

// heatmap explains a class by the features of an earlier classification; nothing is run.
func (p *program) heatmap(_ context.Context, args *contract.HeatmapArgs) (*contract.ActivationMap, error) {
	if p.classifier == nil {
		return nil, errNoModel
	}
	h, err := p.classifier.Heatmap(args.Features, args.Index)
	if err != nil {
		return nil, coded(contract.BadArgument, err)
	}
	return activationMap(h), nil
}

func activationMap(m *classify.Heatmap) *contract.ActivationMap {
	return &contract.ActivationMap{Index: m.Class, Width: m.Width, Height: m.Height, Data: m.Data}
}

// activations returns the output of a layer.
func (p *program) activations(ctx context.Context, args *contract.ActivationsArgs) (*contract.FeatureMap, error) {
	views, err := p.views(args.RGBA)
	if err != nil {
		return nil, err
	}
	layer, err := p.layer(args.Layer)
	if err != nil {
		return nil, err
	}
	want := mobilenet.Want{Activations: true, Layer: args.Layer}
	if err := p.classifier.Run(ctx, views[0], want, &p.result); err != nil {
		return nil, err
	}
	return &contract.FeatureMap{Shape: shapeOf(layer.Out), Data: p.result.Layer}, nil
}

// layerWeights returns the weights of a layer, dequantised.
func (p *program) layerWeights(_ context.Context, args *contract.WeightsArgs) (*contract.WeightTensor, error) {
	if p.classifier == nil {
		return nil, errNoModel
	}
	layer, err := p.layer(args.Layer)
	if err != nil {
		return nil, err
	}
	if layer.Parameters() == 0 {
		return nil, coded(contract.BadArgument, fmt.Errorf("layer %d, %s, has no weights", args.Layer, layer.Name))
	}
	p.weights = layer.Weights(p.weights)
	return &contract.WeightTensor{Shape: layer.WeightShape(), Data: p.weights}, nil
}

// run passes pixels to the network untouched.
func (p *program) run(ctx context.Context, args *contract.RunArgs) (*contract.Output, error) {
	if err := p.compute(ctx, args.Pixels, mobilenet.Want{}); err != nil {
		return nil, err
	}
	return &contract.Output{Output: p.result.Output, Logits: p.result.Logits}, nil
}

// profile times the layers.
func (p *program) profile(ctx context.Context, args *contract.RunArgs) (*contract.LayerTimes, error) {
	if err := p.compute(ctx, args.Pixels, mobilenet.Want{Times: true}); err != nil {
		return nil, err
	}
	times := &contract.LayerTimes{}
	for _, t := range p.result.Times {
		times.Times = append(times.Times, milliseconds(t))
	}
	return times, nil
}

func (p *program) compute(ctx context.Context, pixels []byte, want mobilenet.Want) error {
	n, err := p.inputs(pixels, 0)
	if err != nil {
		return err
	}
	if n > 1 {
		return coded(contract.BadArgument, fmt.Errorf("the pixels of %d images, where one is run", n))
	}
	return p.classifier.Run(ctx, pixels, want, &p.result)
}

func (p *program) memory(context.Context, *contract.None) (*contract.MemoryUse, error) {
	if p.classifier == nil {
		return nil, errNoModel
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	memory := int(p.classifier.Engine().Info().Memory)
	return &contract.MemoryUse{Engine: memory, Heap: int(stats.HeapAlloc), Program: int(stats.Sys)}, nil
}

// identify says which model is open.
func (p *program) identify(context.Context, *contract.None) (*contract.Identity, error) {
	if p.classifier == nil {
		return nil, errNoModel
	}
	return &contract.Identity{Fingerprint: p.classifier.Fingerprint()}, nil
}

var errNoModel = errors.New("no model is open")

// layer is the model's layer i.
func (p *program) layer(i int) (*mobilenet.Layer, error) {
	layers := p.classifier.Model().Layers
	if i < 0 || i >= len(layers) {
		return nil, coded(contract.BadArgument, fmt.Errorf("layer %d is not in 0..%d", i, len(layers)-1))
	}
	return &layers[i], nil
}

// inputs says how many of the network's inputs pixels of so many channels are; 0: of as many as it reads.
func (p *program) inputs(pixels []byte, channels int) (int, error) {
	if p.classifier == nil {
		return 0, errNoModel
	}
	s, n := p.classifier.Model().InputShape(), len(pixels)
	if channels > 0 {
		s.C = channels
	}
	if n == 0 || n%s.Len() != 0 {
		return 0, coded(contract.BadArgument, fmt.Errorf("%d bytes of pixels; the network reads %v, %d bytes", n, s, s.Len()))
	}
	return n / s.Len(), nil
}

// views makes of one or more pictures RGBA [H,W,4] what the network reads.
func (p *program) views(rgba []byte) ([][]byte, error) {
	n, err := p.inputs(rgba, 4)
	if err != nil {
		return nil, err
	}
	size := len(rgba) / n / 4 * 3
	if cap(p.rgb) < n*size {
		p.rgb = make([]byte, n*size)
	}
	rgb := p.rgb[:n*size]
	pixels.DropAlpha(rgb, rgba)
	views := make([][]byte, n)
	for i := range views {
		views[i] = p.classifier.Input(rgb[i*size : (i+1)*size])
	}
	return views, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
