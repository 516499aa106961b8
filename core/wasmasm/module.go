// Package wasmasm is a small WebAssembly assembler: modules with one memory and functions, and the
// instructions of the core specification's numeric, memory and SIMD groups, of relaxed SIMD and of threads.
//
// A function's body is written in the order of the instructions it becomes, one method an instruction:
//
//	m := wasmasm.NewModule()
//	f := m.Func("add")
//	a, b := f.Param(wasmasm.I32), f.Param(wasmasm.I32)
//	f.Result(wasmasm.I32)
//	f.Get(a, b).I32Add()
//	f.Export()
//	module, err := m.Encode()
//
// While a body is written the assembler keeps the types of the operand stack, as a validator does, and refuses what would
// not validate. A mistake is remembered with the function's name and the line that made it, the rest of that function is
// ignored, and Encode returns it: so code that emits needs no error checks.
package wasmasm

import (
	"errors"
	"fmt"
)

// A Type is the type of a value.
type Type byte

const (
	I32  Type = 0x7f
	I64  Type = 0x7e
	F32  Type = 0x7d
	V128 Type = 0x7b
)

// unknown is the type of an operand that unreachable code leaves open.
const unknown Type = 0

func (t Type) String() string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case V128:
		return "v128"
	case unknown:
		return "unknown"
	}
	return fmt.Sprintf("Type(%#x)", byte(t))
}

// PageSize is the unit in which memories grow.
const PageSize = 65536

// maxPages is 4 GiB, all that 32-bit addresses reach.
const maxPages = 65536

// Memory describes a module's memory, sizes in pages of PageSize bytes.
type Memory struct {
	Min uint32
	Max uint32 // 0: no limit; a shared memory must have one
	// Shared memories can be used by several threads.
	Shared bool
}

func (m Memory) check() error {
	switch {
	case m.Min > maxPages || m.Max > maxPages:
		return fmt.Errorf("memory of %d to %d pages: at most %d can be addressed", m.Min, m.Max, maxPages)
	case m.Max != 0 && m.Max < m.Min:
		return fmt.Errorf("memory of at least %d and at most %d pages", m.Min, m.Max)
	case m.Shared && m.Max == 0:
		return errors.New("a shared memory needs a maximum size")
	}
	return nil
}

func (m Memory) append(b []byte) []byte {
	var flags byte
	if m.Max != 0 {
		flags |= 1
	}
	if m.Shared {
		flags |= 2
	}
	b = appendUnsigned(append(b, flags), uint64(m.Min))
	if m.Max != 0 {
		b = appendUnsigned(b, uint64(m.Max))
	}
	return b
}

// A Module is a WebAssembly module in the making.
type Module struct {
	memory       *Memory
	importModule string // of the memory; memoryImport tells whether it is imported
	importName   string
	memoryImport bool
	memoryExport string
	funcs        []*Func
	errs         []error
}

// NewModule begins an empty module.
func NewModule() *Module { return &Module{} }

// ImportMemory lets the module use a memory that its host gives.
func (m *Module) ImportMemory(module, name string, memory Memory) {
	m.setMemory(memory)
	m.memoryImport, m.importModule, m.importName = true, module, name
}

// DefineMemory gives the module a memory of its own, exported as name unless name is empty.
func (m *Module) DefineMemory(name string, memory Memory) {
	m.setMemory(memory)
	m.memoryExport = name
}

func (m *Module) setMemory(memory Memory) {
	if m.memory != nil {
		m.fail(errors.New("a second memory"))
	}
	if err := memory.check(); err != nil {
		m.fail(err)
	}
	m.memory = &memory
}

// Func begins a function. Its name stands in error messages and in the module's name section.
func (m *Module) Func(name string) *Func {
	f := &Func{module: m, name: name, index: uint32(len(m.funcs))}
	m.funcs = append(m.funcs, f)
	f.frames = []*frame{{place: caller()}}
	return f
}

func (m *Module) fail(err error) { m.errs = append(m.errs, fmt.Errorf("%s: %w", caller(), err)) }

// Encode returns the module's bytes, or all mistakes that were made while it was written.
func (m *Module) Encode() ([]byte, error) {
	errs := m.errs
	exported := map[string]bool{m.memoryExport: true}
	for _, f := range m.funcs {
		f.finish()
		if f.err != nil {
			errs = append(errs, f.err)
		}
		if m.memory == nil && f.memoryUse != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %s in a module without a memory", f.name, f.memoryUse.place, f.memoryUse.instruction))
		}
		if f.exported && exported[f.name] {
			errs = append(errs, fmt.Errorf("%s: the name is exported twice or empty", f.name))
		}
		exported[f.name] = exported[f.name] || f.exported
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("wasmasm: %w", errors.Join(errs...))
	}

	b := []byte{0, 'a', 's', 'm', 1, 0, 0, 0}
	types, typeOf := m.types()
	b = appendSection(b, 1, len(types), func(b []byte, i int) []byte { return append(b, types[i]...) })
	if m.memoryImport {
		b = appendSection(b, 2, 1, func(b []byte, _ int) []byte {
			b = appendBytes(appendBytes(b, m.importModule), m.importName)
			return m.memory.append(append(b, kindMemory))
		})
	}
	b = appendSection(b, 3, len(m.funcs), func(b []byte, i int) []byte { return appendUnsigned(b, uint64(typeOf[i])) })
	if m.memory != nil && !m.memoryImport {
		b = appendSection(b, 5, 1, func(b []byte, _ int) []byte { return m.memory.append(b) })
	}
	exports := m.exports()
	b = appendSection(b, 7, len(exports), func(b []byte, i int) []byte { return append(b, exports[i]...) })
	b = appendSection(b, 10, len(m.funcs), func(b []byte, i int) []byte { return appendBytes(b, m.funcs[i].body()) })
	return m.appendNames(b), nil
}

const (
	kindFunc   = 0
	kindMemory = 2

	opEnd = 0x0b
)

// appendSection appends a section that is a vector of n items, or nothing where n is 0.
func appendSection(b []byte, id byte, n int, item func(b []byte, i int) []byte) []byte {
	if n == 0 {
		return b
	}
	s := appendUnsigned(nil, uint64(n))
	for i := range n {
		s = item(s, i)
	}
	return appendBytes(append(b, id), s)
}

// types lists the different function types, encoded, and the index of each function's.
func (m *Module) types() (types [][]byte, typeOf []int) {
	index := map[string]int{}
	for _, f := range m.funcs {
		t := appendTypes(appendTypes([]byte{0x60}, f.params), f.results)
		i, ok := index[string(t)]
		if !ok {
			i = len(types)
			index[string(t)] = i
			types = append(types, t)
		}
		typeOf = append(typeOf, i)
	}
	return types, typeOf
}

func appendTypes(b []byte, types []Type) []byte {
	b = appendUnsigned(b, uint64(len(types)))
	for _, t := range types {
		b = append(b, byte(t))
	}
	return b
}

func (m *Module) exports() (exports [][]byte) {
	if m.memoryExport != "" {
		exports = append(exports, append(appendBytes(nil, m.memoryExport), kindMemory, 0))
	}
	for i, f := range m.funcs {
		if f.exported {
			exports = append(exports, appendUnsigned(append(appendBytes(nil, f.name), kindFunc), uint64(i)))
		}
	}
	return exports
}

// appendNames appends the custom section with the functions' names, which profilers and stack traces show.
func (m *Module) appendNames(b []byte) []byte {
	if len(m.funcs) == 0 {
		return b
	}
	names := appendUnsigned(nil, uint64(len(m.funcs)))
	for i, f := range m.funcs {
		names = appendBytes(appendUnsigned(names, uint64(i)), f.name)
	}
	section := appendBytes(nil, "name")
	section = appendBytes(append(section, 1), names) // 1: function names
	return appendBytes(append(b, 0), section)
}
