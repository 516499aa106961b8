package tflite

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/builder"
	"mobilenet/core/tflite/internal/schema"
)

const labelFileName = "labels.txt"

// metadataFile is the flatbuffer of the metadata and the label file; nothing where there is nothing to say.
func metadataFile(m *mobilenet.Model, metadata *Metadata) (content []byte, labels string, err error) {
	if metadata == nil {
		metadata = &Metadata{}
		if m.Input.Type != mobilenet.Float32 {
			return nil, "", nil
		}
	}
	b := builder.Metadata{
		Name: metadata.Name, Description: metadata.Description, Version: metadata.Version, Author: metadata.Author, License: metadata.License,
		Input: builder.TensorMetadata{
			Name: "image", Description: fmt.Sprintf("The picture, %s.", size(m.Network)), ColorSpace: schema.ColorRGB,
			Mean: metadata.Mean, Std: metadata.Std,
		},
		Output: builder.TensorMetadata{Name: "score", Description: "A number for each label."},
	}
	if m.Grey {
		b.Input.ColorSpace = schema.ColorGrayscale
	}
	if m.Output.Softmax != nil || m.Output.Logistic != nil {
		b.Output.Name, b.Output.Description = "probability", "The probability of each label."
	}
	if m.Input.Type == mobilenet.Float32 {
		if b.Input.Mean, b.Input.Std, err = deviations(&m.Input, m.InputShape().C); err != nil {
			return nil, "", err
		}
	}
	if len(metadata.Labels) > 0 {
		if labels, err = labelText(metadata.Labels, m.Answers()); err != nil {
			return nil, "", err
		}
		b.Output.Files = []builder.AssociatedFile{{Name: labelFileName, Description: "The labels, one a line.", Type: schema.TensorAxisLabels}}
	}
	return b.Bytes(), labels, nil
}

// labelText is a label file.
func labelText(labels []string, answers int) (string, error) {
	if len(labels) != answers {
		return "", fmt.Errorf("%s for a model with %s", counted(len(labels), "label"), counted(answers, "answer"))
	}
	for i, l := range labels {
		if strings.ContainsAny(l, "\r\n") {
			return "", fmt.Errorf("label %d, %q, has more than one line", i, l)
		}
	}
	text := strings.Join(labels, "\n") + "\n"
	switch n := len(labels); {
	case n > 0 && strings.TrimSpace(labels[n-1]) == "":
		return "", fmt.Errorf("the last label is empty")
	case len(text) > maxLabelFile:
		return "", fmt.Errorf("labels of %d bytes: a label file has at most %d", len(text), maxLabelFile)
	}
	return text, nil
}

// deviations are mean and standard deviation for an input of the given number of colours: a value for all, or one each.
func deviations(in *mobilenet.Input, colours int) (mean, std []float32, err error) {
	for c := range colours {
		s, err := reciprocal(in.Scale[c])
		if err != nil {
			return nil, nil, err
		}
		mean, std = append(mean, in.Mean[c]), append(std, s)
	}
	if colours == 3 && mean[0] == mean[1] && mean[1] == mean[2] && std[0] == std[1] && std[1] == std[2] {
		return mean[:1], std[:1], nil
	}
	return mean, std, nil
}

// reciprocal is the number whose reciprocal is v, the shortest of several, or the nearest to it: not each float32 is one.
func reciprocal(v float32) (float32, error) {
	r := 1 / v
	if r-r != 0 || 1/r-1/r != 0 {
		return 0, fmt.Errorf("a pixel's scale is %v, whose reciprocal is no number", v)
	}
	off := func(r float32) float64 { return math.Abs(float64(1/r - v)) }
	digits := func(r float32) int { return len(strconv.FormatFloat(float64(r), 'g', -1, 32)) }
	best := r
	for _, n := range []float32{math.Nextafter32(r, 0), math.Nextafter32(r, 2*r)} {
		if off(n) < off(best) || off(n) == off(best) && digits(n) < digits(best) {
			best = n
		}
	}
	return best, nil
}

// appendArchive appends a zip archive with one file, stored as it is. Its offsets count from data's first byte.
func appendArchive(data []byte, name, content string) []byte {
	// archive/zip does this too, and would be in the tab's program with its compressors, for they are made when it is initialised.
	start := len(data)
	header := binary.LittleEndian.AppendUint16(nil, 10) // the version that can read it: 1.0
	header = append(header, 0, 8)                       // the name is UTF-8
	header = append(header, 0, 0)                       // stored
	header = append(header, 0, 0, 0x21, 0)              // the first day that a zip archive knows
	header = binary.LittleEndian.AppendUint32(header, crc32(content))
	header = binary.LittleEndian.AppendUint32(header, uint32(len(content)))
	header = binary.LittleEndian.AppendUint32(header, uint32(len(content)))
	header = binary.LittleEndian.AppendUint16(header, uint16(len(name)))
	header = append(header, 0, 0) // nothing extra

	data = append(append(data, zipLocal...), header...)
	data = append(append(data, name...), content...)
	directory := len(data)
	data = append(append(data, zipDirectory...), 20, 0)         // the version that wrote it
	data = append(append(data, header...), make([]byte, 10)...) // no comment, on disk 0, no attributes
	data = append(binary.LittleEndian.AppendUint32(data, uint32(start)), name...)
	length := len(data) - directory
	data = append(append(data, zipEnd...), 0, 0, 0, 0, 1, 0, 1, 0) // one file
	data = binary.LittleEndian.AppendUint32(data, uint32(length))
	data = binary.LittleEndian.AppendUint32(data, uint32(directory))
	return append(data, 0, 0)
}

// crc32 is the checksum of zip archives.
func crc32(s string) uint32 {
	sum := ^uint32(0)
	for i := range len(s) {
		sum ^= uint32(s[i])
		for range 8 {
			sum = sum>>1 ^ 0xedb88320&-(sum&1)
		}
	}
	return ^sum
}
