package wasmasm

// Integers of 32 bits.

func (f *Func) I32Eqz() *Func    { return f.emit("i32.eqz", sig.i, sig.i, 0x45) }
func (f *Func) I32Eq() *Func     { return f.emit("i32.eq", sig.ii, sig.i, 0x46) }
func (f *Func) I32Ne() *Func     { return f.emit("i32.ne", sig.ii, sig.i, 0x47) }
func (f *Func) I32LtS() *Func    { return f.emit("i32.lt_s", sig.ii, sig.i, 0x48) }
func (f *Func) I32LtU() *Func    { return f.emit("i32.lt_u", sig.ii, sig.i, 0x49) }
func (f *Func) I32GtS() *Func    { return f.emit("i32.gt_s", sig.ii, sig.i, 0x4a) }
func (f *Func) I32GtU() *Func    { return f.emit("i32.gt_u", sig.ii, sig.i, 0x4b) }
func (f *Func) I32LeS() *Func    { return f.emit("i32.le_s", sig.ii, sig.i, 0x4c) }
func (f *Func) I32LeU() *Func    { return f.emit("i32.le_u", sig.ii, sig.i, 0x4d) }
func (f *Func) I32GeS() *Func    { return f.emit("i32.ge_s", sig.ii, sig.i, 0x4e) }
func (f *Func) I32GeU() *Func    { return f.emit("i32.ge_u", sig.ii, sig.i, 0x4f) }
func (f *Func) I32Clz() *Func    { return f.emit("i32.clz", sig.i, sig.i, 0x67) }
func (f *Func) I32Ctz() *Func    { return f.emit("i32.ctz", sig.i, sig.i, 0x68) }
func (f *Func) I32Popcnt() *Func { return f.emit("i32.popcnt", sig.i, sig.i, 0x69) }
func (f *Func) I32Add() *Func    { return f.emit("i32.add", sig.ii, sig.i, 0x6a) }
func (f *Func) I32Sub() *Func    { return f.emit("i32.sub", sig.ii, sig.i, 0x6b) }
func (f *Func) I32Mul() *Func    { return f.emit("i32.mul", sig.ii, sig.i, 0x6c) }
func (f *Func) I32DivS() *Func   { return f.emit("i32.div_s", sig.ii, sig.i, 0x6d) }
func (f *Func) I32DivU() *Func   { return f.emit("i32.div_u", sig.ii, sig.i, 0x6e) }
func (f *Func) I32RemS() *Func   { return f.emit("i32.rem_s", sig.ii, sig.i, 0x6f) }
func (f *Func) I32RemU() *Func   { return f.emit("i32.rem_u", sig.ii, sig.i, 0x70) }
func (f *Func) I32And() *Func    { return f.emit("i32.and", sig.ii, sig.i, 0x71) }
func (f *Func) I32Or() *Func     { return f.emit("i32.or", sig.ii, sig.i, 0x72) }
func (f *Func) I32Xor() *Func    { return f.emit("i32.xor", sig.ii, sig.i, 0x73) }
func (f *Func) I32Shl() *Func    { return f.emit("i32.shl", sig.ii, sig.i, 0x74) }
func (f *Func) I32ShrS() *Func   { return f.emit("i32.shr_s", sig.ii, sig.i, 0x75) }
func (f *Func) I32ShrU() *Func   { return f.emit("i32.shr_u", sig.ii, sig.i, 0x76) }
func (f *Func) I32Rotl() *Func   { return f.emit("i32.rotl", sig.ii, sig.i, 0x77) }
func (f *Func) I32Rotr() *Func   { return f.emit("i32.rotr", sig.ii, sig.i, 0x78) }

// Integers of 64 bits.

func (f *Func) I64Eqz() *Func  { return f.emit("i64.eqz", sig.l, sig.i, 0x50) }
func (f *Func) I64Eq() *Func   { return f.emit("i64.eq", sig.ll, sig.i, 0x51) }
func (f *Func) I64Ne() *Func   { return f.emit("i64.ne", sig.ll, sig.i, 0x52) }
func (f *Func) I64LtS() *Func  { return f.emit("i64.lt_s", sig.ll, sig.i, 0x53) }
func (f *Func) I64LtU() *Func  { return f.emit("i64.lt_u", sig.ll, sig.i, 0x54) }
func (f *Func) I64GtS() *Func  { return f.emit("i64.gt_s", sig.ll, sig.i, 0x55) }
func (f *Func) I64GtU() *Func  { return f.emit("i64.gt_u", sig.ll, sig.i, 0x56) }
func (f *Func) I64LeS() *Func  { return f.emit("i64.le_s", sig.ll, sig.i, 0x57) }
func (f *Func) I64LeU() *Func  { return f.emit("i64.le_u", sig.ll, sig.i, 0x58) }
func (f *Func) I64GeS() *Func  { return f.emit("i64.ge_s", sig.ll, sig.i, 0x59) }
func (f *Func) I64GeU() *Func  { return f.emit("i64.ge_u", sig.ll, sig.i, 0x5a) }
func (f *Func) I64Add() *Func  { return f.emit("i64.add", sig.ll, sig.l, 0x7c) }
func (f *Func) I64Sub() *Func  { return f.emit("i64.sub", sig.ll, sig.l, 0x7d) }
func (f *Func) I64Mul() *Func  { return f.emit("i64.mul", sig.ll, sig.l, 0x7e) }
func (f *Func) I64DivS() *Func { return f.emit("i64.div_s", sig.ll, sig.l, 0x7f) }
func (f *Func) I64DivU() *Func { return f.emit("i64.div_u", sig.ll, sig.l, 0x80) }
func (f *Func) I64RemS() *Func { return f.emit("i64.rem_s", sig.ll, sig.l, 0x81) }
func (f *Func) I64RemU() *Func { return f.emit("i64.rem_u", sig.ll, sig.l, 0x82) }
func (f *Func) I64And() *Func  { return f.emit("i64.and", sig.ll, sig.l, 0x83) }
func (f *Func) I64Or() *Func   { return f.emit("i64.or", sig.ll, sig.l, 0x84) }
func (f *Func) I64Xor() *Func  { return f.emit("i64.xor", sig.ll, sig.l, 0x85) }
func (f *Func) I64Shl() *Func  { return f.emit("i64.shl", sig.ll, sig.l, 0x86) }
func (f *Func) I64ShrS() *Func { return f.emit("i64.shr_s", sig.ll, sig.l, 0x87) }
func (f *Func) I64ShrU() *Func { return f.emit("i64.shr_u", sig.ll, sig.l, 0x88) }

// Floats of 32 bits.

func (f *Func) F32Eq() *Func      { return f.emit("f32.eq", sig.ss, sig.i, 0x5b) }
func (f *Func) F32Ne() *Func      { return f.emit("f32.ne", sig.ss, sig.i, 0x5c) }
func (f *Func) F32Lt() *Func      { return f.emit("f32.lt", sig.ss, sig.i, 0x5d) }
func (f *Func) F32Gt() *Func      { return f.emit("f32.gt", sig.ss, sig.i, 0x5e) }
func (f *Func) F32Le() *Func      { return f.emit("f32.le", sig.ss, sig.i, 0x5f) }
func (f *Func) F32Ge() *Func      { return f.emit("f32.ge", sig.ss, sig.i, 0x60) }
func (f *Func) F32Abs() *Func     { return f.emit("f32.abs", sig.s, sig.s, 0x8b) }
func (f *Func) F32Neg() *Func     { return f.emit("f32.neg", sig.s, sig.s, 0x8c) }
func (f *Func) F32Ceil() *Func    { return f.emit("f32.ceil", sig.s, sig.s, 0x8d) }
func (f *Func) F32Floor() *Func   { return f.emit("f32.floor", sig.s, sig.s, 0x8e) }
func (f *Func) F32Trunc() *Func   { return f.emit("f32.trunc", sig.s, sig.s, 0x8f) }
func (f *Func) F32Nearest() *Func { return f.emit("f32.nearest", sig.s, sig.s, 0x90) }
func (f *Func) F32Sqrt() *Func    { return f.emit("f32.sqrt", sig.s, sig.s, 0x91) }
func (f *Func) F32Add() *Func     { return f.emit("f32.add", sig.ss, sig.s, 0x92) }
func (f *Func) F32Sub() *Func     { return f.emit("f32.sub", sig.ss, sig.s, 0x93) }
func (f *Func) F32Mul() *Func     { return f.emit("f32.mul", sig.ss, sig.s, 0x94) }
func (f *Func) F32Div() *Func     { return f.emit("f32.div", sig.ss, sig.s, 0x95) }
func (f *Func) F32Min() *Func     { return f.emit("f32.min", sig.ss, sig.s, 0x96) }
func (f *Func) F32Max() *Func     { return f.emit("f32.max", sig.ss, sig.s, 0x97) }

// Conversions.

func (f *Func) I32WrapI64() *Func        { return f.emit("i32.wrap_i64", sig.l, sig.i, 0xa7) }
func (f *Func) I32TruncF32S() *Func      { return f.emit("i32.trunc_f32_s", sig.s, sig.i, 0xa8) }
func (f *Func) I64ExtendI32S() *Func     { return f.emit("i64.extend_i32_s", sig.i, sig.l, 0xac) }
func (f *Func) I64ExtendI32U() *Func     { return f.emit("i64.extend_i32_u", sig.i, sig.l, 0xad) }
func (f *Func) F32ConvertI32S() *Func    { return f.emit("f32.convert_i32_s", sig.i, sig.s, 0xb2) }
func (f *Func) F32ConvertI32U() *Func    { return f.emit("f32.convert_i32_u", sig.i, sig.s, 0xb3) }
func (f *Func) I32ReinterpretF32() *Func { return f.emit("i32.reinterpret_f32", sig.s, sig.i, 0xbc) }
func (f *Func) F32ReinterpretI32() *Func { return f.emit("f32.reinterpret_i32", sig.i, sig.s, 0xbe) }
