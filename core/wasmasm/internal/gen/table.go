package main

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// An instruction is a line of the table.
type instruction struct {
	name              string   // as in the specification
	code              []byte   // the opcode as it is encoded, with its prefix
	operands, results []string // types, the last one on top of the stack
	size              int      // bytes of memory that it reads or writes at an offset; 0: it has no offset
	lanes             int      // how many lanes it chooses from; 0: it chooses none
	memory            bool     // it needs a memory, whose number is among trailing
	trailing          []byte   // immediates that are always the same
	note              string   // sentences, or empty
}

// letters abbreviate types in the names of signatures.
var letters = map[string]string{"i32": "i", "i64": "l", "f32": "s", "v128": "v"}

// parse reads a line of the table.
func parse(line string) (in instruction, err error) {
	line, in.note, _ = strings.Cut(line, "#")
	in.note = strings.TrimSpace(in.note)
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return in, fmt.Errorf("%q is not name, opcode and type", line)
	}
	in.name = fields[0]
	if in.code, err = opcode(fields[1]); err != nil {
		return in, fmt.Errorf("%s: the opcode %q: %w", in.name, fields[1], err)
	}
	in.operands, fields = cutTypes(fields[2:])
	switch {
	case len(fields) == 0:
		return in, fmt.Errorf(`%s: "->" is missing`, in.name)
	case fields[0] != "->":
		return in, fmt.Errorf(`%s: %q stands where "->" is expected`, in.name, fields[0])
	}
	in.results, fields = cutTypes(fields[1:])
	if len(fields) == 0 {
		return in, nil
	}
	for _, immediate := range strings.Split(strings.Join(fields, " "), ", ") {
		if err := in.addImmediate(immediate); err != nil {
			return in, fmt.Errorf("%s: the immediate %q: %w", in.name, immediate, err)
		}
	}
	return in, nil
}

// opcode encodes a byte, or a prefix and a number, which is unsigned LEB128.
func opcode(s string) ([]byte, error) {
	first, second, prefixed := strings.Cut(s, ":")
	b, err := strconv.ParseUint(first, 16, 8)
	if err != nil || !prefixed {
		return []byte{byte(b)}, err
	}
	n, err := strconv.ParseUint(second, 16, 32)
	return binary.AppendUvarint([]byte{byte(b)}, n), err // Go's varints are LEB128
}

// cutTypes splits fields after the types that they begin with.
func cutTypes(fields []string) (types, rest []string) {
	n := 0
	for n < len(fields) && letters[fields[n]] != "" {
		n++
	}
	return fields[:n], fields[n:]
}

func (in *instruction) addImmediate(s string) (err error) {
	kind, number, _ := strings.Cut(s, " ")
	switch kind {
	case "offset":
		in.size, err = powerOfTwo(number)
	case "lane":
		in.lanes, err = powerOfTwo(number)
	case "memory":
		in.memory = true
		in.trailing = append(in.trailing, 0)
	default:
		var b uint64
		b, err = strconv.ParseUint(s, 16, 8)
		in.trailing = append(in.trailing, byte(b))
	}
	return err
}

// powerOfTwo reads a number of bytes or lanes, 1 to 16.
func powerOfTwo(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && (n < 1 || n > 16 || n&(n-1) != 0) {
		err = fmt.Errorf("%d is not 1, 2, 4, 8 or 16", n)
	}
	return n, err
}
