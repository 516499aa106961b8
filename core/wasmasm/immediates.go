package wasmasm

import (
	"math"
	"math/bits"
)

//go:generate go run ./internal/gen

// prefixSIMD begins the vector instructions; the number that follows is unsigned LEB128.
const prefixSIMD = 0xfd

// I32Const pushes v. It takes the patterns of unsigned 32-bit numbers too.
func (f *Func) I32Const(v int) *Func {
	if v < math.MinInt32 || v > math.MaxUint32 {
		return f.fail("i32.const %d does not fit", v)
	}
	return f.emit("i32.const", nil, []Type{I32}, appendSigned([]byte{0x41}, int64(int32(v)))...)
}

// I64Const pushes v.
func (f *Func) I64Const(v int64) *Func {
	return f.emit("i64.const", nil, []Type{I64}, appendSigned([]byte{0x42}, v)...)
}

// F32Const pushes v.
func (f *Func) F32Const(v float32) *Func {
	b := math.Float32bits(v)
	return f.emit("f32.const", nil, []Type{F32}, 0x43, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
}

// V128Const pushes sixteen bytes, lane 0 first.
func (f *Func) V128Const(v [16]byte) *Func {
	return f.emit("v128.const", nil, []Type{V128}, append([]byte{prefixSIMD, 0x0c}, v[:]...)...)
}

// I8x16Shuffle picks each byte of the result from two vectors: 0 to 15 from the first, 16 to 31 from the second.
func (f *Func) I8x16Shuffle(from [16]byte) *Func {
	for _, b := range from {
		if f.live() && b > 31 {
			return f.fail("i8x16.shuffle of byte %d: two vectors have 32", b)
		}
	}
	return f.emit("i8x16.shuffle", sig.vv, sig.v, append([]byte{prefixSIMD, 0x0d}, from[:]...)...)
}

// The helpers of instructions.go follow: in and out are the instruction's operands and results, code is what it begins with.

// access appends an instruction that reads or writes size bytes of memory.
func (f *Func) access(name string, in, out []Type, size, offset int, code ...byte) *Func {
	switch {
	case !f.live():
		return f
	case offset < 0 || offset > math.MaxUint32:
		return f.fail("%s with the offset %d, which no 32-bit address has", name, offset)
	}
	f.usesMemory(name)
	// The alignment is a promise that costs nothing to give, and atomics must give it.
	code = append(code, byte(bits.TrailingZeros(uint(size))))
	return f.emit(name, in, out, appendUnsigned(code, uint64(offset))...)
}

// lane appends an instruction for one of a vector's lanes.
func (f *Func) lane(name string, in, out []Type, lanes, lane int, code ...byte) *Func {
	if !f.isLane(name, lane, lanes) {
		return f
	}
	return f.emit(name, in, out, append(code, byte(lane))...)
}

// accessLane is access for one of a vector's lanes.
func (f *Func) accessLane(name string, in, out []Type, size, offset, lanes, lane int, code ...byte) *Func {
	if !f.isLane(name, lane, lanes) {
		return f
	}
	if f.access(name, in, out, size, offset, code...); f.err == nil {
		f.code = append(f.code, byte(lane))
	}
	return f
}

func (f *Func) isLane(name string, lane, lanes int) bool {
	if f.live() && (lane < 0 || lane >= lanes) {
		f.fail("%s of lane %d: there are %d", name, lane, lanes)
	}
	return f.err == nil
}

// wholeMemory appends an instruction on a memory as a whole, whose number code holds.
func (f *Func) wholeMemory(name string, in, out []Type, code ...byte) *Func {
	f.usesMemory(name)
	return f.emit(name, in, out, code...)
}

// usesMemory remembers the first instruction that needs a memory. The memory may be declared later, so Encode checks.
func (f *Func) usesMemory(name string) {
	if f.memoryUse == nil {
		f.memoryUse = &use{name, caller()}
	}
}
