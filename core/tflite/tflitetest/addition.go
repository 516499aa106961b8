package tflitetest

import (
	"math"
	"math/rand/v2"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// An Addition is a file with nothing but an ADD, and what it says: A and B are the quantisations of the two inputs, and zero points
// are those of uint8, to which int8 adds 128.
type Addition struct {
	Type      mobilenet.DType // Uint8 or Int8
	A, B, Out mobilenet.Quant
	Relu6     bool
}

// AdditionShape is that of its inputs and its output: room for each pair of bytes.
var AdditionShape = mobilenet.Shape{H: 16, W: 16, C: 256}

// Build returns the file.
func (a Addition) Build() []byte {
	g, t := &Graph{Inputs: []int32{0, 1}, Outputs: []int32{2}, Description: description}, element(a.Type)
	for i, q := range []mobilenet.Quant{a.A, a.B, a.Out} {
		own := affine{q.Scale, int64(q.Zero)}.as(t)
		s := AdditionShape
		g.Tensors = append(g.Tensors, Tensor{
			Name: []string{"a", "b", "sum"}[i], Shape: []int32{1, int32(s.H), int32(s.W), int32(s.C)}, Type: t,
			Scales: []float32{own.scale}, Zeros: []int64{own.zero},
		})
	}
	o := Operator{Code: schema.Add, Version: 1, Inputs: g.Inputs, Outputs: g.Outputs}
	if t == schema.Int8 {
		o.Version = 2
	}
	if a.Relu6 {
		o.Activation = schema.Relu6
	}
	g.Operators = []Operator{o}
	return g.Bytes()
}

// Additions lists additions of many scales and zero points, both types by turns: scales as in real networks, then the extremes of what
// an addition can have between an input's scale and the output's, 1/1024 and just below 256.
func Additions() []Addition {
	rng := rand.New(rand.NewPCG(7, 0))
	least, most := float32(1)/1024, math.Nextafter32(256, 0)
	// Powers of two and their neighbours are where a shift changes.
	edges := []float32{least, math.Nextafter32(least, 1), 0.25, math.Nextafter32(0.5, 0), 0.5, math.Nextafter32(1, 0), 1, math.Nextafter32(1, 2), 3, 128, most}
	zero := func() uint8 { return []uint8{0, 255, 128, uint8(rng.Uint32())}[rng.IntN(4)] }
	quants := func(a, b, out float32) Addition {
		return Addition{A: mobilenet.Quant{Scale: a, Zero: zero()}, B: mobilenet.Quant{Scale: b, Zero: zero()}, Out: mobilenet.Quant{Scale: out, Zero: zero()}}
	}
	var all []Addition
	for range 60 { // near 1, and sums that fit
		a, b := 0.02+0.2*rng.Float32(), 0.02+0.2*rng.Float32()
		all = append(all, quants(a, b, max(a, b)*(0.5+1.5*rng.Float32())))
	}
	for range 60 { // anything: a power of two from the least to the most, and a part of it
		ratio := func() float32 { return min(float32(int32(1)<<rng.IntN(18))/1024*(1+rng.Float32()), most) }
		all = append(all, quants(ratio(), ratio(), 1))
	}
	for _, a := range edges {
		for _, b := range edges {
			all = append(all, quants(a, b, 1))
		}
	}
	for i := range all {
		all[i].Type = mobilenet.DType(i % 2)
		all[i].Relu6 = i%8 > 5
		if all[i].Relu6 {
			all[i].Out.Zero %= 200 // or nothing is left above zero
		}
	}
	return all
}
