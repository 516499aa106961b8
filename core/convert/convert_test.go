package convert_test

import (
	"slices"
	"strings"
	"testing"

	"mobilenet/core/checkpoint"
	"mobilenet/core/checkpoint/checkpointtest"
	"mobilenet/core/convert"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// A checkpoint becomes a file with its labels and the pixels' range; read again, the file gives both, and other settings may take their place.
func TestRead(t *testing.T) {
	data := checkpointtest.Safetensors(0.25, 3, 1)
	s, err := convert.Read(data, checkpoint.Options{Resolution: 64})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Checkpoint || s.Layout != "marvis/pytorch-mobilenet" || s.Model.Alpha != 0.25 || s.Resolution.Value != 64 || s.Resolution.From != checkpoint.FromOption ||
		convert.NormalizationName(s.Normalization.Value) != "imagenet" || s.Normalization.From != checkpoint.FromLayout {
		t.Errorf("%+v", s.Result)
	}
	if err := s.SetLabels([]string{"a", "b"}); err == nil {
		t.Error("two labels were taken for three classes")
	}
	if err := s.SetLabels([]string{"a", "", "c"}); err == nil || !strings.Contains(err.Error(), "label 1 is empty") {
		t.Errorf("an empty label: %v", err)
	}
	if err := s.SetLabels([]string{"a", "b", "c"}); err != nil {
		t.Fatal(err)
	}
	file, err := s.Write(s.Model)
	if err != nil {
		t.Fatal(err)
	}
	again, err := convert.Read(file, checkpoint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if again.Checkpoint || !slices.Equal(again.Metadata.Labels, s.Metadata.Labels) || again.Normalization.From != checkpoint.FromFile ||
		convert.NormalizationName(again.Normalization.Value) != "imagenet" || again.Resolution.Value != 64 {
		t.Errorf("%+v, labels %v", again.Result, again.Metadata.Labels)
	}
	other, err := convert.Read(file, checkpoint.Options{Resolution: 96, Normalization: &checkpoint.ZeroToOne})
	if err != nil {
		t.Fatal(err)
	}
	if other.Model.InputShape() != (mobilenet.Shape{H: 96, W: 96, C: 3}) || other.Model.Input.Scale[1] != float32(1.0/255) || other.Normalization.From != checkpoint.FromOption {
		t.Errorf("%+v", other.Result)
	}
}

// What cannot be converted is said with what to do.
func TestReadErrors(t *testing.T) {
	float := tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 32, Classes: 3, Seed: 1, Type: mobilenet.Float32})
	for _, tt := range []struct {
		name    string
		data    []byte
		options checkpoint.Options
		want    string
	}{
		{"nothing", nil, checkpoint.Options{}, "empty"},
		{"far too much", make([]byte, convert.MaxFile+1), checkpoint.Options{}, "134 are read"},
		{"a picture", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), checkpoint.Options{}, "no checkpoint"},
		{"bytes already", tflitetest.Build(tflitetest.Spec{Alpha: 0.25, Resolution: 32, Classes: 3, Seed: 1}), checkpoint.Options{}, "uint8 already"},
		{"an activation for a .tflite", float, checkpoint.Options{Activation: &checkpoint.ReLU}, "its own activation"},
		{"cut off", float[:len(float)/2], checkpoint.Options{}, ""},
	} {
		if _, err := convert.Read(tt.data, tt.options); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// A model without a classifier has no classes that labels could name.
func TestLabelsOfNone(t *testing.T) {
	file, err := tflite.Write(embedding(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := convert.Read(file, checkpoint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetLabels([]string{"a"}); err == nil || !strings.Contains(err.Error(), "no classes") {
		t.Errorf("%v", err)
	}
}

func embedding(t *testing.T) *mobilenet.Model {
	t.Helper()
	s, err := convert.Read(checkpointtest.Safetensors(0.25, 3, 1), checkpoint.Options{Resolution: 32})
	if err != nil {
		t.Fatal(err)
	}
	m := *s.Model
	m.Layers, m.Classes = m.Layers[:m.Embedding()+1], 0
	return &m
}

func TestSettings(t *testing.T) {
	for _, a := range []string{"relu", "relu6", "leaky:0.1"} {
		if v, err := convert.ParseActivation(a); err != nil || convert.FormatActivation(v) != a {
			t.Errorf("%s: %v, %v", a, v, err)
		}
	}
	for i, p := range convert.Paddings {
		if v, err := convert.ParsePadding(p); err != nil || int(v) != i || v.String() == "" {
			t.Errorf("%s: %v, %v", p, v, err)
		}
	}
	for _, n := range convert.Normalizations {
		if v, err := convert.ParseNormalization(n.Name); err != nil || v != n.Value || convert.NormalizationName(v) != n.Name {
			t.Errorf("%s: %v, %v", n.Name, v, err)
		}
	}
	want := checkpoint.Normalization{Mean: [3]float64{124, 116, 104}, Std: [3]float64{58, 58, 58}}
	if v, err := convert.ParseNormalization("124, 116,104/58"); err != nil || v != want || convert.NormalizationName(v) != "" {
		t.Errorf("%v, %v", v, err)
	}
	for _, bad := range []string{"", "1", "1/0", "1,2/3", "a/b", "NaN/1", "1/Inf"} {
		if v, err := convert.ParseNormalization(bad); err == nil {
			t.Errorf("normalisation %q is taken for %v", bad, v)
		}
	}
	for _, bad := range []string{"", "gelu", "leaky:", "leaky:0", "leaky:1", "leaky:NaN"} {
		if v, err := convert.ParseActivation(bad); err == nil {
			t.Errorf("activation %q is taken for %v", bad, v)
		}
	}
	if _, err := convert.ParsePadding("valid"); err == nil {
		t.Error("padding valid is taken")
	}
}
