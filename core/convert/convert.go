// Package convert takes a trained network's file to a .tflite file: a checkpoint of PyTorch or Keras, or a .tflite of floating point that is to
// be quantised. It is what the command line and the page's workshop share; core/checkpoint reads, core/quantize quantises.
package convert

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mobilenet/core/checkpoint"
	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
)

// MaxFile bounds the size of a file in bytes. The largest network of the two families has 17 MB of float32 weights; an optimizer's state beside
// them is twice as much again, and people save in float64.
const MaxFile = 134_000_000

// tensorFlowLite is the format of a file that is no checkpoint.
const tensorFlowLite = "TensorFlow Lite"

// A Source is a float32 model and how it was recognised.
type Source struct {
	checkpoint.Result
	// Checkpoint tells a checkpoint from a .tflite file, which holds its own activations, padding and folded normalisation: its Activation, Padding
	// and Epsilon mean nothing.
	Checkpoint bool
	// Metadata is what is written into the file that is made: what a .tflite file said of itself.
	Metadata tflite.Metadata
}

// Read reads a checkpoint or a .tflite file of floating point. Errors are for a person: they name what does not fit, and what to do.
func Read(data []byte, o checkpoint.Options) (*Source, error) {
	if len(data) == 0 {
		return nil, errors.New("the file is empty: it may not have finished copying or downloading")
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("the file has %d MB, and at most %d are read: save the network's weights alone, without the optimizer's state", len(data)/1e6, MaxFile/1_000_000)
	}
	if len(data) > 8 && string(data[4:8]) == "TFL3" {
		return readModel(data, o)
	}
	r, err := checkpoint.Read(data, o)
	if err != nil {
		return nil, err
	}
	return &Source{Result: *r, Checkpoint: true}, nil
}

// readModel reads a .tflite file.
func readModel(data []byte, o checkpoint.Options) (*Source, error) {
	for name, given := range map[string]bool{"activation": o.Activation != nil, "padding": o.Padding != nil, "epsilon": o.Epsilon != nil} {
		if given {
			return nil, fmt.Errorf("a .tflite file holds its own %s: leave that setting out", name)
		}
	}
	m, err := tflite.Read(data)
	if err != nil {
		return nil, err
	}
	if m.Type != mobilenet.Float32 {
		return nil, fmt.Errorf("the file is a .tflite of %v already, there is nothing to convert: use it as it is, or give the network in floating point", m.Type)
	}
	s := &Source{Result: checkpoint.Result{Format: tensorFlowLite}}
	s.Resolution.From, s.Normalization.From = checkpoint.FromFile, checkpoint.FromLayout
	if o.Resolution != 0 {
		if m, err = m.AtResolution(o.Resolution); err != nil {
			return nil, err
		}
		s.Resolution.From = checkpoint.FromOption
	}
	said, _ := tflite.ReadMetadata(data) // what is damaged is left out
	if said != nil {
		s.Metadata = *said
		if said.Labels, err = classify.FitLabels(said.Labels, m.Answers()); err != nil || s.Metadata.Labels == nil {
			s.Metadata.Labels = nil
		}
	}
	if s.Metadata.Mean != nil || len(m.Input.Rescale) > 0 {
		s.Normalization.From = checkpoint.FromFile
	}
	if n := o.Normalization; n != nil {
		var mean, scale [3]float32
		for c := range 3 {
			mean[c], scale[c] = float32(n.Mean[c]), float32(1/n.Std[c])
		}
		if m, err = m.Normalized(mean, scale); err != nil {
			return nil, err
		}
		s.Normalization.From = checkpoint.FromOption
	}
	for c := range 3 {
		s.Normalization.Value.Mean[c] = float64(m.Input.Mean[c])
		s.Normalization.Value.Std[c] = 1 / float64(m.Input.Scale[c])
	}
	s.Resolution.Value, s.Model = m.Resolution, m
	return s, nil
}

// SetLabels has the file that is written name the classes. There must be one for each, as classify.FitLabels says.
func (s *Source) SetLabels(labels []string) error {
	if s.Model.Answers() == 0 {
		return errors.New("the network ends before its classifier, and has no classes to be labelled")
	}
	fitted, err := classify.FitLabels(labels, s.Model.Answers())
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(fitted, func(l string) bool { return strings.TrimSpace(l) == "" }); i >= 0 {
		return fmt.Errorf("label %d is empty", i)
	}
	s.Metadata.Labels = fitted
	return nil
}

// Write returns the .tflite file of the source's model or of one that was quantised from it.
func (s *Source) Write(m *mobilenet.Model) ([]byte, error) { return tflite.Write(m, &s.Metadata) }
