//go:build js && wasm

package main

import (
	"math"
	"slices"
	"strings"
	"syscall/js"
	"testing"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/tflitetest"
	"mobilenet/wasm/tab/contract"
)

// worker calls the program as web/mobilenet/go.ts does.
type worker struct {
	*testing.T
	api js.Value
}

func newWorker(t *testing.T) worker { return worker{t, newProgram().methods()} }

// call returns what a method's callback got.
func (w worker) call(method string, args map[string]any) (failure, result js.Value) {
	w.Helper()
	type outcome struct{ failure, result js.Value }
	done := make(chan outcome, 1)
	callback := js.FuncOf(func(_ js.Value, args []js.Value) any {
		o := outcome{failure: args[0]}
		if len(args) > 1 {
			o.result = args[1]
		}
		done <- o
		return nil
	})
	defer callback.Release()
	w.api.Call(method, args, callback)
	o := <-done
	return o.failure, o.result
}

// good is call for what must not fail.
func (w worker) good(method string, args map[string]any) js.Value {
	w.Helper()
	failure, result := w.call(method, args)
	if !failure.IsNull() {
		w.Fatalf("%s: %s: %s", method, failure.Get("code"), failure.Get("message"))
	}
	return result
}

// open opens a small model of three classes.
func (w worker) open(change map[string]any) js.Value {
	w.Helper()
	return w.good("open", openArgs(change))
}

func openArgs(change map[string]any) map[string]any {
	args := map[string]any{
		"model":       typedArray(tflitetest.Build(tflitetest.Spec{Classes: 3})),
		"labels":      "cat\ndog\nbird\n",
		"engine":      "go",
		"threads":     1,
		"newThread":   js.Undefined(),
		"onComputing": js.FuncOf(func(js.Value, []js.Value) any { return nil }),
	}
	for key, value := range change {
		args[key] = value
	}
	return args
}

func rgba(views int) js.Value {
	pixels := make([]byte, views*32*32*4)
	for i := range pixels {
		pixels[i] = byte(i * 37)
	}
	return typedArray(pixels)
}

func float32s(v js.Value) []float32 {
	out := make([]float32, v.Length())
	for i := range out {
		out[i] = float32(v.Index(i).Float())
	}
	return out
}

func TestOpen(t *testing.T) {
	var told []string
	opened := newWorker(t).open(map[string]any{"onComputing": js.FuncOf(func(_ js.Value, args []js.Value) any {
		told = append(told, args[0].Get("engine").String()+": "+args[0].Get("why").String())
		return nil
	})})
	if labels := opened.Get("labels").String(); labels != "cat\ndog\nbird" {
		t.Errorf("labels %q", labels)
	}
	if opened.Get("classes").Int() != 3 || opened.Get("resolution").Int() != 32 || opened.Get("type").String() != "uint8" {
		t.Errorf("opened %v", opened)
	}
	layers := opened.Get("layers")
	first := layers.Index(0)
	if layers.Length() != 29 || first.Get("name").String() != "conv" || first.Get("shape").Index(0).Int() != 16 || first.Get("multiplyAdds").Int() == 0 {
		t.Errorf("%d layers, the first %v", layers.Length(), first)
	}
	if want := []string{`go: the engine "go" was asked for`}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if smaller := newWorker(t).open(map[string]any{"resolution": 64}); smaller.Get("resolution").Int() != 64 {
		t.Errorf("resolution %v", smaller.Get("resolution"))
	}
}

// One call of classify gives what separate calls give.
func TestClassify(t *testing.T) {
	w := newWorker(t)
	w.open(nil)
	plain := w.good("classify", map[string]any{"rgba": rgba(1), "topK": 2})
	if best := plain.Get("best"); best.Length() != 4 || !best.InstanceOf(float64Array) {
		t.Errorf("best %v", best)
	}
	for _, key := range []string{"embedding", "logits", "features", "heatmap"} {
		if !plain.Get(key).IsUndefined() {
			t.Errorf("%s came unasked", key)
		}
	}
	all := w.good("classify", map[string]any{
		"rgba": rgba(2), "topK": 3, "embedding": true, "logits": true, "features": true, "heatmap": -1,
	})
	if e, l, f := all.Get("embedding").Length(), all.Get("logits").Length(), all.Get("features").Length(); e != 256 || l != 3 || f != 256 {
		t.Errorf("embedding of %d, %d logits, %d features", e, l, f)
	}
	best := all.Get("best").Index(0).Int()
	again := w.good("heatmap", map[string]any{"features": all.Get("features"), "index": best})
	if got, want := float32s(again.Get("data")), float32s(all.Get("heatmap").Get("data")); !slices.Equal(got, want) || len(got) != 1 {
		t.Errorf("heat map %v from the features, %v with the answer", got, want)
	}
	if sum := probabilities(all); math.Abs(sum-1) > 1e-12 {
		t.Errorf("probabilities add up to %v", sum)
	}
}

func probabilities(classified js.Value) (sum float64) {
	for i := 1; i < classified.Get("best").Length(); i += 2 {
		sum += classified.Get("best").Index(i).Float()
	}
	return sum
}

func TestRunAndLayers(t *testing.T) {
	w := newWorker(t)
	w.open(nil)
	pixels := typedArray(make([]byte, 32*32*3))
	output := w.good("run", map[string]any{"pixels": pixels})
	if output.Get("output").Length() != 3 || output.Get("logits").Length() != 3 {
		t.Errorf("output %v", output)
	}
	if times := w.good("profile", map[string]any{"pixels": pixels}).Get("times"); times.Length() != 29 {
		t.Errorf("%d times", times.Length())
	}
	m := w.good("activations", map[string]any{"rgba": rgba(1), "layer": 0})
	if shape := m.Get("shape"); m.Get("data").Length() != shape.Index(0).Int()*shape.Index(1).Int()*shape.Index(2).Int() {
		t.Errorf("activations %v", m)
	}
	k := w.good("weights", map[string]any{"layer": 0})
	if shape := k.Get("shape"); shape.Length() != 4 || k.Get("data").Length() != shape.Index(0).Int()*27 {
		t.Errorf("weights %v", k)
	}
	if use := w.good("memory", map[string]any{}); use.Get("heap").Int() == 0 || use.Get("program").Int() < use.Get("heap").Int() {
		t.Errorf("memory %v", use)
	}
}

// What the program refuses it refuses with a code, and goes on.
func TestFailures(t *testing.T) {
	w := newWorker(t)
	if failure, _ := w.call("classify", map[string]any{"rgba": rgba(1), "topK": 1}); !strings.Contains(failure.Get("message").String(), "no model") {
		t.Errorf("without a model: %v", failure.Get("message"))
	}
	file := tflitetest.Build(tflitetest.Spec{Classes: 3})
	float := tflitetest.Build(tflitetest.Spec{Classes: 3, Type: mobilenet.Float32})
	three := []any{1, 2, 3}
	for _, bad := range []struct {
		change map[string]any
		code   contract.ErrorCode
		says   string
	}{
		{map[string]any{"model": typedArray(file[:len(file)/2])}, contract.ModelCorrupt, ""},
		{map[string]any{"model": typedArray([]byte("no model at all"))}, contract.ModelUnsupported, ""},
		{map[string]any{"model": "text"}, contract.BadArgument, "model: text is no typed array"},
		{map[string]any{"resolution": 33}, contract.BadArgument, "33"},
		{map[string]any{"resolution": 64.5}, contract.BadArgument, "64.5 is no whole number up to 2147483647"},
		{map[string]any{"labels": "cat"}, contract.BadArgument, "1"},
		{map[string]any{"engine": "fast"}, contract.BadArgument, "fast"},
		{map[string]any{"mean": three, "scale": three}, contract.BadArgument, "normalised"},
		{map[string]any{"model": typedArray(float), "mean": three, "scale": []any{0, 0, 0}}, contract.BadArgument, "scale"},
	} {
		failure, _ := w.call("open", openArgs(bad.change))
		if failure.IsNull() || failure.Get("code").String() != string(bad.code) || !strings.Contains(failure.Get("message").String(), bad.says) {
			t.Errorf("%v: %v: %v, want %s: ...%s...", bad.change, failure.Get("code"), failure.Get("message"), bad.code, bad.says)
		}
	}
	w.open(nil)
	for _, bad := range []struct {
		method string
		args   map[string]any
		says   string
	}{
		{"classify", map[string]any{"rgba": typedArray(make([]byte, 5)), "topK": 1}, "5 bytes"},
		{"classify", map[string]any{"rgba": rgba(1), "topK": "many"}, "topK: many is no number"},
		{"run", map[string]any{"pixels": rgba(1)}, "4096 bytes of pixels; the network reads [32,32,3], 3072 bytes"},
		{"activations", map[string]any{"rgba": rgba(1), "layer": 29}, "layer 29 is not in 0..28"},
		{"weights", map[string]any{"layer": 27}, "pool, has no weights"},
		{"weights", map[string]any{"layer": -1}, "layer -1"},
	} {
		failure, _ := w.call(bad.method, bad.args)
		if failure.IsNull() || failure.Get("code").String() != string(contract.BadArgument) || !strings.Contains(failure.Get("message").String(), bad.says) {
			t.Errorf("%s: %v: %v, want ...%s...", bad.method, failure.Get("code"), failure.Get("message"), bad.says)
		}
	}
	w.good("classify", map[string]any{"rgba": rgba(1), "topK": 1})
}

// An abort that comes while a call runs cancels it, and the next call is answered.
func TestAbort(t *testing.T) {
	p := newProgram()
	p.every = 0 // a turn of the event loop before every layer
	w := worker{t, p.methods()}
	w.open(nil)
	// The small network would be done before the timer fires on some machines, so the first turn lasts until it has.
	aborted, turn := false, p.turn
	p.turn = func() {
		for !aborted {
			turn()
		}
	}
	abort := js.FuncOf(func(js.Value, []js.Value) any {
		w.api.Call("abort")
		aborted = true
		return nil
	})
	defer abort.Release()
	js.Global().Call("setTimeout", abort)
	failure, _ := w.call("run", map[string]any{"pixels": typedArray(make([]byte, 32*32*3))})
	if failure.IsNull() || failure.Get("code").String() != string(contract.Aborted) {
		t.Errorf("aborted: %v", failure)
	}
	w.good("memory", map[string]any{})
}
