package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"text/tabwriter"

	"mobilenet/weights"
)

// Limits in bytes: of what a first answer needs, and of the wasm alone.
const (
	brotliLimit = 3_900_000 // from a host that compresses with brotli
	plainLimit  = 4_350_000 // from a host that compresses nothing
	wasmLimit   = 885_000   // with brotli; 65 kB of it are for MobileNetV2 and the forms of files
)

// A visit counts what a browser with an empty cache transfers until the first answer, in bytes.
type visit struct {
	parts         []part
	brotli, plain int64
	wasm          int64 // with brotli
}

type part struct {
	name               string
	raw, brotli, plain int64
}

// wantedLater matches what a first visit does not fetch: what labels mean, the second program and the code that asks it to teach or to convert, and
// files that are being written. Nor does it fetch scripts of the page that index.html does not name: those of the panels behind the
// other tabs, and other languages.
var wantedLater = regexp.MustCompile(`^app/imagenet-|^mobilenet/(workshop|teach|heif|heic-worker)-|^mobilenet/convert\.|/\.`)

// firstVisit adds up the files of the built folder out that the page and its default model need.
func firstVisit(out string) (*visit, error) {
	page, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		return nil, err
	}
	later := func(name string) bool {
		script := path.Dir(name) == "app" && path.Ext(name) == ".js"
		return wantedLater.MatchString(name) || script && !bytes.Contains(page, []byte(name))
	}
	var names []string
	for _, pattern := range []string{"index.html", "app/*", "mobilenet/*", "samples/*-thumbnail-*", "models/models.json"} {
		found, err := filepath.Glob(filepath.Join(out, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		for _, file := range found {
			name := path.Join(path.Dir(pattern), filepath.Base(file))
			if ext := path.Ext(name); ext != ".br" && ext != ".gz" && ofPage(name) && !later(name) {
				names = append(names, name)
			}
		}
	}
	entries, err := weights.ReadIndex(filepath.Join(out, "models"))
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		names = append(names, "models/"+entries[0].File)
		if entries[0].Labels != "" {
			names = append(names, "models/"+entries[0].Labels)
		}
	}

	v := new(visit)
	for _, name := range names {
		size := func(suffix string) (int64, error) {
			info, err := os.Stat(filepath.Join(out, filepath.FromSlash(name)+suffix))
			if err != nil {
				return 0, err
			}
			return info.Size(), nil
		}
		p := part{name: name}
		if p.raw, err = size(""); err != nil {
			return nil, err
		}
		if p.brotli, err = size(".br"); err != nil {
			p.brotli = p.raw // nothing to gain
		}
		p.plain = p.raw
		if ext := path.Ext(name); ext == ".wasm" || ext == ".tflite" {
			// The library asks for the .gz itself.
			if p.plain, err = size(".gz"); err != nil {
				p.plain = p.raw
			}
			if ext == ".wasm" {
				v.wasm += p.brotli
			}
		}
		v.parts = append(v.parts, p)
		v.brotli += p.brotli
		v.plain += p.plain
	}
	return v, nil
}

// over tells which limits v exceeds.
func (v *visit) over() (said []string) {
	for _, l := range []struct {
		what       string
		got, limit int64
	}{
		{"the wasm with brotli", v.wasm, wasmLimit},
		{"a first visit with brotli", v.brotli, brotliLimit},
		{"a first visit to a host that compresses nothing", v.plain, plainLimit},
	} {
		if l.got > l.limit {
			said = append(said, fmt.Sprintf("%s is %d bytes, over its limit of %d", l.what, l.got, l.limit))
		}
	}
	return said
}

func (v *visit) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	kB := func(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1000) }
	fmt.Fprintln(t, "kB of a first visit\traw\tbrotli\thost without compression\t")
	for _, p := range v.parts {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", p.name, kB(p.raw), kB(p.brotli), kB(p.plain))
	}
	fmt.Fprintf(t, "together\t\t%s\t%s\t\n", kB(v.brotli), kB(v.plain))
	fmt.Fprintf(t, "limit\t\t%s\t%s\t\n", kB(brotliLimit), kB(plainLimit))
	t.Flush()
	for _, s := range v.over() {
		fmt.Fprintln(w, "Over:", s)
	}
}
