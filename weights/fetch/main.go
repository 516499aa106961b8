// Fetch puts models into dist/models, verified, and lists them there for the page. It needs Go alone: the default model comes
// through the module proxy.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"mobilenet/weights"
)

const usage = `Usage: go run ./weights/fetch [flags] [NAME ...]

Puts the named models into dist/models, verified by SHA-256, and lists them in models.json there.
Without a name: the default model, %s.

  --list           show the available models, and which are there
  --from FILE      take a .tflite file from this machine instead of downloading it; a MobileNetV1 that is
                   not on the list is added under NAME, or under its file's name
  --labels FILE    for such a model: its classes' names, one a line
  --out DIR        the folder to put models in (default dist/models)
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	list, err := weights.Default()
	if err == nil {
		err = run(ctx, list, os.Args[1:], os.Stdout, os.Stderr)
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

// errUsage stands for a mistake on the command line that has been reported.
var errUsage = errors.New("wrong usage")

// A fetcher carries out one command line.
type fetcher struct {
	list   *weights.List
	dir    string
	stdout io.Writer
	stderr io.Writer
}

func run(ctx context.Context, list *weights.List, args []string, stdout, stderr io.Writer) error {
	f := fetcher{list: list, stdout: stdout, stderr: stderr}
	flags := flag.NewFlagSet("fetch", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprintf(stderr, usage, list.Models[0].Name) }
	show := flags.Bool("list", false, "")
	from := flags.String("from", "", "")
	labels := flags.String("labels", "", "")
	flags.StringVar(&f.dir, "out", filepath.Join("dist", "models"), "")
	var names []string
	for { // flags may also stand behind names
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return errUsage
		}
		if flags.NArg() == 0 {
			break
		}
		names = append(names, flags.Arg(0))
		args = flags.Args()[1:]
	}
	switch {
	case *from != "" && len(names) > 1:
		return fmt.Errorf("--from is one file, and %s are several models", strings.Join(names, ", "))
	case *labels != "" && *from == "":
		return errors.New("--labels goes with --from")
	case *show:
		return f.show()
	case *from != "":
		return f.local(ctx, *from, strings.Join(names, ""), *labels)
	case len(names) == 0:
		names = []string{list.Models[0].Name}
	}
	return f.fetch(ctx, names)
}

// fetch brings models of the list.
func (f *fetcher) fetch(ctx context.Context, names []string) error {
	var models []*weights.Model
	for _, name := range names {
		m, err := f.list.Find(name)
		if err != nil {
			return err
		}
		models = append(models, m)
	}
	var failed []error
	for _, m := range models {
		err := f.get(ctx, m.File, m.Name, f.list.Entry(m).File)
		if err == nil {
			err = f.labels(ctx, m)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", m.Name, err))
		}
	}
	return errors.Join(append(failed, f.index())...)
}

func (f *fetcher) labels(ctx context.Context, m *weights.Model) error {
	return f.get(ctx, f.list.Labels[m.Labels], "", f.list.Entry(m).Labels)
}

// get brings one file, the model of that name or, where it is empty, labels.
func (f *fetcher) get(ctx context.Context, file weights.File, model, name string) error {
	path := filepath.Join(f.dir, name)
	if file.Verify(path) != nil {
		fmt.Fprintf(f.stderr, "getting %s\n", file.Source)
	}
	bar := newBar(f.stderr, name, file.Size)
	got, err := f.list.Get(ctx, file, path, bar.update)
	bar.clear()
	if err != nil {
		return err
	}
	f.report(model, path, file.Size, got)
	return nil
}

// report prints what was fetched, or that a model was there already.
func (f *fetcher) report(model, path string, size int64, got bool) {
	switch {
	case got:
		fmt.Fprintf(f.stdout, "%s  %s\n", path, megabytes(size))
	case model != "":
		fmt.Fprintf(f.stdout, "%s is in %s\n", model, f.dir)
	}
}

func (f *fetcher) index(own ...weights.Entry) error {
	_, err := f.list.UpdateIndex(f.dir, own...)
	return err
}

func (f *fetcher) show() error {
	entries, err := weights.ReadIndex(f.dir)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name] = true
	}
	w := tabwriter.NewWriter(f.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tWIDTH\tRESOLUTION\tCLASSES\tTYPE\tSIZE\tLICENCE\t")
	row := func(e weights.Entry) {
		fmt.Fprintf(w, "%s\t%g\t%d\t%d\t%s\t%s\t%s\t", e.Name, e.Alpha, e.Resolution, e.Classes, e.Type, megabytes(e.Size), e.License)
		if there[e.Name] {
			fmt.Fprintf(w, "in %s", f.dir)
		}
		fmt.Fprintln(w)
	}
	for i := range f.list.Models {
		row(f.list.Entry(&f.list.Models[i]))
	}
	for _, e := range entries {
		if _, err := f.list.Find(e.Name); err != nil {
			row(e)
		}
	}
	return w.Flush()
}

func megabytes(n int64) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }
