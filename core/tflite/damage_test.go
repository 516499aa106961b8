package tflite_test

import (
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// thin are networks of one channel a layer, V2's of eight. Together they have each operator and type.
func thin() []tflitetest.Spec {
	specs := []tflitetest.Spec{
		{Activation: tflitetest.NoActivation, Squeeze: true, Output: tflitetest.AsFloat32},
		tflitetest.Keras(mobilenet.Int8),
		{Type: mobilenet.Int8, Padding: tflitetest.PadAll, Pool: tflitetest.Mean, Input: tflitetest.AsUint8, Output: tflitetest.AsUint8},
		{Type: mobilenet.Float32, NoSoftmax: true},
		{Classifier: tflitetest.NoClassifier},
		{Version: mobilenet.V2, AddendFirst: true, Output: tflitetest.AsInt8},
	}
	for i := range specs {
		specs[i].Alpha, specs[i].MinChannels, specs[i].Classes = 0.001, 1, 2
	}
	return specs
}

// tiny gives the thin networks' files, which are nearly all structure.
func tiny() [][]byte {
	var files [][]byte
	for _, s := range thin() {
		files = append(files, tflitetest.Build(s))
	}
	return files
}

// stride spreads the damage over the files: each is damaged about as often, though V2's is some times larger.
func stride(files [][]byte, k int) int {
	times := len(files[k]) / len(files[0])
	return len(files) * max(times*times/2, 1)
}

// read is tflite.Read, checked: no panic, a sound model or an error, and no more memory than a few times the file.
func read(t *testing.T, data []byte) {
	t.Helper()
	var err error
	var m *mobilenet.Model
	least := uint64(math.MaxUint64)
	limit := uint64(4*len(data) + 1<<17)            // the rest is the list of layers, and small things that do not grow with the file
	for try := 0; try < 5 && least > limit; try++ { // other goroutines' memory is counted too, but not each time
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err = tflite.Read(data)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	if least > limit {
		t.Fatalf("a file of %d bytes took %d bytes of memory", len(data), least)
	}
	check(t, m, err)
}

// check checks that there is either a sound model or an error.
func check(t *testing.T, m *mobilenet.Model, err error) {
	t.Helper()
	if (m == nil) == (err == nil) {
		t.Fatalf("model %v, error %v", m, err)
	}
	if err == nil {
		checkModel(t, m)
	}
}

func TestTruncated(t *testing.T) {
	data := tiny()[0]
	for n := range data[:len(data)-16] { // the last bytes are alignment
		if _, err := tflite.Read(data[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are read as a whole", n, len(data))
		}
	}
}

func TestFlippedBits(t *testing.T) {
	files := tiny()
	for k, data := range files {
		for i := k; i < len(data); i += stride(files, k) {
			bit := byte(1) << (i % 8)
			data[i] ^= bit
			m, err := tflite.Read(data)
			check(t, m, err)
			data[i] ^= bit
		}
	}
}

// Offsets, lengths, shapes, indices and quantisations are replaced by what they should not be.
func TestHostileWords(t *testing.T) {
	files := tiny()
	for k, data := range files { // each word in one of the files: the fuzzer below does all
		for at := 4 * k; at+4 <= len(data); at += 4 * stride(files, k) {
			word := binary.LittleEndian.Uint32(data[at:])
			for _, v := range []uint32{0, word + 4, 1<<31 - 1} {
				binary.LittleEndian.PutUint32(data[at:], v)
				m, err := tflite.Read(data)
				check(t, m, err)
			}
			binary.LittleEndian.PutUint32(data[at:], word)
		}
	}
}

func TestMemory(t *testing.T) {
	for _, form := range tflitetest.Forms() {
		read(t, tflitetest.Build(form.Spec))
	}
	files := tiny()
	for k, data := range files {
		read(t, data)
		for at := 4 * k; at+4 <= len(data); at += 4 * stride(files, k) {
			word := binary.LittleEndian.Uint32(data[at:])
			binary.LittleEndian.PutUint32(data[at:], 1<<24)
			read(t, data)
			binary.LittleEndian.PutUint32(data[at:], word)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, data := range tiny() {
		f.Add(data)
	}
	spec := tflitetest.Spec{Alpha: 0.001, MinChannels: 1}
	for _, u := range []*mobilenet.Unknown{centred(f, spec, true), {Counter: true}} {
		data, err := tflite.Write(taught(f, spec, u), nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { read(t, data) })
}

// FuzzDamaged builds a good file whose content was altered, as a careless converter would, then alters its bytes: that goes deeper
// than flipping bits of a file anywhere.
func FuzzDamaged(f *testing.F) {
	specs := thin()
	for i := range specs {
		f.Add(uint8(i), []byte{}, []byte{})
		f.Add(uint8(i), []byte{0, 1 << i, 7, 5, 1, 9}, []byte{9, 1, 2, 200, 0, 0, 0, 40, 1, 3, 24, 0, 0, 0, 100, 9, 5, 0, 0, 0, 0})
	}
	f.Fuzz(func(t *testing.T, file uint8, changes, damages []byte) {
		graph := tflitetest.NewGraph(specs[int(file)%len(specs)])
		tflitetest.Change(graph, changes[:min(len(changes), 100)])
		read(t, damage(graph.Bytes(), damages))
	})
}

// damage alters bytes of a file as choices say, seven bytes for each place.
func damage(data, choices []byte) []byte {
	for ; len(choices) >= 7 && len(data) > 8; choices = choices[7:] {
		at, to := int(binary.LittleEndian.Uint16(choices))%(len(data)-3), int(binary.LittleEndian.Uint16(choices[3:]))%len(data)
		word := data[at : at+4]
		switch choices[2] % 8 {
		case 0: // a bit
			word[0] ^= 1 << (choices[3] % 8)
		case 1: // anything
			copy(word, choices[3:7])
		case 2: // a reference elsewhere, back, or to itself: structures become circular, or parts of each other
			binary.LittleEndian.PutUint32(word, uint32(to-at))
		case 3: // a count or an offset near a power of two
			binary.LittleEndian.PutUint32(word, 1<<(choices[3]%32)-uint32(choices[4]%3))
		case 4: // a little more or less
			binary.LittleEndian.PutUint32(word, binary.LittleEndian.Uint32(word)+uint32(int8(choices[3])))
		case 5: // an entry of a list of fields
			copy(word, choices[3:5])
		case 6: // what stands elsewhere
			copy(data[at:], slices.Clone(data[to:min(to+int(choices[5]), len(data))]))
		case 7:
			data = data[:max(at, 8)]
		}
	}
	return data
}
