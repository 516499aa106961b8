//go:build js && wasm

package main

import (
	"math"
	"strings"
	"syscall/js"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
	"mobilenet/wasm/tab/contract"
)

// size is that of an embedding of the small model.
const size = 256

// headArgs are those of a head of two classes: of zeros with biases 1 and 3, so that the second has probability 1/(1+e⁻²).
func headArgs(change map[string]any) map[string]any {
	args := map[string]any{
		"weights": typedArray(make([]float32, 2*size)), "bias": typedArray([]float32{1, 3}), "counter": false,
		"centre": typedArray([]float32{}), "threshold": 0, "beside": false, "model": "",
	}
	for key, value := range change {
		args[key] = value
	}
	return args
}

var noHead = map[string]any{"bias": typedArray([]float32{}), "weights": typedArray([]float32{})}

// A head in use answers in place of the model or beside it.
func TestUse(t *testing.T) {
	w := newWorker(t)
	w.open(nil)
	ask := map[string]any{"rgba": rgba(2), "topK": 9, "embeddings": true, "logits": true}
	plain := w.good("classify", ask)
	if !plain.Get("own").IsUndefined() || plain.Get("none").Bool() || plain.Get("embeddings").Length() != 2*size {
		t.Errorf("without a head: own %v, none %v, embeddings %v", plain.Get("own"), plain.Get("none"), plain.Get("embeddings").Length())
	}
	second := 1 / (1 + math.Exp(-2))
	isOwn := func(what string, best js.Value) {
		t.Helper()
		if best.Length() != 4 || best.Index(0).Int() != 1 || math.Abs(best.Index(1).Float()-second) > 1e-6 {
			t.Errorf("%s: %v values, index %v of probability %v, want 1 of %v", what, best.Length(), best.Index(0), best.Index(1), second)
		}
	}
	w.good("use", headArgs(nil))
	in := w.good("classify", ask)
	isOwn("in place", in.Get("best"))
	if l := float32s(in.Get("logits")); len(l) != 2 || l[1] != 3 || !in.Get("own").IsUndefined() {
		t.Errorf("logits %v, own %v", l, in.Get("own"))
	}
	w.good("use", headArgs(map[string]any{"beside": true, "counter": true}))
	both := w.good("classify", ask)
	isOwn("beside", both.Get("own"))
	if !both.Get("ownNone").Bool() || both.Get("none").Bool() {
		t.Errorf("counter-examples: none %v, of the model %v", both.Get("ownNone"), both.Get("none"))
	}
	if got, want := both.Get("best"), plain.Get("best"); got.Length() != 6 || got.Index(1).Float() != want.Index(1).Float() {
		t.Errorf("the model's own answer changed")
	}
	fingerprint := w.good("identify", map[string]any{}).Get("fingerprint").String()
	w.good("use", headArgs(map[string]any{"model": fingerprint}))
	for threshold, none := range map[float64]bool{-1e9: false, 1e9: true} {
		w.good("use", headArgs(map[string]any{"centre": typedArray(make([]float32, size)), "threshold": threshold}))
		if got := w.good("classify", ask).Get("none").Bool(); got != none {
			t.Errorf("a threshold of %v: none is %v", threshold, got)
		}
	}
	failure, _ := w.call("classify", map[string]any{"rgba": rgba(1), "topK": 1, "heatmap": 2})
	if failure.IsNull() || failure.Get("code").String() != string(contract.BadArgument) || !strings.Contains(failure.Get("message").String(), "class 2 is not in 0..1") {
		t.Errorf("a heat map of the model's third class: %v", failure)
	}
	for name, change := range map[string]map[string]any{
		"embeddings of 256 numbers":  {"weights": typedArray(make([]float32, size))},
		"weight 0 of class 0 is NaN": {"weights": typedArray(append([]float32{float32(math.NaN())}, make([]float32, 2*size-1)...))},
		"has 3 numbers":              {"centre": typedArray([]float32{1, 2, 3})},
		"threshold: high":            {"threshold": "high"},
		"taught on another model (0": {"model": "0"},
	} {
		failure, _ := w.call("use", headArgs(change))
		if failure.IsNull() || failure.Get("code").String() != string(contract.BadArgument) || !strings.Contains(failure.Get("message").String(), name) {
			t.Errorf("%v, want %q", failure.Get("message"), name)
		}
	}
	if best := w.good("classify", ask).Get("best"); best.Length() != 4 {
		t.Errorf("after heads that were refused: %d values", best.Length())
	}
	w.good("use", headArgs(noHead))
	if again := w.good("classify", ask); again.Get("best").Length() != 6 || !again.Get("own").IsUndefined() {
		t.Errorf("without a head again: %v", again)
	}
	if failure, _ := newWorker(t).call("use", headArgs(nil)); failure.IsNull() || !strings.Contains(failure.Get("message").String(), "no model") {
		t.Errorf("without a model: %v", failure)
	}
}

// A model's file that tells none of these is said to, and does; what is damaged of that is noted.
func TestOpenTaught(t *testing.T) {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{Classes: 3}))
	if err != nil {
		t.Fatal(err)
	}
	taught, err := model.WithClassifier(&mobilenet.Head{
		Weights: make([]float32, 2*size), Bias: []float32{1, 2}, Unknown: &mobilenet.Unknown{Centre: make([]float32, size), Threshold: 1e9},
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := tflite.Write(taught, &tflite.Metadata{Labels: []string{"mug", "cup"}})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorker(t)
	opened := w.open(map[string]any{"model": typedArray(file), "labels": js.Undefined()})
	if !opened.Get("noneOfThese").Bool() || opened.Get("labels").String() != "mug\ncup" || opened.Get("file").Get("note").String() != "" {
		t.Errorf("tells none: %v, labels %v, note %v", opened.Get("noneOfThese"), opened.Get("labels"), opened.Get("file").Get("note"))
	}
	if !w.good("classify", map[string]any{"rgba": rgba(1), "topK": 1}).Get("none").Bool() {
		t.Error("it shows one of these")
	}
	if newWorker(t).open(nil).Get("noneOfThese").Bool() {
		t.Error("a model that was not taught tells none of these")
	}
	at := strings.Index(string(file), "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x65\xcd\xcd\x41") // version 1, 1e9
	if at < 0 {
		t.Fatal("what tells none of these is not found in the file")
	}
	file[at] = 2
	opened = newWorker(t).open(map[string]any{"model": typedArray(file), "labels": js.Undefined()})
	if note := opened.Get("file").Get("note").String(); opened.Get("noneOfThese").Bool() || !strings.Contains(note, "version 2.0; version 1 is read") {
		t.Errorf("of a later version: %v, note %q", opened.Get("noneOfThese"), note)
	}
}
