package wasmasm

import (
	"fmt"
	"math"
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

// A frame is a block that is not closed yet.
type frame struct {
	op          string // "block", "loop" or "if"; "" for the function's body
	results     []Type
	height      int  // of the operand stack at its beginning
	unreachable bool // what follows a branch: operands can be of any type
	elseSeen    bool
	place       place
}

// A Label names an open block for branches: to the end of a block or an if, to the beginning of a loop.
type Label struct{ frame *frame }

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

// live tells whether instructions can still be appended, and fixes the signature.
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

// jump makes the rest of the block unreachable.
func (f *Func) jump() {
	top := f.top()
	f.stack = f.stack[:top.height]
	top.unreachable = true
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

// GetGlobal reads a global.
func (f *Func) GetGlobal(g *Global) *Func { return f.global("global.get", 0x23, g, nil, []Type{g.typ}) }

// SetGlobal moves the operand into a global.
func (f *Func) SetGlobal(g *Global) *Func { return f.global("global.set", 0x24, g, []Type{g.typ}, nil) }

func (f *Func) global(name string, op byte, g *Global, in, out []Type) *Func {
	if f.live() && g.module != f.module {
		return f.fail("%s of another module's global", name)
	}
	return f.emit(name, in, out, appendUnsigned([]byte{op}, uint64(g.index))...)
}

// Block begins a block; branches to its label leave it. It ends at End with at most one result.
func (f *Func) Block(result ...Type) Label { return f.open("block", 0x02, result) }

// Loop begins a loop; branches to its label repeat it.
func (f *Func) Loop(result ...Type) Label { return f.open("loop", 0x03, result) }

// If begins a block that runs if the i32 operand is not 0.
func (f *Func) If(result ...Type) Label {
	if f.live() {
		f.pop("if", I32)
	}
	return f.open("if", 0x04, result)
}

func (f *Func) open(op string, code byte, result []Type) Label {
	fr := &frame{op: op, results: result, height: len(f.stack), place: caller()}
	if !f.live() {
		return Label{fr}
	}
	blockType := byte(0x40) // no result
	switch len(result) {
	case 0:
	case 1:
		blockType = byte(result[0])
	default:
		f.fail("a %s with %d results: at most one is supported", op, len(result))
		return Label{fr}
	}
	f.frames = append(f.frames, fr)
	f.code = append(f.code, code, blockType)
	return Label{fr}
}

// Else begins the other branch of the innermost If.
func (f *Func) Else() *Func {
	if !f.live() {
		return f
	}
	top := f.top()
	if top.op != "if" || top.elseSeen {
		return f.fail("else without an if")
	}
	if !f.closing("else") {
		return f
	}
	top.elseSeen, top.unreachable = true, false
	f.code = append(f.code, 0x05)
	return f
}

// End closes the innermost block.
func (f *Func) End() *Func {
	if !f.live() {
		return f
	}
	top := f.top()
	if len(f.frames) == 1 {
		return f.fail("end without a block")
	}
	if top.op == "if" && !top.elseSeen && len(top.results) > 0 {
		return f.fail("the if at %s gives a result and has no else", top.place)
	}
	if !f.closing("end") {
		return f
	}
	f.frames = f.frames[:len(f.frames)-1]
	f.push(top.results...)
	f.code = append(f.code, opEnd)
	return f
}

// closing checks that the innermost block leaves its results and nothing else.
func (f *Func) closing(op string) bool {
	top := f.top()
	if !f.pop(op, top.results...) {
		return false
	}
	if rest := len(f.stack) - top.height; rest > 0 {
		f.fail("%s leaves %d operands of the %s at %s unused: %v", op, rest, top.what(), top.place, f.stack[top.height:])
		return false
	}
	return true
}

func (fr *frame) what() string {
	if fr.op == "" {
		return "function"
	}
	return fr.op
}

// depth is how many blocks lie between here and the label's, and what a branch to it carries.
func (f *Func) depth(op string, l Label) (depth uint64, carries []Type, ok bool) {
	for i := len(f.frames) - 1; i >= 0; i-- {
		if f.frames[i] == l.frame {
			if l.frame.op != "loop" {
				carries = l.frame.results
			}
			return uint64(len(f.frames) - 1 - i), carries, true
		}
	}
	f.fail("%s to a block that is not open here", op)
	return 0, nil, false
}

// Br branches to l.
func (f *Func) Br(l Label) *Func {
	if !f.live() {
		return f
	}
	if d, carries, ok := f.depth("br", l); ok && f.pop("br", carries...) {
		f.code = appendUnsigned(append(f.code, 0x0c), d)
		f.jump()
	}
	return f
}

// BrIf branches to l if the i32 operand is not 0.
func (f *Func) BrIf(l Label) *Func {
	if !f.live() || !f.pop("br_if", I32) {
		return f
	}
	if d, carries, ok := f.depth("br_if", l); ok && f.pop("br_if", carries...) {
		f.push(carries...)
		f.code = appendUnsigned(append(f.code, 0x0d), d)
	}
	return f
}

// BrTable branches to the label that the i32 operand counts out, to otherwise beyond the last.
func (f *Func) BrTable(otherwise Label, labels ...Label) *Func {
	if !f.live() || !f.pop("br_table", I32) {
		return f
	}
	code := appendUnsigned([]byte{0x0e}, uint64(len(labels)))
	for _, l := range append(append([]Label(nil), labels...), otherwise) {
		d, carries, ok := f.depth("br_table", l)
		if !ok {
			return f
		}
		if len(carries) > 0 {
			return f.fail("br_table to a block with a result is not supported")
		}
		code = appendUnsigned(code, d)
	}
	f.code = append(f.code, code...)
	f.jump()
	return f
}

// Return leaves the function with its result.
func (f *Func) Return() *Func {
	if f.live() && f.pop("return", f.results...) {
		f.code = append(f.code, 0x0f)
		f.jump()
	}
	return f
}

// Unreachable traps.
func (f *Func) Unreachable() *Func {
	if f.live() {
		f.code = append(f.code, 0x00)
		f.jump()
	}
	return f
}

// Call calls g of the same module. Its parameters and result must be declared by then.
func (f *Func) Call(g *Func) *Func {
	if f.live() && g.module != f.module {
		return f.fail("call of %s, which is another module's", g.name)
	}
	g.begun = true
	return f.emit("call "+g.name, g.params, g.results, appendUnsigned([]byte{0x10}, uint64(g.index))...)
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

// I32Const pushes v. It takes the patterns of unsigned 32-bit numbers too.
func (f *Func) I32Const(v int) *Func {
	if v < math.MinInt32 || v > math.MaxUint32 {
		return f.fail("i32.const %d does not fit", v)
	}
	return f.emit("i32.const", nil, []Type{I32}, appendSigned([]byte{opI32Const}, int64(int32(v)))...)
}

// I64Const pushes v.
func (f *Func) I64Const(v int64) *Func {
	return f.emit("i64.const", nil, []Type{I64}, appendSigned([]byte{opI64Const}, v)...)
}

// F32Const pushes v.
func (f *Func) F32Const(v float32) *Func {
	b := math.Float32bits(v)
	return f.emit("f32.const", nil, []Type{F32}, 0x43, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
}

// V128Const pushes sixteen bytes, lane 0 first.
func (f *Func) V128Const(v [16]byte) *Func {
	return f.emit("v128.const", nil, []Type{V128}, append([]byte{prefixSIMD, 0x0c}, v[:]...)...)
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

// body is the function's entry in the code section: locals in runs of one type, then the instructions.
func (f *Func) body() []byte {
	type run struct {
		n int
		t Type
	}
	var runs []run
	for _, t := range f.locals {
		if n := len(runs); n > 0 && runs[n-1].t == t {
			runs[n-1].n++
		} else {
			runs = append(runs, run{1, t})
		}
	}
	b := appendUnsigned(nil, uint64(len(runs)))
	for _, r := range runs {
		b = append(appendUnsigned(b, uint64(r.n)), byte(r.t))
	}
	return append(append(b, f.code...), opEnd)
}
