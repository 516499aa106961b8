package tflite

import (
	"errors"
	"fmt"

	flatbuffers "github.com/google/flatbuffers/go"
)

// ErrDamaged is what errors.Is finds in the error of a file that was cut short or altered, so that its parts do not lie within it.
var ErrDamaged = errors.New("the file is cut short or damaged")

// A file reads a flatbuffer that may be damaged. The runtime's own accessors panic on offsets that lead outside; these check first.
// The first fault is kept in err, and what is read after it is zero: so callers check once for many reads. Nothing is copied, and
// nothing is followed that was not asked for: tables that overlap or refer to each other in circles do no harm.
type file struct {
	data []byte
	err  error
}

// fail keeps the first error.
func (f *file) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

func (f *file) outside(what string, pos int64) {
	f.fail("%w: a %s at byte %d reaches outside of its %d bytes", ErrDamaged, what, pos, len(f.data))
}

// A table is one of the file. The zero table has no fields: all of them read as their defaults.
type table struct {
	f *file
	flatbuffers.Table
	size int // of the table's own fields in bytes
}

// table checks that the table at pos and its list of fields lie within the file.
func (f *file) table(pos int64) table {
	end := int64(len(f.data))
	if f.err != nil {
		return table{}
	}
	if pos < 0 || pos+4 > end {
		f.outside("table", pos)
		return table{}
	}
	vtable := pos - int64(flatbuffers.GetSOffsetT(f.data[pos:]))
	if vtable < 0 || vtable+4 > end {
		f.outside("list of fields", vtable)
		return table{}
	}
	vtableSize := int64(flatbuffers.GetVOffsetT(f.data[vtable:]))
	size := int64(flatbuffers.GetVOffsetT(f.data[vtable+2:]))
	if vtableSize < 4 || vtableSize%2 != 0 || vtable+vtableSize > end {
		f.outside("list of fields", vtable)
		return table{}
	}
	if size < 4 || pos+size > end {
		f.outside("table", pos)
		return table{}
	}
	return table{f, flatbuffers.Table{Bytes: f.data, Pos: flatbuffers.UOffsetT(pos)}, int(size)}
}

// field is the position of a field of size bytes, or 0 where the table does not have it.
func (t table) field(i, size int) flatbuffers.UOffsetT {
	if t.f == nil || t.f.err != nil {
		return 0
	}
	o := int(t.Offset(flatbuffers.VOffsetT(4 + 2*i)))
	if o == 0 {
		return 0
	}
	if o < 4 || o+size > t.size {
		t.f.outside("field", int64(t.Pos)+int64(o))
		return 0
	}
	return t.Pos + flatbuffers.UOffsetT(o)
}

func (t table) int8(i int) int8 {
	if p := t.field(i, 1); p != 0 {
		return t.GetInt8(p)
	}
	return 0
}

func (t table) int32(i int, otherwise int32) int32 {
	if p := t.field(i, 4); p != 0 {
		return t.GetInt32(p)
	}
	return otherwise
}

func (t table) uint32(i int) uint32 { return uint32(t.int32(i, 0)) }

func (t table) float32(i int) float32 {
	if p := t.field(i, 4); p != 0 {
		return t.GetFloat32(p)
	}
	return 0
}

// child is the table that a field refers to, or the zero table.
func (t table) child(i int) table {
	p := t.field(i, 4)
	if p == 0 {
		return table{}
	}
	return t.f.table(int64(p) + int64(t.GetUOffsetT(p)))
}

// A vector is a list of n elements from byte start on, all within the file.
type vector struct {
	f        *file
	start, n int
}

// vector is the list of elements of size bytes that a field refers to. A field that is absent is an empty list.
func (t table) vector(i, size int) vector {
	p := t.field(i, 4)
	if p == 0 {
		return vector{}
	}
	pos, end := int64(p)+int64(t.GetUOffsetT(p)), int64(len(t.Bytes))
	if pos+4 > end {
		t.f.outside("list", pos)
		return vector{}
	}
	n := int64(flatbuffers.GetUOffsetT(t.Bytes[pos:]))
	if n > (end-pos-4)/int64(size) {
		t.f.outside(fmt.Sprintf("list of %d elements", n), pos)
		return vector{}
	}
	return vector{t.f, int(pos) + 4, int(n)}
}

// bytes is the content of a list of bytes. It aliases the file.
func (t table) bytes(i int) []byte {
	v := t.vector(i, 1)
	if v.n == 0 {
		return nil
	}
	return t.Bytes[v.start : v.start+v.n : v.start+v.n]
}

func (v vector) int32(i int) int32 { return flatbuffers.GetInt32(v.f.data[v.start+4*i:]) }

func (v vector) int64(i int) int64 { return flatbuffers.GetInt64(v.f.data[v.start+8*i:]) }

func (v vector) float32(i int) float32 { return flatbuffers.GetFloat32(v.f.data[v.start+4*i:]) }

// table is element i of a list of tables.
func (v vector) table(i int) table {
	pos := int64(v.start + 4*i)
	return v.f.table(pos + int64(flatbuffers.GetUOffsetT(v.f.data[pos:])))
}
