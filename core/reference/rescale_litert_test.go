package reference_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/tflitetest"
)

// TestRescaleLiteRT compares what a model's input table makes of all bytes by one MUL, ADD or SUB with a constant, at many scales and zero
// points, with what LiteRT.js 2.5.3 made of them.
func TestRescaleLiteRT(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	if *litertDir != "" {
		write := func(name string, data []byte) {
			if err := os.WriteFile(filepath.Join(*litertDir, name), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write("rescale.in", all)
		for i, r := range tflitetest.ByteRescalings() {
			write(fmt.Sprintf("rescale-%03d.tflite", i), r.Build())
		}
		return
	}
	answers := readAnswers[added](t, "litert-rescale.json")
	rescalings := tflitetest.ByteRescalings()
	if len(answers) != len(rescalings) {
		t.Fatalf("%d answers for %d rescalings: run node tests/litert/generate.mjs", len(answers), len(rescalings))
	}
	for i, r := range rescalings {
		answer := answers[fmt.Sprintf("rescale-%03d", i)]
		if sum := sha256.Sum256(r.Build()); answer.SHA256 != hex.EncodeToString(sum[:]) {
			t.Fatalf("LiteRT.js was never asked about rescaling %d, %+v: run node tests/litert/generate.mjs", i, r)
		}
		if sum := sha256.Sum256(rescaled(r, all)); answer.Sums != hex.EncodeToString(sum[:]) {
			t.Errorf("rescaling %d, %+v: other bytes than LiteRT's", i, r)
		}
	}
}

// rescaled is what the file makes of bytes of its own type.
func rescaled(r tflitetest.ByteRescaling, in []byte) []byte {
	m := &mobilenet.Model{
		Type: r.Type,
		Input: mobilenet.Input{Type: r.Type, Quant: r.In, Rescale: []mobilenet.Rescale{{
			Op: r.Op, Quantized: &mobilenet.QuantizedRescale{Values: []uint8{r.Value}, In: r.In, Constant: r.Constant, Out: r.To},
		}}},
		Layers: []mobilenet.Layer{{Quantized: &mobilenet.Quantized{In: r.To}}},
	}
	sign := byte(0) // an int8 file's numbers are held with 128 added
	if r.Type == mobilenet.Int8 {
		sign = 128
	}
	table, out := m.InputTable(), make([]byte, len(in))
	for i, b := range in {
		out[i] = table[0][b^sign] ^ sign
	}
	return out
}
