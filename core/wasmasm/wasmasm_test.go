package wasmasm

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

func TestUnsignedLEB128(t *testing.T) {
	for v, want := range map[uint64][]byte{
		0: {0}, 1: {1}, 127: {0x7f}, 128: {0x80, 1}, 16383: {0xff, 0x7f}, 16384: {0x80, 0x80, 1},
		math.MaxUint32: {0xff, 0xff, 0xff, 0xff, 0x0f},
		math.MaxUint64: {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
	} {
		if got := appendUnsigned(nil, v); !bytes.Equal(got, want) {
			t.Errorf("%d: %x, want %x", v, got, want)
		}
		if got, n := binary.Uvarint(appendUnsigned(nil, v)); got != v || n != len(want) {
			t.Errorf("%d reads back as %d", v, got)
		}
	}
}

func TestSignedLEB128(t *testing.T) {
	for v, want := range map[int64][]byte{
		0: {0}, 1: {1}, -1: {0x7f}, 63: {0x3f}, 64: {0xc0, 0}, -64: {0x40}, -65: {0xbf, 0x7f},
		127: {0xff, 0}, 128: {0x80, 1}, -128: {0x80, 0x7f}, 8191: {0xff, 0x3f}, 8192: {0x80, 0xc0, 0}, -8192: {0x80, 0x40},
		math.MaxInt32: {0xff, 0xff, 0xff, 0xff, 7}, math.MinInt32: {0x80, 0x80, 0x80, 0x80, 0x78},
		math.MaxInt64: {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0},
		math.MinInt64: {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f},
	} {
		if got := appendSigned(nil, v); !bytes.Equal(got, want) {
			t.Errorf("%d: %x, want %x", v, got, want)
		}
	}
}

// Constants of every LEB128 length must come back from the module as they were written.
func TestConstants(t *testing.T) {
	var i32s []int
	var i64s []int64
	for shift := range 64 {
		for _, d := range []int64{-1, 0, 1} {
			v := int64(1)<<shift + d
			i64s = append(i64s, v, -v)
			if v >= math.MinInt32 && v <= math.MaxInt32 {
				i32s = append(i32s, int(v), int(-v))
			}
		}
	}
	m := NewModule()
	for _, v := range i32s {
		f := m.Func("i32")
		f.Result(I32)
		f.I32Const(v)
	}
	for _, v := range i64s {
		f := m.Func("i64")
		f.Result(I64)
		f.I64Const(v)
	}
	check := m.Func("check") // how many constants differ from a reading of memory
	check.Result(I32)
	wrong := check.Local(I32)
	m.DefineMemory("memory", Memory{Min: 1})
	var data []byte
	for i, v := range i32s {
		check.I32Const(0).I32Load(len(data)).Call(m.funcs[i]).I32Ne().Get(wrong).I32Add().Set(wrong)
		data = binary.LittleEndian.AppendUint32(data, uint32(v))
	}
	for i, v := range i64s {
		check.I32Const(0).I64Load(len(data)).Call(m.funcs[len(i32s)+i]).I64Ne().Get(wrong).I32Add().Set(wrong)
		data = binary.LittleEndian.AppendUint64(data, uint64(v))
	}
	check.Get(wrong).Export()
	instance := instantiate(t, m)
	instance.Memory().Write(0, data)
	if got := call(t, instance, "check"); got[0] != 0 {
		t.Errorf("%d of %d constants come back wrong", got[0], len(i32s)+len(i64s))
	}
}

// encode returns a module's bytes or stops the test.
func encode(t *testing.T, m *Module) []byte {
	t.Helper()
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// instantiate runs m under wazero.
func instantiate(t *testing.T, m *Module) api.Module {
	t.Helper()
	ctx := context.Background()
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesThreads)
	r := wazero.NewRuntimeWithConfig(ctx, config)
	t.Cleanup(func() { r.Close(ctx) })
	instance, err := r.Instantiate(ctx, encode(t, m))
	if err != nil {
		t.Fatal(err)
	}
	return instance
}

func call(t *testing.T, instance api.Module, name string, args ...uint64) []uint64 {
	t.Helper()
	results, err := instance.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestRunSum(t *testing.T) {
	m := NewModule()
	f := m.Func("sum") // 1 + 2 + … + n
	n := f.Param(I32)
	f.Result(I32)
	sum := f.Local(I32)
	done := f.Block()
	{
		again := f.Loop()
		{
			f.Get(n).I32Eqz().BrIf(done)
			f.Get(sum, n).I32Add().Set(sum)
			f.Get(n).I32Const(1).I32Sub().Set(n)
			f.Br(again)
		}
		f.End()
	}
	f.End()
	f.Get(sum).Export()
	if got := call(t, instantiate(t, m), "sum", 100)[0]; got != 5050 {
		t.Errorf("sum(100) = %d", got)
	}
}

func TestRunBranches(t *testing.T) {
	m := NewModule()
	f := m.Func("pick") // 10, 20 or 30 for 0, 1 or more
	n := f.Param(I32)
	f.Result(I32)
	two := f.Block()
	one := f.Block()
	zero := f.Block()
	f.Get(n).BrTable(two, zero, one)
	f.End()
	f.I32Const(10).Return()
	f.End()
	f.I32Const(20).Return()
	f.End()
	f.I32Const(30).Export()

	g := m.Func("sign")
	v := g.Param(I32)
	g.Result(I32)
	g.Get(v).I32Const(0).I32LtS()
	g.If(I32)
	g.I32Const(-1)
	g.Else()
	g.Get(v).I32Const(0).I32Ne()
	g.End()
	g.Export()

	instance := instantiate(t, m)
	for arg, want := range map[uint64]uint64{0: 10, 1: 20, 2: 30, 77: 30} {
		got, err := instance.ExportedFunction("pick").Call(context.Background(), arg)
		if err != nil || got[0] != want {
			t.Errorf("pick(%d) = %v %v, want %d", arg, got, err, want)
		}
	}
	for arg, want := range map[int32]int32{-7: -1, 0: 0, 9: 1} {
		got, err := instance.ExportedFunction("sign").Call(context.Background(), uint64(uint32(arg)))
		if err != nil || int32(got[0]) != want {
			t.Errorf("sign(%d) = %v %v, want %d", arg, got, err, want)
		}
	}
}

func TestRunVectors(t *testing.T) {
	m := NewModule()
	m.DefineMemory("memory", Memory{Min: 2, Max: 3})
	var data []byte
	for i := range 16 {
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(i-8)))
	}
	f := m.Func("dot") // the dot product of eight numbers with the eight after them
	p := f.Param(I32)
	f.Result(I32)
	v := f.Local(V128)
	f.Get(p).V128Load(0).Get(p).V128Load(16).I32x4DotI16x8S().Set(v)
	f.Get(v).I32x4ExtractLane(0).Get(v).I32x4ExtractLane(1).I32Add()
	f.Get(v).I32x4ExtractLane(2).I32Add().Get(v).I32x4ExtractLane(3).I32Add()
	f.Export()
	want := 0
	for i := range 8 {
		want += (i - 8) * i
	}
	instance := instantiate(t, m)
	instance.Memory().Write(PageSize, data)
	if got := int32(call(t, instance, "dot", PageSize)[0]); got != int32(want) {
		t.Errorf("dot = %d, want %d", got, want)
	}
}

// Code after a branch may use operands that do not exist, of any type.
func TestUnreachableCode(t *testing.T) {
	m := NewModule()
	f := m.Func("f")
	f.Result(I32)
	l := f.Local(V128)
	b := f.Block()
	f.Br(b)
	f.I32x4Add().Set(l).Drop().Select().Drop()
	f.End()
	f.I32Const(3).Return()
	f.I32Add()
	f.Export()
	if got := call(t, instantiate(t, m), "f")[0]; got != 3 {
		t.Errorf("f() = %d", got)
	}
}

func TestSharedMemory(t *testing.T) {
	m := NewModule()
	m.ImportMemory("env", "memory", Memory{Min: 1, Max: 4, Shared: true})
	f := m.Func("wait")
	f.Result(I32)
	f.I32Const(64).I32Const(1).I64Const(1000).MemoryAtomicWait32(0).Export()
	node(t, encode(t, m))
}

// TestRefuse writes malformed code and expects to be told what, in which function and where.
func TestRefuse(t *testing.T) {
	other := NewModule().Func("other")
	foreign := other.Local(I32)
	for want, write := range map[string]func(f *Func){
		"i32.add needs an operand of type i32, not v128":     func(f *Func) { f.I32Const(1).V128Const([16]byte{}).I32Add() },
		"i32.add needs an operand of type i32 and the stack": func(f *Func) { f.I32Const(1).I32Add() },
		"local.set needs an operand of type v128, not i32":   func(f *Func) { f.I32Const(1).Set(f.Local(V128)) },
		"local.get of a local that is not this function's":   func(f *Func) { f.Get(foreign) },
		"call of other, which is another module's":           func(f *Func) { f.Call(other) },
		"end without a block":                                func(f *Func) { f.End() },
		"is not closed":                                      func(f *Func) { f.Loop() },
		"else without an if":                                 func(f *Func) { f.Block(); f.Else() },
		"gives a result and has no else":                     func(f *Func) { f.I32Const(1).If(I32); f.I32Const(1); f.End() },
		"end leaves 1 operands of the function":              func(f *Func) { f.I32Const(1) },
		"end leaves 2 operands of the block":                 func(f *Func) { f.Block(); f.I32Const(1).I32Const(2).End() },
		"else leaves 1 operands of the if":                   func(f *Func) { f.I32Const(1).If(); f.I32Const(1).Else() },
		"end needs an operand of type f32, not i32":          func(f *Func) { f.Block(F32); f.I32Const(1).End() },
		"br_if to a block that is not open here":             func(f *Func) { b := f.Block(); f.End(); f.I32Const(1).BrIf(b) },
		"br to a block that is not open here":                func(f *Func) { f.Br(Label{}) },
		"br_table needs an operand of type i32 and":          func(f *Func) { f.BrTable(f.Block()) },
		"br_table to a block with a result":                  func(f *Func) { b := f.Block(I32); f.I32Const(1).BrTable(b, b) },
		"v128.load with the offset -1":                       func(f *Func) { f.I32Const(0).V128Load(-1) },
		"v128.store32_lane of lane 4":                        func(f *Func) { f.I32Const(0).V128Const([16]byte{}).V128Store32Lane(0, 4) },
		"i32x4.extract_lane of lane 4":                       func(f *Func) { f.V128Const([16]byte{}).I32x4ExtractLane(4) },
		"i8x16.shuffle of byte 32":                           func(f *Func) { f.I8x16Shuffle([16]byte{32}) },
		"i32.const 4294967296 does not fit":                  func(f *Func) { f.I32Const(1 << 32) },
		"a parameter after locals, code or a call":           func(f *Func) { f.Local(I32); f.Param(I32) },
		"a result after code":                                func(f *Func) { f.I32Const(1).Result(I32) },
		"a block with 2 results":                             func(f *Func) { f.Block(I32, I32) },
		"select needs an operand of type i32, not f32":       func(f *Func) { f.F32Const(1).I32Const(1).I32Const(1).Select() },
		"return needs":                                       func(f *Func) { f.Result(I32); f.Return() },
		"the name is exported twice":                         func(f *Func) { f.Export(); f.module.Func("broken").Export() },
		"a second memory":                                    func(f *Func) { f.module.DefineMemory("", Memory{}) },
	} {
		t.Run(want, func(t *testing.T) {
			m := NewModule()
			m.DefineMemory("memory", Memory{Min: 1})
			write(m.Func("broken"))
			_, err := m.Encode()
			if err == nil {
				t.Fatal("not refused")
			}
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
			if !strings.Contains(err.Error(), "wasmasm_test.go:") && !strings.Contains(err.Error(), "broken: the name") {
				t.Errorf("%v names no place", err)
			}
		})
	}
	for want, memory := range map[string]Memory{
		"needs a maximum": {Min: 1, Shared: true}, "at least 2 and at most 1": {Min: 2, Max: 1}, "at most 65536": {Min: 65537},
	} {
		m := NewModule()
		m.ImportMemory("env", "memory", memory)
		if _, err := m.Encode(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("memory %+v: %v", memory, err)
		}
	}
	m := NewModule()
	f := m.Func("f")
	f.I32Const(0).I32Load(0).Drop()
	if _, err := m.Encode(); err == nil || !strings.Contains(err.Error(), "without a memory") {
		t.Errorf("a load without a memory: %v", err)
	}
}

// All functions' mistakes are told, one a function.
func TestErrorsOfAllFunctions(t *testing.T) {
	m := NewModule()
	m.Func("first").I32Add().I32Add()
	m.Func("second").End()
	_, err := m.Encode()
	if err == nil || strings.Count(err.Error(), "first:") != 1 || !strings.Contains(err.Error(), "second:") {
		t.Errorf("%v", err)
	}
}
