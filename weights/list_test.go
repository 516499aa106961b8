package weights

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestDefault(t *testing.T) {
	l, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Entry(&l.Models[0]); got.File != "mobilenet_v1_1.0_224_quant.c4149e63.tflite" || got.Labels != "labels.536feacc.txt" {
		t.Errorf("default model: %+v", got)
	}
	var files []File
	for _, s := range l.Samples {
		files = append(files, s.File)
		if s.Name == "" || s.Author == "" || s.License == "" {
			t.Errorf("sample %s: incomplete: %+v", s.Source, s)
		}
	}
	for _, f := range l.Labels {
		files = append(files, f)
	}
	for _, m := range l.Models {
		files = append(files, m.File)
		if l.Labels[m.Labels].Size == 0 || m.Alpha <= 0 || m.Alpha > 1 || m.Classes != 1001 || m.Resolution == 0 || m.License == "" {
			t.Errorf("%s: incomplete: %+v", m.Name, m)
		}
	}
	for _, f := range files {
		if f.License == "" || f.LicenseText != "" && l.Licenses[f.LicenseText].Size == 0 {
			t.Errorf("%s: license %q, text %q", f.Source, f.License, f.LicenseText)
		}
		if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != 32 || f.Size <= 0 {
			t.Errorf("%s: size %d, SHA-256 %q", f.Source, f.Size, f.SHA256)
		}
	}
}

func TestFind(t *testing.T) {
	l, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if m, err := l.Find("mobilenet_v1_0.5_160_quant"); err != nil || m.Resolution != 160 {
		t.Errorf("Find = %+v, %v", m, err)
	}
	if _, err := l.Find("resnet"); err == nil || !strings.Contains(err.Error(), "mobilenet_v1_0.25_128_quant") {
		t.Errorf("error %v does not name what there is", err)
	}
}
