package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"mobilenet/core/classify"
	"mobilenet/core/pixels"
)

// A lookFlags is what all commands have in common that look at pictures.
type lookFlags struct {
	selection
	chosen
	crop    string
	views   int
	jobs    int
	timings bool
}

func (l *lookFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVarP(&l.model, "model", "m", "", flagText["model"])
	f.StringVar(&l.chosen.labels, "labels", "", flagText["labels"])
	f.StringVar(&l.crop, "crop", "center", flagText["crop"])
	f.IntVar(&l.views, "views", 1, flagText["views"])
	f.IntVarP(&l.jobs, "jobs", "j", runtime.GOMAXPROCS(0), flagText["jobs"])
	f.StringVar(&l.from, "files-from", "", flagText["files-from"])
	f.BoolVarP(&l.null, "null", "0", false, flagText["null"])
	f.BoolVar(&l.timings, "timings", false, flagText["timings"])
	completeModels(c)
	complete(c, "crop", "center", "square", "whole")
	complete(c, "views", "1", "2", "4")
}

// options checks the flags.
func (l *lookFlags) options(args []string) (o classify.Options, err error) {
	l.args = args
	if err := l.selection.check(); err != nil {
		return o, err
	}
	if o.Crop, err = pixels.ParseCrop(l.crop); err != nil {
		return o, usage("--crop: %w", err)
	}
	if _, err = pixels.Views(l.views, o.Crop); err != nil {
		return o, usage("--views: %w", err)
	}
	if l.jobs < 1 {
		return o, usage("--jobs %d: at least one picture has to be looked at", l.jobs)
	}
	o.Views = l.views
	return o, nil
}

// A run looks at all that was selected, says how far it is, and lists at the end what could not be read.
type run[T any] struct {
	flags  *lookFlags
	batch  batch[T]
	out    *output // what it has a line about is passed over; nil: nothing is
	each   func(i item, value T) error
	stderr io.Writer
}

// do runs it. What could not be read is errSaid, after all else is done.
func (r *run[T]) do(ctx context.Context) error {
	// Pictures come and go: without a limit the heap would grow to twice what they take at most before it is swept.
	debug.SetMemoryLimit(memoryForAll + 256<<20)
	r.batch.workers = r.flags.jobs
	p := newProgress(r.stderr)
	started := time.Now()
	var counting context.CancelFunc
	if p.wide != nil && r.flags.countable() {
		var counted context.Context
		counted, counting = context.WithCancel(ctx)
		go r.total(counted, p)
	}
	var broken failures
	err := r.batch.run(ctx, r.items(ctx, p), func(res result[T]) error {
		p.count(func(p *progress) {
			p.done++
			if res.err != nil {
				p.broken++
			}
		})
		if res.err != nil {
			broken.add(res.item.name(), res.err)
			return nil
		}
		return p.beside(func() error { return r.each(res.item, res.value) })
	})
	if counting != nil {
		counting()
	}
	p.stop()
	broken.say(r.stderr)
	if r.flags.timings {
		r.batch.took.say(r.stderr, r.flags.jobs, time.Since(started))
	}
	if ctx.Err() != nil {
		r.stopped(p)
		return ctx.Err()
	}
	if err == nil && broken.count > 0 {
		err = errSaid
	}
	return err
}

// items are those that there is no line about.
func (r *run[T]) items(ctx context.Context, p *progress) iter.Seq[item] {
	return func(yield func(item) bool) {
		for i := range r.flags.items(ctx) {
			if r.out != nil && i.err == nil && !r.out.first(i.name()) {
				p.count(func(p *progress) { p.passed++ })
				continue
			}
			if !yield(i) {
				return
			}
		}
	}
}

// total counts the pictures while the first are looked at.
func (r *run[T]) total(ctx context.Context, p *progress) {
	n := 0
	for range r.flags.items(ctx) {
		n++
	}
	if ctx.Err() == nil {
		p.count(func(p *progress) { p.total = n })
	}
}

// stopped says what a run that was broken off has left.
func (r *run[T]) stopped(p *progress) {
	fmt.Fprintf(r.stderr, "stopped after %s", pictures(p.done-p.broken))
	if r.out != nil && r.out.path != "" {
		fmt.Fprintf(r.stderr, "; %s has them, and the same command goes on from there", printable(r.out.path))
	}
	fmt.Fprintln(r.stderr)
}

func pictures(n int) string {
	if n == 1 {
		return "1 picture"
	}
	return thousands(n) + " pictures"
}

// say prints how fast it went and where the time went.
func (t *took) say(w io.Writer, jobs int, all time.Duration) {
	if t.pictures == 0 {
		return
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(t.pictures) }
	fmt.Fprintf(w, "%s in %.2f s, %.1f a second, %d at the same time; a picture takes, in ms: decoding %.1f, resizing %.1f, the network %.1f\n",
		pictures(t.pictures), all.Seconds(), float64(t.pictures)/all.Seconds(), jobs, ms(t.decode), ms(t.resize), ms(t.network))
}

// failures are the pictures that could not be read. It keeps the first ten thousand, for they might be millions.
type failures struct {
	list  []string
	count int
}

const failuresKept = 10_000

func (f *failures) add(name string, err error) {
	if f.count++; f.count <= failuresKept {
		f.list = append(f.list, fmt.Sprintf("  %s: %s", printable(name), printableLines(cause(err).Error())))
	}
}

func (f *failures) say(w io.Writer) {
	if f.count == 0 {
		return
	}
	fmt.Fprintf(w, "%s could not be read:\n", pictures(f.count))
	for _, line := range f.list {
		fmt.Fprintln(w, line)
	}
	if more := f.count - len(f.list); more > 0 {
		fmt.Fprintf(w, "  and %s more\n", thousands(more))
	}
}
