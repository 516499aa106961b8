package checkpoint_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// data are the array's elements, little-endian.
func (a *array) data() (b []byte) {
	for _, v := range a.values {
		if a.double {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		} else {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
	}
	return b
}

// A pickler writes pickles of protocol 2, as torch.save does.
type pickler struct{ bytes.Buffer }

func pickle(write func(p *pickler)) []byte {
	p := &pickler{}
	p.WriteString("\x80\x02")
	write(p)
	p.WriteByte('.')
	return p.Bytes()
}

func (p *pickler) text(s string) {
	p.WriteByte('X')
	p.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(s))))
	p.WriteString(s)
}

func (p *pickler) number(n int) {
	p.WriteByte('J')
	p.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
}

func (p *pickler) numbers(ns []int) {
	p.WriteByte('(')
	for _, n := range ns {
		p.number(n)
	}
	p.WriteByte('t')
}

// tensor writes array i, whose storage has i as its key.
func (p *pickler) tensor(i int, a *array) {
	class := "FloatStorage"
	if a.double {
		class = "DoubleStorage"
	}
	p.WriteString("ctorch._utils\n_rebuild_tensor_v2\n((")
	p.text("storage")
	p.WriteString("ctorch\n" + class + "\n")
	p.text(fmt.Sprint(i))
	p.text("cpu")
	p.number(len(a.values))
	p.WriteString("tQ")
	p.number(0)
	p.numbers(a.shape)
	strides := make([]int, len(a.shape))
	stride := 1
	for i := len(strides) - 1; i >= 0; i-- {
		strides[i] = stride
		stride *= a.shape[i]
	}
	p.numbers(strides)
	p.WriteString("\x89ccollections\nOrderedDict\n)RtR")
}

// stateDict writes an ordered dictionary of the arrays.
func (p *pickler) stateDict(prefix string, arrays []array) {
	p.WriteString("ccollections\nOrderedDict\n)R(")
	for i := range arrays {
		p.text(prefix + arrays[i].name)
		p.tensor(i, &arrays[i])
	}
	p.WriteByte('u')
}

// training writes a dictionary as people save it while they train: the network's arrays among other things.
func (p *pickler) training(arrays []array) {
	p.WriteString("}(")
	p.text("epoch")
	p.number(3)
	p.text("args") // an object, which is not made
	p.WriteString("cargparse\nNamespace\n)\x81}(")
	p.text("lr")
	p.number(1)
	p.WriteString("ub")
	p.text("state_dict")
	p.stateDict("module.", arrays)
	p.text("optimizer")
	p.WriteString("}(")
	p.text("momentum")
	p.tensor(0, &arrays[0])
	p.WriteByte('u')
	p.WriteByte('u')
}

// torchZip is a file of today's torch.save.
func torchZip(arrays []array, method uint16, object func(p *pickler)) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, data []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: "weights/" + name, Method: method})
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			panic(err)
		}
	}
	put("data.pkl", pickle(object))
	put("byteorder", []byte("little"))
	for i := range arrays {
		put(fmt.Sprintf("data/%d", i), arrays[i].data())
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// torchLegacy is a file of torch.save before version 1.6.
func torchLegacy(arrays []array, object func(p *pickler)) []byte {
	out := []byte("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.")
	out = append(out, pickle(func(p *pickler) { p.number(1001) })...)
	out = append(out, pickle(func(p *pickler) {
		p.WriteString("}")
		p.text("little_endian")
		p.WriteString("\x88s")
	})...)
	out = append(out, pickle(object)...)
	out = append(out, pickle(func(p *pickler) {
		p.WriteString("](")
		for i := range arrays {
			p.text(fmt.Sprint(i))
		}
		p.WriteByte('e')
	})...)
	for i := range arrays {
		out = binary.LittleEndian.AppendUint64(out, uint64(len(arrays[i].values)))
		out = append(out, arrays[i].data()...)
	}
	return out
}

// safetensorsFile has the arrays in the order of their names, as the library writes them: those of float64 first.
func safetensorsFile(arrays []array) []byte {
	sorted := slices.Clone(arrays)
	slices.SortFunc(sorted, func(a, b array) int {
		if a.double != b.double {
			return map[bool]int{true: -1, false: 1}[a.double]
		}
		return bytes.Compare([]byte(a.name), []byte(b.name))
	})
	header := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	var data []byte
	for i := range sorted {
		a := &sorted[i]
		from := len(data)
		data = append(data, a.data()...)
		header[a.name] = map[string]any{"dtype": map[bool]string{true: "F64", false: "F32"}[a.double], "shape": a.shape, "data_offsets": []int{from, len(data)}}
	}
	text, err := json.Marshal(header)
	if err != nil {
		panic(err)
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	return append(append(out, text...), data...)
}
