// Package hdf5 reads the part of HDF5 that Keras writes: groups of both styles, datasets of numbers that are compact, contiguous or in
// chunks (deflated, shuffled, with a checksum), and attributes of strings. It follows the HDF5 File Format Specification, version 3.0, whose
// sections comments name, and reads from memory, so that it runs wherever Go does.
//
// A file is believed only as far as its bytes reach: no size is taken from it before that many bytes are seen to be there, what a chunk
// inflates to is bounded by its dataset, and the work over all calls by the file's length. Nothing panics.
package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
)

// signature begins a file (section II.A).
var signature = []byte("\x89HDF\r\n\x1a\n")

// Is tells that data begins as an HDF5 file does.
func Is(data []byte) bool { return bytes.HasPrefix(data, signature) }

// undefined is the address of what is not there.
const undefined = math.MaxUint64

// A File is an HDF5 file in memory. It is not safe for concurrent use.
type File struct {
	data []byte
	base uint64 // what addresses count from
	root uint64 // address of the root group's object header
	work int    // how many nodes, entries and messages may still be looked at
}

// Open reads the superblock (section II.A), versions 0 to 3.
func Open(data []byte) (*File, error) {
	if !Is(data) {
		return nil, fmt.Errorf("the file does not begin as an HDF5 file does")
	}
	f := &File{data: data, work: 1<<16 + len(data)/8}
	c := f.cursor(uint64(len(signature)))
	version := c.u8()
	switch version {
	case 0, 1:
		c.skip(4)
		c.sizes()
		c.skip(1 + 2 + 2 + 4)
		if version == 1 {
			c.skip(4)
		}
		f.base = c.u64()
		c.skip(8 + 8 + 8 + 8) // free space, end of file, driver information, the root's name
	case 2, 3:
		c.sizes()
		c.skip(1)
		f.base = c.u64()
		c.skip(8 + 8)
	default:
		return nil, fmt.Errorf("the HDF5 file has superblock version %d; 0 to 3 are read", version)
	}
	f.root = c.u64()
	if c.err != nil {
		return nil, c.err
	}
	return f, nil
}

// Root is the file's first group.
func (f *File) Root() (*Object, error) { return f.object(f.root, "/") }

// spend counts work, so that a file whose nodes refer to each other in circles ends.
func (f *File) spend(n int) error {
	if f.work -= n; f.work < 0 {
		return fmt.Errorf("the HDF5 file's parts refer to each other more often than a file of %d bytes does", len(f.data))
	}
	return nil
}

// A cursor reads little-endian numbers from bytes. After an error it gives zeros.
type cursor struct {
	data []byte
	at   int
	err  error
}

// cursor starts at an address of the file.
func (f *File) cursor(address uint64) *cursor {
	c := &cursor{data: f.data}
	if at := address + f.base; at < f.base || at > uint64(len(f.data)) {
		c.err = fmt.Errorf("the HDF5 file refers to byte %d, and has %d: it is cut off or damaged", at, len(f.data))
	} else {
		c.at = int(at)
	}
	return c
}

// bytes are the next n.
func (c *cursor) bytes(n int) []byte {
	if c.err == nil && (n < 0 || n > len(c.data)-c.at) {
		c.err = fmt.Errorf("the HDF5 file ends before the %d bytes at %d: it is cut off or damaged", n, c.at)
	}
	if c.err != nil {
		return nil
	}
	b := c.data[c.at:][:n:n]
	c.at += n
	return b
}

func (c *cursor) skip(n int) { c.bytes(n) }

// number reads an unsigned number of n bytes, at most 8.
func (c *cursor) number(n int) uint64 {
	var whole [8]byte
	copy(whole[:], c.bytes(n))
	return binary.LittleEndian.Uint64(whole[:])
}

func (c *cursor) u8() int     { return int(c.number(1)) }
func (c *cursor) u16() int    { return int(c.number(2)) }
func (c *cursor) u32() uint32 { return uint32(c.number(4)) }
func (c *cursor) u64() uint64 { return c.number(8) }

// length reads a number of 8 bytes that counts bytes or elements, none of which can be more than 2^40.
func (c *cursor) length() int {
	n := c.u64()
	if n > 1<<40 && c.err == nil {
		c.err = fmt.Errorf("the HDF5 file speaks of %d bytes or numbers: it is damaged", n)
	}
	return int(n & (1<<41 - 1))
}

// expect reads a structure's signature.
func (c *cursor) expect(what string) {
	at := c.at
	if got := c.bytes(len(what)); c.err == nil && string(got) != what {
		c.err = fmt.Errorf("the HDF5 file has %q at byte %d, where %q stands in a sound one", got, at, what)
	}
}

// sizes reads how long addresses and lengths are.
func (c *cursor) sizes() {
	if offset, length := c.u8(), c.u8(); c.err == nil && (offset != 8 || length != 8) {
		c.err = fmt.Errorf("the HDF5 file has addresses of %d and lengths of %d bytes; 8 are read", offset, length)
	}
}
