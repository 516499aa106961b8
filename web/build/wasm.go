package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mobilenet/web/build/gowasm"
)

// flags of the compiler. Go's WebAssembly is a tenth smaller to download without inlining; only what computes pixels or packs weights needs it, and
// what learns or quantises.
var flags = []string{
	"-gcflags=all=-l", "-gcflags=mobilenet/core/scalar=", "-gcflags=mobilenet/core/pixels=",
	"-gcflags=mobilenet/core/simd=", "-gcflags=encoding/binary=", "-gcflags=mobilenet/core/teach=",
	"-gcflags=mobilenet/core/quantize=", "-gcflags=mobilenet/core/checkpoint=",
}

// compile returns a program of wasm/, "tab" or "workshop", as WebAssembly, with build tags.
func compile(ctx context.Context, src, program string, tags ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "depthwise-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, program+".wasm")
	defer announce("compiling wasm/" + program + " to WebAssembly, which takes so long only when Go code has changed")()
	if err := gowasm.Build(ctx, src, "./wasm/"+program, out, append(slices.Clone(flags), "-tags="+strings.Join(tags, ","))...); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

// goLicense stands over wasm_exec.js, which is Go's; esbuild keeps a comment of this form.
const goLicense = "/*! Copyright 2018 The Go Authors. Their BSD-style licence is at https://go.dev/LICENSE */\n"

// wasmExec returns Go's JavaScript with that comment.
func wasmExec(ctx context.Context, src string) (string, error) {
	code, err := gowasm.Exec(ctx, src)
	return goLicense + string(code), err
}
