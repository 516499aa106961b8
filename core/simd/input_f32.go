package simd

import (
	asm "mobilenet/core/wasmasm"
)

// inputF32 turns a picture's bytes into the numbers that a float model reads: by a table for each colour, so that they equal the
// reference's for every normalisation.
type inputF32 struct {
	colours int
}

func (k inputF32) String() string {
	if k.colours == 1 {
		return "input_f32_grey"
	}
	return "input_f32"
}

// inputTableSize is the bytes of the table [3][256] f32. Grey reads the first 256.
const inputTableSize = 3 * 256 * 4

// convertInput returns a function that makes a thread convert rows of the picture.
func (s *step) convertInput() func(thread int, rows interval) {
	table := s.image(inputTableSize, func(b []byte) {
		for c, values := range s.program.Model.FloatInputTable() {
			for i, v := range values {
				putFloat32(b[4*(256*c+i):], v)
			}
		}
	})
	picture := &s.program.Input
	f := s.function(inputF32{picture.Shape.C})
	return func(thread int, rows interval) {
		first := rows.from * picture.Shape.W
		args := inputF32Args[int]{
			in: picture.address(first, 0), out: s.floatInput.address(first, 0), table: table, pixels: rows.length() * picture.Shape.W,
		}
		s.call(thread, f, args.list())
	}
}

// inputF32Args are the arguments of inputF32, for at least one pixel.
type inputF32Args[T any] struct {
	in, out, table T // addresses of the first pixel's bytes and numbers, and of the table
	pixels         T // how many
}

func (a *inputF32Args[T]) list() []*T { return []*T{&a.in, &a.out, &a.table, &a.pixels} }

func (k inputF32) emit(f *asm.Func) {
	var args inputF32Args[asm.Local]
	params(f, args.list())
	in, out, table, n := args.in, args.out, args.table, args.pixels
	pixel := f.Loop()
	{
		for c := range k.colours {
			f.Get(out)
			f.Get(in).I32Load8U(c).I32Const(4).I32Mul().Get(table).I32Add().F32Load(1024 * c)
			f.F32Store(4 * c)
		}
		f.Get(in).I32Const(k.colours).I32Add().Set(in)
		f.Get(out).I32Const(4 * k.colours).I32Add().Set(out)
		f.Get(n).I32Const(1).I32Sub().Tee(n).BrIf(pixel)
	}
	f.End()
}
