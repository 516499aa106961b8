package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"mobilenet/weights"
)

// writeProgram compiles wasm/edge into out, and puts the JavaScript of this Go beside it: another version's does not fit.
func writeProgram(ctx context.Context, out string) error {
	// Neither this machine's paths nor symbols nor the commit: the same sources give the same bytes.
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w",
		"-o", filepath.Join(out, "program.wasm"), "./wasm/edge")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("wasm/edge does not compile for the Worker (%w):\n%s", err, bytes.TrimSpace(said))
	}
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return fmt.Errorf("this Go comes without its JavaScript: %w", err)
	}
	return weights.WriteFile(filepath.Join(out, "wasm_exec.js"), glue)
}
