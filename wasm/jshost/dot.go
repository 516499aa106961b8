//go:build js && wasm

package jshost

import (
	"math"
	"syscall/js"

	"mobilenet/core/wasmasm"
)

// A DotSupport says how i32x4.relaxed_dot_i8x16_i7x16_add_s is computed here.
type DotSupport int

const (
	NoDot   DotSupport = iota // not at all, or wrongly, as by V8's baseline compiler before relaxed SIMD was finished (Node.js 20, with a flag)
	SlowDot                   // rightly, in several instructions
	FastDot                   // in one: on Arm, and on x86 with VNNI
)

// dots is how many the probe adds up.
const dots = 3

// probeDot runs the instruction. All its operands come from the stack alone, none from a local: then the faulty compiler took the third operand's
// register for its own use. Where its second operand lies in 0..127 the result is the same everywhere, and must be right. Beyond that, x86 without
// VNNI adds two products in 16 bits with saturation (vpmaddubsw), which no single instruction does. On Arm the answer would depend on which of V8's
// compilers gives it, but there the instruction is never worse than others; Arm is told from x86 by the sign of ∞ − ∞.
func probeDot() DotSupport {
	m := wasmasm.NewModule()
	f := m.Func("dot").Export()
	a, b, c := f.Param(wasmasm.I32), f.Param(wasmasm.I32), f.Param(wasmasm.I32)
	f.Result(wasmasm.I32)
	for range dots {
		f.Get(a).I8x16Splat().Get(b).I8x16Splat()
	}
	f.Get(c).I32x4Splat()
	for range dots {
		f.I32x4RelaxedDotI8x16I7x16AddS()
	}
	f.I32x4ExtractLane(3)
	f = m.Func("sign").Export()
	x := f.Param(wasmasm.F32)
	f.Result(wasmasm.I32)
	f.Get(x, x).F32Sub().I32ReinterpretF32()
	code, err := m.Encode()
	if err != nil || !webAssembly.Call("validate", toJS(code)).Bool() {
		return NoDot
	}
	exports := webAssembly.Get("Instance").New(webAssembly.Get("Module").New(toJS(code))).Get("exports")
	dot := func(a, b, c int) int { return exports.Call("dot", a, b, c).Int() }
	for _, operands := range [][3]int{{-128, 127, 5}, {127, 127, -9}, {-3, 1, 1 << 20}, {0, 127, -1}} {
		a, b, c := operands[0], operands[1], operands[2]
		if dot(a, b, c) != c+dots*4*a*b {
			return NoDot
		}
	}
	if arm := exports.Call("sign", js.ValueOf(math.Inf(1))).Int() >= 0; arm {
		return FastDot
	}
	if dot(127, 255, 0) == dots*2*math.MaxInt16 {
		return SlowDot
	}
	return FastDot
}
