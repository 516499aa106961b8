package hdf5

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The filters that chunks go through (section IV.A.2.l).
const (
	deflate  = 1
	shuffle  = 2
	checksum = 3
)

// An array of more than smallArray bytes may be inflated to inflation times the file's size. Trained weights keep nine tenths of theirs.
const (
	smallArray = 1 << 20
	inflation  = 20
)

// chunks puts the array's chunks together.
func (d *Dataset) chunks(l layout, size int) ([]byte, error) {
	rank := len(d.Shape)
	if len(l.chunk) != rank+1 || l.chunk[rank] != d.Type.Size || slices.Contains(l.chunk, 0) {
		return nil, fmt.Errorf("its chunks are of %v for a shape of %v with elements of %d bytes: the file is damaged", l.chunk, d.Shape, d.Type.Size)
	}
	n, err := elements(l.chunk[:rank], MaxElements)
	if err != nil {
		return nil, err
	}
	filters, err := d.object.filters()
	if err != nil {
		return nil, err
	}
	r := chunkReader{file: d.object.file, shape: d.Shape, chunk: l.chunk[:rank], element: d.Type.Size, size: n * d.Type.Size, filters: filters}
	if l.address == undefined {
		return nil, fmt.Errorf("its elements were never written")
	}
	if size > smallArray && size/inflation > len(d.object.file.data) {
		return nil, fmt.Errorf("its shape %v is more than a file of %d bytes can hold", d.Shape, len(d.object.file.data))
	}
	r.out = make([]byte, size) // chunks that were never written are zeros
	if err := r.node(l.address, 256); err != nil {
		return nil, err
	}
	return r.out, nil
}

// filters lists the filters in the order in which they were applied.
func (o *Object) filters() ([]int, error) {
	m := o.find(filterMessage)
	if m == nil {
		return nil, nil
	}
	c := m.cursor()
	version, n := c.u8(), c.u8()
	if version == 1 {
		c.skip(6)
	} else if version != 2 && c.err == nil {
		return nil, fmt.Errorf("its filters are listed in version %d; 1 and 2 are read", version)
	}
	var filters []int
	for range n {
		id, name := c.u16(), 0
		if version == 1 || id >= 256 {
			name = c.u16()
		}
		c.skip(2)
		values := c.u16()
		if version == 1 {
			name = (name + 7) / 8 * 8
			values += values % 2
		}
		c.skip(name + 4*values)
		if c.err != nil {
			return nil, c.err
		}
		if id != deflate && id != shuffle && id != checksum {
			return nil, fmt.Errorf("it is packed by filter %d; deflate, shuffle and Fletcher's checksum are read", id)
		}
		filters = append(filters, id)
	}
	return filters, c.err
}

// A chunkReader copies chunks into an array.
type chunkReader struct {
	file         *File
	shape, chunk []int // of the array and of a chunk
	element      int   // bytes
	size         int   // bytes of a chunk
	filters      []int
	out          []byte
	unpacked     int // bytes so far
}

// node copies the chunks below a node of their B-tree (section III.A.1), which stands lower than level.
func (r *chunkReader) node(address uint64, level int) error {
	c := r.file.cursor(address)
	c.expect("TREE")
	kind, at, n := c.u8(), c.u8(), c.u16()
	c.skip(8 + 8)
	if c.err == nil && (kind != 1 || at >= level) {
		return fmt.Errorf("the HDF5 file has a B-tree node of kind %d and level %d below level %d: it is damaged", kind, at, level)
	}
	for range n {
		if err := r.file.spend(1); err != nil {
			return err
		}
		size, mask := int(c.u32()), c.u32()
		start := make([]int, len(r.chunk))
		for i := range start {
			start[i] = c.length()
		}
		c.skip(8) // of the element, always 0
		child := c.u64()
		if c.err != nil {
			return c.err
		}
		var err error
		if at > 0 {
			err = r.node(child, at)
		} else {
			err = r.copy(child, size, mask, start)
		}
		if err != nil {
			return err
		}
	}
	return c.err
}

// copy unpacks a chunk and copies it to where it starts. mask has a bit for each filter that was left out.
func (r *chunkReader) copy(address uint64, size int, mask uint32, start []int) error {
	// A sound file has each chunk once, and they reach at most one chunk beyond the array on each axis.
	if r.unpacked += r.size; r.unpacked > len(r.out)<<min(len(r.shape), 4)+r.size {
		return fmt.Errorf("its chunks hold more than its shape %v: the file is damaged", r.shape)
	}
	c := r.file.cursor(address)
	data := c.bytes(size)
	if c.err != nil {
		return c.err
	}
	for i := len(r.filters) - 1; i >= 0; i-- {
		if mask>>i&1 != 0 {
			continue
		}
		var err error
		if data, err = r.undo(r.filters[i], data); err != nil {
			return err
		}
	}
	if len(data) != r.size {
		return fmt.Errorf("a chunk has %d bytes, not %d: the file is damaged", len(data), r.size)
	}
	for i, s := range start {
		if s >= r.shape[i] {
			return fmt.Errorf("a chunk starts at %v of a shape of %v: the file is damaged", start, r.shape)
		}
	}
	r.place(data, start)
	return nil
}

// undo takes a filter's work back.
func (r *chunkReader) undo(filter int, data []byte) ([]byte, error) {
	switch filter {
	case checksum:
		if len(data) < 4 {
			return nil, fmt.Errorf("a chunk of %d bytes has no room for its checksum", len(data))
		}
		return data[:len(data)-4], nil
	case shuffle:
		// The first bytes of all elements come first, then the second.
		n := len(data) / r.element
		out := make([]byte, len(data))
		for i := range n {
			for j := range r.element {
				out[i*r.element+j] = data[j*n+i]
			}
		}
		copy(out[n*r.element:], data[n*r.element:])
		return out, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("a chunk is no deflated data: %w", err)
	}
	// A checksum may follow inside.
	out, err := io.ReadAll(io.LimitReader(z, int64(r.size)+5))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("a chunk cannot be inflated: %w", err)
	}
	return out, nil
}

// place copies a chunk's rows to the array, without what reaches beyond it.
func (r *chunkReader) place(data []byte, start []int) {
	rank := len(r.chunk)
	if rank == 0 {
		copy(r.out, data)
		return
	}
	row := min(r.chunk[rank-1], r.shape[rank-1]-start[rank-1]) * r.element
	at := make([]int, rank) // in the chunk; the last stays 0
	for from := 0; from < len(data); from += r.chunk[rank-1] * r.element {
		to, inside := 0, true
		for i := range rank {
			inside = inside && start[i]+at[i] < r.shape[i]
			to = to*r.shape[i] + start[i] + at[i]
		}
		if inside {
			copy(r.out[to*r.element:][:row], data[from:])
		}
		for i := rank - 2; i >= 0; i-- {
			if at[i]++; at[i] < r.chunk[i] {
				break
			}
			at[i] = 0
		}
	}
}
