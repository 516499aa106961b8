package tflite

import (
	"encoding/binary"
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

const (
	maxRank = 4   // of a tensor's dimensions
	maxName = 100 // bytes of a name that are shown in errors
)

// A tensor is an entry of the graph's list.
type tensor struct {
	index  int
	name   string
	kind   schema.TensorElement
	shape  []int // dimensions of at least 1
	data   []byte
	scales vector
	zeros  vector
	axis   int
}

func (t *tensor) String() string { return fmt.Sprintf("tensor %d %q", t.index, t.name) }

// len is the number of elements. Dimensions are below 1<<31, and there are at most 4: so an overflow is possible and is checked.
func (t *tensor) len() (int, error) {
	n := 1
	for _, d := range t.shape {
		if n > math.MaxInt32/d {
			return 0, fmt.Errorf("%v of shape %v has more than %d elements", t, t.shape, math.MaxInt32)
		}
		n *= d
	}
	return n, nil
}

// tensor reads entry i of the graph's tensors.
func (g *graph) tensor(i int32) (*tensor, error) {
	if i < 0 || int(i) >= g.tensors.n {
		return nil, fmt.Errorf("there is no tensor %d: the file has %d", i, g.tensors.n)
	}
	e := g.tensors.table(int(i))
	name := e.bytes(schema.TensorName)
	t := &tensor{index: int(i), name: string(name[:min(len(name), maxName)]), kind: schema.TensorElement(e.int8(schema.TensorType))}
	dims := e.vector(schema.TensorShape, 4)
	buffer := e.uint32(schema.TensorBuffer)
	q := e.child(schema.TensorQuantization)
	t.scales, t.zeros = q.vector(schema.QuantizationScale, 4), q.vector(schema.QuantizationZeroPoint, 8)
	t.axis = int(q.int32(schema.QuantizationDimension, 0))
	custom, sparse := q.int8(schema.QuantizationDetailsType), e.field(schema.TensorSparsity, 4)
	if g.err != nil {
		return nil, g.err
	}
	switch {
	case dims.n > maxRank:
		return nil, fmt.Errorf("%v has %d dimensions; %s has at most %d", t, dims.n, g.name(), maxRank)
	case custom != 0:
		return nil, fmt.Errorf("%v has a custom quantisation", t)
	case sparse != 0:
		return nil, fmt.Errorf("%v is sparse; only dense tensors are read", t)
	case int64(buffer) >= int64(g.buffers.n):
		return nil, fmt.Errorf("%v has buffer %d of %d", t, buffer, g.buffers.n)
	}
	for k := range dims.n {
		d := int(dims.int32(k))
		t.shape = append(t.shape, d)
		if d < 1 {
			return nil, fmt.Errorf("%v has shape %v: its size must be known", t, t.shape)
		}
	}
	if buffer != 0 {
		t.data = g.buffers.table(int(buffer)).bytes(schema.BufferData)
	}
	return t, g.err
}

// constant reads a tensor whose content stands in the file.
func (g *graph) constant(i int32, size int) (*tensor, error) {
	t, err := g.tensor(i)
	if err != nil {
		return nil, err
	}
	n, err := t.len()
	if err != nil {
		return nil, err
	}
	if t.data == nil {
		return nil, fmt.Errorf("%v must be constant, and the file holds no data for it", t)
	}
	if len(t.data)/size != n || len(t.data)%size != 0 {
		return nil, fmt.Errorf("%v of shape %v and type %v has %d bytes of data, not %d", t, t.shape, t.kind, len(t.data), n*size)
	}
	return t, nil
}

// integers reads a constant list of whole numbers: paddings, axes.
func (g *graph) integers(i int32) (*tensor, []int, error) {
	t, err := g.tensor(i)
	if err != nil {
		return nil, nil, err
	}
	size := 4
	if t.kind == schema.Int64 {
		size = 8
	} else if t.kind != schema.Int32 {
		return nil, nil, fmt.Errorf("%v has type %v, not int32 or int64", t, t.kind)
	}
	if t, err = g.constant(i, size); err != nil {
		return nil, nil, err
	}
	if len(t.data) > 64 { // 4 dimensions, before and after, of int64
		return nil, nil, fmt.Errorf("%v of shape %v is too long", t, t.shape)
	}
	var v []int
	for p := 0; p < len(t.data); p += size {
		if size == 8 {
			v = append(v, int(int64(binary.LittleEndian.Uint64(t.data[p:]))))
		} else {
			v = append(v, int(int32(binary.LittleEndian.Uint32(t.data[p:]))))
		}
	}
	return t, v, nil
}

// scale is scale i, checked.
func (t *tensor) scale(i int) (float32, error) {
	s := t.scales.float32(i)
	if !(s > 0) || math.IsInf(float64(s), 0) {
		return 0, fmt.Errorf("%v has scale %v; a quantisation needs a positive number", t, s)
	}
	return s, nil
}

// zero is the zero point, the same for all channels, as uint8: int8 has 128 added.
func (t *tensor) zero() (uint8, error) {
	if t.zeros.n == 0 {
		return uint8(t.offset()), nil
	}
	z := t.zeros.int64(0)
	for i := 1; i < t.zeros.n; i++ {
		if other := t.zeros.int64(i); other != z {
			return 0, fmt.Errorf("%v has zero points %d and %d; channels with zero points of their own are not supported", t, z, other)
		}
	}
	if z < -t.offset() || z > 255-t.offset() {
		return 0, fmt.Errorf("%v has zero point %d, out of %v's range", t, z, t.kind)
	}
	return uint8(z + t.offset()), nil
}

// offset is what takes the tensor's type to uint8.
func (t *tensor) offset() int64 {
	if t.kind == schema.Int8 {
		return 128
	}
	return 0
}

// quant is the quantisation of activations: one scale, one zero point.
func (t *tensor) quant() (mobilenet.Quant, error) {
	if t.scales.n != 1 || t.zeros.n > 1 {
		return mobilenet.Quant{}, fmt.Errorf("%v of type %v has %d scales and %d zero points; activations need one of each", t, t.kind, t.scales.n, t.zeros.n)
	}
	scale, err := t.scale(0)
	if err != nil {
		return mobilenet.Quant{}, err
	}
	zero, err := t.zero()
	return mobilenet.Quant{Scale: scale, Zero: zero}, err
}

// dtype is the tensor's type among those that activations have.
func (t *tensor) dtype() (mobilenet.DType, error) {
	switch t.kind {
	case schema.Uint8:
		return mobilenet.Uint8, nil
	case schema.Int8:
		return mobilenet.Int8, nil
	case schema.Float32:
		return mobilenet.Float32, nil
	}
	return 0, fmt.Errorf("%v has type %v; models are read in uint8, int8 and float32", t, t.kind)
}

// bytesAsUint8 is the data with 128 added to int8 values. Uint8 data alias the file.
func (t *tensor) bytesAsUint8() []uint8 {
	if t.kind != schema.Int8 {
		return t.data
	}
	out := make([]uint8, len(t.data))
	n := len(t.data) &^ 7
	for i := 0; i < n; i += 8 {
		binary.LittleEndian.PutUint64(out[i:], binary.LittleEndian.Uint64(t.data[i:])^0x8080808080808080)
	}
	for i := n; i < len(t.data); i++ {
		out[i] = t.data[i] ^ 0x80
	}
	return out
}

// reals are the numbers that the data stand for: float32, float16, or bytes with a scale each along axis, or one.
func (t *tensor) reals(axis int) ([]float32, error) {
	switch t.kind {
	case schema.Int8, schema.Uint8:
		return t.dequantized(axis)
	case schema.Float32, schema.Float16:
	default:
		return nil, fmt.Errorf("%v has type %v, not float32", t, t.kind)
	}
	size := elementSize(t.kind)
	out := make([]float32, len(t.data)/size)
	for i := range out {
		if size == 2 {
			out[i] = float16(binary.LittleEndian.Uint16(t.data[2*i:]))
		} else {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.data[4*i:]))
		}
		if v := out[i]; v-v != 0 { // NaN or an infinity
			return nil, fmt.Errorf("%v holds %v at index %d", t, v, i)
		}
	}
	return out, nil
}

// float16 is the number with these bits (IEEE 754 binary16).
func float16(bits uint16) float32 {
	sign, exponent, fraction := float32(1), int(bits>>10&31), float32(bits&1023)
	if bits>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * fraction * (1. / (1 << 24))
	case 31:
		return float32(math.NaN()) // or an infinity: no weight is either
	}
	return sign * float32(math.Ldexp(float64(1024+fraction), exponent-25))
}

// dequantized are the numbers that quantised bytes stand for.
func (t *tensor) dequantized(axis int) ([]float32, error) {
	channels := t.shape[min(axis, len(t.shape)-1)]
	if t.scales.n != 1 && (t.scales.n != channels || t.axis != axis) {
		return nil, fmt.Errorf("%v has %s along axis %d for %d output channels along axis %d", t, counted(t.scales.n, "scale"), t.axis, channels, axis)
	}
	zero, err := t.zero()
	if err != nil {
		return nil, err
	}
	scales := make([]float32, t.scales.n)
	for i := range scales {
		if scales[i], err = t.scale(i); err != nil {
			return nil, err
		}
	}
	inner := product(t.shape[min(axis+1, len(t.shape)):])
	out := make([]float32, len(t.data))
	for i, v := range t.bytesAsUint8() {
		out[i] = mobilenet.Quant{Scale: scales[i/inner%channels%len(scales)], Zero: zero}.Real(v)
	}
	return out, nil
}

func (t *tensor) int32s() []int32 {
	out := make([]int32, len(t.data)/4)
	for i := range out {
		out[i] = int32(binary.LittleEndian.Uint32(t.data[4*i:]))
	}
	return out
}
