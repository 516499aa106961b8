package tflite

import (
	"fmt"
	"math"
	"strings"

	"mobilenet/core/internal/labelfile"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// Metadata is what a file says about its model beside the network itself, as TensorFlow Lite's metadata have it: a flatbuffer within
// the file, and a zip archive with the labels at its end. Everything may be missing.
type Metadata struct {
	Name, Description, Version, Author, License string
	// Labels name the outputs; nil where the file has none. Their number may not be that of the outputs: nothing compares them.
	Labels []string
	// Mean and Std normalise a pixel before the input tensor's own quantisation: (byte − Mean) / Std. They have a value for all colours or one
	// each for R, G and B; nil where the file says nothing.
	Mean, Std []float32
}

const (
	maxMetadataEntries = 100     // of the file's list, and of each list within the metadata
	maxMetadataText    = 1 << 16 // bytes of a name, a description, ...: longer ones are cut off
)

// ReadMetadata reads the metadata of a .tflite file, or returns nil where it has none. The labels are those of the output tensor in no
// language or in English, else the archive's own label file.
//
// An error says what is damaged; what could be read is returned beside it. ReadMetadata never panics, and needs memory for no more than the
// largest label file that it reads, 1 MB.
func ReadMetadata(data []byte) (*Metadata, error) {
	if !isModel(data) {
		return nil, fmt.Errorf("this is no .tflite file")
	}
	f, root, err := metadataOf(data)
	if f == nil {
		labels, zipErr := archiveLabels(data, "")
		if err == nil {
			err = zipErr
		}
		if labels == nil {
			return nil, err
		}
		return &Metadata{Labels: labels}, err
	}
	m := &Metadata{
		Name:        root.text(schema.ModelMetadataName),
		Description: root.text(schema.ModelMetadataDescription),
		Version:     root.text(schema.ModelMetadataVersion),
		Author:      root.text(schema.ModelMetadataAuthor),
		License:     root.text(schema.ModelMetadataLicense),
	}
	subgraph := root.vector(schema.ModelMetadataSubgraphs, 4).first()
	m.Mean, m.Std, err = normalization(subgraph)
	name := labelFile(subgraph.vector(schema.SubgraphMetadataOutputs, 4).first().vector(schema.TensorMetadataFiles, 4))
	if f.err != nil {
		return m, fmt.Errorf("the file's metadata: %w", f.err)
	}
	labels, zipErr := archiveLabels(data, name)
	m.Labels = labels
	if err == nil {
		err = zipErr
	}
	return m, err
}

func isModel(data []byte) bool {
	return len(data) >= 8 && len(data) <= math.MaxInt32 && string(data[4:8]) == schema.Identifier
}

// metadataOf finds in a .tflite file the flatbuffer with the metadata; nil where there is none.
func metadataOf(data []byte) (*file, table, error) {
	content, found, err := entryOf(data, schema.MetadataEntry)
	if !found || err != nil {
		return nil, table{}, err
	}
	if len(content) < 8 || string(content[4:8]) != schema.MetadataIdentifier {
		return nil, table{}, fmt.Errorf("the file's metadata are of another schema: they do not begin with %q", schema.MetadataIdentifier)
	}
	f := &file{data: content}
	return f, vector{f: f, n: 1}.table(0), nil
}

// entryOf is the buffer of the first entry of this name in a .tflite file's own list of metadata.
func entryOf(data []byte, name string) (content []byte, found bool, err error) {
	f := &file{data: data}
	root := vector{f: f, n: 1}.table(0)
	entries, buffers := root.vector(schema.ModelMetadata, 4), root.vector(schema.ModelBuffers, 4)
	for i := range min(entries.n, maxMetadataEntries) {
		e := entries.table(i)
		if string(e.bytes(schema.MetadataName)) != name {
			continue
		}
		at := e.uint32(schema.MetadataBuffer)
		if int64(at) >= int64(buffers.n) {
			return nil, true, fmt.Errorf("the file's metadata are in buffer %d of %d", at, buffers.n)
		}
		content = buffers.table(int(at)).bytes(schema.BufferData)
		return content, true, f.err
	}
	return nil, false, f.err
}

// text is a string that a field refers to.
func (t table) text(i int) string {
	b := t.bytes(i)
	return string(b[:min(len(b), maxMetadataText)])
}

// first is the first table of a list, or the zero table.
func (v vector) first() table {
	if v.n == 0 {
		return table{}
	}
	return v.table(0)
}

// normalization is that of the subgraph's input.
func normalization(subgraph table) (mean, std []float32, err error) {
	units := subgraph.vector(schema.SubgraphMetadataInputs, 4).first().vector(schema.TensorMetadataProcessUnits, 4)
	for i := range min(units.n, maxMetadataEntries) {
		u := units.table(i)
		if u.int8(schema.ProcessUnitType) != schema.ProcessNormalization {
			continue
		}
		options := u.child(schema.ProcessUnitOptions)
		mean, std = options.values(schema.NormalizationMean), options.values(schema.NormalizationStd)
		for _, v := range [][]float32{mean, std} {
			if len(v) != 1 && len(v) != 3 {
				return nil, nil, fmt.Errorf("the file's metadata normalise pixels by mean %v and deviation %v: one number is needed, or three", mean, std)
			}
		}
		for c := range 3 {
			m, s := mean[min(c, len(mean)-1)], std[min(c, len(std)-1)]
			if inverse := 1 / s; m-m != 0 || inverse-inverse != 0 || inverse == 0 {
				return nil, nil, fmt.Errorf("the file's metadata normalise pixels by mean %v and deviation %v", mean, std)
			}
		}
		return mean, std, nil
	}
	return nil, nil, nil
}

// values is a short list of numbers.
func (t table) values(i int) []float32 {
	v := t.vector(i, 4)
	var out []float32
	for k := range min(v.n, 4) { // one more than are needed, so that a longer list is told from a good one
		out = append(out, v.float32(k))
	}
	return out
}

// labelFile is the name of the best of the files associated with the output; "" where it has none with labels.
func labelFile(files vector) string {
	name, rank := "", 0
	for i := range min(files.n, maxMetadataEntries) {
		f := files.table(i)
		if f.int8(schema.AssociatedFileType) != schema.TensorAxisLabels {
			continue
		}
		r := 1
		switch locale := f.text(schema.AssociatedFileLocale); {
		case locale == "":
			r = 3
		case strings.HasPrefix(locale, "en"):
			r = 2
		}
		if r > rank {
			name, rank = f.text(schema.AssociatedFileName), r
		}
	}
	return name
}

// archiveLabels reads the label file name of the archive at the file's end, or, where that is "", the one that is one by its name.
func archiveLabels(data []byte, name string) ([]string, error) {
	text, err := archived(data, func(n string) bool {
		if name != "" {
			return n == name
		}
		n = strings.ToLower(n)
		return strings.Contains(n, "label") && strings.HasSuffix(n, ".txt")
	})
	if text == nil {
		if err == nil && name != "" {
			err = fmt.Errorf("the file's metadata name the label file %q, which is not in it", name)
		}
		return nil, err
	}
	return labelfile.Parse(string(text)), err
}

// normalized gives the input of a model read from data the normalisation that the file's metadata say.
func normalized(in *mobilenet.Input, data []byte) {
	_, root, err := metadataOf(data)
	if err != nil || in.Type != mobilenet.Float32 {
		return
	}
	mean, std, err := normalization(root.vector(schema.ModelMetadataSubgraphs, 4).first())
	if err != nil || mean == nil || root.f.err != nil {
		return
	}
	for c := range 3 {
		in.Mean[c], in.Scale[c] = mean[min(c, len(mean)-1)], 1/std[min(c, len(std)-1)]
	}
}
