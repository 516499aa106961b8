package wasmasm

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

// jump makes the rest of the block unreachable.
func (f *Func) jump() {
	top := f.top()
	f.stack = f.stack[:top.height]
	top.unreachable = true
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

// BrTable branches to the label that the i32 operand counts out, or to otherwise if there are too few.
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
