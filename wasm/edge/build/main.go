// Build makes what the Cloudflare Worker is deployed from: the Go program, the network compiled to WebAssembly (a Worker may not
// compile anything itself), and the static files. It needs the page built before, and the go command that runs this.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"mobilenet/web/build/gowasm"
	"mobilenet/web/build/output"
)

const usage = `Usage: go run ./wasm/edge/build [flags]

Builds the Worker into wasm/edge/dist, to be run in the repository's top folder, after "make build".

  --site DIR     the built page (default dist)
  --out DIR      the folder to build into (default wasm/edge/dist)
  --engine NAME  "relaxed" (default), or "simd" for a runtime without relaxed SIMD, which would
                 refuse to start the Worker: it compiles all modules of a Worker at once
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	site := flag.String("site", "dist", "")
	out := flag.String("out", "wasm/edge/dist", "")
	engine := flag.String("engine", "relaxed", "")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(ctx, *site, *out, *engine); err != nil {
		fmt.Fprintln(os.Stderr, "edge build:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, site, out, engine string) error {
	if _, err := os.Stat("wasm/edge/main.go"); err != nil {
		return errors.New("there is no wasm/edge here: run this in the repository's top folder")
	}
	// What goes into the bundle is named by what imports it, and what is an asset by its content, so nothing old may stay.
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	network, err := buildNetwork(site, engine)
	if err != nil {
		return err
	}
	if err := network.write(out); err != nil {
		return err
	}
	if err := gowasm.Build(ctx, ".", "./wasm/edge", filepath.Join(out, "program.wasm")); err != nil {
		return err
	}
	glue, err := gowasm.Exec(ctx, ".") // the JavaScript of this Go
	if err != nil {
		return err
	}
	if err := output.WriteFile(filepath.Join(out, "wasm_exec.js"), glue); err != nil {
		return err
	}
	if err := writeBulkPage(".", out); err != nil {
		return err
	}
	return writeAssets(site, out, network)
}
