package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// flags of the compiler. Without symbols, this machine's paths, or the commit: the same sources give the same bytes. Go's
// WebAssembly is a tenth smaller to download without inlining; only what computes pixels needs it.
var flags = []string{
	"-trimpath", "-buildvcs=false", "-ldflags=-s -w",
	"-gcflags=all=-l", "-gcflags=mobilenet/core/scalar=", "-gcflags=mobilenet/core/pixels=",
	"-gcflags=mobilenet/core/mobilenet=", "-gcflags=mobilenet/core/classify=", "-gcflags=mobilenet/core/simd=", "-gcflags=encoding/binary=",
}

// compile gives wasm/tab as WebAssembly.
func compile(ctx context.Context, src string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "depthwise-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "tab.wasm")
	defer announce("compiling wasm/tab to WebAssembly, which takes so long only when Go code has changed")()
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"build"}, flags, []string{"-o", out, "./wasm/tab"})...)
	cmd.Dir = src
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if said, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("wasm/tab does not compile for the browser (%w):\n%s", err, bytes.TrimSpace(said))
	}
	return os.ReadFile(out)
}

// goLicense stands over wasm_exec.js, which is Go's; esbuild keeps a comment of this form.
const goLicense = "/*! Copyright 2018 The Go Authors. Their BSD-style licence is at https://go.dev/LICENSE */\n"

// wasmExec gives the glue code of the Go that compiles the wasm: another version's does not fit.
func wasmExec(ctx context.Context, src string) (string, error) {
	root, err := goEnv(ctx, src, "GOROOT")
	if err != nil {
		return "", err
	}
	code, err := os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return "", fmt.Errorf("this Go comes without its JavaScript: %w", err)
	}
	return goLicense + string(code), nil
}

// goEnv gives a setting of the go command that compiles the repository src.
func goEnv(ctx context.Context, src, name string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", name)
	cmd.Dir = src
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(said)), nil
}
