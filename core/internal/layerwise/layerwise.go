// Package layerwise runs a model in Go, one layer after the other: what core/reference and core/scalar have in common.
package layerwise

import (
	"context"
	"errors"
	"time"

	"mobilenet/core/mobilenet"
)

// NewQuantized makes an engine of a quantised model. layer computes the output of layer i from its input, both [H,W,C]; an addition is
// given the other map, too. It holds memory bytes beside the model's weights.
func NewQuantized(name string, m *mobilenet.Model, memory int, layer func(i int, in, addend, out []uint8)) mobilenet.Engine {
	for i := range m.Layers {
		q := m.Layers[i].Quantized
		memory += len(q.Weights) + 4*(len(q.Bias)+len(q.WeightScales))
	}
	return newEngine(&engine[uint8]{
		name:  name,
		model: m,
		table: m.InputTable(),
		layer: layer,
		real: func(i int, values []uint8, dst []float32) []float32 {
			for _, v := range values {
				dst = append(dst, m.Layers[i].Quantized.Out.Real(v))
			}
			return dst
		},
		finish: m.Finish,
	}, memory, 1)
}

// NewFloat is NewQuantized for a float32 model, whose layers hold nothing but their weights.
func NewFloat(name string, m *mobilenet.Model, layer func(l *mobilenet.Layer, in, addend, out []float32)) mobilenet.Engine {
	memory := 0
	for i := range m.Layers {
		f := m.Layers[i].Float
		memory += 4 * (len(f.Weights) + len(f.Bias))
	}
	return newEngine(&engine[float32]{
		name:   name,
		model:  m,
		table:  m.FloatInputTable(),
		layer:  func(i int, in, addend, out []float32) { layer(&m.Layers[i], in, addend, out) },
		real:   func(_ int, values, dst []float32) []float32 { return append(dst, values...) },
		finish: m.FinishFloat,
	}, memory, 4)
}

// An engine implements mobilenet.Engine with feature maps of numbers of type T, on one thread.
type engine[T uint8 | float32] struct {
	name  string
	model *mobilenet.Model
	table *[3][256]T                       // what the first layer reads for each byte of R, G and B, or of luma
	layer func(i int, in, addend, out []T) // nil once the engine is closed
	// real appends values of layer i, dequantised, to dst.
	real   func(i int, values []T, dst []float32) []float32
	finish func(last []T, out *mobilenet.Result)
	// maps are the picture, then the output of each layer. Those that are not alive together share their memory.
	maps   [][]T
	reals  []float32 // a layer's output for Want.Each
	memory int64
}

// newEngine takes the memory for the feature maps. A value of theirs has size bytes, all the rest memory bytes.
func newEngine[T uint8 | float32](e *engine[T], memory, size int) mobilenet.Engine {
	at, lengths := assign(e.model.Layers)
	buffers := make([][]T, len(lengths))
	for i, n := range lengths {
		buffers[i] = make([]T, n)
		memory += n * size
	}
	e.maps = append(e.maps, buffers[at[0]][:e.model.Layers[0].In.Len()])
	for i := range e.model.Layers {
		e.maps = append(e.maps, buffers[at[i+1]][:e.model.Layers[i].Out.Len()])
	}
	e.memory = int64(memory)
	return e
}

func (e *engine[T]) Run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	if e.layer == nil {
		return errors.New("the engine is closed")
	}
	if err := e.model.CheckRun(input, want); err != nil {
		return err
	}
	out.Embedding, out.Features, out.Layer, out.Times = out.Embedding[:0], out.Features[:0], out.Layer[:0], out.Times[:0]
	layers, embedding, features := e.model.Layers, e.model.Embedding(), e.model.Features()
	for i, b := range input {
		e.maps[0][i] = e.table[i%layers[0].In.C][b]
	}
	for i := range layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := time.Now()
		var addend []T
		if layers[i].Kind == mobilenet.Add {
			addend = e.maps[layers[i].Addend+1]
		}
		values := e.maps[i+1]
		e.layer(i, e.maps[i], addend, values)
		if want.Times {
			out.Times = append(out.Times, time.Since(start))
		}
		if want.Embedding && i == embedding {
			out.Embedding = e.real(i, values, out.Embedding)
		}
		if want.Features && i == features {
			out.Features = e.real(i, values, out.Features)
		}
		if want.Activations && i == want.Layer {
			out.Layer = e.real(i, values, out.Layer)
		}
		if want.Each != nil {
			e.reals = e.real(i, values, e.reals[:0])
			want.Each(i, e.reals)
		}
	}
	e.finish(e.maps[len(layers)], out)
	return nil
}

func (e *engine[T]) Info() mobilenet.Info {
	return mobilenet.Info{Engine: e.name, Threads: 1, Memory: e.memory}
}

func (e *engine[T]) Close() error {
	e.layer, e.maps = nil, nil
	return nil
}
