// Package layout stores the part of a simd.Plan that a Go program which starts for one request needs to drive the module and the
// memory that its isolate holds. As JSON it takes a tenth of the time of the whole simd.Program.
package layout

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
)

type layout struct {
	Network mobilenet.Network
	Type    mobilenet.DType
	Input   mobilenet.Input
	Output  mobilenet.Output
	// First is the quantisation of what the first layer reads, Last the layer that ends the network, without its weights.
	First mobilenet.Quant
	Last  mobilenet.Quantized

	Relaxed                               bool
	Pages                                 int
	Picture, Features, Embedding, Outputs feature
}

// A feature is a simd.Map whose Order is two bytes a channel, because a thousand numbers take JSON long.
type feature struct {
	simd.Map
	Order []byte
}

// Encode keeps of a quantised model's plan what Decode needs. A model with dense layers before its classifier is an error: a heat map needs the
// weights of all of them.
func Encode(p *simd.Plan) ([]byte, error) {
	m := p.Model
	last := m.Layers[len(m.Layers)-1]
	if last.Quantized == nil {
		return nil, fmt.Errorf("a model of %v: only quantised ones are supported", m.Type)
	}
	if m.Top.Dense != [mobilenet.MaxDense]int{} {
		return nil, fmt.Errorf("a model with dense layers of %v outputs before its classifier: only its weights are kept", m.Top.Dense)
	}
	l := layout{
		Network: m.Network, Type: m.Type, Input: m.Input, Output: m.Output, First: m.Layers[0].Quantized.In, Last: *last.Quantized,
		Relaxed: p.Capabilities.Relaxed, Pages: p.Pages, Picture: pack(p.Input), Features: pack(p.Layers[m.Features()]),
		Embedding: pack(p.Layers[m.Embedding()]), Outputs: pack(p.Layers[len(p.Layers)-1]),
	}
	l.Last.Weights, l.Last.Bias = nil, nil
	return json.Marshal(l)
}

// Decode returns a plan for simd.Attach. Its engine gives all results but activations of layers; its model has no weights but the
// given ones of the last layer, as they are in the model, from which a heat map takes a row.
func Decode(data, classifier []byte) (*simd.Plan, error) {
	var l layout
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, err
	}
	layers, err := l.Network.Layers()
	if err != nil {
		return nil, err
	}
	layers[0].Quantized = &mobilenet.Quantized{In: l.First}
	layers[len(layers)-1].Quantized = &l.Last
	l.Last.Weights = classifier
	m := &mobilenet.Model{Network: l.Network, Type: l.Type, Stored: l.Type, Input: l.Input, Layers: layers, Output: l.Output}
	maps := make([]simd.Map, len(layers))
	maps[m.Features()] = l.Features.unpack()
	maps[m.Embedding()] = l.Embedding.unpack()
	maps[len(maps)-1] = l.Outputs.unpack()
	capabilities := simd.Capabilities{Relaxed: l.Relaxed, Threads: 1}
	return &simd.Plan{Model: m, Capabilities: capabilities, Pages: l.Pages, Input: l.Picture.unpack(), Layers: maps}, nil
}

func pack(m simd.Map) feature {
	f := feature{Map: m}
	for _, channel := range m.Order {
		f.Order = binary.LittleEndian.AppendUint16(f.Order, uint16(channel))
	}
	f.Map.Order = nil
	return f
}

func (f feature) unpack() simd.Map {
	m := f.Map
	for i := 0; i < len(f.Order); i += 2 {
		m.Order = append(m.Order, int(binary.LittleEndian.Uint16(f.Order[i:])))
	}
	return m
}
