package tflitetest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// The expected outputs that LiteRT gave for these files are committed, so the files must not change: neither with time nor from
// one processor to another.
func TestSameBytesEverywhere(t *testing.T) {
	h := sha256.New()
	for _, f := range tflitetest.Forms() {
		h.Write(tflitetest.Build(f.Spec))
	}
	const want = "fe878ae36f8a6162"
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("the files hash to %s, want %s: has the builder changed, then the outputs that LiteRT gives must be made anew", got, want)
	}
}

// An engine that is wrong somewhere shows it only where the activations are neither all 0 nor all cut off at 6.
func TestActivationsAreAlive(t *testing.T) {
	for _, f := range tflitetest.Forms() {
		m, err := tflite.Read(tflitetest.Build(f.Spec))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		e, err := reference.New(m)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		// A gradient with noise: a picture has both.
		rng, rgb := rand.New(rand.NewPCG(f.Spec.Seed, 1)), make([]byte, m.InputShape().Len())
		for i := range rgb {
			rgb[i] = byte(i*100/len(rgb) + i%3*20 + rng.IntN(100))
		}
		var out mobilenet.Result
		for i := range m.Layers[:m.Embedding()] {
			if err := e.Run(context.Background(), rgb, mobilenet.Want{Activations: true, Layer: i}, &out); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			// V2's projections and sums have no activation, and any numbers.
			l := &m.Layers[i]
			linear := l.Kind == mobilenet.Add || l.Name == "dense" || m.Version == mobilenet.V2 && l.Kind == mobilenet.Pointwise && m.Layers[i-1].Kind == mobilenet.Depthwise
			alive := 0
			for _, v := range out.Layer {
				if linear && v != 0 || v > 0 && v < 6 {
					alive++
				}
			}
			if percent := 100 * alive / len(out.Layer); percent < 35 {
				t.Errorf("%s: layer %s has %d%% of its values between 0 and 6", f.Name, m.Layers[i].Name, percent)
			}
		}
		if m.Output.Type != mobilenet.Float32 {
			seen := map[byte]bool{}
			for _, b := range out.Output {
				seen[b] = true
			}
			if len(seen) < min(3, len(out.Output)) {
				t.Errorf("%s: output is %d", f.Name, out.Output)
			}
		}
	}
}
