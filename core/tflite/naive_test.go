package tflite

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite/internal/schema"
)

// A naive reads a file operator by operator and computes each as its own tensors say, whatever network it is. It knows nothing of layers or
// of models: what Read and an engine make of a file must be the same. Its numbers are the file's own, as int32; formulas are XNNPACK's
// (DESIGN, arithmetic), but for MEAN and AVERAGE_POOL_2D, which core/reference explains.
type naive struct {
	*graph
	values map[int32][]int32
}

// TestNaively compares the quantised models that people have made with a naive reading of their files: also those that LiteRT.js refuses.
func TestNaively(t *testing.T) {
	testmodel.EachCase(t, func(t *testing.T, _ string, data []byte) {
		m, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if m.Type == mobilenet.Float32 {
			return // compared with LiteRT's output
		}
		e, err := scalar.New(m)
		if err != nil {
			t.Fatal(err)
		}
		pixels := make([]byte, m.InputShape().Len())
		for i := range pixels { // soft and coarse at once
			pixels[i] = byte(i*200/len(pixels) + i/m.InputShape().C%7*8)
		}
		want, err := naively(data, pixels)
		if err != nil {
			t.Fatal(err)
		}
		var got mobilenet.Result
		if err := e.Run(context.Background(), pixels, mobilenet.Want{}, &got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Output, want) {
			t.Errorf("%v, want %v", got.Output, want)
		}
		if slices.Min(want) == slices.Max(want) {
			t.Errorf("the output is %d everywhere, which shows nothing", want[0])
		}
	})
}

// naively computes the file's output tensor, of bytes, for a picture.
func naively(data, pixels []byte) ([]byte, error) {
	g, err := open(data)
	if err != nil {
		return nil, err
	}
	n := &naive{graph: g, values: map[int32][]int32{}}
	for _, b := range pixels { // the file's own numbers
		n.values[int32(g.input.index)] = append(n.values[int32(g.input.index)], int32(b)-int32(g.input.offset()))
	}
	for i := range g.operators.n {
		o, err := g.operator(i)
		if err != nil {
			return nil, err
		}
		if err := n.compute(o); err != nil {
			return nil, fmt.Errorf("%v: %w", o, err)
		}
	}
	var out []byte
	for _, v := range n.values[g.output] {
		out = append(out, byte(v))
	}
	return out, g.err
}

// get is tensor i with the values that it holds.
func (n *naive) get(i int32) (*tensor, []int32) {
	t, err := n.tensor(i)
	if err != nil {
		panic(err)
	}
	if t.data == nil {
		return t, n.values[i]
	}
	var v []int32
	switch t.kind {
	case schema.Int32:
		v = t.int32s()
	case schema.Int8:
		for _, b := range t.data {
			v = append(v, int32(int8(b)))
		}
	case schema.Uint8:
		for _, b := range t.data {
			v = append(v, int32(b))
		}
	}
	return t, v
}

// scaleZero is the quantisation of channel c of a tensor, in the file's own numbers.
func scaleZero(t *tensor, c int) (scale float32, zero int32) {
	scale = t.scales.float32(min(c, t.scales.n-1))
	if t.zeros.n > 0 {
		zero = int32(t.zeros.int64(min(c, t.zeros.n-1)))
	}
	return scale, zero
}

// limits are the least and the most that a tensor holds after an activation.
func limits(t *tensor, a schema.Activation) (least, most int32) {
	scale, zero := scaleZero(t, 0)
	least, most = -int32(t.offset()), 255-int32(t.offset())
	if a != schema.None {
		least = max(least, zero)
	}
	if a == schema.Relu6 {
		most = min(most, int32(math.RoundToEven(float64(6/scale+float32(zero)))))
	}
	return least, most
}

func (n *naive) compute(o operator) error {
	in, x := n.get(o.operand(0))
	out, _ := n.get(o.made)
	size, err := out.len()
	if err != nil {
		return err
	}
	y := make([]int32, size)
	switch o.code {
	case schema.Conv2D, schema.DepthwiseConv2D, schema.FullyConnected:
		n.convolve(o, in, out, x, y)
	case schema.Add, schema.Mul, schema.Sub:
		n.combine(o, in, out, x, y)
	case schema.AveragePool2D, schema.Mean:
		average(o, in, out, x, y)
	case schema.Pad:
		n.pad(o, in, out, x, y)
	case schema.Reshape, schema.Squeeze:
		copy(y, x)
	case schema.Shape, schema.StridedSlice, schema.Pack: // of an open batch; the output's shape says it
	case schema.Quantize:
		_, from := scaleZero(in, 0)
		_, to := scaleZero(out, 0)
		for i, v := range x { // only the type changes in the files at hand
			y[i] = v - from + to
		}
	case schema.Softmax:
		softmax(o.options.float32(schema.SoftmaxBeta), in, out, x, y)
	default:
		return fmt.Errorf("not known here")
	}
	n.values[o.made] = y
	return n.err
}

// convolve computes all three kinds: a fully connected layer is a convolution of one pixel, or of a row of them.
func (n *naive) convolve(o operator, in, out *tensor, x, y []int32) {
	w, k := n.get(o.operand(1))
	var bias []int32
	if o.operand(2) >= 0 {
		_, bias = n.get(o.operand(2))
	}
	ih, iw, ic, oh, ow, oc := 1, 1, last(w.shape), 1, 1, last(out.shape)
	kh, kw, stride, top, left := 1, 1, 1, 0, 0
	depthwise, activation := o.code == schema.DepthwiseConv2D, schema.Activation(o.options.int8(schema.FullyConnectedActivation))
	if o.code == schema.FullyConnected {
		iw, ow = len(x)/ic, len(y)/oc
	} else {
		ih, iw, ic, oh, ow, kh, kw = in.shape[1], in.shape[2], in.shape[3], out.shape[1], out.shape[2], w.shape[1], w.shape[2]
		padding := o.options.int8(schema.ConvPadding) // the first fields of both operators are the same
		stride, activation = int(o.options.int32(schema.ConvStrideH, 0)), schema.Activation(o.options.int8(schema.ConvActivation))
		if depthwise {
			activation = schema.Activation(o.options.int8(schema.DepthwiseActivation))
		}
		if padding == schema.Same {
			top, left = max(0, (oh-1)*stride+kh-ih)/2, max(0, (ow-1)*stride+kw-iw)/2
		}
	}
	least, most := limits(out, activation)
	sx, zx := scaleZero(in, 0)
	sy, zy := scaleZero(out, 0)
	for p := range oh * ow {
		for c := range oc {
			sw, zw := scaleZero(w, c)
			sum := int32(0)
			if bias != nil {
				sum = bias[c]
			}
			for t := range kh * kw {
				row, column := p/ow*stride-top+t/kw, p%ow*stride-left+t%kw
				if row < 0 || row >= ih || column < 0 || column >= iw {
					continue
				}
				pixel := x[(row*iw+column)*ic:][:ic]
				if depthwise {
					sum += (pixel[c/(oc/ic)] - zx) * (k[t*oc+c] - zw)
					continue
				}
				for i, v := range pixel {
					sum += (v - zx) * (k[(c*kh*kw+t)*ic+i] - zw)
				}
			}
			v := float32(sum) * (float32(sx*sw) / sy)
			y[p*oc+c] = min(max(int32(math.RoundToEven(float64(min(max(v, -1e6), 1e6))))+zy, least), most)
		}
	}
}

// combine computes two maps, or a map and a constant.
func (n *naive) combine(o operator, in, out *tensor, x, y []int32) {
	other, b := n.get(o.operand(1))
	sa, za := scaleZero(in, 0)
	sb, zb := scaleZero(other, 0)
	sy, zy := scaleZero(out, 0)
	least, most := limits(out, schema.Activation(o.options.int8(schema.AddActivation)))
	for i, a := range x {
		c := b[i%len(b)]
		if o.code == schema.Mul {
			v := float32((a-za)*(c-zb)) * (float32(sa*sb) / sy)
			y[i] = min(max(int32(math.RoundToEven(float64(v)))+zy, least), most)
			continue
		}
		ra, rb := sa/sy, sb/sy
		shift := 20 - int(math.Floor(math.Log2(float64(max(ra, rb)))))
		ma, mb := math.RoundToEven(math.Ldexp(float64(ra), shift)), math.RoundToEven(math.Ldexp(float64(rb), shift))
		if o.code == schema.Sub {
			mb = -mb
		}
		v := math.Floor((ma*float64(a-za)+mb*float64(c-zb))/math.Ldexp(1, shift) + 0.5)
		y[i] = min(max(int32(v)+zy, least), most)
	}
}

// average computes AVERAGE_POOL_2D over the whole map, and MEAN.
func average(o operator, in, out *tensor, x, y []int32) {
	sx, zx := scaleZero(in, 0)
	sy, zy := scaleZero(out, 0)
	least, most := limits(out, schema.None)
	cells := int32(len(x) / len(y))
	for c := range y {
		sum := int32(0)
		for p := range int(cells) {
			sum += x[p*len(y)+c]
		}
		if o.code == schema.AveragePool2D {
			half := cells / 2
			if sum < 0 {
				half = -half
			}
			y[c] = (sum + half) / cells
			continue
		}
		scale := float32(sx/sy) * float32(1/float32(cells))
		bias := float32(zy) - float32(float32(cells*zx)*scale)
		y[c] = min(max(int32(math.RoundToEven(float64(float32(float32(sum)*scale)+bias))), least), most)
	}
}

func (n *naive) pad(o operator, in, out *tensor, x, y []int32) {
	_, p := n.get(o.operand(1))
	_, zero := scaleZero(in, 0)
	channels := in.shape[3]
	for i := range y {
		row, column := i/channels/out.shape[2]-int(p[2]), i/channels%out.shape[2]-int(p[4])
		y[i] = zero
		if row >= 0 && row < in.shape[1] && column >= 0 && column < in.shape[2] {
			y[i] = x[(row*in.shape[2]+column)*channels+i%channels]
		}
	}
}

func softmax(beta float32, in, out *tensor, x, y []int32) {
	scale, _ := scaleZero(in, 0)
	to, zero := scaleZero(out, 0)
	step := float32(scale * beta)
	exp := func(v int32) float32 { return float32(math.Exp(float64(-step * float32(slices.Max(x)-v)))) }
	sum := float32(0)
	for _, v := range x {
		sum += exp(v)
	}
	for i, v := range x {
		p := math.Floor(float64(float32(exp(v)*float32(1/float32(sum*to)))+0.5)) + float64(zero)
		y[i] = int32(min(p, float64(255-out.offset())))
	}
}
