package simd

import (
	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// inputF32 turns the bytes of a picture, RGB after RGB, into the numbers that a float model reads: by a table, so that they are
// the reference's whatever the normalisation is.
type inputF32 struct{}

func (inputF32) String() string { return "input_f32" }

// inputTableSize is the bytes of the table [3][256] f32.
const inputTableSize = 3 * 256 * 4

func packInputTable(b []byte, m *mobilenet.Model) {
	for c, values := range m.FloatInputTable() {
		for i, v := range values {
			putFloat32(b[4*(256*c+i):], v)
		}
	}
}

// emit writes the kernel: (in, out, table, n i32), n ≥ 1 pixels.
func (k inputF32) emit(m *asm.Module) *asm.Func {
	f := m.Func(k.String())
	in, out, table, n := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	pixel := f.Loop()
	{
		for c := range 3 {
			f.Get(out)
			f.Get(in).I32Load8U(c).I32Const(4).I32Mul().Get(table).I32Add().F32Load(1024 * c)
			f.F32Store(4 * c)
		}
		f.Get(in).I32Const(3).I32Add().Set(in)
		f.Get(out).I32Const(12).I32Add().Set(out)
		f.Get(n).I32Const(1).I32Sub().Tee(n).BrIf(pixel)
	}
	f.End()
	return f
}
