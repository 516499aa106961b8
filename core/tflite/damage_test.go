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

// tiny gives files that are nearly all structure: one channel a layer. Together they have each operator and type.
func tiny() [][]byte {
	specs := []tflitetest.Spec{
		{Activation: tflitetest.NoActivation, Squeeze: true, Output: tflitetest.AsFloat32},
		tflitetest.Keras(mobilenet.Int8),
		{Type: mobilenet.Int8, Padding: tflitetest.PadAll, Pool: tflitetest.Mean, Input: tflitetest.AsUint8, Output: tflitetest.AsUint8},
		{Type: mobilenet.Float32, NoSoftmax: true},
		{Classifier: tflitetest.NoClassifier},
	}
	var files [][]byte
	for _, s := range specs {
		s.Alpha, s.MinChannels, s.Classes = 0.001, 1, 2
		files = append(files, tflitetest.Build(s))
	}
	return files
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
		for i := k; i < len(data); i += len(files) {
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
		for at := 4 * k; at+4 <= len(data); at += 4 * len(files) {
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
		for at := 4 * k; at+4 <= len(data); at += 4 * len(files) {
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
	f.Fuzz(func(t *testing.T, data []byte) { read(t, data) })
}

// FuzzPatched changes three words of a good file, which goes deeper than changing bytes anywhere.
func FuzzPatched(f *testing.F) {
	files := tiny()
	for i := range files {
		f.Add(uint8(i), uint16(0), uint32(0), uint16(9), uint32(1<<31), uint16(100), uint32(1<<20))
	}
	f.Fuzz(func(t *testing.T, file uint8, at1 uint16, v1 uint32, at2 uint16, v2 uint32, at3 uint16, v3 uint32) {
		data := slices.Clone(files[int(file)%len(files)])
		for _, p := range []struct {
			at uint16
			v  uint32
		}{{at1, v1}, {at2, v2}, {at3, v3}} {
			at := int(p.at) % (len(data) - 3)
			binary.LittleEndian.PutUint32(data[at:], p.v)
		}
		read(t, data)
	})
}
