// Write writes the synthetic models that it is asked for, by the names of tflitetest.Forms, into a folder: for tests that are not
// written in Go.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"mobilenet/core/tflite/tflitetest"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "Usage: go run ./core/tflite/tflitetest/write DIR NAME...")
		os.Exit(2)
	}
	for _, name := range os.Args[2:] {
		if err := write(os.Args[1], name); err != nil {
			fmt.Fprintln(os.Stderr, "write:", err)
			os.Exit(1)
		}
	}
}

func write(dir, name string) error {
	forms := tflitetest.Forms()
	i := slices.IndexFunc(forms, func(f tflitetest.Form) bool { return f.Name == name })
	if i < 0 {
		return fmt.Errorf("there is no form %s", name)
	}
	return os.WriteFile(filepath.Join(dir, name+".tflite"), tflitetest.Build(forms[i].Spec), 0o644)
}
