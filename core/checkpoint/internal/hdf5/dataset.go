package hdf5

import (
	"fmt"
)

// MaxElements bounds a dataset: far more than any MobileNet's largest array of weights.
const MaxElements = 1 << 24

// A Dataset is an array whose data are read when Bytes is called.
type Dataset struct {
	Shape  []int // the lengths of the axes
	Type   Type
	object *Object
}

// Dataset is the object's array. An error is an object that is none.
func (o *Object) Dataset() (*Dataset, error) {
	kind, space := o.find(datatypeMessage), o.find(dataspaceMessage)
	if kind == nil || space == nil || o.find(layoutMessage) == nil {
		return nil, fmt.Errorf("%s: it is not an array of numbers", o.name)
	}
	if kind.shared || space.shared {
		return nil, fmt.Errorf("%s: its type is one that the file names by itself; such are not read", o.name)
	}
	d := &Dataset{object: o}
	c, s := kind.cursor(), space.cursor()
	d.Type = c.datatype()
	var null bool
	d.Shape, null = s.dataspace()
	switch {
	case c.err != nil:
		return nil, fmt.Errorf("%s: %w", o.name, c.err)
	case s.err != nil:
		return nil, fmt.Errorf("%s: %w", o.name, s.err)
	case null:
		return nil, fmt.Errorf("%s: it is an array without elements", o.name)
	}
	return d, nil
}

// Bytes are the array's elements, the last axis innermost, little-endian. They may alias the file.
func (d *Dataset) Bytes() ([]byte, error) {
	data, err := d.read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.object.name, err)
	}
	return data, nil
}

func (d *Dataset) read() ([]byte, error) {
	n, err := elements(d.Shape, MaxElements)
	if err != nil {
		return nil, err
	}
	if d.Type.Class != Float && d.Type.Class != Integer {
		return nil, fmt.Errorf("its elements are neither floats nor integers in little-endian order")
	}
	size := n * d.Type.Size
	m := d.object.find(layoutMessage)
	if m.shared {
		return nil, fmt.Errorf("its layout is shared with another; such are not read")
	}
	l := m.layout()
	if l.err != nil {
		return nil, l.err
	}
	switch l.class {
	case compact:
		if len(l.data) < size {
			return nil, fmt.Errorf("it holds %d bytes, and its shape %v needs %d", len(l.data), d.Shape, size)
		}
		return l.data[:size], nil
	case contiguous:
		if l.address == undefined {
			return nil, fmt.Errorf("its elements were never written")
		}
		c := d.object.file.cursor(l.address)
		return c.bytes(size), c.err
	}
	return d.chunks(l, size)
}

// The classes of a layout.
const (
	compact = iota
	contiguous
	chunked
)

type layout struct {
	class   int
	data    []byte // of a compact one
	address uint64 // of the data, or of the B-tree of chunks
	chunk   []int  // a chunk's shape, and at the end an element's bytes
	err     error
}

// layout reads a data layout message (section IV.A.2.i), versions 1 to 4.
func (m *message) layout() layout {
	c := m.cursor()
	version := c.u8()
	var l layout
	rank := 0
	switch version {
	case 1, 2:
		rank, l.class = c.u8(), c.u8()
		c.skip(5)
		if l.class != compact {
			l.address = c.u64()
		}
	case 3, 4:
		l.class = c.u8()
		switch l.class {
		case compact:
			l.data = c.bytes(c.u16())
		case contiguous:
			l.address = c.u64()
		case chunked:
			if version == 4 {
				return layout{err: fmt.Errorf("its chunks are listed in a way that libraries use when they are told to write for their latest version alone; " +
					"save the file without that setting (h5py's libver)")}
			}
			rank, l.address = c.u8(), c.u64()
		}
	default:
		return layout{err: fmt.Errorf("its layout has version %d; 1 to 4 are read", version)}
	}
	if l.class > chunked {
		return layout{err: fmt.Errorf("its layout is of class %d: compact, contiguous and chunked arrays are read", l.class)}
	}
	if rank > maxRank+1 {
		return layout{err: fmt.Errorf("its chunks have %d axes: the file is damaged", rank)}
	}
	for range rank {
		l.chunk = append(l.chunk, int(c.u32()))
	}
	if version < 3 {
		switch l.class {
		case compact:
			l.data = c.bytes(int(c.u32()))
		case chunked:
			l.chunk = append(l.chunk, int(c.u32()))
		}
	}
	l.err = c.err
	return l
}
