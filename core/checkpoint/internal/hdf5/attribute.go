package hdf5

import (
	"bytes"
	"fmt"
)

// maxStrings bounds an attribute's strings: Keras lists layers and weights there.
const maxStrings = 1 << 14

// Strings is an attribute of one or more strings, of fixed or variable length. ErrNotThere is wrapped where there is no such attribute.
func (o *Object) Strings(name string) ([]string, error) {
	for i := range o.messages {
		m := &o.messages[i]
		if m.kind != attributeMessage || m.shared {
			continue
		}
		if err := o.file.spend(1); err != nil {
			return nil, err
		}
		a, err := m.attribute()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.name, err)
		}
		if a.name != name {
			continue
		}
		texts, err := o.file.strings(a)
		if err != nil {
			return nil, fmt.Errorf("%s: attribute %s: %w", o.name, name, err)
		}
		return texts, nil
	}
	if info := o.find(attributeInfo); info != nil {
		c := info.cursor()
		c.skip(1)
		if flags := c.u8(); flags&1 != 0 {
			c.skip(2)
		}
		if heap := c.u64(); c.err == nil && heap != undefined {
			return nil, fmt.Errorf("%s: the object keeps its attributes in a fractal heap, as libraries do that are told to write for their latest version alone; "+
				"save the file without that setting (h5py's libver)", o.name)
		}
	}
	return nil, fmt.Errorf("%s: attribute %s: %w", o.name, name, ErrNotThere)
}

type attribute struct {
	name  string
	of    Type
	shape []int
	null  bool
	data  []byte
}

// attribute reads an attribute message (section IV.A.2.m).
func (m *message) attribute() (attribute, error) {
	c := m.cursor()
	version, flags := c.u8(), c.u8()
	nameSize, typeSize, spaceSize := c.u16(), c.u16(), c.u16()
	align := 1
	switch version {
	case 1:
		align, flags = 8, 0
	case 2:
	case 3:
		c.skip(1) // the name's character set
	default:
		return attribute{}, fmt.Errorf("the HDF5 file has an attribute of version %d; 1 to 3 are read", version)
	}
	part := func(size int) *cursor {
		d := &cursor{data: c.bytes(size), err: c.err}
		c.skip((align - size%align) % align)
		return d
	}
	name, _, _ := bytes.Cut(part(nameSize).data, []byte{0})
	a := attribute{name: string(name)}
	t, s := part(typeSize), part(spaceSize)
	if c.err != nil {
		return a, c.err
	}
	a.data = c.data[c.at:]
	if flags&3 != 0 { // its type or its shape stands elsewhere: Strings refuses it, if it is asked for
		return a, nil
	}
	a.of = t.datatype()
	a.shape, a.null = s.dataspace()
	if t.err != nil {
		return a, t.err
	}
	return a, s.err
}

// strings reads the attribute's elements.
func (f *File) strings(a attribute) ([]string, error) {
	n, err := elements(a.shape, maxStrings)
	if err == nil {
		err = f.spend(n)
	}
	if err != nil || a.null || n == 0 && a.shape != nil { // an empty list has any type
		return nil, err
	}
	if a.of.Class != String && a.of.Class != Text {
		return nil, fmt.Errorf("it is not of strings")
	}
	c := &cursor{data: a.data}
	var texts []string
	total := 0
	for range n {
		data := c.bytes(a.of.Size)
		if c.err != nil {
			return nil, c.err
		}
		if a.of.Class == Text {
			if data, err = f.text(data); err != nil {
				return nil, err
			}
		}
		// Many strings may be one place of the file.
		if total += len(data); total > len(f.data) {
			return nil, fmt.Errorf("its strings are longer than the file")
		}
		texts = append(texts, string(bytes.TrimRight(data, "\x00")))
	}
	return texts, nil
}

// text is the string of variable length that an element refers to: its length, the address of a global heap, and its number there.
func (f *File) text(element []byte) ([]byte, error) {
	c := &cursor{data: element}
	size, address, number := int(c.u32()), c.u64(), int(c.u32())
	if c.err != nil || size == 0 {
		return nil, c.err
	}
	data, err := f.heapObject(address, number)
	if err != nil {
		return nil, err
	}
	if size > len(data) {
		return nil, fmt.Errorf("the HDF5 file has a string of %d bytes in a place of %d: it is damaged", size, len(data))
	}
	return data[:size], nil
}

// heapObject is an object of a global heap (section III.E).
func (f *File) heapObject(address uint64, number int) ([]byte, error) {
	c := f.cursor(address)
	c.expect("GCOL")
	c.skip(4)
	size := c.length()
	heap := &cursor{data: c.bytes(size - 16), err: c.err}
	for c.err == nil && len(heap.data)-heap.at >= 16 {
		if err := f.spend(1); err != nil {
			return nil, err
		}
		index := heap.u16()
		heap.skip(2 + 4)
		n := heap.length()
		if index == 0 { // what is left is free
			break
		}
		data := heap.bytes(n)
		if heap.err != nil {
			return nil, heap.err
		}
		if index == number {
			return data, nil
		}
		heap.skip((8 - n%8) % 8)
	}
	if c.err != nil {
		return nil, c.err
	}
	return nil, fmt.Errorf("the HDF5 file has no object %d in the heap at byte %d: it is damaged", number, address)
}
