package tflitetest

import (
	"math/rand/v2"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// A ByteRescaling is a file with nothing but one operator with a constant on bytes. Zero points are those of uint8, to which int8 adds 128.
type ByteRescaling struct {
	Type             mobilenet.DType // Uint8 or Int8
	Op               mobilenet.RescaleOp
	In, Constant, To mobilenet.Quant
	Value            uint8 // the constant, as uint8
}

// ByteRescalingShape is that of its input and its output: room for each byte.
var ByteRescalingShape = mobilenet.Shape{H: 16, W: 16, C: 1}

// Build returns the file.
func (r ByteRescaling) Build() []byte {
	g, t := &Graph{Inputs: []int32{0}, Outputs: []int32{2}, Description: description}, element(r.Type)
	s := ByteRescalingShape
	for i, q := range []mobilenet.Quant{r.In, r.Constant, r.To} {
		own := affine{q.Scale, int64(q.Zero)}.as(t)
		tensor := Tensor{
			Name: []string{"in", "constant", "out"}[i], Shape: []int32{1, int32(s.H), int32(s.W), int32(s.C)}, Type: t,
			Scales: []float32{own.scale}, Zeros: []int64{own.zero},
		}
		if i == 1 {
			tensor.Shape, tensor.Data = []int32{}, []byte{r.Value}
			if t == schema.Int8 {
				tensor.Data[0] ^= 128
			}
		}
		g.Tensors = append(g.Tensors, tensor)
	}
	o := Operator{Code: []schema.Builtin{schema.Mul, schema.Add, schema.Sub}[r.Op], Version: 1, Inputs: []int32{0, 1}, Outputs: []int32{2}}
	if t == schema.Int8 {
		o.Version = 2
	}
	g.Operators = []Operator{o}
	return g.Bytes()
}

// ByteRescalings lists operators of many scales, zero points and constants.
func ByteRescalings() []ByteRescaling {
	rng := rand.New(rand.NewPCG(11, 0))
	zero := func() uint8 { return []uint8{0, 255, 128, uint8(rng.Uint32())}[rng.IntN(4)] }
	scale := func() float32 { return float32(int32(1)<<rng.IntN(8)) / 4096 * (1 + rng.Float32()) }
	var all []ByteRescaling
	for i := range 150 {
		r := ByteRescaling{
			Type: mobilenet.DType(i % 2), Op: mobilenet.RescaleOp(i % 3), Value: uint8(rng.Uint32()),
			In: mobilenet.Quant{Scale: scale(), Zero: zero()}, Constant: mobilenet.Quant{Scale: scale(), Zero: zero()},
		}
		r.To = mobilenet.Quant{Scale: max(r.In.Scale, r.Constant.Scale) * (0.5 + 1.5*rng.Float32()), Zero: zero()}
		if r.Op == mobilenet.Multiply {
			r.To.Scale = r.In.Scale * r.Constant.Scale * (1 + 200*rng.Float32())
		}
		all = append(all, r)
	}
	return all
}
