package reference_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
	"mobilenet/core/tflite"
)

// TestOpenBatchLiteRT compares a file whose converter left the batch open, as TensorFlow 2 does, with what LiteRT.js 2.5.3 gives once the
// batch is set to 1 (tests/litert/close-batch.mjs): as it is, LiteRT.js refuses it.
func TestOpenBatchLiteRT(t *testing.T) {
	const name = "open-batch"
	file, err := os.ReadFile(filepath.Join(testmodel.Shared(t, "cases"), "models", "v1_0.25_224_int8_open_batch.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	model, err := tflite.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if *litertDir != "" {
		write := func(name string, data []byte) {
			if err := os.WriteFile(filepath.Join(*litertDir, name), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write(name+".tflite", file)
		for i, picture := range pictures(model.InputShape()) {
			for k := range picture {
				picture[k] ^= 128 // the file's input is int8
			}
			write(fmt.Sprintf("%s.%d.in", name, i), picture)
		}
		return
	}
	answers := readAnswers[asked](t, "litert-open-batch.json")
	answer := answers[name]
	if sum := sha256.Sum256(file); answer.SHA256 != hex.EncodeToString(sum[:]) {
		t.Fatal("LiteRT.js was never asked about this model: run node tests/litert/generate.mjs")
	}
	engine, err := scalar.New(model)
	if err != nil {
		t.Fatal(err)
	}
	for i, picture := range pictures(model.InputShape()) {
		var out mobilenet.Result
		if err := engine.Run(context.Background(), picture, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Output, answer.Outputs[i]) {
			t.Errorf("picture %d: %d of %d bytes differ", i, differ(out.Output, answer.Outputs[i]), len(out.Output))
		}
	}
}
