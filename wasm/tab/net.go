//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall/js"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/pixels"
	"mobilenet/core/tflite"
)

// The network of this worker, and the memory its calls use again and again.
var (
	classifier *classify.Classifier
	result     mobilenet.Result
	arrived    []byte // pixels as they came
	inputs     []byte // RGB [views,R,R,3]
	kernels    []float32
)

// open reads a model and makes the network. Its one argument is an object:
//
//	model       Uint8Array: a .tflite file
//	labels      string: a label a line, or undefined
//	resolution  number: another input size, or undefined
//	mean, scale [3]number: pixel normalisation for models whose input is float32, or undefined
//	engine      string: "relaxed", "simd" or "go", or "auto" for the best one
//	threads     number (0: as many as help)
//	oneThread   string: why there must be only one, or undefined
//	newThread   function: starts a Worker for a thread, as jshost.Host documents
//	onComputing function: is told {engine, threads, why} at once and whenever that changes
func open(_ context.Context, args []js.Value) (any, error) {
	options := args[0]
	// A collection would find nothing to free, and take its time before the first picture: settle allows it again.
	debug.SetGCPercent(-1)
	data := make([]byte, options.Get("model").Length())
	js.CopyBytesToGo(data, options.Get("model"))

	model, err := tflite.Read(data)
	if errors.Is(err, tflite.ErrDamaged) {
		return nil, coded("model-corrupt", err)
	}
	if err != nil {
		return nil, coded("model-unsupported", err)
	}
	if r := options.Get("resolution"); !r.IsUndefined() {
		if model, err = model.AtResolution(r.Int()); err != nil {
			return nil, coded("bad-argument", err)
		}
	}
	if mean := options.Get("mean"); !mean.IsUndefined() {
		if model, err = model.Normalized(triple(mean), triple(options.Get("scale"))); err != nil {
			return nil, coded("bad-argument", err)
		}
	}
	var labels []string
	if text := options.Get("labels"); !text.IsUndefined() {
		labels = classify.ParseLabels(text.String())
	}
	engine, why, err := newEngine(model, options)
	if err != nil {
		return nil, err
	}
	if classifier, err = classify.New(model, engine, labels); err != nil {
		return nil, coded("bad-argument", err)
	}
	announce = announcer(engine, why, options.Get("onComputing"))
	announce()
	go settle(classifier)
	return map[string]any{
		"alpha":      model.Alpha,
		"resolution": model.Resolution,
		"classes":    model.Classes,
		"type":       model.Type.String(),
		"input":      model.Input.Type.String(),
		"output":     model.Output.Type.String(),
		"labels":     strings.Join(classifier.Labels(), "\n"),
		"layers":     layers(model),
	}, nil
}

// triple reads three numbers, one a colour.
func triple(v js.Value) (t [3]float32) {
	for c := range t {
		t[c] = float32(v.Index(c).Float())
	}
	return t
}

func layers(m *mobilenet.Model) []any {
	list := make([]any, len(m.Layers))
	for i := range m.Layers {
		l := &m.Layers[i]
		list[i] = map[string]any{
			"name":         l.Name,
			"type":         l.Kind.String(),
			"shape":        shape(l.Out),
			"kernel":       l.Kernel,
			"stride":       l.Stride,
			"parameters":   l.Parameters(),
			"multiplyAdds": l.MultiplyAdds(),
		}
	}
	return list
}

func shape(s mobilenet.Shape) []any { return []any{s.H, s.W, s.C} }

// classifyPicture takes RGBA [views,R,R,4], how many answers are wanted, and whether the embedding is too. It gives their
// indices and probabilities, best first, the embedding or null, and the milliseconds that the network took.
func classifyPicture(ctx context.Context, args []js.Value) (any, error) {
	views, err := views(args[0])
	if err != nil {
		return nil, err
	}
	answer, err := classifier.ClassifyInputs(ctx, views, classify.Options{TopK: args[1].Int(), Embedding: args[2].Bool()})
	if err != nil {
		return nil, err
	}
	best := make([]float64, 0, 2*len(answer.Predictions))
	for _, p := range answer.Predictions {
		best = append(best, float64(p.Index), p.Probability)
	}
	var embedding any
	if answer.Embedding != nil {
		embedding = toFloats(answer.Embedding)
	}
	return map[string]any{
		"best":      toFloats(best),
		"embedding": embedding,
		"network":   milliseconds(answer.Timings.Network),
	}, nil
}

// run takes RGB [R,R,3]. It gives the bytes of the file's output tensor, and the logits.
func run(ctx context.Context, args []js.Value) (any, error) {
	rgb, err := rgb(args[0])
	if err != nil {
		return nil, err
	}
	if err := classifier.Run(ctx, rgb, mobilenet.Want{}, &result); err != nil {
		return nil, err
	}
	return map[string]any{"output": toBytes(result.Output), "logits": toFloats(result.Logits)}, nil
}

// embed takes RGBA [R,R,4]. It gives the average pool's output.
func embed(ctx context.Context, args []js.Value) (any, error) {
	rgb, err := view(args[0])
	if err != nil {
		return nil, err
	}
	if err := classifier.Run(ctx, rgb, mobilenet.Want{Embedding: true}, &result); err != nil {
		return nil, err
	}
	return toFloats(result.Embedding), nil
}

// heatmap takes RGBA [R,R,4] and a class. It gives how much each place speaks for the class.
func heatmap(ctx context.Context, args []js.Value) (any, error) {
	rgb, err := view(args[0])
	if err != nil {
		return nil, err
	}
	class, err := index("class", args[1], classifier.Model().Classes)
	if err != nil {
		return nil, err
	}
	m, err := classifier.Heatmap(ctx, rgb, class)
	if err != nil {
		return nil, err
	}
	return map[string]any{"width": m.Width, "height": m.Height, "data": toFloats(m.Data)}, nil
}

// activations takes RGBA [R,R,4] and the index of a layer. It gives that layer's output.
func activations(ctx context.Context, args []js.Value) (any, error) {
	rgb, err := view(args[0])
	if err != nil {
		return nil, err
	}
	layer, err := index("layer", args[1], len(classifier.Model().Layers))
	if err != nil {
		return nil, err
	}
	if err := classifier.Run(ctx, rgb, mobilenet.Want{Activations: true, Layer: layer}, &result); err != nil {
		return nil, err
	}
	return map[string]any{
		"shape": shape(classifier.Model().Layers[layer].Out),
		"data":  toFloats(result.Layer),
	}, nil
}

// profile takes RGB [R,R,3]. It gives the milliseconds of each layer.
func profile(ctx context.Context, args []js.Value) (any, error) {
	rgb, err := rgb(args[0])
	if err != nil {
		return nil, err
	}
	if err := classifier.Run(ctx, rgb, mobilenet.Want{Times: true}, &result); err != nil {
		return nil, err
	}
	times := make([]float64, len(result.Times))
	for i, t := range result.Times {
		times[i] = milliseconds(t)
	}
	return toFloats(times), nil
}

// weights takes the index of a layer. It gives that layer's weights, dequantised, in the layout of mobilenet.Layer.WeightShape.
func weights(_ context.Context, args []js.Value) (any, error) {
	if classifier == nil {
		return nil, errors.New("no model is open")
	}
	layers := classifier.Model().Layers
	i, err := index("layer", args[0], len(layers))
	if err != nil {
		return nil, err
	}
	if layers[i].Parameters() == 0 {
		return nil, coded("bad-argument", fmt.Errorf("layer %d, %s, has no weights", i, layers[i].Name))
	}
	if kernels, err = layers[i].Weights(kernels); err != nil {
		return nil, err
	}
	var shape []any
	for _, n := range layers[i].WeightShape() {
		shape = append(shape, n)
	}
	return map[string]any{"shape": shape, "data": toFloats(kernels)}, nil
}

// memory gives the bytes of the engine, of what Go's heap holds, and of all that Go has taken.
func memory(context.Context, []js.Value) (any, error) {
	if classifier == nil {
		return nil, errors.New("no model is open")
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return toFloats([]float64{float64(classifier.Engine().Info().Memory), float64(stats.HeapAlloc), float64(stats.Sys)}), nil
}

// index reads an index below n. A model without classes (n = 0) is left to the classifier, which has a better error for it.
func index(what string, v js.Value, n int) (int, error) {
	if i := v.Float(); n > 0 && !(i >= 0 && i < float64(n) && i == math.Trunc(i)) {
		return 0, coded("bad-argument", fmt.Errorf("%s %v is not a whole number in 0..%d", what, i, n-1))
	}
	return v.Int(), nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// receive copies pixels of channels bytes each, a whole number of the network's inputs. It says how many inputs there are.
func receive(v js.Value, channels int) (inputs int, err error) {
	if classifier == nil {
		return 0, errors.New("no model is open")
	}
	r := classifier.Model().Resolution
	n, size := v.Length(), r*r*channels
	if n == 0 || n%size != 0 {
		return 0, coded("bad-argument", fmt.Errorf("%d bytes of pixels; the network reads [%d,%d,%d], %d bytes", n, r, r, channels, size))
	}
	arrived = grow(arrived, n)
	js.CopyBytesToGo(arrived, v)
	return n / size, nil
}

// rgb receives one input as it is.
func rgb(v js.Value) ([]byte, error) {
	_, err := receive(v, 3)
	return arrived, err // an engine refuses more than one input
}

// views receives RGBA inputs and drops their alpha.
func views(v js.Value) ([][]byte, error) {
	n, err := receive(v, 4)
	if err != nil {
		return nil, err
	}
	inputs = grow(inputs, len(arrived)/4*3)
	pixels.DropAlpha(inputs, arrived)
	views := make([][]byte, n)
	size := len(inputs) / n
	for i := range views {
		views[i] = inputs[i*size : (i+1)*size]
	}
	return views, nil
}

// view receives one RGBA input.
func view(v js.Value) ([]byte, error) {
	views, err := views(v)
	if err != nil {
		return nil, err
	}
	return views[0], nil
}
