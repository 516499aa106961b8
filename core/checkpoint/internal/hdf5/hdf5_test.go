package hdf5_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/checkpoint/internal/hdf5"
	"mobilenet/core/checkpoint/internal/hdf5/hdf5test"
)

func counting(n int) (values []float64) {
	for i := range n {
		values = append(values, float64(i)+0.25)
	}
	return values
}

// sample has 60 groups, so that the root's B-tree has three levels, and arrays of every kind that is read.
func sample(style bool) *hdf5test.Group {
	g := &hdf5test.Group{New: style}
	for i := range 60 {
		g.At(fmt.Sprintf("layer_%d", i)).Attributes = map[string][]string{"weight_names": {"kernel:0", "bias"}, "none": nil}
	}
	g.Put([]string{"a", "b", "whole"}, hdf5test.Array{Shape: []int{2, 3}, Values: counting(6)})
	g.Put([]string{"a", "double"}, hdf5test.Array{Shape: []int{5}, Values: counting(5), Double: true})
	g.Put([]string{"a", "one"}, hdf5test.Array{Values: counting(1)})
	g.Put([]string{"a", "chunks"}, hdf5test.Array{Shape: []int{7, 5, 3}, Chunk: []int{2, 2, 2}, Values: counting(105)})
	g.Put([]string{"a", "row"}, hdf5test.Array{Shape: []int{10}, Chunk: []int{4}, Values: counting(10), Double: true})
	g.Texts = map[string]string{"model_config": `{"long": "` + strings.Repeat("x", 1000) + `"}`}
	return g
}

func TestRead(t *testing.T) {
	for _, style := range []bool{false, true} {
		file, err := hdf5.Open(hdf5test.Write(sample(style)))
		if err != nil {
			t.Fatal(err)
		}
		root, err := file.Root()
		if err != nil {
			t.Fatal(err)
		}
		names, err := root.Names()
		if err != nil || len(names) != 61 || !slices.Contains(names, "layer_59") {
			t.Errorf("%d names, %v", len(names), err)
		}
		for path, want := range map[string]struct {
			shape []int
			n     int
		}{"a/b/whole": {[]int{2, 3}, 6}, "/a/double": {[]int{5}, 5}, "a/one": {nil, 1}, "a/chunks": {[]int{7, 5, 3}, 105}, "a/row": {[]int{10}, 10}} {
			o, err := root.Lookup(path)
			if err != nil {
				t.Fatal(err)
			}
			d, err := o.Dataset()
			if err != nil {
				t.Fatal(err)
			}
			data, err := d.Bytes()
			if err != nil || !slices.Equal(d.Shape, want.shape) || !slices.Equal(numbers(d.Type.Size, data), counting(want.n)) {
				t.Errorf("%s: %v, %v, %v", path, d.Shape, numbers(d.Type.Size, data), err)
			}
		}
		if text, err := root.Strings("model_config"); err != nil || len(text) != 1 || len(text[0]) != 1012 {
			t.Errorf("the configuration is %q, %v", text, err)
		}
		layer, err := root.Lookup("layer_17")
		if err != nil {
			t.Fatal(err)
		}
		if texts, err := layer.Strings("weight_names"); err != nil || !slices.Equal(texts, []string{"kernel:0", "bias"}) {
			t.Errorf("weight_names are %q, %v", texts, err)
		}
		if texts, err := layer.Strings("none"); err != nil || texts != nil {
			t.Errorf("an empty list is %q, %v", texts, err)
		}
		if _, err := layer.Strings("model_config"); !errors.Is(err, hdf5.ErrNotThere) {
			t.Errorf("an attribute that is not there: %v", err)
		}
		if _, err := root.Lookup("a/c"); !errors.Is(err, hdf5.ErrNotThere) {
			t.Errorf("a path that leads nowhere: %v", err)
		}
	}
}

// numbers are the floats of size bytes in data.
func numbers(size int, data []byte) (values []float64) {
	for ; len(data) >= size; data = data[size:] {
		if size == 8 {
			values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		} else {
			values = append(values, float64(math.Float32frombits(binary.LittleEndian.Uint32(data))))
		}
	}
	return values
}

// walk reads all that a file holds; what is wrong with it does not matter.
func walk(o *hdf5.Object, depth int) (read int) {
	_, _ = o.Strings("weight_names")
	_, _ = o.Strings("model_config")
	if d, err := o.Dataset(); err == nil {
		if data, err := d.Bytes(); err == nil {
			read++
			_ = data
		}
	}
	names, err := o.Names()
	if err != nil || depth == 0 {
		return read
	}
	for _, name := range names {
		if inner, err := o.Lookup(name); err == nil {
			read += walk(inner, depth-1)
		}
	}
	return read
}

// Files that are cut off anywhere, or have one wrong byte, are read in part or not at all.
func TestDamaged(t *testing.T) {
	small := &hdf5test.Group{}
	small.Put([]string{"a", "chunks"}, hdf5test.Array{Shape: []int{7, 5}, Chunk: []int{4, 4}, Values: counting(35)})
	small.Put([]string{"a", "whole"}, hdf5test.Array{Shape: []int{2, 3}, Values: counting(6)})
	small.Texts = map[string]string{"model_config": "text"}
	whole := hdf5test.Write(small)
	if n := reads(whole); n != 2 {
		t.Fatalf("%d arrays of the sound file were read", n)
	}
	for n := range whole {
		reads(whole[:n])
	}
	for at := range whole {
		for _, b := range []byte{0, 1, 0x7f, 0xff} {
			damaged := slices.Clone(whole)
			damaged[at] = b
			reads(damaged)
		}
	}
}

func reads(data []byte) int {
	file, err := hdf5.Open(data)
	if err != nil {
		return 0
	}
	root, err := file.Root()
	if err != nil {
		return 0
	}
	return walk(root, 4)
}
