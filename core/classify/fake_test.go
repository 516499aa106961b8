package classify

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"mobilenet/core/mobilenet"
)

// fake is an engine that computes what a test tells it to, and complains when it is used twice at a time.
type fake struct {
	logits    func(rgb []byte) []float32
	embedding []float32
	features  []float32
	err       error
	inputs    [][]byte // what Run was given
	busy      atomic.Bool
}

func (f *fake) Run(ctx context.Context, rgb []byte, want mobilenet.Want, out *mobilenet.Result) error {
	if !f.busy.CompareAndSwap(false, true) {
		return errors.New("two runs at a time")
	}
	defer f.busy.Store(false)
	if f.err != nil {
		return f.err
	}
	f.inputs = append(f.inputs, append([]byte(nil), rgb...))
	out.Logits = append(out.Logits[:0], f.logits(rgb)...)
	out.Embedding, out.Features = out.Embedding[:0], out.Features[:0]
	if want.Embedding {
		// Differs from run to run, so that averages can be told from single values.
		for _, v := range f.embedding {
			out.Embedding = append(out.Embedding, v*float32(len(f.inputs)))
		}
	}
	if want.Features {
		out.Features = append(out.Features, f.features...)
	}
	return nil
}

func (f *fake) Info() mobilenet.Info { return mobilenet.Info{Engine: "fake", Threads: 1} }
func (f *fake) Close() error         { return nil }

// always returns the same logits.
func always(logits ...float32) *fake {
	return &fake{logits: func([]byte) []float32 { return logits }}
}

// newModel is a small network without weights.
func newModel(t testing.TB, n mobilenet.Network, classes int) *mobilenet.Model {
	t.Helper()
	n.Alpha, n.Classes, n.MinChannels = 0.25, classes, mobilenet.MinChannels
	layers, err := n.Layers()
	if err != nil {
		t.Fatal(err)
	}
	return &mobilenet.Model{Network: n, Layers: layers}
}

func newClassifier(t testing.TB, engine mobilenet.Engine, classes int, labels []string) *Classifier {
	t.Helper()
	return newClassifierOf(t, engine, mobilenet.Network{Resolution: 32}, classes, labels)
}

// newClassifierOf is newClassifier for a network of another input.
func newClassifierOf(t testing.TB, engine mobilenet.Engine, n mobilenet.Network, classes int, labels []string) *Classifier {
	t.Helper()
	c, err := New(newModel(t, n, classes), engine, labels)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func zeros(r int) []byte { return make([]byte, r*r*3) }

// numbered returns n labels, "label 7", "label 8" and so on, from first on.
func numbered(first, n int) []string {
	labels := make([]string, n)
	for i := range labels {
		labels[i] = fmt.Sprintf("label %d", first+i)
	}
	return labels
}
