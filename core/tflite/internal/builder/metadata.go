package builder

import (
	flatbuffers "github.com/google/flatbuffers/go"

	"mobilenet/core/tflite/internal/schema"
)

// Metadata are the content of a file's entry schema.MetadataEntry.
type Metadata struct {
	Name, Description, Version, Author, License string
	Input, Output                               TensorMetadata
}

// TensorMetadata describe the network's input or output.
type TensorMetadata struct {
	Name, Description string
	ColorSpace        int8 // of an image; 0: the tensor is none
	Mean, Std         []float32
	Min, Max          []float32 // of all values
	Files             []AssociatedFile
}

// An AssociatedFile is one of the archive at the file's end.
type AssociatedFile struct {
	Name, Description string
	Type              int8
	Locale            string
}

// Bytes writes the metadata's flatbuffer.
func (m *Metadata) Bytes() []byte {
	w := writer{flatbuffers.NewBuilder(1 << 10)}
	inputs := w.CreateVectorOfTables([]flatbuffers.UOffsetT{w.tensorMetadata(&m.Input)})
	outputs := w.CreateVectorOfTables([]flatbuffers.UOffsetT{w.tensorMetadata(&m.Output)})
	subgraph := w.table(schema.SubgraphMetadataFields, func() {
		w.PrependUOffsetTSlot(schema.SubgraphMetadataInputs, inputs, 0)
		w.PrependUOffsetTSlot(schema.SubgraphMetadataOutputs, outputs, 0)
	})
	subgraphs := w.CreateVectorOfTables([]flatbuffers.UOffsetT{subgraph})
	name, description, version := w.text(m.Name), w.text(m.Description), w.text(m.Version)
	author, license, parser := w.text(m.Author), w.text(m.License), w.text(schema.LeastParserVersion)
	model := w.table(schema.ModelMetadataFields, func() {
		w.PrependUOffsetTSlot(schema.ModelMetadataName, name, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadataDescription, description, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadataVersion, version, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadataSubgraphs, subgraphs, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadataAuthor, author, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadataLicense, license, 0)
		w.PrependUOffsetTSlot(schema.ModelMetadataParser, parser, 0)
	})
	w.FinishWithFileIdentifier(model, []byte(schema.MetadataIdentifier))
	return w.FinishedBytes()
}

func (w writer) tensorMetadata(t *TensorMetadata) flatbuffers.UOffsetT {
	name, description, content := w.text(t.Name), w.text(t.Description), w.content(t)
	var units, stats, files flatbuffers.UOffsetT
	if t.Mean != nil || t.Std != nil {
		mean, std := w.floats(t.Mean), w.floats(t.Std)
		options := w.table(schema.NormalizationFields, func() {
			w.PrependUOffsetTSlot(schema.NormalizationMean, mean, 0)
			w.PrependUOffsetTSlot(schema.NormalizationStd, std, 0)
		})
		unit := w.table(schema.ProcessUnitFields, func() {
			w.PrependByteSlot(schema.ProcessUnitType, schema.ProcessNormalization, 0)
			w.PrependUOffsetTSlot(schema.ProcessUnitOptions, options, 0)
		})
		units = w.CreateVectorOfTables([]flatbuffers.UOffsetT{unit})
	}
	if t.Min != nil || t.Max != nil {
		most, least := w.floats(t.Max), w.floats(t.Min)
		stats = w.table(schema.StatsFields, func() {
			w.PrependUOffsetTSlot(schema.StatsMax, most, 0)
			w.PrependUOffsetTSlot(schema.StatsMin, least, 0)
		})
	}
	if len(t.Files) > 0 {
		files = w.files(t.Files)
	}
	return w.table(schema.TensorMetadataFields, func() {
		w.PrependUOffsetTSlot(schema.TensorMetadataName, name, 0)
		w.PrependUOffsetTSlot(schema.TensorMetadataDescription, description, 0)
		w.PrependUOffsetTSlot(schema.TensorMetadataContent, content, 0)
		w.PrependUOffsetTSlot(schema.TensorMetadataProcessUnits, units, 0)
		w.PrependUOffsetTSlot(schema.TensorMetadataStats, stats, 0)
		w.PrependUOffsetTSlot(schema.TensorMetadataFiles, files, 0)
	})
}

// content says whether a tensor is an image.
func (w writer) content(t *TensorMetadata) flatbuffers.UOffsetT {
	kind, fields := byte(schema.ContentFeature), 0
	if t.ColorSpace != 0 {
		kind, fields = schema.ContentImage, schema.ImageFields
	}
	properties := w.table(fields, func() {
		if t.ColorSpace != 0 {
			w.PrependInt8Slot(schema.ImageColorSpace, t.ColorSpace, 0)
		}
	})
	return w.table(schema.ContentFields, func() {
		w.PrependByteSlot(schema.ContentType, kind, 0)
		w.PrependUOffsetTSlot(schema.ContentProperties, properties, 0)
	})
}

func (w writer) files(files []AssociatedFile) flatbuffers.UOffsetT {
	tables := make([]flatbuffers.UOffsetT, len(files))
	for i, f := range files {
		name, description, locale := w.text(f.Name), w.text(f.Description), w.text(f.Locale)
		tables[i] = w.table(schema.AssociatedFileFields, func() {
			w.PrependUOffsetTSlot(schema.AssociatedFileName, name, 0)
			w.PrependUOffsetTSlot(schema.AssociatedFileDescription, description, 0)
			w.PrependInt8Slot(schema.AssociatedFileType, f.Type, 0)
			w.PrependUOffsetTSlot(schema.AssociatedFileLocale, locale, 0)
		})
	}
	return w.CreateVectorOfTables(tables)
}

// text writes a string, or nothing for "".
func (w writer) text(s string) flatbuffers.UOffsetT {
	if s == "" {
		return 0
	}
	return w.CreateString(s)
}

func (w writer) floats(v []float32) flatbuffers.UOffsetT {
	return w.vector(len(v), 4, func(i int) { w.PrependFloat32(v[i]) })
}
