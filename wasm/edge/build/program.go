package main

import (
	"context"
	"path/filepath"

	"mobilenet/web/build/gowasm"
	"mobilenet/web/build/output"
)

// writeProgram compiles wasm/edge into out, and puts the JavaScript of this Go beside it.
func writeProgram(ctx context.Context, out string) error {
	if err := gowasm.Build(ctx, ".", "./wasm/edge", filepath.Join(out, "program.wasm")); err != nil {
		return err
	}
	glue, err := gowasm.Exec(ctx, ".")
	if err != nil {
		return err
	}
	return output.WriteFile(filepath.Join(out, "wasm_exec.js"), glue)
}
