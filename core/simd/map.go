package simd

import "mobilenet/core/mobilenet"

// A Layout is how a feature map's values lie in memory.
type Layout uint8

const (
	Uint8   Layout = iota // the quantised value
	Int8                  // the quantised value − 128, one byte
	Int16                 // the quantised value − its zero point, two bytes
	Float32               // four bytes
)

func (l Layout) String() string { return [...]string{"u8", "i8", "i16", "f32"}[l] }

// size is the bytes of one value.
func (l Layout) size() int { return [...]int{1, 1, 2, 4}[l] }

// A Map says where a feature map lies in memory: pixel after pixel, each with Stride channels of which Shape.C count.
type Map struct {
	Offset int
	Shape  mobilenet.Shape
	Stride int
	Layout Layout
	Quant  mobilenet.Quant
	// Order[i] is the model's channel at position i; nil: the model's order.
	Order []int

	// padding is the value of the padding channels, those after Shape.C.
	padding uint8
}

func (m *Map) pixels() int { return m.Shape.H * m.Shape.W }

// bytes is the size of the map in memory.
func (m *Map) bytes() int { return m.pixels() * m.Stride * m.Layout.size() }

// channel is the model's channel at position i.
func (m *Map) channel(i int) int {
	if m.Order == nil {
		return i
	}
	return m.Order[i]
}

// channelOrder lists the model's channels in the order of the map, −1 for padding channels.
func (m *Map) channelOrder() []int {
	order := make([]int, m.Stride)
	for i := range order {
		order[i] = -1
		if i < m.Shape.C {
			order[i] = m.channel(i)
		}
	}
	return order
}

// stored is the shape of the map with its padding channels.
func (m *Map) stored() mobilenet.Shape {
	return mobilenet.Shape{H: m.Shape.H, W: m.Shape.W, C: m.Stride}
}

// address is where a pixel's channel lies.
func (m *Map) address(pixel, channel int) int {
	return m.Offset + (pixel*m.Stride+channel)*m.Layout.size()
}
