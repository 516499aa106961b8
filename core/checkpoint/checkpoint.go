// Package checkpoint reads the files that PyTorch and Keras save trained MobileNets in and makes a float32 mobilenet.Model of them, which
// tflite.Write writes:
//
//   - PyTorch's torch.save, zip archives and the older files, a state_dict by itself or among other things;
//   - safetensors;
//   - Keras' HDF5 files, whole models and weights alone, and .keras.
//
// Of each it makes named tensors, then modules (convolutions, batch normalisations, fully connected layers) in the network's order; what
// is left of the way knows no format. The order is that of a known layout's names, or else the file's. The modules must have
// the shapes of a MobileNetV1 or V2 of some width; batch normalisation is folded into the convolution before it, in float64.
//
// A checkpoint does not say all that a network is: a state_dict has neither activations nor padding nor the pixels' range. What is not in
// the file is taken from the layout as its authors use it; the Network that Read returns shows each such setting with where it is
// from, and Options change them.
//
// Files are data here. A pickle's classes are never made but for containers and tensors; no size is believed before its bytes are there.
package checkpoint

import (
	"archive/zip"
	"bytes"
	"fmt"

	"mobilenet/core/checkpoint/internal/hdf5"
	"mobilenet/core/mobilenet"
)

// Options are settings that shall not be the file's or the layout's. The zero value changes nothing.
type Options struct {
	// Resolution is the side of the square input in pixels; 0: the file's, or else 224.
	Resolution int
	// Activation comes after each convolution but V2's projections.
	Activation *Activation
	// Padding is that of the 3×3 convolutions of stride 2.
	Padding *Padding
	// Epsilon is what batch normalisation adds to the variance.
	Epsilon *float64
	// Normalization is what becomes of a pixel's byte.
	Normalization *Normalization
}

// A Result is what a checkpoint was recognised as, and the model.
type Result struct {
	Model  *mobilenet.Model
	Format string // "PyTorch", "PyTorch, before version 1.6", "safetensors", "Keras, HDF5" or "Keras"
	// Layout names the program whose names the tensors have; empty where they were put in order by their shapes.
	Layout string
	// Settings are those that the model was made with.
	Resolution    Setting[int]
	Activation    Setting[Activation]
	Padding       Setting[Padding]
	Epsilon       Setting[float64]
	Normalization Setting[Normalization]
}

// A Setting is a value and where it is from.
type Setting[T any] struct {
	Value T
	From  Source
}

// Source is where a setting is from.
type Source uint8

const (
	FromLayout Source = iota // assumed: what the layout's authors use, or most people
	FromFile                 // the file says so
	FromOption               // Options say so
)

func (s Source) String() string {
	switch s {
	case FromLayout:
		return "assumed"
	case FromFile:
		return "file"
	case FromOption:
		return "option"
	}
	return fmt.Sprintf("Source(%d)", uint8(s))
}

// setting is the option if there is one, else what the file says, else what is usual.
func setting[T any](option, file *T, usual T) Setting[T] {
	switch {
	case option != nil:
		return Setting[T]{*option, FromOption}
	case file != nil:
		return Setting[T]{*file, FromFile}
	}
	return Setting[T]{usual, FromLayout}
}

// Read makes a model of a checkpoint. data must not change while it runs; the model does not alias them.
//
// A file that is damaged, of another format or of another network is an error that names what does not fit. Read never panics, and
// takes memory of a few times what the file unpacks to, which may be 20 times its size.
func Read(data []byte, options Options) (*Result, error) {
	format, c, err := open(data)
	if err != nil {
		return nil, err
	}
	r, err := c.network(options)
	if err != nil {
		return nil, err
	}
	r.Format = format
	return r, nil
}

// open reads the file as what it begins as.
func open(data []byte) (format string, c *contents, err error) {
	switch {
	case hdf5.Is(data):
		c, err = readKerasHDF5(data)
		return "Keras, HDF5", c, err
	case bytes.HasPrefix(data, []byte("PK")):
		return openZip(data)
	case isLegacy(data):
		format = "PyTorch, before version 1.6"
		c, err = torchContents(readTorchLegacy(data))
	case isSafetensors(data):
		format = "safetensors"
		c, err = torchContents(readSafetensors(data))
	case len(data) > 1 && data[0] == 0x80 && data[1] <= 5:
		err = fmt.Errorf("the file is a pickle, but not one that torch.save made: save the network's weights with torch.save(model.state_dict(), \"weights.pth\")")
	case len(data) > 8 && string(data[4:8]) == "TFL3":
		err = fmt.Errorf("the file is a TensorFlow Lite model already, no checkpoint: use it as it is")
	default:
		err = fmt.Errorf("the file is no checkpoint: it begins as none of PyTorch's, Keras' and safetensors files does (%d bytes)", len(data))
	}
	return format, c, err
}

// openZip reads a file of PyTorch or Keras.
func openZip(data []byte) (string, *contents, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", nil, fmt.Errorf("the file begins as a zip archive, as PyTorch's and Keras' checkpoints are, but it is cut off or damaged: %w", err)
	}
	for _, e := range archive.File {
		if e.Name == "config.json" {
			c, err := readKerasZip(archive, data)
			return "Keras", c, err
		}
	}
	c, err := torchContents(readTorchZip(archive, data))
	return "PyTorch", c, err
}
