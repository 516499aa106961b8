// Build makes the deployable folder dist/ out of web/ and wasm/tab. It needs Go alone: esbuild bundles, and the wasm is compiled by
// the go command that runs this. The same sources give the same bytes; what did not change is left alone.
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
)

const usage = `Usage: go run ./web/build [flags]

Builds the page and its library into dist/, to be run in the repository's top folder.

  --out DIR   the folder to build into (default dist)
  --npm       also make the npm packages in DIR/npm
  --url URL   the address that the page will have, as https://example.org/depthwise/; other sites need it
              to show the page's picture beside a link to it, and nothing else does
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	out := flag.String("out", "dist", "")
	npm := flag.Bool("npm", false, "")
	url := flag.String("url", "", "")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(ctx, ".", *out, *url, *npm); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

// run builds the repository in the folder src into out, and with npm the packages. The page will have the address url; "" if it is
// not known.
func run(ctx context.Context, src, out, url string, npm bool) error {
	if _, err := os.Stat(filepath.Join(src, "web", "index.html")); err != nil {
		return errors.New("there is no web/index.html here: run this in the repository's top folder")
	}
	s, err := assemble(ctx, src, url)
	if err != nil {
		return err
	}
	models, err := s.addModels(out)
	if err != nil {
		return err
	}
	if err := s.addServiceWorker(src, out, models); err != nil {
		return err
	}
	// No page asks for these, so the service worker above does not keep them.
	if err := s.addPapers(ctx, src, models); err != nil {
		return err
	}
	s.addHeaders()
	if err := s.write(out); err != nil {
		return err
	}
	if err := s.compress(out); err != nil {
		return err
	}
	if err := s.sweep(out); err != nil {
		return err
	}
	if err := s.writeChecksums(out); err != nil {
		return err
	}
	v, err := firstVisit(out)
	if err != nil {
		return err
	}
	v.print(os.Stdout)
	if npm {
		return s.pack(ctx, src, out, models)
	}
	return nil
}
