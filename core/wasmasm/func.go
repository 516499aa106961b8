package wasmasm

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// A Func is a function in the making. Its methods append instructions and return it, so that those that belong together
// can stand on one line.
type Func struct {
	module   *Module
	name     string
	index    uint32
	params   []Type
	results  []Type
	locals   []Type
	code     []byte
	stack    []Type
	frames   []*frame // open blocks, the function's own body first
	exported bool
	// memoryUse is the first instruction that needs a memory, with its place.
	memoryUse *use
	begun     bool // code was written or a call refers to it: the signature is fixed
	finished  bool
	err       error
}

// A use is an instruction and where it was written.
type use struct {
	instruction string
	place       place
}

// A Local is a parameter or a local variable of one function.
type Local struct {
	fn    *Func
	index uint32
	typ   Type
}

// A place in the code that uses the package. It is written as file:line, which takes time, only where it is needed.
type place []uintptr

func caller() place {
	var pcs [8]uintptr // deep enough to leave this package
	return append(place(nil), pcs[:runtime.Callers(2, pcs[:])]...)
}

func (p place) String() string {
	frames := runtime.CallersFrames(p)
	for {
		f, more := frames.Next()
		own := strings.Contains(f.Function, "/wasmasm.") && !strings.HasSuffix(f.File, "_test.go")
		if !own || !more {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
	}
}

// fail remembers the function's first mistake; what is written after it is ignored.
func (f *Func) fail(format string, args ...any) *Func {
	if f.err == nil {
		f.err = fmt.Errorf("%s: %s: %s", f.name, caller(), fmt.Sprintf(format, args...))
	}
	return f
}

// Name is the function's name.
func (f *Func) Name() string { return f.name }

// Export makes the function visible to the host under its name.
func (f *Func) Export() *Func {
	f.exported = true
	return f
}

// Param declares the next parameter. All parameters stand before locals and code.
func (f *Func) Param(t Type) Local {
	if f.begun || len(f.locals) > 0 {
		f.fail("a parameter after locals, code or a call")
	}
	f.params = append(f.params, t)
	return Local{f, uint32(len(f.params) - 1), t}
}

// Result declares the function's result. It stands before code.
func (f *Func) Result(t Type) {
	if f.begun || len(f.results) > 0 {
		f.fail("a result after code or a call, or a second one")
	}
	f.results = []Type{t}
	f.frames[0].results = f.results
}

// Local declares a variable, zero at first.
func (f *Func) Local(t Type) Local {
	f.locals = append(f.locals, t)
	return Local{f, uint32(len(f.params) + len(f.locals) - 1), t}
}

// Locals declares n variables of one type.
func (f *Func) Locals(t Type, n int) []Local {
	l := make([]Local, n)
	for i := range l {
		l[i] = f.Local(t)
	}
	return l
}

// live reports whether instructions can still be appended, and fixes the signature.
func (f *Func) live() bool {
	f.begun = true
	if f.finished {
		f.fail("code after the end")
	}
	return f.err == nil
}

func (f *Func) top() *frame { return f.frames[len(f.frames)-1] }

func (f *Func) push(types ...Type) { f.stack = append(f.stack, types...) }

// pop takes operands of the given types, the last one first, for the instruction op. An unknown type takes any.
func (f *Func) pop(op string, types ...Type) bool {
	for i := len(types) - 1; i >= 0; i-- {
		if _, ok := f.popOne(op, types[i]); !ok {
			return false
		}
	}
	return true
}

func (f *Func) popOne(op string, want Type) (Type, bool) {
	top := f.top()
	if len(f.stack) == top.height {
		if top.unreachable {
			return want, true
		}
		f.fail("%s needs an operand of type %v and the stack is empty", op, want)
		return 0, false
	}
	got := f.stack[len(f.stack)-1]
	if got != want && got != unknown && want != unknown {
		f.fail("%s needs an operand of type %v, not %v", op, want, got)
		return 0, false
	}
	f.stack = f.stack[:len(f.stack)-1]
	if got == unknown {
		got = want
	}
	return got, true
}

// emit appends an instruction that takes operands in and gives out.
func (f *Func) emit(name string, in, out []Type, code ...byte) *Func {
	if !f.live() || !f.pop(name, in...) {
		return f
	}
	f.push(out...)
	f.code = append(f.code, code...)
	return f
}

// Get reads locals, one after the other.
func (f *Func) Get(locals ...Local) *Func {
	for _, l := range locals {
		f.local("local.get", 0x20, l, nil, []Type{l.typ})
	}
	return f
}

// Set moves the operand into a local.
func (f *Func) Set(l Local) *Func { return f.local("local.set", 0x21, l, []Type{l.typ}, nil) }

// Tee copies the operand into a local and leaves it.
func (f *Func) Tee(l Local) *Func {
	return f.local("local.tee", 0x22, l, []Type{l.typ}, []Type{l.typ})
}

func (f *Func) local(name string, op byte, l Local, in, out []Type) *Func {
	if f.live() && l.fn != f {
		return f.fail("%s of a local that is not this function's", name)
	}
	return f.emit(name, in, out, appendUnsigned([]byte{op}, uint64(l.index))...)
}

// Drop forgets the operand.
func (f *Func) Drop() *Func { return f.emit("drop", []Type{unknown}, nil, 0x1a) }

// Select leaves the first of two operands if the i32 above them is not 0, else the second.
func (f *Func) Select() *Func {
	if !f.live() || !f.pop("select", I32) {
		return f
	}
	second, ok := f.popOne("select", unknown)
	if !ok {
		return f
	}
	if first, ok := f.popOne("select", second); ok {
		f.push(first)
		f.code = append(f.code, 0x1b)
	}
	return f
}

// finish checks the end of the body. Encode calls it.
func (f *Func) finish() {
	if f.finished || !f.live() {
		return
	}
	if top := f.top(); len(f.frames) > 1 {
		f.fail("the %s at %s is not closed", top.op, top.place)
		return
	}
	f.closing("end")
	f.finished = true
}

// body is the function's entry in the code section: consecutive locals of one type in groups, then the instructions.
func (f *Func) body() []byte {
	type group struct {
		n int
		t Type
	}
	var groups []group
	for _, t := range f.locals {
		if n := len(groups); n > 0 && groups[n-1].t == t {
			groups[n-1].n++
		} else {
			groups = append(groups, group{1, t})
		}
	}
	b := appendUnsigned(nil, uint64(len(groups)))
	for _, g := range groups {
		b = append(appendUnsigned(b, uint64(g.n)), byte(g.t))
	}
	return append(append(b, f.code...), opEnd)
}
