package simd

import asm "mobilenet/core/wasmasm"

// What the 1×1 convolutions by pointwiseI16 and pointwiseF32 share. The first convolution runs them too, over windows in place of
// pixels.

// pointwiseArgs are the arguments of a pointwiseKernel. It computes at least as many pixels as a tile has, and at least one block.
type pointwiseArgs[T any] struct {
	in, out            T // addresses of the first pixels, of out the first block's channels
	weights, constants T // addresses of the first block's, and of the layer's
	pixels, blocks     T // how many, and of 8 output channels
}

func (a *pointwiseArgs[T]) list() []*T {
	return []*T{&a.in, &a.out, &a.weights, &a.constants, &a.pixels, &a.blocks}
}

// invoke calls a pointwiseKernel from another kernel.
func invoke(f, kernel *asm.Func, args pointwiseArgs[func()]) {
	for _, push := range args.list() {
		(*push)()
	}
	f.Call(kernel)
}

type pointwiseKernel interface {
	kernel
	blockBytes() int // of the weights of 8 output channels
	overread() int   // bytes behind all weights that are read, whatever they are
}

// wirePointwise splits the layer's output among the threads. pack writes all weights.
func (s *step) wirePointwise(k pointwiseKernel, constants int, pack func(b []byte)) {
	weights := s.image(s.out.Stride/8*k.blockBytes(), pack)
	s.alloc(k.overread())
	f := s.function(k)
	for t, p := range s.split(s.axis()) {
		first := p.rows.from * s.out.Shape.W
		args := pointwiseArgs[int]{
			in: s.in.address(first, 0), out: s.out.address(first, 8*p.blocks.from),
			weights: weights + p.blocks.from*k.blockBytes(), constants: constants,
			pixels: p.rows.length() * s.out.Shape.W, blocks: p.blocks.length(),
		}
		s.call(t, f, args.list())
	}
}
