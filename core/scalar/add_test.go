package scalar_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
)

// TestV2 compares the layers of a narrow MobileNetV2 of each type with the reference, additions above all.
func TestV2(t *testing.T) {
	for seed := range uint64(9) {
		rng := rand.New(rand.NewPCG(seed, 5))
		n := mobilenet.Network{Version: mobilenet.V2, Alpha: 0.05, Resolution: 32, Classes: 3}
		layers, err := n.Layers()
		if err != nil {
			t.Fatal(err)
		}
		m := &mobilenet.Model{Network: n, Type: []mobilenet.DType{mobilenet.Uint8, mobilenet.Int8, mobilenet.Float32}[seed%3], Layers: layers}
		m.Input.Type, m.Output.Type = m.Type, m.Type
		m.Input.Mean, m.Input.Scale = mobilenet.DefaultNormalization()
		m.Input.Quant = mobilenet.Quant{Scale: 1. / 128, Zero: uint8(rng.Uint32())}
		quant := m.Input.Quant
		compared := []int{len(layers) - 1}
		for i := range layers {
			l := &layers[i]
			if l.Kind == mobilenet.Add {
				compared = append(compared, i)
			}
			switch {
			case m.Type == mobilenet.Float32:
				l.Float = floatWeights(l, rng)
				continue
			case l.Kind == mobilenet.Add:
				addend := layers[l.Addend].Quantized.Out
				l.Quantized = &mobilenet.Quantized{In: quant, Addend: addend, Min: uint8(rng.IntN(40)), Max: uint8(220 + rng.IntN(36)),
					Out: mobilenet.Quant{Scale: (0.5 + rng.Float32()) * max(quant.Scale, addend.Scale), Zero: uint8(rng.Uint32())}}
			default:
				l.Quantized = quantizedWeights(l, quant, rng)
				// As wide as the input, so that the scales of a block's two ends stay comparable.
				if l.Kind != mobilenet.AveragePool {
					l.Quantized.Out.Scale = 0.01 + 0.02*rng.Float32()
				}
			}
			quant = l.Quantized.Out
		}
		m.Output.Quant = quant
		t.Run(fmt.Sprintf("%v %d", m.Type, seed), func(t *testing.T) { compare(t, m, rng, compared...) })
	}
}
