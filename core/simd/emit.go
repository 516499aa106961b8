package simd

import (
	"encoding/binary"
	"math"

	asm "mobilenet/core/wasmasm"
)

// Building blocks of kernels.

// A kernel's arguments go by name: a struct of parameters where the kernel is emitted, of numbers where a layer calls it, and of
// functions that push them where another kernel does. Its method list fixes their order.

// params declares the parameters of a kernel.
func params(f *asm.Func, list []*asm.Local) {
	for _, p := range list {
		*p = f.Param(asm.I32)
	}
}

// accumulators declares vectors for rows × columns sums.
func accumulators(f *asm.Func, rows, columns int) [][]asm.Local {
	acc := make([][]asm.Local, rows)
	for i := range acc {
		acc[i] = f.Locals(asm.V128, columns)
	}
	return acc
}

// startAccumulators loads the channels' biases, which lie at address w, into the sums of each pixel.
func startAccumulators(f *asm.Func, acc [][]asm.Local, w asm.Local) {
	for v := range acc[0] {
		f.Get(w).V128Load(16 * v).Set(acc[0][v])
		for i := 1; i < len(acc); i++ {
			f.Get(acc[0][v]).Set(acc[i][v])
		}
	}
}

// overlapTail moves i, the index of a block of size items, back so that the block ends at n: the last block of a loop overlaps the
// one before it and computes a part twice.
func overlapTail(f *asm.Func, i, n asm.Local, size int) {
	if size == 1 {
		return
	}
	f.Get(i, n).I32Const(size).I32Sub()
	f.Get(i, n).I32Const(size).I32Sub().I32LtU()
	f.Select().Set(i)
}

// dotAdd takes a, b and c from the stack: c plus the products of four bytes each of a, signed, and b, which must lie in 0..127. Tests put in its place what
// processors make of it.
var dotAdd = (*asm.Func).I32x4RelaxedDotI8x16I7x16AddS

// multiples is 0, stride, 2·stride, …
func multiples(n, stride int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i * stride
	}
	return at
}

func putInt32(b []byte, v int32)     { binary.LittleEndian.PutUint32(b, uint32(v)) }
func putFloat32(b []byte, v float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(v)) }

// splat writes v into four lanes.
func splat(b []byte, v uint32) {
	for i := range 4 {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
}

// roundUp is the least multiple of unit that is at least n.
func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }
