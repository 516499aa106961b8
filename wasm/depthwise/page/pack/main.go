// Pack makes page.zip, which the program is built with by the tag "page", of the built page. It runs in the repository's top folder.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"mobilenet/web/build/output"
	"mobilenet/web/hosting"
)

func main() {
	if err := run("dist", filepath.Join("wasm", "depthwise", "page", "page.zip")); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(dist, to string) error {
	if _, err := hosting.Open(dist); err != nil {
		return err
	}
	return output.Replace(to, func(w *os.File) error { return hosting.Pack(w, os.DirFS(dist)) })
}
