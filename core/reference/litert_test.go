package reference_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// litertDir makes TestLiteRT write models and inputs for tests/litert/generate.mjs instead of comparing.
var litertDir = flag.String("litert", "", "write models and inputs for LiteRT.js into this `folder`")

// asked is what LiteRT.js said about one model, in testdata/litert.json.
type asked struct {
	SHA256  string   // of the .tflite file
	Outputs [][]byte // the output tensor's bytes, one a picture
}

// TestLiteRT compares small models of every form that converters give with what LiteRT.js 2.5.3 made of them. Quantised models
// give the same bytes, float32 models nearly the same numbers.
func TestLiteRT(t *testing.T) {
	testLiteRT(t, "litert.json", "", tflitetest.Build)
}

// TestWrittenLiteRT does the same with the files that tflite.Write makes of these models.
func TestWrittenLiteRT(t *testing.T) {
	testLiteRT(t, "litert-written.json", "written-", func(spec tflitetest.Spec) []byte {
		model, err := tflite.Read(tflitetest.Build(spec))
		if err != nil {
			t.Fatal(err)
		}
		data, err := tflite.Write(model, nil)
		if err != nil {
			t.Fatal(err)
		}
		return data
	})
}

// testLiteRT compares the answers in file, which name models by prefix and form.
func testLiteRT(t *testing.T, file, prefix string, build func(tflitetest.Spec) []byte) {
	if *litertDir != "" {
		for _, form := range tflitetest.Forms() {
			writeForLiteRT(t, *litertDir, prefix+form.Name, build(form.Spec))
		}
		return
	}
	answers := readAnswers[asked](t, file)
	for _, form := range tflitetest.Forms() {
		t.Run(form.Name, func(t *testing.T) { compareWith(t, answers[prefix+form.Name], build(form.Spec)) })
	}
}

// compareWith compares what LiteRT.js said about a .tflite file with what the reference says.
func compareWith(t *testing.T, answer asked, file []byte) {
	if sum := sha256.Sum256(file); answer.SHA256 != hex.EncodeToString(sum[:]) {
		t.Fatal("LiteRT.js was never asked about this model: run node tests/litert/generate.mjs")
	}
	model, err := tflite.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := reference.New(model)
	if err != nil {
		t.Fatal(err)
	}
	pictures := pictures(model.InputShape())
	if len(pictures) != len(answer.Outputs) {
		t.Fatalf("%d answers for %d pictures", len(answer.Outputs), len(pictures))
	}
	var out mobilenet.Result
	for i, picture := range pictures {
		if err := engine.Run(context.Background(), picture, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		if err := compare(model, out.Output, answer.Outputs[i]); err != nil {
			t.Errorf("picture %d: %v", i, err)
		}
	}
}

// readAnswers reads what LiteRT.js said, by the names of what it was asked about.
func readAnswers[T any](t *testing.T, file string) map[string]T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string]T
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

func compare(m *mobilenet.Model, got, want []byte) error {
	if m.Type != mobilenet.Float32 {
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%d of %d bytes differ\n got %v\nwant %v", differ(got, want), len(want), got, want)
		}
		return nil
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d bytes, want %d", len(got), len(want))
	}
	if m.Output.Type != mobilenet.Float32 {
		for i := range got {
			if d := int(got[i]) - int(want[i]); d < -1 || d > 1 {
				return fmt.Errorf("output %d is %d, want %d", i, got[i], want[i])
			}
		}
		return nil
	}
	a, b := floats(got), floats(want)
	largest := 0.0
	for i := range b {
		largest = max(largest, math.Abs(float64(b[i])))
	}
	for i := range a {
		if d := math.Abs(float64(a[i]) - float64(b[i])); !(d <= 1e-4*largest) {
			return fmt.Errorf("output %d is %v, want %v", i, a[i], b[i])
		}
	}
	return nil
}

func floats(b []byte) []float32 {
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v
}

// pictures are what the models are asked about, [H,W,C]: noise, a soft gradient, coarse blocks, and the darkest and lightest.
func pictures(s mobilenet.Shape) [][]byte {
	noise, gradient, blocks := make([]byte, s.Len()), make([]byte, s.Len()), make([]byte, s.Len())
	rng := rand.New(rand.NewPCG(1, uint64(s.H)))
	var colours [64][3]byte
	for i := range colours {
		for c := range 3 {
			colours[i][c] = byte(rng.Uint32())
		}
	}
	for p := range s.H * s.W {
		y, x := p/s.W, p%s.W
		down, right := 255*y/(s.H-1), 255*x/(s.W-1)
		soft := [3]byte{byte(down), byte(right), byte((255*y*(s.W-1) + 255*x*(s.H-1)) / (2 * (s.H - 1) * (s.W - 1)))}
		for c := range s.C {
			noise[s.C*p+c], gradient[s.C*p+c], blocks[s.C*p+c] = byte(rng.Uint32()), soft[c], colours[y*8/s.H*8+x*8/s.W][c]
		}
	}
	return [][]byte{noise, gradient, blocks, make([]byte, s.Len()), bytes.Repeat([]byte{255}, s.Len())}
}

// writeForLiteRT writes NAME.tflite and NAME.0.in, NAME.1.in, ..., the bytes of the file's input tensor for each picture.
func writeForLiteRT(t *testing.T, dir, model string, file []byte) {
	m, err := tflite.Read(file)
	if err != nil {
		t.Fatalf("%s: %v", model, err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(model+".tflite", file)
	for i, picture := range pictures(m.InputShape()) {
		var input []byte
		for k, b := range picture {
			switch m.Input.Type {
			case mobilenet.Uint8:
				input = append(input, b)
			case mobilenet.Int8:
				input = append(input, b^128)
			case mobilenet.Float32:
				c := k % m.InputShape().C
				v := m.Input.Scale[c] * (float32(b) - m.Input.Mean[c])
				input = binary.LittleEndian.AppendUint32(input, math.Float32bits(v))
			}
		}
		write(fmt.Sprintf("%s.%d.in", model, i), input)
	}
}
