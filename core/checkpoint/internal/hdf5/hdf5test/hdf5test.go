// Package hdf5test writes HDF5 files for tests, as h5py writes them: superblock 0, groups of the old style with B-trees of several levels,
// arrays that are contiguous or in deflated chunks, attributes of strings.
package hdf5test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math"
	"slices"
)

// A Group is a group to be written.
type Group struct {
	Groups     map[string]*Group
	Arrays     map[string]Array
	Attributes map[string][]string // of strings of one length
	Texts      map[string]string   // of a string of variable length
	// New is for the new style: an object header of version 2 with links in it.
	New bool
}

// An Array is of float32, or of float64 where Double is set.
type Array struct {
	Shape  []int
	Values []float64
	Double bool
	Chunk  []int // chunks of this shape, shuffled and deflated; nil: contiguous
}

// Put puts an array at a path below g, whose groups are made.
func (g *Group) Put(path []string, a Array) {
	for _, name := range path[:len(path)-1] {
		g = g.At(name)
	}
	if g.Arrays == nil {
		g.Arrays = map[string]Array{}
	}
	g.Arrays[path[len(path)-1]] = a
}

// At is the group of a name in g, which is made if need be.
func (g *Group) At(name string) *Group {
	if g.Groups == nil {
		g.Groups = map[string]*Group{}
	}
	if g.Groups[name] == nil {
		g.Groups[name] = &Group{New: g.New}
	}
	return g.Groups[name]
}

// Write is the file whose root is g.
func Write(g *Group) []byte {
	w := &writer{}
	w.raw("\x89HDF\r\n\x1a\n")
	if g.New { // superblock 2
		w.numbers(1, 2, 8, 8, 0)
		w.numbers(8, 0, undefined)
		end, root := w.hole(), w.hole()
		w.numbers(4, 0)
		w.fill(root, w.group(g))
		w.fill(end, uint64(len(w.data)))
		return w.data
	}
	w.numbers(1, 0, 0, 0, 0, 0, 8, 8, 0)
	w.numbers(2, 4, 16)
	w.numbers(4, 0)
	w.numbers(8, 0, undefined)
	end := w.hole()
	w.numbers(8, undefined, 0)
	root := w.hole()
	w.numbers(4, 0, 0)
	w.numbers(8, 0, 0)
	w.fill(root, w.group(g))
	w.fill(end, uint64(len(w.data)))
	return w.data
}

const undefined = math.MaxUint64

type writer struct{ data []byte }

func (w *writer) raw(s string) { w.data = append(w.data, s...) }

// numbers appends numbers of size bytes each.
func (w *writer) numbers(size int, values ...uint64) {
	for _, v := range values {
		var whole [8]byte
		binary.LittleEndian.PutUint64(whole[:], v)
		w.data = append(w.data, whole[:size]...)
	}
}

// hole leaves room for an address that is filled later.
func (w *writer) hole() int {
	w.numbers(8, 0)
	return len(w.data) - 8
}

func (w *writer) fill(hole int, address uint64) {
	binary.LittleEndian.PutUint64(w.data[hole:], address)
}

// here is the address of what is written next.
func (w *writer) here() uint64 {
	w.align()
	return uint64(len(w.data))
}

func (w *writer) align() { w.data = append(w.data, make([]byte, (8-len(w.data)%8)%8)...) }

func le(size int, values ...uint64) []byte {
	w := &writer{}
	w.numbers(size, values...)
	return w.data
}

func padded(b []byte) []byte { return append(b, make([]byte, (8-len(b)%8)%8)...) }

type message struct {
	kind uint64
	data []byte
}

// header writes an object header and gives its address. The messages after the second stand in a continuation.
func (w *writer) header(messages []message, second bool) uint64 {
	if second {
		return w.header2(messages)
	}
	pack := func(messages []message) (out []byte) {
		for _, m := range messages {
			data := padded(slices.Clone(m.data))
			out = append(out, le(2, m.kind, uint64(len(data)))...)
			out = append(append(out, 0, 0, 0, 0), data...)
		}
		return out
	}
	first, rest := messages, []message(nil)
	if len(messages) > 2 {
		first, rest = messages[:2], messages[2:]
	}
	var more []byte
	at := uint64(0)
	if rest != nil {
		more = pack(rest)
		at = w.here()
		w.raw(string(more))
		first = append(slices.Clone(first), message{0x10, append(le(8, at), le(8, uint64(len(more)))...)})
	}
	block := pack(first)
	address := w.here()
	w.numbers(1, 1, 0)
	w.numbers(2, uint64(len(messages)))
	w.numbers(4, 1, uint64(len(block)), 0)
	w.raw(string(block))
	return address
}

// header2 writes one of version 2, whose checksums nobody looks at.
func (w *writer) header2(messages []message) uint64 {
	var block []byte
	for _, m := range messages {
		block = append(append(block, byte(m.kind)), le(2, uint64(len(m.data)))...)
		block = append(append(block, 0), m.data...)
	}
	address := w.here()
	w.raw("OHDR")
	w.numbers(1, 2, 2) // the block's size has 4 bytes
	w.numbers(4, uint64(len(block)))
	w.raw(string(block))
	w.numbers(4, 0)
	return address
}

// group writes all of a group and gives the address of its header.
func (w *writer) group(g *Group) uint64 {
	addresses := map[string]uint64{}
	var names []string
	for name := range g.Groups {
		names = append(names, name)
	}
	for name := range g.Arrays {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if inner, ok := g.Groups[name]; ok {
			addresses[name] = w.group(inner)
		} else {
			addresses[name] = w.array(g.Arrays[name], g.New)
		}
	}
	var messages []message
	if g.New {
		messages = append(messages, message{2, append([]byte{0, 0}, le(8, undefined, undefined)...)})
		for _, name := range names {
			messages = append(messages, message{6, append(append([]byte{1, 0, byte(len(name))}, name...), le(8, addresses[name])...)})
		}
	} else {
		messages = append(messages, message{0x11, w.table(names, addresses)})
	}
	for _, name := range sorted(g.Attributes) {
		messages = append(messages, w.strings(name, g.Attributes[name]))
	}
	for _, name := range sorted(g.Texts) {
		messages = append(messages, w.text(name, g.Texts[name]))
	}
	return w.header(messages, g.New)
}

func sorted[V any](m map[string]V) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// table writes a group's names and B-tree, and gives its symbol table message. Nodes are small, so that there are several levels.
func (w *writer) table(names []string, addresses map[string]uint64) []byte {
	heap := make([]byte, 8)
	offsets := map[string]uint64{}
	for _, name := range names {
		offsets[name] = uint64(len(heap))
		heap = padded(append(append(heap, name...), 0))
	}
	content := w.here()
	w.raw(string(heap))
	heapAt := w.here()
	w.raw("HEAP\x00\x00\x00\x00")
	w.numbers(8, uint64(len(heap)), undefined, content)

	var children []uint64
	for part := range slices.Chunk(names, 4) {
		children = append(children, w.here())
		w.raw("SNOD\x01\x00")
		w.numbers(2, uint64(len(part)))
		for _, name := range part {
			w.numbers(8, offsets[name], addresses[name])
			w.numbers(4, 0, 0)
			w.numbers(8, 0, 0)
		}
	}
	return le(8, w.tree(children, 0, func([]uint64) []byte { return le(8, 0) }), heapAt)
}

// tree writes B-tree nodes over the children and gives the root's address.
func (w *writer) tree(children []uint64, kind byte, key func(children []uint64) []byte) uint64 {
	for level := byte(0); ; level++ {
		var nodes []uint64
		for part := range slices.Chunk(children, 4) {
			nodes = append(nodes, w.here())
			w.raw("TREE" + string([]byte{kind, level}))
			w.numbers(2, uint64(len(part)))
			w.numbers(8, undefined, undefined)
			for _, child := range part {
				w.raw(string(key([]uint64{child})))
				w.numbers(8, child)
			}
			w.raw(string(key(nil)))
		}
		if len(nodes) == 0 {
			nodes = append(nodes, w.here())
			w.raw("TREE" + string([]byte{kind, level, 0, 0}))
			w.numbers(8, undefined, undefined, 0)
		}
		if children = nodes; len(nodes) == 1 {
			return nodes[0]
		}
	}
}

// dataspace is of version 1.
func dataspace(shape []int) []byte {
	b := append([]byte{1, byte(len(shape)), 0, 0}, 0, 0, 0, 0)
	for _, d := range shape {
		b = append(b, le(8, uint64(d))...)
	}
	return b
}

func floatType(double bool) []byte {
	if double {
		return append([]byte{0x11, 0x20, 63, 0}, append(le(4, 8), append(append(le(2, 0, 64), 52, 11, 0, 52), le(4, 1023)...)...)...)
	}
	return append([]byte{0x11, 0x20, 31, 0}, append(le(4, 4), append(append(le(2, 0, 32), 23, 8, 0, 23), le(4, 127)...)...)...)
}

// bytes are the elements of a.
func (a Array) bytes() (data []byte) {
	for _, v := range a.Values {
		if a.Double {
			data = append(data, le(8, math.Float64bits(v))...)
		} else {
			data = append(data, le(4, uint64(math.Float32bits(float32(v))))...)
		}
	}
	return data
}

func (a Array) size() int {
	if a.Double {
		return 8
	}
	return 4
}

func (w *writer) array(a Array, second bool) uint64 {
	messages := []message{{1, dataspace(a.Shape)}, {3, floatType(a.Double)}}
	if a.Chunk == nil {
		data := a.bytes()
		at := w.here()
		w.raw(string(data))
		messages = append(messages, message{8, append([]byte{3, 1}, le(8, at, uint64(len(data)))...)})
		return w.header(messages, second)
	}
	filters := []byte{1, 2, 0, 0, 0, 0, 0, 0}
	for _, id := range []uint64{2, 1} {
		filters = append(append(filters, le(2, id, 0, 1, 1)...), le(4, 4, 0)...)
	}
	dims := append(slices.Clone(a.Chunk), a.size())
	layout := []byte{3, 2, byte(len(dims))}
	layout = append(layout, le(8, w.chunks(a))...)
	for _, d := range dims {
		layout = append(layout, le(4, uint64(d))...)
	}
	return w.header(append(messages, message{11, filters}, message{8, layout}), second)
}

// chunks writes the array's chunks and their B-tree.
func (w *writer) chunks(a Array) uint64 {
	data, size, rank := a.bytes(), a.size(), len(a.Shape)
	starts := [][]int{{}}
	for i, d := range a.Shape {
		var next [][]int
		for _, s := range starts {
			for at := 0; at < d; at += a.Chunk[i] {
				next = append(next, append(slices.Clone(s), at))
			}
		}
		starts = next
	}
	keys := map[uint64][]byte{}
	var children []uint64
	for _, start := range starts {
		n := 1
		for _, d := range a.Chunk {
			n *= d
		}
		shuffled := make([]byte, n*size)
		for i := range n {
			at, rest, inside := 0, i, true
			index := make([]int, rank)
			for d := rank - 1; d >= 0; d-- {
				index[d], rest = start[d]+rest%a.Chunk[d], rest/a.Chunk[d]
			}
			for d := range rank {
				inside = inside && index[d] < a.Shape[d]
				at = at*a.Shape[d] + index[d]
			}
			for j := range size {
				if inside {
					shuffled[j*n+i] = data[at*size+j]
				}
			}
		}
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, _ = z.Write(shuffled) // into memory: it cannot fail
		_ = z.Close()
		at := w.here()
		w.raw(packed.String())
		key := le(4, uint64(packed.Len()), 0)
		for _, s := range start {
			key = append(key, le(8, uint64(s))...)
		}
		keys[at] = append(key, le(8, 0)...)
		children = append(children, at)
	}
	return w.tree(children, 1, func(of []uint64) []byte {
		if len(of) == 1 && keys[of[0]] != nil {
			return keys[of[0]]
		}
		return make([]byte, 8+8*(rank+1))
	})
}

// attribute is of version 1.
func attribute(name string, kind, space, data []byte) message {
	named := append([]byte(name), 0)
	b := append([]byte{1, 0}, le(2, uint64(len(named)), uint64(len(kind)), uint64(len(space)))...)
	for _, part := range [][]byte{named, kind, space} {
		b = append(b, padded(slices.Clone(part))...)
	}
	return message{0x0c, append(b, data...)}
}

func (w *writer) strings(name string, texts []string) message {
	longest := 1
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	var data []byte
	for _, t := range texts {
		data = append(append(data, t...), make([]byte, longest-len(t))...)
	}
	kind := append([]byte{0x13, 1, 0, 0}, le(4, uint64(longest))...)
	if len(texts) == 0 { // as h5py has an empty list
		kind = floatType(true)
	}
	return attribute(name, kind, dataspace([]int{len(texts)}), data)
}

func (w *writer) text(name, text string) message {
	at := w.here()
	size := 16 + 16 + (len(text)+7)/8*8 + 16
	w.raw("GCOL\x01\x00\x00\x00")
	w.numbers(8, uint64(size))
	w.numbers(2, 1, 1)
	w.numbers(4, 0)
	w.numbers(8, uint64(len(text)))
	w.raw(string(padded([]byte(text))))
	w.numbers(8, 0, 16)
	kind := append([]byte{0x19, 1, 0, 0}, le(4, 16)...)
	kind = append(kind, append([]byte{0x10, 0, 0, 0}, append(le(4, 1), le(2, 0, 8)...)...)...)
	return attribute(name, kind, dataspace(nil), append(append(le(4, uint64(len(text))), le(8, at)...), le(4, 1)...))
}
