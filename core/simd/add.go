package simd

import (
	"encoding/binary"
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
	asm "mobilenet/core/wasmasm"
)

// add is the sum of two quantised maps, a of the layer before and b of an earlier one, 8 channels at a time. Its multipliers m have 21
// bits, so that each is split into 11 low bits and the rest, and the values are paired for the dot product:
//
//	lo = a0 b0 a1 b1 a2 b2 a3 b3    hi = a4 b4 a5 b5 a6 b6 a7 b7          int16
//
//	sum = start + lo·(m_a, m_b's low bits) + lo·(m_a, m_b's high bits) << 11      int32, modulo 2³²
//	q   = clamp(saturate16(sum >> shift) + zero)
//
// Half a step, by which the shift rounds, and the zero points are in start, as far as a map's Layout does not subtract them.
// mobilenet.Quantized.AddMultipliers has the formula. Saturating to 16 bits changes nothing that the clamp does not change too.
//
// The relaxed engine sorts the channels of each pointwise layer by its weights, so that a and b have them in two orders. Then each channel
// of a is loaded by itself, from where order says, and the sum has b's order.
type add struct {
	a, b, out Layout
	order     []int // position in b -> position in a; nil: the same
	layer     int   // where there is an order: the layer, which no other kernel shares
	stride    int   // and the channels of a pixel
}

func wireAdd(s *step) {
	k, in, addend := newAdd(s), s.in, s.addend()
	q := s.layer.Quantized
	s.out.Order, s.out.padding = addend.Order, sum(q, in.padding, addend.padding)
	constants := s.image(constantsBytes, func(b []byte) { packAdd(b, q, in.Layout, addend.Layout, s.out.Layout) })
	s.wireAddition(k, k.values(), constants)
}

func newAdd(s *step) add {
	in, addend := s.in.channelOrder(), s.addend().channelOrder()
	k := add{a: s.in.Layout, b: s.addend().Layout, out: s.out.Layout}
	if slices.Equal(in, addend) {
		return k
	}
	place := make([]int, s.in.Shape.C) // the model's channel -> position in a
	for position, channel := range in[:len(place)] {
		place[channel] = position
	}
	k.layer, k.stride = len(s.steps), s.in.Stride
	for position, channel := range addend {
		if channel >= 0 {
			position = place[channel]
		}
		k.order = append(k.order, position)
	}
	return k
}

// values is how many values of each map one turn of the loop adds.
func (k add) values() int {
	if k.order != nil {
		return k.stride
	}
	return 8
}

func (k add) String() string {
	name := fmt.Sprintf("add_8_%v+%v_to_%v", k.a, k.b, k.out)
	if k.order != nil {
		name += fmt.Sprintf("_layer%d", k.layer)
	}
	return name
}

// addArgs are the arguments of an addition, for at least one turn of its loop.
type addArgs[T any] struct {
	a, b, out T // addresses of the first values
	constants T // address of the layer's
	turns     T
}

func (a *addArgs[T]) list() []*T { return []*T{&a.a, &a.b, &a.out, &a.constants, &a.turns} }

// wireAddition splits the values among the threads, so many to a turn of the loop: padding channels are added like others.
func (s *step) wireAddition(k kernel, values, constants int) {
	f, in, addend := s.function(k), s.in, s.addend()
	turns := s.out.pixels() * s.out.Stride / values
	for t := range s.threads() {
		part := share(turns, t, s.threads())
		if part.length() == 0 {
			continue
		}
		first := part.from * values
		args := addArgs[int]{
			a: in.Offset + first*in.Layout.size(), b: addend.Offset + first*addend.Layout.size(),
			out: s.out.Offset + first*s.out.Layout.size(), constants: constants, turns: part.length(),
		}
		s.call(t, f, args.list())
	}
}

// addend is the other map that an addition reads.
func (s *step) addend() *Map { return &s.program.Layers[s.layer.Addend] }

// The constants of an addition, from their address on.
const (
	aLow   = 0  // i16x8 pairs of the multipliers' low bits
	aHigh  = 16 // and of the rest
	aStart = 32 // i32x4
	aZero  = 48 // i16x8 the output's zero point, less what its Layout subtracts
	aMin   = 64 // i16x8, likewise
	aMax   = 80
	aShift = 96 // i32
)

// addBits is how many low bits of a multiplier are multiplied by themselves.
const addBits = 11

// subtracted is what a layout subtracts from a quantised value.
func (l Layout) subtracted(q mobilenet.Quant) int32 {
	switch l {
	case Int8:
		return 128
	case Int16:
		return int32(q.Zero)
	}
	return 0
}

func packAdd(b []byte, q *mobilenet.Quantized, in, addend, out Layout) {
	ma, mb, shift := q.AddMultipliers()
	pair := func(a, b int32) uint32 { return uint32(a) | uint32(b)<<16 }
	both := func(v int32) uint32 { return pair(v&0xffff, v) }
	const low = 1<<addBits - 1
	splat(b[aLow:], pair(ma&low, mb&low))
	splat(b[aHigh:], pair(ma>>addBits, mb>>addBits))
	start := int32(1)<<(shift-1) - ma*(int32(q.In.Zero)-in.subtracted(q.In)) - mb*(int32(q.Addend.Zero)-addend.subtracted(q.Addend))
	splat(b[aStart:], uint32(start))
	less := out.subtracted(q.Out)
	splat(b[aZero:], both(int32(q.Out.Zero)-less))
	splat(b[aMin:], both(int32(q.Min)-less))
	splat(b[aMax:], both(int32(q.Max)-less))
	binary.LittleEndian.PutUint32(b[aShift:], uint32(shift))
}

// sum is the sum of two quantised values: what padding channels come to hold.
func sum(q *mobilenet.Quantized, a, b uint8) uint8 {
	ma, mb, shift := q.AddMultipliers()
	v := (ma*(int32(a)-int32(q.In.Zero))+mb*(int32(b)-int32(q.Addend.Zero))+1<<(shift-1))>>shift + int32(q.Out.Zero)
	return uint8(min(max(v, int32(q.Min)), int32(q.Max)))
}

func (k add) emit(f *asm.Func) {
	var args addArgs[asm.Local]
	params(f, args.list())
	a, b, pair := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128)
	low, high, start, shift := f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.V128), f.Local(asm.I32)
	f.Get(args.constants).V128Load(aLow).Set(low)
	f.Get(args.constants).V128Load(aHigh).Set(high)
	f.Get(args.constants).V128Load(aStart).Set(start)
	f.Get(args.constants).I32Load(aShift).Set(shift)
	turn := f.Loop()
	{
		for at := 0; at < k.values(); at += 8 {
			if k.order == nil {
				k.a.load(f, args.a, 0)
				f.Set(a)
			} else {
				k.gather(f, args.a, a, k.order[at:][:8])
			}
			k.b.load(f, args.b, at*k.b.size())
			f.Set(b)
			f.Get(args.out)
			for _, half := range [][16]byte{interleaveLow, interleaveHigh} {
				f.Get(a, b).I8x16Shuffle(half).Tee(pair)
				f.Get(high).I32x4DotI16x8S().I32Const(addBits).I32x4Shl()
				f.Get(pair, low).I32x4DotI16x8S().I32x4Add()
				f.Get(start).I32x4Add().Get(shift).I32x4ShrS()
			}
			f.I16x8NarrowI32x4S().Get(args.constants).V128Load(aZero).I16x8AddSatS()
			f.Get(args.constants).V128Load(aMax).I16x8MinS().Get(args.constants).V128Load(aMin).I16x8MaxS()
			switch k.out {
			case Int16:
				f.V128Store(2 * at)
				continue
			case Int8:
				f.Tee(a).Get(a).I8x16NarrowI16x8S()
			default:
				f.Tee(a).Get(a).I8x16NarrowI16x8U()
			}
			f.V128Store64Lane(at, 0)
		}
		f.Get(args.a).I32Const(k.values() * k.a.size()).I32Add().Set(args.a)
		f.Get(args.b).I32Const(k.values() * k.b.size()).I32Add().Set(args.b)
		f.Get(args.out).I32Const(k.values() * k.out.size()).I32Add().Set(args.out)
		f.Get(args.turns).I32Const(1).I32Sub().Tee(args.turns).BrIf(turn)
	}
	f.End()
}

// load pushes 8 values of a map as i16x8.
func (l Layout) load(f *asm.Func, from asm.Local, at int) {
	f.Get(from)
	switch l {
	case Int16:
		f.V128Load(at)
	case Int8:
		f.V128Load8x8S(at)
	default:
		f.V128Load8x8U(at)
	}
}

// gather sets v to the values at 8 positions of a pixel of a, which are bytes.
func (k add) gather(f *asm.Func, pixel, v asm.Local, positions []int) {
	f.Get(pixel).V128Load8Splat(positions[0]).Set(v)
	for lane, position := range positions[1:] {
		f.Get(pixel, v).V128Load8Lane(position, 1+lane).Set(v)
	}
	if k.a == Int8 {
		f.Get(v).I16x8ExtendLowI8x16S().Set(v)
	} else {
		f.Get(v).I16x8ExtendLowI8x16U().Set(v)
	}
}

// addF32 is the sum of two maps of floats, 4 values at a time.
type addF32 struct {
	leaks bool
}

func wireAddF32(s *step) { s.wireAddition(addF32{leaks(s.layer)}, 4, s.floatConstants()) }

func (k addF32) String() string { return "add_f32_4" + fused(false, k.leaks) }

func (k addF32) emit(f *asm.Func) {
	var args addArgs[asm.Local]
	params(f, args.list())
	sum := f.Local(asm.V128)
	turn := f.Loop()
	{
		f.Get(args.a).V128Load(0).Get(args.b).V128Load(0).F32x4Add().Set(sum)
		f.Get(args.out)
		activateFloats(f, sum, args.constants, k.leaks)
		f.V128Store(0)
		for _, at := range []asm.Local{args.a, args.b, args.out} {
			f.Get(at).I32Const(16).I32Add().Set(at)
		}
		f.Get(args.turns).I32Const(1).I32Sub().Tee(args.turns).BrIf(turn)
	}
	f.End()
}
