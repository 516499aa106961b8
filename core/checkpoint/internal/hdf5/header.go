package hdf5

import (
	"fmt"
)

// The messages of an object header that are read (section IV.A.2).
const (
	dataspaceMessage    = 0x01
	linkInfoMessage     = 0x02
	datatypeMessage     = 0x03
	linkMessage         = 0x06
	layoutMessage       = 0x08
	filterMessage       = 0x0b
	attributeMessage    = 0x0c
	continuationMessage = 0x10
	symbolTableMessage  = 0x11
	attributeInfo       = 0x15
)

// maxMessages bounds an object's messages. A group of the new style has one a link.
const maxMessages = 1 << 16

// A message is one of an object header.
type message struct {
	kind   int
	shared bool // the data stand elsewhere
	data   []byte
}

func (m *message) cursor() *cursor { return &cursor{data: m.data} }

// An Object is a group or a dataset.
type Object struct {
	file     *File
	name     string // its path, for errors
	messages []message
}

// object reads the object header at an address.
func (f *File) object(address uint64, name string) (*Object, error) {
	o := &Object{file: f, name: name}
	var err error
	if c := f.cursor(address); c.err == nil && len(c.data)-c.at >= 4 && string(c.data[c.at:][:4]) == "OHDR" {
		err = o.version2(c)
	} else {
		err = o.version1(c)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return o, nil
}

// A block is where messages stand.
type block struct {
	address uint64
	size    int
}

// version1 reads a header of section IV.A.1.a.
func (o *Object) version1(c *cursor) error {
	if version := c.u8(); c.err == nil && version != 1 {
		return fmt.Errorf("the HDF5 file has an object header of version %d at byte %d: it is damaged", version, c.at-1)
	}
	c.skip(1 + 2 + 4)
	size := int(c.u32())
	c.skip(4)
	return o.blocks(c, size, 0, 0, func(c *cursor) message {
		kind, n := c.u16(), c.u16()
		flags := c.u8()
		c.skip(3)
		return message{kind, flags&2 != 0, c.bytes(n)}
	})
}

// version2 reads a header of section IV.A.1.b. Checksums are not looked at: what is wrong shows in what is read.
func (o *Object) version2(c *cursor) error {
	c.expect("OHDR")
	if version := c.u8(); c.err == nil && version != 2 {
		return fmt.Errorf("the HDF5 file has an object header of version %d at byte %d; 1 and 2 are read", version, c.at-1)
	}
	flags := c.u8()
	if flags&(1<<5) != 0 {
		c.skip(16) // times
	}
	if flags&(1<<4) != 0 {
		c.skip(4)
	}
	size := c.number(1 << (flags & 3))
	if size > uint64(len(o.file.data)) {
		return fmt.Errorf("the HDF5 file has an object header of %d bytes: it is cut off or damaged", size)
	}
	return o.blocks(c, int(size), 4, 4, func(c *cursor) message {
		kind, n := c.u8(), c.u16()
		shared := c.u8()&2 != 0
		if flags&(1<<2) != 0 {
			c.skip(2) // the order in which attributes were made
		}
		return message{kind, shared, c.bytes(n)}
	})
}

// blocks reads the messages of the header's first block, of size bytes from c on, and of those that it continues in, which begin with a
// signature of before and end with a checksum of after bytes.
func (o *Object) blocks(c *cursor, size, before, after int, next func(c *cursor) message) error {
	var waiting []block
	for {
		content := &cursor{data: c.bytes(size)}
		if c.err != nil {
			return c.err
		}
		for len(content.data)-content.at >= 4 && content.err == nil {
			m := next(content)
			if content.err != nil {
				break
			}
			if err := o.file.spend(1); err != nil {
				return err
			}
			if m.kind == continuationMessage {
				d := m.cursor()
				waiting = append(waiting, block{d.u64(), d.length()})
				if d.err != nil {
					return d.err
				}
				continue
			}
			if m.kind != 0 {
				o.messages = append(o.messages, m)
			}
			if len(o.messages) > maxMessages {
				return fmt.Errorf("the HDF5 object has more than %d messages", maxMessages)
			}
		}
		if len(waiting) == 0 {
			return nil
		}
		b := waiting[0]
		waiting = waiting[1:]
		c = o.file.cursor(b.address)
		if before > 0 {
			c.expect("OCHK")
		}
		size = b.size - before - after
	}
}

// find is the object's first message of a kind, or nil.
func (o *Object) find(kind int) *message {
	for i := range o.messages {
		if o.messages[i].kind == kind {
			return &o.messages[i]
		}
	}
	return nil
}
