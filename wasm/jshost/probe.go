//go:build js && wasm

package jshost

import (
	"syscall/js"

	"mobilenet/core/wasmasm"
)

// A Support says what the JavaScript engine offers, and for what it does not, why.
type Support struct {
	SIMD, Relaxed, Shared bool
	Dot                   DotSupport // at least SlowDot only with Relaxed
	// WhyNotShared is empty where memory can be shared.
	WhyNotShared string
}

// Probe asks the JavaScript engine. A module with an unknown instruction is rejected whole, so each kind of instruction is tried
// on a module of its own.
func Probe() (s Support) {
	s.SIMD = validates(func(f *wasmasm.Func) { f.V128Const([16]byte{}).V128Const([16]byte{}).I32x4DotI16x8S().Drop() })
	s.Relaxed = s.SIMD && validates(func(f *wasmasm.Func) {
		f.V128Const([16]byte{}).V128Const([16]byte{}).I16x8RelaxedDotI8x16I7x16S().Drop()
	})
	if s.Relaxed {
		s.Dot = probeDot()
	}
	s.WhyNotShared = whyNotShared()
	s.Shared = s.WhyNotShared == ""
	return s
}

func validates(code func(f *wasmasm.Func)) bool {
	m := wasmasm.NewModule()
	code(m.Func("probe"))
	b, err := m.Encode()
	return err == nil && webAssembly.Call("validate", toJS(b)).Bool()
}

// isFalse reports whether the browser says no to a question; Node.js is not asked.
func isFalse(name string) bool {
	v := js.Global().Get(name)
	return v.Type() == js.TypeBoolean && !v.Bool()
}

// whyNotShared tries a shared memory, for an engine can have the name and not the thing.
func whyNotShared() string {
	if js.Global().Get("SharedArrayBuffer").IsUndefined() {
		switch {
		case isFalse("isSecureContext"):
			return "the page is not cross-origin isolated, which needs a secure address: https, or localhost"
		case isFalse("crossOriginIsolated"):
			return "the page is not cross-origin isolated: it, and any page that frames it, must be sent with COOP and COEP headers"
		}
		return "the browser has no shared memory"
	}
	memory, err := newMemory(1, true)
	if err != nil || !memory.Get("buffer").InstanceOf(js.Global().Get("SharedArrayBuffer")) {
		return "the browser's WebAssembly has no shared memory"
	}
	return ""
}
