package checkpoint

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// The opcodes of a pickle, but for those that run runs itself.

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
