//go:build js && wasm

package main

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"syscall/js"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/wasm/tab/contract"
)

// open reads a model and makes the network.
func (p *program) open(_ context.Context, args *contract.OpenArgs) (*contract.Opened, error) {
	// A collection would find nothing to free, and take its time before the first picture: settle allows it again.
	debug.SetGCPercent(-1)
	model, err := readModel(args)
	if err != nil {
		return nil, err
	}
	file, labels := describe(args.Model, model, args.Labels)
	engine, why, err := newEngine(model, args)
	if err != nil {
		return nil, err
	}
	if p.classifier, err = classify.New(model, engine, labels); err != nil {
		return nil, coded(contract.BadArgument, err)
	}
	p.announce = announcer(engine, why, args.OnComputing.(js.Value))
	p.announce()
	go p.settle()
	opened := &contract.Opened{
		Network:    model.Version.String(),
		Alpha:      model.Alpha,
		Resolution: model.Resolution,
		Shape:      shapeOf(model.InputShape()),
		Classes:    model.Answers(),
		Type:       model.Type.String(),
		Stored:     model.Stored.String(),
		Input:      model.Input.Type.String(),
		Output:     model.Output.Type.String(),
		File:       file,
		Labels:     strings.Join(p.classifier.Labels(), "\n"),
		Layers:     layersOf(model),

		NoneOfThese: model.Unknown != nil,
	}
	if model.Input.Type == mobilenet.Float32 {
		opened.Mean, opened.Scale = model.Input.Mean[:], model.Input.Scale[:]
	}
	return opened, nil
}

func readModel(args *contract.OpenArgs) (*mobilenet.Model, error) {
	model, err := tflite.Read(args.Model)
	if errors.Is(err, tflite.ErrDamaged) {
		return nil, coded(contract.ModelCorrupt, err)
	}
	if err != nil {
		return nil, coded(contract.ModelUnsupported, err)
	}
	if args.Resolution != nil {
		if model, err = model.AtResolution(*args.Resolution); err != nil {
			return nil, coded(contract.BadArgument, err)
		}
	}
	if args.Mean != nil && args.Scale != nil {
		model, err = model.Normalized(*args.Mean, *args.Scale)
	}
	return model, coded(contract.BadArgument, err)
}

func layersOf(m *mobilenet.Model) []contract.Layer {
	layers := make([]contract.Layer, len(m.Layers))
	for i := range m.Layers {
		l := &m.Layers[i]
		layers[i] = contract.Layer{
			Name:         l.Name,
			Type:         l.Kind.String(),
			Shape:        shapeOf(l.Out),
			Kernel:       l.Kernel,
			Stride:       l.Stride,
			Parameters:   l.Parameters(),
			MultiplyAdds: l.MultiplyAdds(),
		}
	}
	return layers
}

func shapeOf(s mobilenet.Shape) [3]int { return [3]int{s.H, s.W, s.C} }

// announcer makes a function that calls onComputing where the way in which the network computes has changed: threads can be lost.
func announcer(e mobilenet.Engine, why reasons, onComputing js.Value) func() {
	first := e.Info()
	var last mobilenet.Info
	return func() {
		now := e.Info()
		if now == last {
			return
		}
		last = now
		if now != first {
			why.add("%s", now.Why)
		}
		onComputing.Invoke(encodeComputing(&contract.Computing{Engine: now.Engine, Threads: now.Threads, Why: why.String()}))
	}
}
