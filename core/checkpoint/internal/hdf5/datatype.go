package hdf5

import "fmt"

// A Class is what a dataset's or an attribute's elements are.
type Class uint8

const (
	Other   Class = iota // anything that is not read
	Float                // IEEE 754 of 2, 4 or 8 bytes, or bfloat16
	Integer              // of 1, 2, 4 or 8 bytes
	String               // of a fixed length
	Text                 // a string of variable length
)

// A Type is that of elements.
type Type struct {
	Class  Class
	Size   int  // bytes an element
	Brain  bool // of a Float of 2 bytes: bfloat16
	Signed bool // of an Integer
}

// datatype reads a datatype message (section IV.A.2.d).
func (c *cursor) datatype() Type {
	first := c.u8()
	bits := c.number(3)
	t := Type{Size: int(c.u32())}
	big := bits&1 != 0
	switch first & 15 {
	case 0:
		if offset, precision := c.u16(), c.u16(); offset == 0 && precision == 8*t.Size && t.Size <= 8 && !big {
			t.Class, t.Signed = Integer, bits&8 != 0
		}
	case 1:
		offset, precision := c.u16(), c.u16()
		c.skip(1)
		exponent := c.u8()
		if offset == 0 && precision == 8*t.Size && !big {
			switch [2]int{t.Size, exponent} {
			case [2]int{8, 11}, [2]int{4, 8}, [2]int{2, 5}:
				t.Class = Float
			case [2]int{2, 8}:
				t.Class, t.Brain = Float, true
			}
		}
	case 3:
		t.Class = String
	case 9:
		if bits&15 == 1 && t.Size == 16 {
			t.Class = Text
		}
	}
	return t
}

// maxRank is the library's own limit.
const maxRank = 32

// dataspace reads a dataspace message (section IV.A.2.b): the lengths of the axes, none for a single element. null tells that there is
// no element.
func (c *cursor) dataspace() (shape []int, null bool) {
	version, rank := c.u8(), c.u8()
	c.skip(1)
	kind := c.u8()
	switch {
	case c.err != nil:
		return nil, false
	case version == 1:
		c.skip(4)
	case version != 2:
		c.err = fmt.Errorf("the HDF5 file has a dataspace of version %d; 1 and 2 are read", version)
	case kind == 2:
		return nil, true
	}
	if rank > maxRank && c.err == nil {
		c.err = fmt.Errorf("the HDF5 file has an array of %d axes: it is damaged", rank)
	}
	for i := 0; i < rank && c.err == nil; i++ {
		shape = append(shape, c.length())
	}
	return shape, false
}

// elements multiplies the lengths of axes; an error is more than limit.
func elements(shape []int, limit int) (int, error) {
	n := 1
	for _, d := range shape {
		if d == 0 {
			return 0, nil
		}
	}
	for _, d := range shape {
		if d < 0 || d > limit/n {
			return 0, fmt.Errorf("an array of shape %v is too large: at most %d elements are read", shape, limit)
		}
		n *= d
	}
	return n, nil
}
