package checkpoint

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// maxElements bounds a tensor: more than any MobileNet's largest.
const maxElements = 1 << 24

// A number is the type of a tensor's elements.
type number uint8

const (
	float64Number number = iota
	float32Number
	float16Number
	bfloat16Number
	otherNumber // integers, which count batches or steps, and complex numbers: never weights
)

// size is that of an element in bytes.
func (n number) size() int {
	switch n {
	case float64Number:
		return 8
	case float32Number:
		return 4
	}
	return 2
}

// A tensor is a named array of a checkpoint. Its elements are read when they are asked for.
type tensor struct {
	name    string
	shape   []int
	strides []int // in elements
	offset  int   // of the first element
	kind    number
	load    func() ([]byte, error) // all elements of its storage, little-endian
}

// dense is a tensor whose elements stand one after the other, the last axis innermost.
func dense(name string, kind number, shape []int, load func() ([]byte, error)) *tensor {
	t := &tensor{name: name, shape: shape, kind: kind, load: load, strides: make([]int, len(shape))}
	stride := 1
	for i := len(shape) - 1; i >= 0; i-- {
		t.strides[i] = stride
		stride *= min(max(shape[i], 1), maxElements+1) // a larger one is refused when it is read
		stride = min(stride, maxElements+1)
	}
	return t
}

// transposed is the same tensor with its axes in another order, those left out being of length 1.
func (t *tensor) transposed(axes ...int) *tensor {
	n := *t
	n.shape, n.strides = nil, nil
	for _, a := range axes {
		n.shape, n.strides = append(n.shape, t.shape[a]), append(n.strides, t.strides[a])
	}
	return &n
}

// check says what is wrong with the shape of a tensor whose storage holds that many elements.
func (t *tensor) check(storage int) (elements int, err error) {
	elements, last := 1, t.offset
	if len(t.strides) != len(t.shape) || t.offset < 0 {
		return 0, fmt.Errorf("tensor %s has shape %v, strides %v and offset %d: the file is damaged", t.name, t.shape, t.strides, t.offset)
	}
	for i, d := range t.shape {
		if d < 1 || d > maxElements/elements || t.strides[i] < 0 || t.strides[i] > maxElements {
			return 0, fmt.Errorf("tensor %s has shape %v and strides %v; at most %d elements are read, and at least one", t.name, t.shape, t.strides, maxElements)
		}
		elements *= d
		last += (d - 1) * t.strides[i]
	}
	if elements > storage || last >= storage {
		return 0, fmt.Errorf("tensor %s of shape %v needs more than the %d numbers that the file holds of it: it is cut off or damaged", t.name, t.shape, storage)
	}
	return elements, nil
}

// values are the elements, the last axis innermost.
func (t *tensor) values() ([]float64, error) {
	if t.kind == otherNumber {
		return nil, fmt.Errorf("tensor %s holds whole numbers; weights are floats", t.name)
	}
	data, err := t.load()
	if err != nil {
		return nil, fmt.Errorf("tensor %s: %w", t.name, err)
	}
	size := t.kind.size()
	n, err := t.check(len(data) / size)
	if err != nil {
		return nil, err
	}
	values := make([]float64, 0, n)
	index := make([]int, len(t.shape))
	for at := t.offset; len(values) < n; {
		v := t.kind.value(data[at*size:])
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("tensor %s holds %v at %v: the network was not trained to an end, or the file is damaged", t.name, v, index)
		}
		values = append(values, v)
		for i := len(index) - 1; i >= 0; i-- {
			at += t.strides[i]
			if index[i]++; index[i] < t.shape[i] {
				break
			}
			at -= t.shape[i] * t.strides[i]
			index[i] = 0
		}
	}
	return values, nil
}

// value is the number at the beginning of data.
func (n number) value(data []byte) float64 {
	switch n {
	case float64Number:
		return math.Float64frombits(binary.LittleEndian.Uint64(data))
	case float32Number:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(data)))
	case bfloat16Number: // the upper half of a float32
		return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(data)) << 16))
	}
	return half(binary.LittleEndian.Uint16(data))
}

// half is an IEEE 754 binary16.
func half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	v := math.Ldexp(1024+fraction, exponent-25)
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.Inf(1)
		if fraction != 0 {
			v = math.NaN()
		}
	}
	if bits&0x8000 != 0 {
		return -v
	}
	return v
}

// is compares the tensor's shape.
func (t *tensor) is(shape ...int) bool { return slices.Equal(t.shape, shape) }
