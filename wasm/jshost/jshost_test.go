//go:build js && wasm

package jshost_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/simd"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
	"mobilenet/wasm/jshost"
)

// threads starts Node.js' worker threads as if they were a browser's Workers. body is what they do with a message.
func threads(body string) js.Value {
	return js.Global().Get("Function").New("body", `
		const { Worker } = require('worker_threads');
		return () => {
			const worker = new Worker("const { parentPort } = require('worker_threads'); parentPort.on('message', async (data) => {" + body + "})", { eval: true });
			worker.on('message', (data) => worker.onmessage({ data }));
			worker.on('error', ({ message }) => worker.onerror({ message, preventDefault() {} }));
			return worker;
		};`).Invoke(body)
}

// Bodies of a thread's worker.
const (
	works = `
		const instance = await WebAssembly.instantiate(data.module, { env: { memory: data.memory } });
		parentPort.postMessage('ready');
		instance.exports.worker(data.thread);`
	dies     = `parentPort.postMessage('ready'); process.exit(0);`
	fails    = `throw new Error('no thread today');`
	isSilent = ``
)

func model(t *testing.T) *mobilenet.Model {
	t.Helper()
	m, err := tflite.Read(tflitetest.Build(tflitetest.Spec{}))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func run(t *testing.T, e mobilenet.Engine, rgb []byte) []byte {
	t.Helper()
	var r mobilenet.Result
	if err := e.Run(context.Background(), rgb, mobilenet.Want{}, &r); err != nil {
		t.Fatal(err)
	}
	return r.Output
}

func TestSameBytesAsReference(t *testing.T) {
	m := model(t)
	plain, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, capabilities := range []simd.Capabilities{{Threads: 1}, {Threads: 2, Shared: true}, {Threads: 4, Shared: true}} {
		e, err := simd.New(m, capabilities, jshost.Host{NewThread: threads(works)})
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(1, uint64(capabilities.Threads)))
		for range 20 {
			rgb := make([]byte, m.Layers[0].In.Len())
			for i := range rgb {
				rgb[i] = byte(random.Uint32())
			}
			if got, want := run(t, e, rgb), run(t, plain, rgb); !bytes.Equal(got, want) {
				t.Fatalf("%d threads: output %v, the reference's is %v", capabilities.Threads, got, want)
			}
		}
		if got := e.Info(); got.Threads != capabilities.Threads {
			t.Errorf("info %+v, wanted %d threads", got, capabilities.Threads)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A thread that dies after it has started is noticed at the first barrier; the picture is run again on one thread.
func TestDeadThread(t *testing.T) {
	m := model(t)
	capabilities := simd.Capabilities{Threads: 2, Shared: true, Timeout: 50 * time.Millisecond}
	e, err := simd.New(m, capabilities, jshost.Host{NewThread: threads(dies)})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	plain, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	rgb := make([]byte, m.Layers[0].In.Len())
	if got, want := run(t, e, rgb), run(t, plain, rgb); !bytes.Equal(got, want) {
		t.Errorf("output %v, the reference's is %v", got, want)
	}
	if got := e.Info(); got.Threads != 1 || got.Why == "" {
		t.Errorf("info %+v, wanted 1 thread and the reason", got)
	}
}

func TestThreadsThatDoNotStart(t *testing.T) {
	for _, c := range []struct {
		body    string
		timeout time.Duration
		want    string
	}{
		{fails, time.Minute, "no thread today"},
		{isSilent, 100 * time.Millisecond, "1 of 1 threads did not start in 100ms"},
	} {
		host := jshost.Host{NewThread: threads(c.body), StartTimeout: c.timeout}
		_, err := simd.New(model(t), simd.Capabilities{Threads: 2, Shared: true}, host)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, wanted one with %q", err, c.want)
		}
	}
}

func TestOutsideTheMemory(t *testing.T) {
	p, err := simd.Compile(model(t), simd.Capabilities{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	i, err := jshost.Host{}.Instantiate(p)
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	if err := i.Write(p.Memory()-1, []byte{1, 2}); err == nil {
		t.Error("wrote past the end")
	}
	if err := i.Read(-1, []byte{0}); err == nil {
		t.Error("read before the beginning")
	}
}

func TestNoMemory(t *testing.T) {
	p, err := simd.Compile(model(t), simd.Capabilities{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	p.Pages = 70000 // more than 32 bits can address
	if _, err := (jshost.Host{}).Instantiate(p); err == nil || !strings.Contains(err.Error(), "70000 pages") {
		t.Errorf("error %v, wanted one that names the pages", err)
	}
}

func TestProbe(t *testing.T) {
	s := jshost.Probe()
	if !s.SIMD {
		t.Error("Node.js has SIMD since version 16")
	}
	if !s.Shared {
		t.Errorf("Node.js has shared memory: %s", s.WhyNotShared)
	}
	array := js.Global().Get("SharedArrayBuffer")
	js.Global().Delete("SharedArrayBuffer")
	defer js.Global().Set("SharedArrayBuffer", array)
	for _, c := range []struct{ secure, isolated, want any }{
		{js.Undefined(), js.Undefined(), "the browser has no shared memory"},
		{true, true, "the browser has no shared memory"},
		{true, false, "must be sent with COOP and COEP headers"},
		{false, false, "needs a secure address: https"},
	} {
		js.Global().Set("isSecureContext", c.secure)
		js.Global().Set("crossOriginIsolated", c.isolated)
		if s := jshost.Probe(); s.Shared || !strings.Contains(s.WhyNotShared, c.want.(string)) {
			t.Errorf("without SharedArrayBuffer, secure %v, isolated %v: %+v", c.secure, c.isolated, s)
		}
	}
	js.Global().Delete("isSecureContext")
	js.Global().Delete("crossOriginIsolated")
}

// What the probe says of dot products is what a network shows: right by an engine that is said to be right, and wrong by one that is not.
func TestDot(t *testing.T) {
	support := jshost.Probe()
	if !support.Relaxed {
		t.Skip("this Node.js has no relaxed SIMD: tests/e2e/ladder.test.mjs asks a browser")
	}
	m := model(t)
	e, err := simd.New(m, simd.Capabilities{Relaxed: true, Dot: true, Threads: 1}, jshost.Host{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	plain, err := reference.New(m)
	if err != nil {
		t.Fatal(err)
	}
	rgb := make([]byte, m.InputShape().Len())
	for i := range rgb {
		rgb[i] = byte(i * 37)
	}
	right := true
	for range 20 { // baseline code gives way to optimised code meanwhile
		right = right && bytes.Equal(run(t, e, rgb), run(t, plain, rgb))
	}
	if said := support.Dot != jshost.NoDot; said != right {
		t.Errorf("the probe says %d, and the network is right: %t", support.Dot, right)
	}
}
