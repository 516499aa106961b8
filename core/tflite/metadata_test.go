package tflite_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/internal/builder"
	"mobilenet/core/tflite/internal/schema"
	"mobilenet/core/tflite/tflitetest"
)

// aFile is a file of an archive.
type aFile struct {
	name, text string
	method     uint16
}

// withFiles appends an archive to a file, as others do: its offsets count from the file's first byte, or from its own where it is whole.
func withFiles(t testing.TB, data []byte, whole bool, files ...aFile) []byte {
	t.Helper()
	b := bytes.NewBuffer(slices.Clone(data))
	w := zip.NewWriter(b)
	if !whole {
		w.SetOffset(int64(len(data)))
	}
	for _, f := range files {
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: f.method})
		if err == nil {
			_, err = to.Write([]byte(f.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withMetadata is the file of a thin network with metadata.
func withMetadata(spec tflitetest.Spec, m builder.Metadata) []byte {
	spec.Alpha, spec.MinChannels, spec.Classes = 0.001, 1, 2
	g := tflitetest.NewGraph(spec)
	g.Metadata = []builder.Entry{{Name: "min_runtime_version", Data: []byte("1.5.0")}, {Name: schema.MetadataEntry, Data: m.Bytes()}}
	return g.Bytes()
}

func labelFiles(locales ...string) []builder.AssociatedFile {
	files := []builder.AssociatedFile{{Name: "scores.txt", Type: 4}}
	for _, l := range locales {
		files = append(files, builder.AssociatedFile{Name: "names" + l + ".txt", Type: schema.TensorAxisLabels, Locale: l})
	}
	return files
}

func TestReadMetadata(t *testing.T) {
	all := builder.Metadata{
		Name: "Pets", Description: "Cats and dogs", Version: "v2", Author: "A. Author", License: "Apache-2.0",
		Input:  builder.TensorMetadata{Name: "image", ColorSpace: schema.ColorRGB, Mean: []float32{127.5}, Std: []float32{128}, Min: []float32{-1}},
		Output: builder.TensorMetadata{Files: labelFiles("")},
	}
	english := aFile{"namesen-GB.txt", "cat\ndog\n", zip.Store}
	of := func(locales ...string) builder.Metadata {
		return builder.Metadata{Output: builder.TensorMetadata{Files: labelFiles(locales...)}}
	}
	names := &tflite.Metadata{Labels: []string{"cat", "dog"}}
	for _, test := range []struct {
		name  string
		data  []byte
		want  *tflite.Metadata
		error string
	}{
		{"none", tiny()[0], nil, ""},
		{"all", withFiles(t, withMetadata(tflitetest.Spec{}, all), false, aFile{"names.txt", "\ufeffcat\r\n dog\r\n\r\n", zip.Store}), &tflite.Metadata{
			Name: "Pets", Description: "Cats and dogs", Version: "v2", Author: "A. Author", License: "Apache-2.0",
			Mean: []float32{127.5}, Std: []float32{128}, Labels: []string{"cat", "dog"},
		}, ""},
		{"no archive", withMetadata(tflitetest.Spec{}, builder.Metadata{Name: "Pets"}), &tflite.Metadata{Name: "Pets"}, ""},
		{"an archive of its own", withFiles(t, withMetadata(tflitetest.Spec{}, of("")), true, aFile{"names.txt", "cat\ndog", zip.Store}), names, ""},
		{"English", withFiles(t, withMetadata(tflitetest.Spec{}, of("fr", "en-GB")), false, aFile{"namesfr.txt", "chat\nchien", zip.Store}, english), names, ""},
		{"no language", withFiles(t, withMetadata(tflitetest.Spec{}, of("en-GB", "", "de")), false, english, aFile{"names.txt", "Katze\nHund", zip.Store}),
			&tflite.Metadata{Labels: []string{"Katze", "Hund"}}, ""},
		{"another language", withFiles(t, withMetadata(tflitetest.Spec{}, of("fr")), false, aFile{"namesfr.txt", "chat\nchien", zip.Store}),
			&tflite.Metadata{Labels: []string{"chat", "chien"}}, ""},
		{"by its name", withFiles(t, withMetadata(tflitetest.Spec{}, of()), false, aFile{"readme.txt", "?", zip.Store}, aFile{"Labels_en.txt", "cat\ndog", zip.Store}), names, ""},
		{"an archive alone", withFiles(t, tiny()[0], false, aFile{"labels.txt", "cat\ndog", zip.Store}), names, ""},
		{"an empty label file", withFiles(t, withMetadata(tflitetest.Spec{}, of("")), false, aFile{"names.txt", "\n", zip.Store}), &tflite.Metadata{Labels: []string{}}, ""},
		{"three colours", withMetadata(tflitetest.Spec{}, builder.Metadata{Input: builder.TensorMetadata{Mean: []float32{1, 2, 3}, Std: []float32{4, 5, 6}}}),
			&tflite.Metadata{Mean: []float32{1, 2, 3}, Std: []float32{4, 5, 6}}, ""},
		{"missing labels", withFiles(t, withMetadata(tflitetest.Spec{}, of("")), false, english), &tflite.Metadata{}, `name the label file "names.txt", which is not in it`},
		{"compressed labels", withFiles(t, withMetadata(tflitetest.Spec{}, of("")), false, aFile{"names.txt", strings.Repeat("cat\n", 99), zip.Deflate}), &tflite.Metadata{}, `the file's labels, "names.txt", have 396 bytes, or`},
		{"labels without end", withFiles(t, withMetadata(tflitetest.Spec{}, of("")), false, aFile{"names.txt", strings.Repeat("cat\n", 1<<18+1), zip.Store}), &tflite.Metadata{}, `have 1048580 bytes, or 1048580 compressed: at most 1048576 are read`},
		{"four colours", withMetadata(tflitetest.Spec{}, builder.Metadata{Name: "Pets", Input: builder.TensorMetadata{Mean: []float32{1, 2, 3, 4}, Std: []float32{4}}}),
			&tflite.Metadata{Name: "Pets"}, `one number is needed, or three`},
		{"a deviation of 0", withMetadata(tflitetest.Spec{}, builder.Metadata{Input: builder.TensorMetadata{Mean: []float32{1}, Std: []float32{1, 1, 0}}}),
			&tflite.Metadata{}, `mean [1] and deviation [1 1 0]`},
		{"no model", []byte("PK\x03\x04 and so on"), nil, "this is no .tflite file"},
	} {
		got, err := tflite.ReadMetadata(test.data)
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
		if (err == nil) != (test.error == "") || err != nil && !strings.Contains(err.Error(), test.error) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.error)
		}
	}
}

func TestMetadataOfOthers(t *testing.T) {
	dir := filepath.Join(testmodel.Shared(t, "cases"), "models")
	for name, want := range map[string]string{
		"v1_0.75_192_uint8_metadata_labels": "MobileNetV1 image classifier (quantized)",
		"refuse_edgetpu":                    "ImageClassifier",
		"v2_1.0_224_uint8":                  "ImageClassifier",
	} {
		data, err := os.ReadFile(filepath.Join(dir, name+".tflite"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := tflite.ReadMetadata(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Name != want || len(m.Labels) != 1001 || m.Labels[0] != "background" || !strings.HasPrefix(m.Labels[1], "tench") ||
			!slices.Equal(m.Mean, []float32{127.5}) || !slices.Equal(m.Std, []float32{127.5}) {
			t.Errorf("%s: %q, %d labels, mean %v, deviation %v", name, m.Name, len(m.Labels), m.Mean, m.Std)
		}
	}
}

// A float32 input has the normalisation that the metadata say; another, or a wrong one, is not heeded.
func TestReadNormalizes(t *testing.T) {
	usual, _ := mobilenet.DefaultNormalization()
	float := tflitetest.Spec{Type: mobilenet.Float32}
	of := func(mean, std []float32) builder.Metadata {
		return builder.Metadata{Input: builder.TensorMetadata{Mean: mean, Std: std}}
	}
	for _, test := range []struct {
		name string
		spec tflitetest.Spec
		m    builder.Metadata
		mean [3]float32
		red  float32 // its scale
	}{
		{"one", float, of([]float32{0}, []float32{255}), [3]float32{}, 1. / 255},
		{"three", float, of([]float32{1, 2, 3}, []float32{4, 5, 6}), [3]float32{1, 2, 3}, 0.25},
		{"float ends", tflitetest.Spec{Type: mobilenet.Int8, Input: tflitetest.AsFloat32}, of([]float32{0}, []float32{255}), [3]float32{}, 1. / 255},
		{"uint8", tflitetest.Spec{}, of([]float32{0}, []float32{255}), usual, 1. / 127.5},
		{"nothing", float, of(nil, nil), usual, 1. / 127.5},
		{"wrong", float, of([]float32{0}, []float32{0}), usual, 1. / 127.5},
	} {
		m, err := tflite.Read(withMetadata(test.spec, test.m))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if m.Input.Mean != test.mean || m.Input.Scale[0] != test.red {
			t.Errorf("%s: mean %v, scale %v", test.name, m.Input.Mean, m.Input.Scale)
		}
	}
}

// Damaged metadata leave the model readable.
func TestDamagedMetadata(t *testing.T) {
	m := builder.Metadata{Input: builder.TensorMetadata{Mean: []float32{0}, Std: []float32{255}}, Output: builder.TensorMetadata{Files: labelFiles("")}}
	content := m.Bytes()
	good := withFiles(t, withMetadata(tflitetest.Spec{Type: mobilenet.Float32}, m), false, aFile{"names.txt", "cat\ndog", zip.Store})
	start := bytes.Index(good, content)
	archive := bytes.LastIndex(good, []byte("PK\x03\x04"))
	for i := range len(good) {
		if i < start || i >= start+len(content) && i < archive {
			continue
		}
		for _, v := range []byte{0, 1, 0x7f, 0xff} {
			data := slices.Clone(good)
			data[i] = v
			if _, err := tflite.Read(data); err != nil {
				t.Fatalf("byte %d set to %d: %v", i, v, err)
			}
			tflite.ReadMetadata(data)
		}
	}
	for n := range good {
		tflite.ReadMetadata(good[:n])
	}
}

func FuzzReadMetadata(f *testing.F) {
	m := builder.Metadata{Name: "Pets", Input: builder.TensorMetadata{Mean: []float32{0}, Std: []float32{255}}, Output: builder.TensorMetadata{Files: labelFiles("", "en")}}
	g := builder.Graph{Metadata: []builder.Entry{{Name: schema.MetadataEntry, Data: m.Bytes()}}}
	f.Add(withFiles(f, g.Bytes(), false, aFile{"names.txt", "cat\ndog", zip.Store}), []byte{})
	f.Add(withFiles(f, g.Bytes(), true, aFile{"labels.txt", "cat\ndog", zip.Deflate}), []byte{0, 1, 2, 3, 4, 5, 6})
	f.Fuzz(func(t *testing.T, data, damages []byte) {
		m, err := tflite.ReadMetadata(damage(slices.Clone(data), damages))
		if m == nil {
			return
		}
		if n := len(m.Mean); n != len(m.Mean) || n != 0 && n != 1 && n != 3 || (m.Mean == nil) != (m.Std == nil) {
			t.Errorf("mean %v, deviation %v (%v)", m.Mean, m.Std, err)
		}
		size := 0
		for _, l := range m.Labels {
			size += len(l)
		}
		if size > 4<<20 {
			t.Errorf("labels of %d bytes", size)
		}
	})
}
