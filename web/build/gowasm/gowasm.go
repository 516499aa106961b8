// Package gowasm builds Go programs that JavaScript runs as WebAssembly, by the go command that runs the build.
package gowasm

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

// Command is the go command, in the repository src, with JavaScript as its target.
func Command(ctx context.Context, src string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = src
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	return cmd
}

// Build compiles a package of the repository src, such as "./wasm/tab", into the file out, whose path is absolute or starts in
// src. Without symbols, this machine's paths, or the commit: the same sources give the same bytes. The error has what the compiler
// said.
func Build(ctx context.Context, src, pkg, out string, flags ...string) error {
	args := slices.Concat([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"}, flags, []string{"-o", out, pkg})
	said, err := Command(ctx, src, args...).CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s does not compile to WebAssembly (%w):\n%s", strings.TrimPrefix(pkg, "./"), err, bytes.TrimSpace(said))
	}
	return nil
}

// Exec returns wasm_exec.js, the glue code of the Go that compiles the repository src: another version's does not fit.
func Exec(ctx context.Context, src string) ([]byte, error) {
	root, err := Env(ctx, src, "GOROOT")
	if err != nil {
		return nil, err
	}
	code, err := os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("this Go comes without its JavaScript: %w", err)
	}
	return code, nil
}

// Env returns a setting of the go command that compiles the repository src.
func Env(ctx context.Context, src, name string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", name)
	cmd.Dir = src
	said, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(said)), nil
}
