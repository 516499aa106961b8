package wasmasm

// prefixSIMD begins the vector instructions; the number that follows is unsigned LEB128.
const prefixSIMD = 0xfd

// A scalar in every lane.

func (f *Func) I8x16Splat() *Func { return f.emit("i8x16.splat", sig.i, sig.v, prefixSIMD, 0x0f) }
func (f *Func) I16x8Splat() *Func { return f.emit("i16x8.splat", sig.i, sig.v, prefixSIMD, 0x10) }
func (f *Func) I32x4Splat() *Func { return f.emit("i32x4.splat", sig.i, sig.v, prefixSIMD, 0x11) }
func (f *Func) I64x2Splat() *Func { return f.emit("i64x2.splat", sig.l, sig.v, prefixSIMD, 0x12) }
func (f *Func) F32x4Splat() *Func { return f.emit("f32x4.splat", sig.s, sig.v, prefixSIMD, 0x13) }

// Bits.

func (f *Func) V128Not() *Func    { return f.emit("v128.not", sig.v, sig.v, prefixSIMD, 0x4d) }
func (f *Func) V128And() *Func    { return f.emit("v128.and", sig.vv, sig.v, prefixSIMD, 0x4e) }
func (f *Func) V128Andnot() *Func { return f.emit("v128.andnot", sig.vv, sig.v, prefixSIMD, 0x4f) }
func (f *Func) V128Or() *Func     { return f.emit("v128.or", sig.vv, sig.v, prefixSIMD, 0x50) }
func (f *Func) V128Xor() *Func    { return f.emit("v128.xor", sig.vv, sig.v, prefixSIMD, 0x51) }
func (f *Func) V128Bitselect() *Func {
	return f.emit("v128.bitselect", sig.vvv, sig.v, prefixSIMD, 0x52)
}
func (f *Func) V128AnyTrue() *Func  { return f.emit("v128.any_true", sig.v, sig.i, prefixSIMD, 0x53) }
func (f *Func) I8x16Swizzle() *Func { return f.emit("i8x16.swizzle", sig.vv, sig.v, prefixSIMD, 0x0e) }

// Comparisons, all ones where true.

func (f *Func) I8x16Eq() *Func  { return f.emit("i8x16.eq", sig.vv, sig.v, prefixSIMD, 0x23) }
func (f *Func) I8x16Ne() *Func  { return f.emit("i8x16.ne", sig.vv, sig.v, prefixSIMD, 0x24) }
func (f *Func) I8x16LtS() *Func { return f.emit("i8x16.lt_s", sig.vv, sig.v, prefixSIMD, 0x25) }
func (f *Func) I8x16LtU() *Func { return f.emit("i8x16.lt_u", sig.vv, sig.v, prefixSIMD, 0x26) }
func (f *Func) I8x16GtS() *Func { return f.emit("i8x16.gt_s", sig.vv, sig.v, prefixSIMD, 0x27) }
func (f *Func) I8x16GtU() *Func { return f.emit("i8x16.gt_u", sig.vv, sig.v, prefixSIMD, 0x28) }
func (f *Func) I8x16LeS() *Func { return f.emit("i8x16.le_s", sig.vv, sig.v, prefixSIMD, 0x29) }
func (f *Func) I8x16LeU() *Func { return f.emit("i8x16.le_u", sig.vv, sig.v, prefixSIMD, 0x2a) }
func (f *Func) I8x16GeS() *Func { return f.emit("i8x16.ge_s", sig.vv, sig.v, prefixSIMD, 0x2b) }
func (f *Func) I8x16GeU() *Func { return f.emit("i8x16.ge_u", sig.vv, sig.v, prefixSIMD, 0x2c) }
func (f *Func) I16x8Eq() *Func  { return f.emit("i16x8.eq", sig.vv, sig.v, prefixSIMD, 0x2d) }
func (f *Func) I16x8Ne() *Func  { return f.emit("i16x8.ne", sig.vv, sig.v, prefixSIMD, 0x2e) }
func (f *Func) I16x8LtS() *Func { return f.emit("i16x8.lt_s", sig.vv, sig.v, prefixSIMD, 0x2f) }
func (f *Func) I16x8LtU() *Func { return f.emit("i16x8.lt_u", sig.vv, sig.v, prefixSIMD, 0x30) }
func (f *Func) I16x8GtS() *Func { return f.emit("i16x8.gt_s", sig.vv, sig.v, prefixSIMD, 0x31) }
func (f *Func) I16x8GtU() *Func { return f.emit("i16x8.gt_u", sig.vv, sig.v, prefixSIMD, 0x32) }
func (f *Func) I16x8LeS() *Func { return f.emit("i16x8.le_s", sig.vv, sig.v, prefixSIMD, 0x33) }
func (f *Func) I16x8LeU() *Func { return f.emit("i16x8.le_u", sig.vv, sig.v, prefixSIMD, 0x34) }
func (f *Func) I16x8GeS() *Func { return f.emit("i16x8.ge_s", sig.vv, sig.v, prefixSIMD, 0x35) }
func (f *Func) I16x8GeU() *Func { return f.emit("i16x8.ge_u", sig.vv, sig.v, prefixSIMD, 0x36) }
func (f *Func) I32x4Eq() *Func  { return f.emit("i32x4.eq", sig.vv, sig.v, prefixSIMD, 0x37) }
func (f *Func) I32x4Ne() *Func  { return f.emit("i32x4.ne", sig.vv, sig.v, prefixSIMD, 0x38) }
func (f *Func) I32x4LtS() *Func { return f.emit("i32x4.lt_s", sig.vv, sig.v, prefixSIMD, 0x39) }
func (f *Func) I32x4LtU() *Func { return f.emit("i32x4.lt_u", sig.vv, sig.v, prefixSIMD, 0x3a) }
func (f *Func) I32x4GtS() *Func { return f.emit("i32x4.gt_s", sig.vv, sig.v, prefixSIMD, 0x3b) }
func (f *Func) I32x4GtU() *Func { return f.emit("i32x4.gt_u", sig.vv, sig.v, prefixSIMD, 0x3c) }
func (f *Func) I32x4LeS() *Func { return f.emit("i32x4.le_s", sig.vv, sig.v, prefixSIMD, 0x3d) }
func (f *Func) I32x4LeU() *Func { return f.emit("i32x4.le_u", sig.vv, sig.v, prefixSIMD, 0x3e) }
func (f *Func) I32x4GeS() *Func { return f.emit("i32x4.ge_s", sig.vv, sig.v, prefixSIMD, 0x3f) }
func (f *Func) I32x4GeU() *Func { return f.emit("i32x4.ge_u", sig.vv, sig.v, prefixSIMD, 0x40) }
func (f *Func) F32x4Eq() *Func  { return f.emit("f32x4.eq", sig.vv, sig.v, prefixSIMD, 0x41) }
func (f *Func) F32x4Ne() *Func  { return f.emit("f32x4.ne", sig.vv, sig.v, prefixSIMD, 0x42) }
func (f *Func) F32x4Lt() *Func  { return f.emit("f32x4.lt", sig.vv, sig.v, prefixSIMD, 0x43) }
func (f *Func) F32x4Gt() *Func  { return f.emit("f32x4.gt", sig.vv, sig.v, prefixSIMD, 0x44) }
func (f *Func) F32x4Le() *Func  { return f.emit("f32x4.le", sig.vv, sig.v, prefixSIMD, 0x45) }
func (f *Func) F32x4Ge() *Func  { return f.emit("f32x4.ge", sig.vv, sig.v, prefixSIMD, 0x46) }

// 16 lanes of 8 bits.

func (f *Func) I8x16Abs() *Func     { return f.emit("i8x16.abs", sig.v, sig.v, prefixSIMD, 0x60) }
func (f *Func) I8x16Neg() *Func     { return f.emit("i8x16.neg", sig.v, sig.v, prefixSIMD, 0x61) }
func (f *Func) I8x16Popcnt() *Func  { return f.emit("i8x16.popcnt", sig.v, sig.v, prefixSIMD, 0x62) }
func (f *Func) I8x16AllTrue() *Func { return f.emit("i8x16.all_true", sig.v, sig.i, prefixSIMD, 0x63) }
func (f *Func) I8x16Bitmask() *Func { return f.emit("i8x16.bitmask", sig.v, sig.i, prefixSIMD, 0x64) }
func (f *Func) I8x16NarrowI16x8S() *Func {
	return f.emit("i8x16.narrow_i16x8_s", sig.vv, sig.v, prefixSIMD, 0x65)
}
func (f *Func) I8x16NarrowI16x8U() *Func {
	return f.emit("i8x16.narrow_i16x8_u", sig.vv, sig.v, prefixSIMD, 0x66)
}
func (f *Func) I8x16Shl() *Func  { return f.emit("i8x16.shl", sig.vi, sig.v, prefixSIMD, 0x6b) }
func (f *Func) I8x16ShrS() *Func { return f.emit("i8x16.shr_s", sig.vi, sig.v, prefixSIMD, 0x6c) }
func (f *Func) I8x16ShrU() *Func { return f.emit("i8x16.shr_u", sig.vi, sig.v, prefixSIMD, 0x6d) }
func (f *Func) I8x16Add() *Func  { return f.emit("i8x16.add", sig.vv, sig.v, prefixSIMD, 0x6e) }
func (f *Func) I8x16AddSatS() *Func {
	return f.emit("i8x16.add_sat_s", sig.vv, sig.v, prefixSIMD, 0x6f)
}
func (f *Func) I8x16AddSatU() *Func {
	return f.emit("i8x16.add_sat_u", sig.vv, sig.v, prefixSIMD, 0x70)
}
func (f *Func) I8x16Sub() *Func { return f.emit("i8x16.sub", sig.vv, sig.v, prefixSIMD, 0x71) }
func (f *Func) I8x16SubSatS() *Func {
	return f.emit("i8x16.sub_sat_s", sig.vv, sig.v, prefixSIMD, 0x72)
}
func (f *Func) I8x16SubSatU() *Func {
	return f.emit("i8x16.sub_sat_u", sig.vv, sig.v, prefixSIMD, 0x73)
}
func (f *Func) I8x16MinS() *Func  { return f.emit("i8x16.min_s", sig.vv, sig.v, prefixSIMD, 0x76) }
func (f *Func) I8x16MinU() *Func  { return f.emit("i8x16.min_u", sig.vv, sig.v, prefixSIMD, 0x77) }
func (f *Func) I8x16MaxS() *Func  { return f.emit("i8x16.max_s", sig.vv, sig.v, prefixSIMD, 0x78) }
func (f *Func) I8x16MaxU() *Func  { return f.emit("i8x16.max_u", sig.vv, sig.v, prefixSIMD, 0x79) }
func (f *Func) I8x16AvgrU() *Func { return f.emit("i8x16.avgr_u", sig.vv, sig.v, prefixSIMD, 0x7b) }

// 8 lanes of 16 bits.

func (f *Func) I16x8ExtaddPairwiseI8x16S() *Func {
	return f.emit("i16x8.extadd_pairwise_i8x16_s", sig.v, sig.v, prefixSIMD, 0x7c)
}
func (f *Func) I16x8ExtaddPairwiseI8x16U() *Func {
	return f.emit("i16x8.extadd_pairwise_i8x16_u", sig.v, sig.v, prefixSIMD, 0x7d)
}
func (f *Func) I16x8Abs() *Func { return f.emit("i16x8.abs", sig.v, sig.v, prefixSIMD, 0x80, 0x01) }
func (f *Func) I16x8Neg() *Func { return f.emit("i16x8.neg", sig.v, sig.v, prefixSIMD, 0x81, 0x01) }
func (f *Func) I16x8Q15mulrSatS() *Func {
	return f.emit("i16x8.q15mulr_sat_s", sig.vv, sig.v, prefixSIMD, 0x82, 0x01)
}
func (f *Func) I16x8AllTrue() *Func {
	return f.emit("i16x8.all_true", sig.v, sig.i, prefixSIMD, 0x83, 0x01)
}
func (f *Func) I16x8Bitmask() *Func {
	return f.emit("i16x8.bitmask", sig.v, sig.i, prefixSIMD, 0x84, 0x01)
}
func (f *Func) I16x8NarrowI32x4S() *Func {
	return f.emit("i16x8.narrow_i32x4_s", sig.vv, sig.v, prefixSIMD, 0x85, 0x01)
}
func (f *Func) I16x8NarrowI32x4U() *Func {
	return f.emit("i16x8.narrow_i32x4_u", sig.vv, sig.v, prefixSIMD, 0x86, 0x01)
}
func (f *Func) I16x8ExtendLowI8x16S() *Func {
	return f.emit("i16x8.extend_low_i8x16_s", sig.v, sig.v, prefixSIMD, 0x87, 0x01)
}
func (f *Func) I16x8ExtendHighI8x16S() *Func {
	return f.emit("i16x8.extend_high_i8x16_s", sig.v, sig.v, prefixSIMD, 0x88, 0x01)
}
func (f *Func) I16x8ExtendLowI8x16U() *Func {
	return f.emit("i16x8.extend_low_i8x16_u", sig.v, sig.v, prefixSIMD, 0x89, 0x01)
}
func (f *Func) I16x8ExtendHighI8x16U() *Func {
	return f.emit("i16x8.extend_high_i8x16_u", sig.v, sig.v, prefixSIMD, 0x8a, 0x01)
}
func (f *Func) I16x8Shl() *Func  { return f.emit("i16x8.shl", sig.vi, sig.v, prefixSIMD, 0x8b, 0x01) }
func (f *Func) I16x8ShrS() *Func { return f.emit("i16x8.shr_s", sig.vi, sig.v, prefixSIMD, 0x8c, 0x01) }
func (f *Func) I16x8ShrU() *Func { return f.emit("i16x8.shr_u", sig.vi, sig.v, prefixSIMD, 0x8d, 0x01) }
func (f *Func) I16x8Add() *Func  { return f.emit("i16x8.add", sig.vv, sig.v, prefixSIMD, 0x8e, 0x01) }
func (f *Func) I16x8AddSatS() *Func {
	return f.emit("i16x8.add_sat_s", sig.vv, sig.v, prefixSIMD, 0x8f, 0x01)
}
func (f *Func) I16x8AddSatU() *Func {
	return f.emit("i16x8.add_sat_u", sig.vv, sig.v, prefixSIMD, 0x90, 0x01)
}
func (f *Func) I16x8Sub() *Func { return f.emit("i16x8.sub", sig.vv, sig.v, prefixSIMD, 0x91, 0x01) }
func (f *Func) I16x8SubSatS() *Func {
	return f.emit("i16x8.sub_sat_s", sig.vv, sig.v, prefixSIMD, 0x92, 0x01)
}
func (f *Func) I16x8SubSatU() *Func {
	return f.emit("i16x8.sub_sat_u", sig.vv, sig.v, prefixSIMD, 0x93, 0x01)
}
func (f *Func) I16x8Mul() *Func  { return f.emit("i16x8.mul", sig.vv, sig.v, prefixSIMD, 0x95, 0x01) }
func (f *Func) I16x8MinS() *Func { return f.emit("i16x8.min_s", sig.vv, sig.v, prefixSIMD, 0x96, 0x01) }
func (f *Func) I16x8MinU() *Func { return f.emit("i16x8.min_u", sig.vv, sig.v, prefixSIMD, 0x97, 0x01) }
func (f *Func) I16x8MaxS() *Func { return f.emit("i16x8.max_s", sig.vv, sig.v, prefixSIMD, 0x98, 0x01) }
func (f *Func) I16x8MaxU() *Func { return f.emit("i16x8.max_u", sig.vv, sig.v, prefixSIMD, 0x99, 0x01) }
func (f *Func) I16x8AvgrU() *Func {
	return f.emit("i16x8.avgr_u", sig.vv, sig.v, prefixSIMD, 0x9b, 0x01)
}
func (f *Func) I16x8ExtmulLowI8x16S() *Func {
	return f.emit("i16x8.extmul_low_i8x16_s", sig.vv, sig.v, prefixSIMD, 0x9c, 0x01)
}
func (f *Func) I16x8ExtmulHighI8x16S() *Func {
	return f.emit("i16x8.extmul_high_i8x16_s", sig.vv, sig.v, prefixSIMD, 0x9d, 0x01)
}
func (f *Func) I16x8ExtmulLowI8x16U() *Func {
	return f.emit("i16x8.extmul_low_i8x16_u", sig.vv, sig.v, prefixSIMD, 0x9e, 0x01)
}
func (f *Func) I16x8ExtmulHighI8x16U() *Func {
	return f.emit("i16x8.extmul_high_i8x16_u", sig.vv, sig.v, prefixSIMD, 0x9f, 0x01)
}

// 4 lanes of 32 bits.

func (f *Func) I32x4ExtaddPairwiseI16x8S() *Func {
	return f.emit("i32x4.extadd_pairwise_i16x8_s", sig.v, sig.v, prefixSIMD, 0x7e)
}
func (f *Func) I32x4ExtaddPairwiseI16x8U() *Func {
	return f.emit("i32x4.extadd_pairwise_i16x8_u", sig.v, sig.v, prefixSIMD, 0x7f)
}
func (f *Func) I32x4Abs() *Func { return f.emit("i32x4.abs", sig.v, sig.v, prefixSIMD, 0xa0, 0x01) }
func (f *Func) I32x4Neg() *Func { return f.emit("i32x4.neg", sig.v, sig.v, prefixSIMD, 0xa1, 0x01) }
func (f *Func) I32x4AllTrue() *Func {
	return f.emit("i32x4.all_true", sig.v, sig.i, prefixSIMD, 0xa3, 0x01)
}
func (f *Func) I32x4Bitmask() *Func {
	return f.emit("i32x4.bitmask", sig.v, sig.i, prefixSIMD, 0xa4, 0x01)
}
func (f *Func) I32x4ExtendLowI16x8S() *Func {
	return f.emit("i32x4.extend_low_i16x8_s", sig.v, sig.v, prefixSIMD, 0xa7, 0x01)
}
func (f *Func) I32x4ExtendHighI16x8S() *Func {
	return f.emit("i32x4.extend_high_i16x8_s", sig.v, sig.v, prefixSIMD, 0xa8, 0x01)
}
func (f *Func) I32x4ExtendLowI16x8U() *Func {
	return f.emit("i32x4.extend_low_i16x8_u", sig.v, sig.v, prefixSIMD, 0xa9, 0x01)
}
func (f *Func) I32x4ExtendHighI16x8U() *Func {
	return f.emit("i32x4.extend_high_i16x8_u", sig.v, sig.v, prefixSIMD, 0xaa, 0x01)
}
func (f *Func) I32x4Shl() *Func  { return f.emit("i32x4.shl", sig.vi, sig.v, prefixSIMD, 0xab, 0x01) }
func (f *Func) I32x4ShrS() *Func { return f.emit("i32x4.shr_s", sig.vi, sig.v, prefixSIMD, 0xac, 0x01) }
func (f *Func) I32x4ShrU() *Func { return f.emit("i32x4.shr_u", sig.vi, sig.v, prefixSIMD, 0xad, 0x01) }
func (f *Func) I32x4Add() *Func  { return f.emit("i32x4.add", sig.vv, sig.v, prefixSIMD, 0xae, 0x01) }
func (f *Func) I32x4Sub() *Func  { return f.emit("i32x4.sub", sig.vv, sig.v, prefixSIMD, 0xb1, 0x01) }
func (f *Func) I32x4Mul() *Func  { return f.emit("i32x4.mul", sig.vv, sig.v, prefixSIMD, 0xb5, 0x01) }
func (f *Func) I32x4MinS() *Func { return f.emit("i32x4.min_s", sig.vv, sig.v, prefixSIMD, 0xb6, 0x01) }
func (f *Func) I32x4MinU() *Func { return f.emit("i32x4.min_u", sig.vv, sig.v, prefixSIMD, 0xb7, 0x01) }
func (f *Func) I32x4MaxS() *Func { return f.emit("i32x4.max_s", sig.vv, sig.v, prefixSIMD, 0xb8, 0x01) }
func (f *Func) I32x4MaxU() *Func { return f.emit("i32x4.max_u", sig.vv, sig.v, prefixSIMD, 0xb9, 0x01) }
func (f *Func) I32x4DotI16x8S() *Func {
	return f.emit("i32x4.dot_i16x8_s", sig.vv, sig.v, prefixSIMD, 0xba, 0x01)
}
func (f *Func) I32x4ExtmulLowI16x8S() *Func {
	return f.emit("i32x4.extmul_low_i16x8_s", sig.vv, sig.v, prefixSIMD, 0xbc, 0x01)
}
func (f *Func) I32x4ExtmulHighI16x8S() *Func {
	return f.emit("i32x4.extmul_high_i16x8_s", sig.vv, sig.v, prefixSIMD, 0xbd, 0x01)
}
func (f *Func) I32x4ExtmulLowI16x8U() *Func {
	return f.emit("i32x4.extmul_low_i16x8_u", sig.vv, sig.v, prefixSIMD, 0xbe, 0x01)
}
func (f *Func) I32x4ExtmulHighI16x8U() *Func {
	return f.emit("i32x4.extmul_high_i16x8_u", sig.vv, sig.v, prefixSIMD, 0xbf, 0x01)
}
func (f *Func) I32x4TruncSatF32x4S() *Func {
	return f.emit("i32x4.trunc_sat_f32x4_s", sig.v, sig.v, prefixSIMD, 0xf8, 0x01)
}
func (f *Func) I32x4TruncSatF32x4U() *Func {
	return f.emit("i32x4.trunc_sat_f32x4_u", sig.v, sig.v, prefixSIMD, 0xf9, 0x01)
}

// 2 lanes of 64 bits.

func (f *Func) I64x2ExtendLowI32x4S() *Func {
	return f.emit("i64x2.extend_low_i32x4_s", sig.v, sig.v, prefixSIMD, 0xc7, 0x01)
}
func (f *Func) I64x2ExtendHighI32x4S() *Func {
	return f.emit("i64x2.extend_high_i32x4_s", sig.v, sig.v, prefixSIMD, 0xc8, 0x01)
}
func (f *Func) I64x2ExtendLowI32x4U() *Func {
	return f.emit("i64x2.extend_low_i32x4_u", sig.v, sig.v, prefixSIMD, 0xc9, 0x01)
}
func (f *Func) I64x2ExtendHighI32x4U() *Func {
	return f.emit("i64x2.extend_high_i32x4_u", sig.v, sig.v, prefixSIMD, 0xca, 0x01)
}
func (f *Func) I64x2Shl() *Func  { return f.emit("i64x2.shl", sig.vi, sig.v, prefixSIMD, 0xcb, 0x01) }
func (f *Func) I64x2ShrS() *Func { return f.emit("i64x2.shr_s", sig.vi, sig.v, prefixSIMD, 0xcc, 0x01) }
func (f *Func) I64x2ShrU() *Func { return f.emit("i64x2.shr_u", sig.vi, sig.v, prefixSIMD, 0xcd, 0x01) }
func (f *Func) I64x2Add() *Func  { return f.emit("i64x2.add", sig.vv, sig.v, prefixSIMD, 0xce, 0x01) }
func (f *Func) I64x2Sub() *Func  { return f.emit("i64x2.sub", sig.vv, sig.v, prefixSIMD, 0xd1, 0x01) }
func (f *Func) I64x2Mul() *Func  { return f.emit("i64x2.mul", sig.vv, sig.v, prefixSIMD, 0xd5, 0x01) }
func (f *Func) I64x2ExtmulLowI32x4S() *Func {
	return f.emit("i64x2.extmul_low_i32x4_s", sig.vv, sig.v, prefixSIMD, 0xdc, 0x01)
}
func (f *Func) I64x2ExtmulHighI32x4S() *Func {
	return f.emit("i64x2.extmul_high_i32x4_s", sig.vv, sig.v, prefixSIMD, 0xdd, 0x01)
}

// 4 floats.

func (f *Func) F32x4Ceil() *Func    { return f.emit("f32x4.ceil", sig.v, sig.v, prefixSIMD, 0x67) }
func (f *Func) F32x4Floor() *Func   { return f.emit("f32x4.floor", sig.v, sig.v, prefixSIMD, 0x68) }
func (f *Func) F32x4Trunc() *Func   { return f.emit("f32x4.trunc", sig.v, sig.v, prefixSIMD, 0x69) }
func (f *Func) F32x4Nearest() *Func { return f.emit("f32x4.nearest", sig.v, sig.v, prefixSIMD, 0x6a) }
func (f *Func) F32x4Abs() *Func     { return f.emit("f32x4.abs", sig.v, sig.v, prefixSIMD, 0xe0, 0x01) }
func (f *Func) F32x4Neg() *Func     { return f.emit("f32x4.neg", sig.v, sig.v, prefixSIMD, 0xe1, 0x01) }
func (f *Func) F32x4Sqrt() *Func    { return f.emit("f32x4.sqrt", sig.v, sig.v, prefixSIMD, 0xe3, 0x01) }
func (f *Func) F32x4Add() *Func     { return f.emit("f32x4.add", sig.vv, sig.v, prefixSIMD, 0xe4, 0x01) }
func (f *Func) F32x4Sub() *Func     { return f.emit("f32x4.sub", sig.vv, sig.v, prefixSIMD, 0xe5, 0x01) }
func (f *Func) F32x4Mul() *Func     { return f.emit("f32x4.mul", sig.vv, sig.v, prefixSIMD, 0xe6, 0x01) }
func (f *Func) F32x4Div() *Func     { return f.emit("f32x4.div", sig.vv, sig.v, prefixSIMD, 0xe7, 0x01) }
func (f *Func) F32x4Min() *Func     { return f.emit("f32x4.min", sig.vv, sig.v, prefixSIMD, 0xe8, 0x01) }
func (f *Func) F32x4Max() *Func     { return f.emit("f32x4.max", sig.vv, sig.v, prefixSIMD, 0xe9, 0x01) }
func (f *Func) F32x4Pmin() *Func    { return f.emit("f32x4.pmin", sig.vv, sig.v, prefixSIMD, 0xea, 0x01) }
func (f *Func) F32x4Pmax() *Func    { return f.emit("f32x4.pmax", sig.vv, sig.v, prefixSIMD, 0xeb, 0x01) }
func (f *Func) F32x4ConvertI32x4S() *Func {
	return f.emit("f32x4.convert_i32x4_s", sig.v, sig.v, prefixSIMD, 0xfa, 0x01)
}
func (f *Func) F32x4ConvertI32x4U() *Func {
	return f.emit("f32x4.convert_i32x4_u", sig.v, sig.v, prefixSIMD, 0xfb, 0x01)
}

// One lane as a number, and a number into one lane.

func (f *Func) I8x16ExtractLaneS(lane int) *Func {
	return f.lane("i8x16.extract_lane_s", sig.v, sig.i, 16, lane, 0x15)
}
func (f *Func) I8x16ExtractLaneU(lane int) *Func {
	return f.lane("i8x16.extract_lane_u", sig.v, sig.i, 16, lane, 0x16)
}
func (f *Func) I8x16ReplaceLane(lane int) *Func {
	return f.lane("i8x16.replace_lane", sig.vi, sig.v, 16, lane, 0x17)
}
func (f *Func) I16x8ExtractLaneS(lane int) *Func {
	return f.lane("i16x8.extract_lane_s", sig.v, sig.i, 8, lane, 0x18)
}
func (f *Func) I16x8ExtractLaneU(lane int) *Func {
	return f.lane("i16x8.extract_lane_u", sig.v, sig.i, 8, lane, 0x19)
}
func (f *Func) I16x8ReplaceLane(lane int) *Func {
	return f.lane("i16x8.replace_lane", sig.vi, sig.v, 8, lane, 0x1a)
}
func (f *Func) I32x4ExtractLane(lane int) *Func {
	return f.lane("i32x4.extract_lane", sig.v, sig.i, 4, lane, 0x1b)
}
func (f *Func) I32x4ReplaceLane(lane int) *Func {
	return f.lane("i32x4.replace_lane", sig.vi, sig.v, 4, lane, 0x1c)
}
func (f *Func) I64x2ExtractLane(lane int) *Func {
	return f.lane("i64x2.extract_lane", sig.v, sig.l, 2, lane, 0x1d)
}
func (f *Func) F32x4ExtractLane(lane int) *Func {
	return f.lane("f32x4.extract_lane", sig.v, sig.s, 4, lane, 0x1f)
}
func (f *Func) F32x4ReplaceLane(lane int) *Func {
	return f.lane("f32x4.replace_lane", sig.vs, sig.v, 4, lane, 0x20)
}

func (f *Func) lane(name string, in, out []Type, lanes, lane int, code byte) *Func {
	if f.live() && (lane < 0 || lane >= lanes) {
		return f.fail("%s %d: there are %d lanes", name, lane, lanes)
	}
	return f.emit(name, in, out, prefixSIMD, code, byte(lane))
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
