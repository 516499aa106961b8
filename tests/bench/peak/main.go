// Peak writes a WebAssembly module of loops that do dot products on registers alone: what one thread of this machine
// could do at best. Each kernel NAME takes a count of rounds; NAME_multiply_adds tells how many it does in one.
//
//	go run ./tests/bench/peak FILE.wasm
package main

import (
	"fmt"
	"os"

	"mobilenet/core/wasmasm"
)

// A kernel is what one sum grows by in a round, left on the stack as sum + row·column. Sums are a register block of rows × columns,
// as in the network's own kernels. With the operands and a temporary, where there is one, they fit into 16 registers, and are enough
// to hide the latency of an addition.
type kernel struct {
	name         string
	rows         int
	columns      int
	multiplyAdds int
	step         func(f *wasmasm.Func, sum, row, column wasmasm.Local)
	next         func(f *wasmasm.Func) // adds two operands
}

var kernels = []kernel{
	{"dot_i16", 2, 4, 8, func(f *wasmasm.Func, sum, row, column wasmasm.Local) {
		f.Get(row, column).I32x4DotI16x8S().Get(sum).I32x4Add()
	}, func(f *wasmasm.Func) { f.I32x4Add() }},
	// Two products are added in i16 before they are widened, as the pointwise kernel does where the weights allow it.
	{"relaxed_dot_i8", 2, 4, 32, func(f *wasmasm.Func, sum, row, column wasmasm.Local) {
		f.Get(row, column).I16x8RelaxedDotI8x16I7x16S()
		f.Get(column, row).I16x8RelaxedDotI8x16I7x16S()
		f.I16x8Add().I32x4ExtaddPairwiseI16x8S().Get(sum).I32x4Add()
	}, func(f *wasmasm.Func) { f.I32x4Add() }},
	{"relaxed_madd_f32", 3, 3, 4, func(f *wasmasm.Func, sum, row, column wasmasm.Local) {
		f.Get(row, column, sum).F32x4RelaxedMadd()
	}, func(f *wasmasm.Func) { f.F32x4Add() }},
}

// emit writes: for rounds { for each sum { sum += row·column }; for each row { row += column } }. The rows change, so that no
// compiler can take a product out of the loop; the result depends on all sums, so that it can drop none.
func (k kernel) emit(m *wasmasm.Module) {
	f := m.Func(k.name).Export()
	rounds := f.Param(wasmasm.I32)
	f.Result(wasmasm.I64)
	left := f.Local(wasmasm.I32)
	row, column := f.Locals(wasmasm.V128, k.rows), f.Locals(wasmasm.V128, k.columns)
	sums := f.Locals(wasmasm.V128, k.rows*k.columns)
	f.Get(rounds).Set(left)
	for i, operand := range append(row, column...) {
		f.I32Const(50 + i).I8x16Splat().Set(operand) // within 7 bits, and no denormal as float32
	}
	loop := f.Loop()
	for i, sum := range sums {
		k.step(f, sum, row[i/k.columns], column[i%k.columns])
		f.Set(sum)
	}
	for i, r := range row {
		f.Get(r, column[i])
		k.next(f)
		f.Set(r)
	}
	f.Get(left).I32Const(1).I32Sub().Tee(left).BrIf(loop)
	f.End()
	f.Get(sums[0])
	for _, sum := range sums[1:] {
		f.Get(sum).V128Xor()
	}
	f.I64x2ExtractLane(0)

	count := m.Func(k.name + "_multiply_adds").Export()
	count.Result(wasmasm.I32)
	count.I32Const(k.rows * k.columns * k.multiplyAdds)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: peak FILE.wasm")
		os.Exit(2)
	}
	m := wasmasm.NewModule()
	for _, k := range kernels {
		k.emit(m)
	}
	b, err := m.Encode()
	if err == nil {
		err = os.WriteFile(os.Args[1], b, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
}
