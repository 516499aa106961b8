package tflitetest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"mobilenet/core/tflite/tflitetest"
)

// The expected outputs that LiteRT gave for these files are committed, so the files must not change: neither with time nor from
// one processor to another.
func TestSameBytesEverywhere(t *testing.T) {
	h := sha256.New()
	for _, f := range tflitetest.Forms() {
		h.Write(tflitetest.Build(f.Spec))
	}
	const want = "53c5d8c086abbaa2"
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("the files hash to %s, want %s: has the builder changed, then the outputs that LiteRT gives must be made anew", got, want)
	}
}
