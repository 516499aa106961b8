package checkpoint

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/nlpodyssey/safetensors"
)

// maxHeader bounds the JSON at the beginning of a safetensors file: some 100 bytes a tensor.
const maxHeader = 1 << 20

// isSafetensors tells that data begin with the length of a JSON object, and it.
func isSafetensors(data []byte) bool {
	if len(data) < 10 {
		return false
	}
	n := binary.LittleEndian.Uint64(data)
	return n >= 2 && n <= 1<<40 && data[8] == '{'
}

// readSafetensors reads a safetensors file. Its tensors stand in any order: they are put into that of their names, numbers by their
// value, which is the network's in most.
func readSafetensors(data []byte) ([]*tensor, error) {
	if n := binary.LittleEndian.Uint64(data); n > maxHeader || n > uint64(len(data)-8) {
		return nil, fmt.Errorf("the safetensors file says that it has a header of %d bytes; it has %d bytes in all, and at most %d of a header are read: it is cut off or damaged",
			n, len(data), maxHeader)
	}
	file, err := safetensors.Deserialize(data)
	if err != nil {
		return nil, fmt.Errorf("the safetensors file is cut off or damaged: %w", err)
	}
	var tensors []*tensor
	for _, t := range file.Tensors() {
		kind := otherNumber
		switch t.TensorView.DType() {
		case safetensors.F64:
			kind = float64Number
		case safetensors.F32:
			kind = float32Number
		case safetensors.F16:
			kind = float16Number
		case safetensors.BF16:
			kind = bfloat16Number
		}
		var shape []int
		for _, d := range t.TensorView.Shape() {
			shape = append(shape, int(min(d, maxElements+1)))
		}
		content := t.TensorView.Data()
		tensors = append(tensors, dense(t.Name, kind, shape, func() ([]byte, error) { return content, nil }))
	}
	slices.SortFunc(tensors, func(a, b *tensor) int { return compareNatural(a.name, b.name) })
	return tensors, nil
}

// compareNatural compares names by their letters, and the numbers in them by their values.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		m, n := digits(a), digits(b)
		if m > 0 && n > 0 {
			if c := compareNumbers(a[:m], b[:n]); c != 0 {
				return c
			}
			a, b = a[m:], b[n:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// compareNumbers compares numbers of any length, written in decimal.
func compareNumbers(a, b string) int {
	for len(a) > len(b) {
		if a[0] != '0' {
			return 1
		}
		a = a[1:]
	}
	for len(b) > len(a) {
		if b[0] != '0' {
			return -1
		}
		b = b[1:]
	}
	for i := range len(a) {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}
