package wasmasm

// Relaxed SIMD: results may differ between processors where an operand lies outside what the name says.

func (f *Func) I8x16RelaxedSwizzle() *Func {
	return f.emit("i8x16.relaxed_swizzle", sig.vv, sig.v, prefixSIMD, 0x80, 0x02)
}
func (f *Func) I32x4RelaxedTruncF32x4S() *Func {
	return f.emit("i32x4.relaxed_trunc_f32x4_s", sig.v, sig.v, prefixSIMD, 0x81, 0x02)
}
func (f *Func) I32x4RelaxedTruncF32x4U() *Func {
	return f.emit("i32x4.relaxed_trunc_f32x4_u", sig.v, sig.v, prefixSIMD, 0x82, 0x02)
}
func (f *Func) F32x4RelaxedMadd() *Func {
	return f.emit("f32x4.relaxed_madd", sig.vvv, sig.v, prefixSIMD, 0x85, 0x02)
}
func (f *Func) F32x4RelaxedNmadd() *Func {
	return f.emit("f32x4.relaxed_nmadd", sig.vvv, sig.v, prefixSIMD, 0x86, 0x02)
}
func (f *Func) I8x16RelaxedLaneselect() *Func {
	return f.emit("i8x16.relaxed_laneselect", sig.vvv, sig.v, prefixSIMD, 0x89, 0x02)
}
func (f *Func) I16x8RelaxedLaneselect() *Func {
	return f.emit("i16x8.relaxed_laneselect", sig.vvv, sig.v, prefixSIMD, 0x8a, 0x02)
}
func (f *Func) I32x4RelaxedLaneselect() *Func {
	return f.emit("i32x4.relaxed_laneselect", sig.vvv, sig.v, prefixSIMD, 0x8b, 0x02)
}
func (f *Func) F32x4RelaxedMin() *Func {
	return f.emit("f32x4.relaxed_min", sig.vv, sig.v, prefixSIMD, 0x8d, 0x02)
}
func (f *Func) F32x4RelaxedMax() *Func {
	return f.emit("f32x4.relaxed_max", sig.vv, sig.v, prefixSIMD, 0x8e, 0x02)
}
func (f *Func) I16x8RelaxedQ15mulrS() *Func {
	return f.emit("i16x8.relaxed_q15mulr_s", sig.vv, sig.v, prefixSIMD, 0x91, 0x02)
}
func (f *Func) I16x8RelaxedDotI8x16I7x16S() *Func {
	return f.emit("i16x8.relaxed_dot_i8x16_i7x16_s", sig.vv, sig.v, prefixSIMD, 0x92, 0x02)
}
func (f *Func) I32x4RelaxedDotI8x16I7x16AddS() *Func {
	return f.emit("i32x4.relaxed_dot_i8x16_i7x16_add_s", sig.vvv, sig.v, prefixSIMD, 0x93, 0x02)
}
