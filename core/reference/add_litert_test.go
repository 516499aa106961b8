package reference_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite/tflitetest"
)

// added is what LiteRT.js said about one addition, in testdata/litert-add.json.
type added struct {
	SHA256 string // of the .tflite file
	Sums   string // SHA-256 of the output's 65536 bytes
}

// TestAddLiteRT compares the sums of all pairs of bytes, at many scales and zero points, with what LiteRT.js 2.5.3 made of them.
func TestAddLiteRT(t *testing.T) {
	a, b := pairs()
	if *litertDir != "" {
		write := func(name string, data []byte) {
			if err := os.WriteFile(filepath.Join(*litertDir, name), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write("add.a.in", a)
		write("add.b.in", b)
		for i, addition := range tflitetest.Additions() {
			write(fmt.Sprintf("add-%03d.tflite", i), addition.Build())
		}
		return
	}
	answers := readAnswers[added](t, "litert-add.json")
	additions := tflitetest.Additions()
	if len(answers) != len(additions) {
		t.Fatalf("%d answers for %d additions: run node tests/litert/generate.mjs", len(answers), len(additions))
	}
	for i, addition := range additions {
		answer := answers[fmt.Sprintf("add-%03d", i)]
		if sum := sha256.Sum256(addition.Build()); answer.SHA256 != hex.EncodeToString(sum[:]) {
			t.Fatalf("LiteRT.js was never asked about addition %d, %+v: run node tests/litert/generate.mjs", i, addition)
		}
		if sum := sha256.Sum256(sums(addition, a, b)); answer.Sums != hex.EncodeToString(sum[:]) {
			t.Errorf("addition %d, %+v: other sums than LiteRT's", i, addition)
		}
	}
}

// pairs are all pairs of bytes.
func pairs() (a, b []byte) {
	for i := range tflitetest.AdditionShape.Len() {
		a, b = append(a, byte(i)), append(b, byte(i>>8))
	}
	return a, b
}

// sums adds the file's bytes a and b.
func sums(addition tflitetest.Addition, a, b []byte) []byte {
	q := &mobilenet.Quantized{In: addition.A, Addend: addition.B, Out: addition.Out, Max: 255}
	if addition.Relu6 {
		q.Min, q.Max = q.Out.Zero, uint8(min(math.RoundToEven(float64(6/q.Out.Scale+float32(q.Out.Zero))), 255))
	}
	sign := byte(0) // an int8 file's numbers are held with 128 added
	if addition.Type == mobilenet.Int8 {
		sign = 128
	}
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		for i := range b {
			b[i] ^= sign
		}
		return b
	}
	out := make([]byte, len(a))
	s := tflitetest.AdditionShape
	reference.AddForTest(&mobilenet.Layer{Kind: mobilenet.Add, In: s, Out: s, Quantized: q}, flip(a), flip(b), out)
	return flip(out)
}
