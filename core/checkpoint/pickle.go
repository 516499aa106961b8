package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// A pickle is a program for a machine with a stack that builds objects. What is run of it here builds data alone: numbers, strings,
// containers, and tensors as what describes them. A class or function is a name; calling it gives a called, which says what would have
// been made of what, but for the few that make containers and tensors (see build). The opcodes are those of Python's pickletools, protocols 0 to 5.

// The objects beside nil, bool, int64, float64 and string.
type (
	list  struct{ items []any }
	tuple []any
	// A dict keeps the order in which its keys were set.
	dict struct {
		keys   []any
		values []any
	}
	// A global is the name of a class or function: "torch.FloatStorage".
	global string
	// A called is what calling a global that is not known would have made.
	called struct{ name global }
	// A persistent is what stands in the file beside the pickle: a tensor's storage.
	persistent struct{ id tuple }
	// opaque is an object of a kind that no state_dict needs.
	opaque struct{ what string }
)

// lookup is the value of a key that is a string.
func (d *dict) lookup(key string) (any, bool) {
	for i := len(d.keys) - 1; i >= 0; i-- { // the last one set counts
		if d.keys[i] == key {
			return d.values[i], true
		}
	}
	return nil, false
}

// The bounds of a pickle: a state_dict of MobileNetV2 with an optimizer beside it takes some 50,000 opcodes.
const (
	maxPickle  = 32 << 20 // bytes
	maxOpcodes = 1 << 19
	maxLong    = 8 // bytes of an integer that is read; a longer one is opaque
)

// An unpickler runs one pickle.
type unpickler struct {
	data  []byte
	at    int
	stack []any
	marks []int // where on the stack there are marks
	memo  map[int]any
	// build makes tensors and containers of what is called; nil, nil is a call that is not known.
	build func(name global, args tuple) (any, error)
}

// unpickle runs the pickle at the beginning of data, and says how long it is.
func unpickle(data []byte, build func(global, tuple) (any, error)) (value any, length int, err error) {
	u := &unpickler{data: data, memo: map[int]any{}, build: build}
	for range maxOpcodes {
		code, err := u.bytes(1)
		if err != nil {
			return nil, 0, err
		}
		if code[0] == '.' {
			value, err := u.pop()
			return value, u.at, err
		}
		if err := u.run(code[0]); err != nil {
			return nil, 0, fmt.Errorf("the pickle at byte %d: %w", u.at, err)
		}
		if u.at > maxPickle {
			break
		}
	}
	return nil, 0, fmt.Errorf("the pickle is longer than %d opcodes or %d bytes: a checkpoint of MobileNet is far shorter", maxOpcodes, maxPickle)
}

// bytes are the next n.
func (u *unpickler) bytes(n uint64) ([]byte, error) {
	if n > uint64(len(u.data)-u.at) {
		return nil, fmt.Errorf("the file ends in the middle of a pickle: it is cut off or damaged")
	}
	b := u.data[u.at:][:n:n]
	u.at += int(n)
	return b, nil
}

// number reads a little-endian number of n bytes.
func (u *unpickler) number(n uint64) (uint64, error) {
	b, err := u.bytes(n)
	var whole [8]byte
	copy(whole[:], b)
	return binary.LittleEndian.Uint64(whole[:]), err
}

// counted reads a number of n bytes and as many bytes as it says.
func (u *unpickler) counted(n uint64) ([]byte, error) {
	length, err := u.number(n)
	if err != nil {
		return nil, err
	}
	return u.bytes(length)
}

// line reads up to the end of the line.
func (u *unpickler) line() (string, error) {
	text, _, ended := bytes.Cut(u.data[u.at:], []byte{'\n'})
	if !ended {
		return "", fmt.Errorf("the file ends in the middle of a pickle: it is cut off or damaged")
	}
	u.at += len(text) + 1
	return string(text), nil
}

func (u *unpickler) push(v any) { u.stack = append(u.stack, v) }

// pop takes the last value that stands after the last mark.
func (u *unpickler) pop() (any, error) {
	n := len(u.stack) - 1
	if n < 0 || len(u.marks) > 0 && n < u.marks[len(u.marks)-1] {
		return nil, fmt.Errorf("it takes a value of an empty stack: it is damaged")
	}
	v := u.stack[n]
	u.stack = u.stack[:n]
	return v, nil
}

// top is the last value.
func (u *unpickler) top() (any, error) {
	v, err := u.pop()
	if err == nil {
		u.push(v)
	}
	return v, err
}

// popMark takes what stands after the last mark.
func (u *unpickler) popMark() ([]any, error) {
	n := len(u.marks) - 1
	if n < 0 {
		return nil, fmt.Errorf("it goes back to a mark that is not there: it is damaged")
	}
	at := u.marks[n]
	u.marks = u.marks[:n]
	items := append([]any(nil), u.stack[at:]...)
	u.stack = u.stack[:at]
	return items, nil
}

// take pops n values, the last pushed last.
func (u *unpickler) take(n int) (tuple, error) {
	items := make(tuple, n)
	for i := n - 1; i >= 0; i-- {
		v, err := u.pop()
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	return items, nil
}

// run runs one opcode.
func (u *unpickler) run(code byte) error {
	switch code {
	case 0x80: // PROTO
		version, err := u.number(1)
		if err == nil && version > 5 {
			err = fmt.Errorf("it is of protocol %d; 0 to 5 are read", version)
		}
		return err
	case 0x95: // FRAME: how much to read ahead
		_, err := u.bytes(8)
		return err
	case '(':
		u.marks = append(u.marks, len(u.stack))
	case '0':
		if _, err := u.pop(); err != nil {
			_, err = u.popMark()
			return err
		}
	case '1':
		_, err := u.popMark()
		return err
	case '2':
		v, err := u.top()
		u.push(v)
		return err
	case 'N':
		u.push(nil)
	case 0x88, 0x89:
		u.push(code == 0x88)
	case '}':
		u.push(&dict{})
	case ']':
		u.push(&list{})
	case ')':
		u.push(tuple{})
	case 0x8f: // EMPTY_SET
		u.push(&opaque{"a set"})
	default:
		if done, err := u.scalar(code); done || err != nil {
			return err
		}
		if done, err := u.memory(code); done || err != nil {
			return err
		}
		return u.structure(code)
	}
	return nil
}

// scalar runs the opcodes of numbers and strings.
func (u *unpickler) scalar(code byte) (done bool, err error) {
	var v any
	var n uint64
	var b []byte
	var text string
	switch code {
	case 'K':
		n, err = u.number(1)
		v = int64(n)
	case 'M':
		n, err = u.number(2)
		v = int64(n)
	case 'J':
		n, err = u.number(4)
		v = int64(int32(n))
	case 'G':
		if b, err = u.bytes(8); err == nil {
			v = math.Float64frombits(binary.BigEndian.Uint64(b))
		}
	case 0x8a, 0x8b: // LONG1, LONG4
		b, err = u.counted(map[byte]uint64{0x8a: 1, 0x8b: 4}[code])
		v = long(b)
	case 'X', 'T', 'B': // BINUNICODE, BINSTRING, BINBYTES
		b, err = u.counted(4)
		v = string(b)
	case 0x8c, 'U', 'C': // their short forms
		b, err = u.counted(1)
		v = string(b)
	case 0x8d, 0x8e, 0x96: // their long ones, and BYTEARRAY8
		b, err = u.counted(8)
		v = string(b)
	case 'I', 'L', 'F', 'S', 'V': // protocol 0
		text, err = u.line()
		v = written(code, text)
	default:
		return false, nil
	}
	if err != nil {
		return true, err
	}
	u.push(v)
	return true, nil
}

// long is an integer of any length in two's complement, least byte first.
func long(b []byte) any {
	if len(b) > maxLong {
		return &opaque{"a long integer"}
	}
	var whole [8]byte
	if len(b) > 0 && b[len(b)-1] >= 128 {
		whole = [8]byte{255, 255, 255, 255, 255, 255, 255, 255}
	}
	copy(whole[:], b)
	return int64(binary.LittleEndian.Uint64(whole[:]))
}

// written is a number or string written out, as protocol 0 has them.
func written(code byte, text string) any {
	switch code {
	case 'I', 'L':
		switch text {
		case "00", "01":
			return text == "01"
		}
		if len(text) > 0 && text[len(text)-1] == 'L' {
			text = text[:len(text)-1]
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case 'F':
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case 'V':
		return text
	case 'S':
		if n := len(text); n >= 2 {
			return text[1 : n-1] // between quotation marks
		}
	}
	return &opaque{"a number or string written out"}
}

// memory runs the opcodes that remember objects and give them again.
func (u *unpickler) memory(code byte) (done bool, err error) {
	var n uint64
	switch code {
	case 'q', 'h':
		n, err = u.number(1)
	case 'r', 'j':
		n, err = u.number(4)
	case 'p', 'g':
		var text string
		if text, err = u.line(); err == nil {
			n, err = strconv.ParseUint(text, 10, 31)
		}
	case 0x94:
		n = uint64(len(u.memo))
	default:
		return false, nil
	}
	if err != nil {
		return true, err
	}
	if code == 'h' || code == 'j' || code == 'g' {
		v, ok := u.memo[int(n)]
		if !ok {
			return true, fmt.Errorf("it takes object %d, which it has not made: it is damaged", n)
		}
		u.push(v)
		return true, nil
	}
	v, err := u.top()
	if err == nil {
		u.memo[int(n)] = v
	}
	return true, err
}

// structure runs the opcodes of containers, classes and calls.
func (u *unpickler) structure(code byte) error {
	switch code {
	case 't', 'l', 'd', 0x91: // TUPLE, LIST, DICT, FROZENSET
		items, err := u.popMark()
		if err != nil {
			return err
		}
		switch code {
		case 't':
			u.push(tuple(items))
		case 'l':
			u.push(&list{items})
		case 'd':
			d := &dict{}
			u.push(d)
			return d.set(items)
		default:
			u.push(&opaque{"a set"})
		}
	case 0x85, 0x86, 0x87: // TUPLE1 to TUPLE3
		items, err := u.take(int(code) - 0x84)
		if err != nil {
			return err
		}
		u.push(items)
	case 'a', 's', 'e', 'u', 0x90: // APPEND, SETITEM, APPENDS, SETITEMS, ADDITEMS
		return u.extend(code)
	case 'c', 0x93: // GLOBAL, STACK_GLOBAL
		return u.global(code)
	case 'Q': // BINPERSID
		v, err := u.pop()
		if err != nil {
			return err
		}
		id, ok := v.(tuple)
		if !ok {
			return fmt.Errorf("it refers to something beside it by %T, not by what describes a storage", v)
		}
		u.push(&persistent{id})
	case 'R', 0x81: // REDUCE, NEWOBJ
		return u.call(2)
	case 0x92: // NEWOBJ_EX
		return u.call(3)
	case 'b': // BUILD: the state of an object, which is not made here
		_, err := u.take(1)
		if err == nil {
			_, err = u.top()
		}
		return err
	default:
		return fmt.Errorf("it has the opcode 0x%02x, which no checkpoint's needs: it is damaged, or no pickle", code)
	}
	return nil
}

// extend adds to the list or dict on the stack.
func (u *unpickler) extend(code byte) error {
	var items []any
	var err error
	switch code {
	case 'a':
		items, err = u.take(1)
	case 's':
		items, err = u.take(2)
	default:
		items, err = u.popMark()
	}
	if err != nil {
		return err
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case *dict:
		if code == 's' || code == 'u' {
			return v.set(items)
		}
	case *list:
		if code == 'a' || code == 'e' {
			v.items = append(v.items, items...)
			return nil
		}
	case *called, *opaque:
		return nil
	}
	return fmt.Errorf("it adds items to %T: it is damaged", v)
}

// set takes keys and values in turn.
func (d *dict) set(items []any) error {
	if len(items)%2 != 0 {
		return fmt.Errorf("it has a key without a value: it is damaged")
	}
	for i := 0; i < len(items); i += 2 {
		switch items[i].(type) {
		case string, int64:
			d.keys, d.values = append(d.keys, items[i]), append(d.values, items[i+1])
		}
	}
	return nil
}

// global pushes the name of a class or function.
func (u *unpickler) global(code byte) error {
	var module, name string
	var err error
	if code == 'c' {
		if module, err = u.line(); err == nil {
			name, err = u.line()
		}
	} else {
		var items tuple
		if items, err = u.take(2); err == nil {
			var a, b bool
			module, a = items[0].(string)
			name, b = items[1].(string)
			if !a || !b {
				err = fmt.Errorf("it names a class by something else than strings: it is damaged")
			}
		}
	}
	if err != nil {
		return err
	}
	u.push(global(module + "." + name))
	return nil
}

// call pushes what calling a class or function gives, of n values: itself, its arguments, and named ones.
func (u *unpickler) call(n int) error {
	items, err := u.take(n)
	if err != nil {
		return err
	}
	name, ok := items[0].(global)
	args, tupled := items[1].(tuple)
	if !ok || !tupled {
		u.push(&opaque{"the result of a call"})
		return nil
	}
	v, err := u.build(name, args)
	if err != nil {
		return err
	}
	if v == nil {
		v = &called{name}
	}
	u.push(v)
	return nil
}
