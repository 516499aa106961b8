package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
