// Package layout stores the part of a simd.Plan that a Go program which starts for one request needs to drive the module and the
// memory that its isolate holds. As JSON it takes a tenth of the time of the whole simd.Program.
package layout

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
)

type layout struct {
	Network mobilenet.Network
	Type    mobilenet.DType
	Input   mobilenet.Input
	Output  mobilenet.Output
	// First is the quantisation of what the first layer reads, Top the layers that follow the embedding, or else the one that gives it,
	// without their weights.
	First mobilenet.Quant
	Top   []mobilenet.Quantized
	// Unknown is without its centre, which is Centre, four bytes a number.
	Unknown *mobilenet.Unknown `json:",omitempty"`
	Centre  []byte             `json:",omitempty"`

	Relaxed                               bool
	Pages                                 int
	Picture, Features, Embedding, Outputs feature
}

// A feature is a simd.Map whose Order is two bytes a channel, because a thousand numbers take JSON long.
type feature struct {
	simd.Map
	Order []byte
}

// Encode keeps of a quantised model's plan what Decode needs.
func Encode(p *simd.Plan) ([]byte, error) {
	m := p.Model
	if m.Type == mobilenet.Float32 {
		return nil, fmt.Errorf("a model of %v: only quantised ones are supported", m.Type)
	}
	l := layout{
		Network: m.Network, Type: m.Type, Input: m.Input, Output: m.Output, First: m.Layers[0].Quantized.In,
		Relaxed: p.Capabilities.Relaxed, Pages: p.Pages, Picture: pack(p.Input), Features: pack(p.Layers[m.Features()]),
		Embedding: pack(p.Layers[m.Embedding()]), Outputs: pack(p.Layers[len(p.Layers)-1]),
	}
	for _, layer := range top(m) {
		q := *layer.Quantized
		q.Weights = nil
		l.Top = append(l.Top, q)
	}
	if u := m.Unknown; u == nil {
		l.Top[len(l.Top)-1].Bias = nil // no heat map needs it
	} else {
		l.Unknown = &mobilenet.Unknown{Threshold: u.Threshold, Counter: u.Counter}
		for _, v := range u.Centre {
			l.Centre = binary.LittleEndian.AppendUint32(l.Centre, math.Float32bits(v))
		}
	}
	return json.Marshal(l)
}

// Weights are those that Decode needs of a quantised model.
func Weights(m *mobilenet.Model) (weights []byte) {
	for _, layer := range top(m) {
		weights = append(weights, layer.Quantized.Weights...)
	}
	return weights
}

// top are the layers after the embedding, or the last one where there are none.
func top(m *mobilenet.Model) []mobilenet.Layer {
	return m.Layers[min(m.Embedding()+1, len(m.Layers)-1):]
}

// Decode returns a plan for simd.Attach. Its engine gives all results but activations of layers; its model has no weights but those of
// Weights, of which a heat map takes a row, and what tells none of these all.
func Decode(data, weights []byte) (*simd.Plan, error) {
	var l layout
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, err
	}
	layers, err := l.Network.Layers()
	if err != nil {
		return nil, err
	}
	layers[0].Quantized = &mobilenet.Quantized{In: l.First}
	m := &mobilenet.Model{Network: l.Network, Type: l.Type, Stored: l.Type, Input: l.Input, Layers: layers, Output: l.Output}
	last := top(m)
	if len(last) != len(l.Top) {
		return nil, fmt.Errorf("%d layers at the end of the network, where it has %d", len(l.Top), len(last))
	}
	for i := range last {
		n := last[i].Parameters()
		if n > len(weights) {
			return nil, fmt.Errorf("layer %s: %d bytes of weights, and %d are needed", last[i].Name, len(weights), n)
		}
		last[i].Quantized = &l.Top[i]
		last[i].Quantized.Weights, weights = weights[:n], weights[n:]
	}
	if m.Unknown = l.Unknown; m.Unknown != nil {
		for i := 0; i+4 <= len(l.Centre); i += 4 {
			m.Unknown.Centre = append(m.Unknown.Centre, math.Float32frombits(binary.LittleEndian.Uint32(l.Centre[i:])))
		}
	}
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
