package wasmasm

import (
	"math"
	"math/bits"
)

// Loads and stores of numbers, little-endian. They take an address, stores the value above it; offset is added to the address.

func (f *Func) I32Load(offset int) *Func { return f.access("i32.load", sig.i, sig.i, 4, offset, 0x28) }
func (f *Func) I64Load(offset int) *Func { return f.access("i64.load", sig.i, sig.l, 8, offset, 0x29) }
func (f *Func) F32Load(offset int) *Func { return f.access("f32.load", sig.i, sig.s, 4, offset, 0x2a) }
func (f *Func) I32Load8S(offset int) *Func {
	return f.access("i32.load8_s", sig.i, sig.i, 1, offset, 0x2c)
}
func (f *Func) I32Load8U(offset int) *Func {
	return f.access("i32.load8_u", sig.i, sig.i, 1, offset, 0x2d)
}
func (f *Func) I32Load16S(offset int) *Func {
	return f.access("i32.load16_s", sig.i, sig.i, 2, offset, 0x2e)
}
func (f *Func) I32Load16U(offset int) *Func {
	return f.access("i32.load16_u", sig.i, sig.i, 2, offset, 0x2f)
}
func (f *Func) I32Store(offset int) *Func { return f.access("i32.store", sig.ii, nil, 4, offset, 0x36) }
func (f *Func) I64Store(offset int) *Func { return f.access("i64.store", sig.il, nil, 8, offset, 0x37) }
func (f *Func) F32Store(offset int) *Func { return f.access("f32.store", sig.is, nil, 4, offset, 0x38) }
func (f *Func) I32Store8(offset int) *Func {
	return f.access("i32.store8", sig.ii, nil, 1, offset, 0x3a)
}
func (f *Func) I32Store16(offset int) *Func {
	return f.access("i32.store16", sig.ii, nil, 2, offset, 0x3b)
}

// Loads and stores of vectors: whole, widened, one number in all lanes, and one lane with zeros.

func (f *Func) V128Load(offset int) *Func {
	return f.access("v128.load", sig.i, sig.v, 16, offset, prefixSIMD, 0x00)
}
func (f *Func) V128Load8x8S(offset int) *Func {
	return f.access("v128.load8x8_s", sig.i, sig.v, 8, offset, prefixSIMD, 0x01)
}
func (f *Func) V128Load8x8U(offset int) *Func {
	return f.access("v128.load8x8_u", sig.i, sig.v, 8, offset, prefixSIMD, 0x02)
}
func (f *Func) V128Load16x4S(offset int) *Func {
	return f.access("v128.load16x4_s", sig.i, sig.v, 8, offset, prefixSIMD, 0x03)
}
func (f *Func) V128Load16x4U(offset int) *Func {
	return f.access("v128.load16x4_u", sig.i, sig.v, 8, offset, prefixSIMD, 0x04)
}
func (f *Func) V128Load32x2S(offset int) *Func {
	return f.access("v128.load32x2_s", sig.i, sig.v, 8, offset, prefixSIMD, 0x05)
}
func (f *Func) V128Load32x2U(offset int) *Func {
	return f.access("v128.load32x2_u", sig.i, sig.v, 8, offset, prefixSIMD, 0x06)
}
func (f *Func) V128Load8Splat(offset int) *Func {
	return f.access("v128.load8_splat", sig.i, sig.v, 1, offset, prefixSIMD, 0x07)
}
func (f *Func) V128Load16Splat(offset int) *Func {
	return f.access("v128.load16_splat", sig.i, sig.v, 2, offset, prefixSIMD, 0x08)
}
func (f *Func) V128Load32Splat(offset int) *Func {
	return f.access("v128.load32_splat", sig.i, sig.v, 4, offset, prefixSIMD, 0x09)
}
func (f *Func) V128Load64Splat(offset int) *Func {
	return f.access("v128.load64_splat", sig.i, sig.v, 8, offset, prefixSIMD, 0x0a)
}
func (f *Func) V128Store(offset int) *Func {
	return f.access("v128.store", sig.iv, nil, 16, offset, prefixSIMD, 0x0b)
}
func (f *Func) V128Load32Zero(offset int) *Func {
	return f.access("v128.load32_zero", sig.i, sig.v, 4, offset, prefixSIMD, 0x5c)
}
func (f *Func) V128Load64Zero(offset int) *Func {
	return f.access("v128.load64_zero", sig.i, sig.v, 8, offset, prefixSIMD, 0x5d)
}

// Loads and stores of one lane, which leave the others as they are.

func (f *Func) V128Load8Lane(offset, lane int) *Func {
	return f.accessLane("v128.load8_lane", sig.iv, sig.v, 1, offset, lane, 0x54)
}
func (f *Func) V128Load16Lane(offset, lane int) *Func {
	return f.accessLane("v128.load16_lane", sig.iv, sig.v, 2, offset, lane, 0x55)
}
func (f *Func) V128Load32Lane(offset, lane int) *Func {
	return f.accessLane("v128.load32_lane", sig.iv, sig.v, 4, offset, lane, 0x56)
}
func (f *Func) V128Load64Lane(offset, lane int) *Func {
	return f.accessLane("v128.load64_lane", sig.iv, sig.v, 8, offset, lane, 0x57)
}
func (f *Func) V128Store8Lane(offset, lane int) *Func {
	return f.accessLane("v128.store8_lane", sig.iv, nil, 1, offset, lane, 0x58)
}
func (f *Func) V128Store16Lane(offset, lane int) *Func {
	return f.accessLane("v128.store16_lane", sig.iv, nil, 2, offset, lane, 0x59)
}
func (f *Func) V128Store32Lane(offset, lane int) *Func {
	return f.accessLane("v128.store32_lane", sig.iv, nil, 4, offset, lane, 0x5a)
}
func (f *Func) V128Store64Lane(offset, lane int) *Func {
	return f.accessLane("v128.store64_lane", sig.iv, nil, 8, offset, lane, 0x5b)
}

// MemorySize pushes the memory's size in pages.
func (f *Func) MemorySize() *Func { return f.wholeMemory("memory.size", nil, sig.i, 0x3f, 0) }

// MemoryCopy copies: destination, source and length in bytes lie on the stack.
func (f *Func) MemoryCopy() *Func { return f.wholeMemory("memory.copy", sig.iii, nil, 0xfc, 10, 0, 0) }

// MemoryFill sets bytes: destination, value and length in bytes lie on the stack.
func (f *Func) MemoryFill() *Func { return f.wholeMemory("memory.fill", sig.iii, nil, 0xfc, 11, 0) }

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

// accessLane is access for one lane of a vector.
func (f *Func) accessLane(name string, in, out []Type, size, offset, lane int, code byte) *Func {
	if f.live() && (lane < 0 || lane >= 16/size) {
		return f.fail("%s of lane %d: there are %d", name, lane, 16/size)
	}
	if f.access(name, in, out, size, offset, prefixSIMD, code); f.err == nil {
		f.code = append(f.code, byte(lane))
	}
	return f
}
