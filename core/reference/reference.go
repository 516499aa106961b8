// Package reference computes MobileNetV1 in plain Go. It is the definition of right: for quantised models its output is byte for
// byte what LiteRT gives with XNNPACK, and every other engine is tested against it.
package reference

import (
	"context"
	"errors"
	"time"

	"mobilenet/core/mobilenet"
)

// An Engine implements mobilenet.Engine in plain Go, on one thread.
type Engine struct {
	model  *mobilenet.Model
	net    arithmetic
	memory int64
}

// arithmetic is the network in one type of number. It holds one feature map, which starts as the picture and which each layer
// replaces by its output.
type arithmetic interface {
	input(rgb []byte)
	layer(i int)
	// real appends the feature map, dequantised, to dst. i is the layer that made it.
	real(i int, dst []float32) []float32
	finish(out *mobilenet.Result)
}

// New makes an Engine for model. All memory it will need is taken here. A model whose weights do not fit its shapes is an error.
func New(model *mobilenet.Model) (*Engine, error) {
	if err := check(model); err != nil {
		return nil, err
	}
	e := &Engine{model: model}
	if model.Type == mobilenet.Float32 {
		e.net, e.memory = newFloat(model)
	} else {
		e.net, e.memory = newQuantized(model)
	}
	return e, nil
}

// Run implements mobilenet.Engine.
func (e *Engine) Run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	if e.net == nil {
		return errors.New("the engine is closed")
	}
	if err := e.model.CheckRun(input, want); err != nil {
		return err
	}
	layers := e.model.Layers
	out.Embedding, out.Features, out.Layer, out.Times = out.Embedding[:0], out.Features[:0], out.Layer[:0], out.Times[:0]
	pool := e.model.Embedding()
	e.net.input(input)
	for i := range layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := time.Now()
		e.net.layer(i)
		if want.Times {
			out.Times = append(out.Times, time.Since(start))
		}
		if want.Embedding && i == pool {
			out.Embedding = e.net.real(i, out.Embedding)
		}
		if want.Features && i == pool-1 {
			out.Features = e.net.real(i, out.Features)
		}
		if want.Activations && i == want.Layer {
			out.Layer = e.net.real(i, out.Layer)
		}
	}
	e.net.finish(out)
	return nil
}

// Info implements mobilenet.Engine.
func (e *Engine) Info() mobilenet.Info {
	return mobilenet.Info{Engine: "go", Threads: 1, Memory: e.memory}
}

// Close implements mobilenet.Engine. An engine that is closed runs no more.
func (e *Engine) Close() error {
	e.net = nil
	return nil
}
