// Load asks "depthwise serve" for more or less than it can answer, with 640×480 JPEGs, on the machine on which it runs itself:
//
//	make bench-serve               throughput with one engine and with one a core, and times at 25 a second
//	go run . --soak 10m            30 a second for so long, and then ten times what it can take for a minute: whether memory grows, or an answer is wrong
//
// The load is vegeta's. The program is a Go module of its own, so that what it needs is nothing to the project.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

func main() {
	seconds := flag.Int("seconds", 10, "how long each measurement takes, in `SECONDS`")
	soak := flag.Duration("soak", 0, "ask at an even pace for so long, and then for too much")
	rate := flag.Int("rate", 30, "requests a second of --soak")
	overload := flag.Duration("overload", time.Minute, "how long --soak asks for too much")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, func(b *bench) error {
		if *soak > 0 {
			return b.soak(ctx, *soak, *rate, *overload)
		}
		return b.measure(ctx, time.Duration(*seconds)*time.Second)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// A bench has the program and what it is asked.
type bench struct {
	program string
	photo   []byte
	want    []byte // the right answer
}

func run(ctx context.Context, use func(*bench) error) error {
	top, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		return err
	}
	if err := os.Chdir(top); err != nil { // where the program finds the built page and its weights
		return err
	}
	folder, err := os.MkdirTemp("", "depthwise-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b := &bench{program: filepath.Join(folder, "depthwise")}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.program, "./wasm/depthwise")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	draw := exec.CommandContext(ctx, "go", "run", "./tests/support/photo")
	draw.Stderr = os.Stderr
	if b.photo, err = draw.Output(); err != nil {
		return err
	}
	return use(b)
}

// targets are requests for the photo.
func (b *bench) targets(s *server) vegeta.Targeter {
	return vegeta.NewStaticTargeter(vegeta.Target{
		Method: http.MethodPost, URL: s.origin + "/api/classify", Body: b.photo, Header: http.Header{"Content-Type": {"image/jpeg"}},
	})
}

// An outcome is what became of requests.
type outcome struct {
	vegeta.Metrics
	right, refused, wrong int
	cpu                   time.Duration // that the server took
}

// attack asks a server, with so many requests at the same time at most.
func (b *bench) attack(ctx context.Context, s *server, rate vegeta.Rate, workers uint64, d time.Duration, each func()) (*outcome, error) {
	a := vegeta.NewAttacker(vegeta.Workers(workers), vegeta.MaxWorkers(workers), vegeta.Connections(int(workers)), vegeta.Timeout(time.Minute))
	var o outcome
	before, err := s.cpu()
	if err != nil {
		return nil, err
	}
	for r := range a.Attack(b.targets(s), rate, d, "") {
		if ctx.Err() != nil {
			a.Stop()
			continue
		}
		if each != nil {
			each()
		}
		switch {
		case r.Code == 200 && (b.want == nil || bytes.Equal(r.Body, b.want)):
			b.want = r.Body
			o.right++
			o.Add(r) // the times of answers, and not of refusals
		case r.Code == http.StatusTooManyRequests:
			o.refused++
		default:
			if o.wrong++; o.wrong == 1 {
				fmt.Printf("wrong: status %d, %s, %.300s\n", r.Code, r.Error, r.Body)
			}
		}
	}
	o.Close()
	after, err := s.cpu()
	o.cpu = after - before
	return &o, errors.Join(err, ctx.Err())
}

// perPicture is a share of a time, in milliseconds.
func (o *outcome) perPicture(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000 / float64(max(o.right, 1))
}

// measure prints throughput and times.
func (b *bench) measure(ctx context.Context, d time.Duration) error {
	cores := runtime.NumCPU()
	fmt.Printf("640×480 JPEGs of %d kB by HTTP, on %d cores that make the load too\n\n", len(b.photo)/1000, cores)
	fmt.Printf("%-28s%14s%14s%14s%16s\n", "", "pictures/s", "p50, ms", "p99, ms", "CPU/picture, ms")
	row := func(what string, o *outcome, d time.Duration) {
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		fmt.Printf("%-28s%14.1f%14.1f%14.1f%16.1f\n", what, float64(o.right)/d.Seconds(), ms(o.Latencies.P50), ms(o.Latencies.P99), o.perPicture(o.cpu))
	}
	engines := []int{1}
	if cores > 1 {
		engines = append(engines, cores)
	}
	for _, n := range engines {
		s, err := b.start(ctx, n)
		if err != nil {
			return err
		}
		if _, err := b.attack(ctx, s, vegeta.Rate{}, uint64(n), time.Second, nil); err != nil { // warm
			return errors.Join(err, s.end())
		}
		// Two requests for each engine: one is sent while the other is answered.
		begin := time.Now()
		o, err := b.attack(ctx, s, vegeta.Rate{}, uint64(2*n), d, nil)
		if err != nil {
			return errors.Join(err, s.end())
		}
		row(fmt.Sprintf("as fast as %d can", n), o, time.Since(begin))
		if n == cores {
			o, err := b.attack(ctx, s, vegeta.Rate{Freq: 25, Per: time.Second}, 200, 2*d, nil)
			if err != nil {
				return errors.Join(err, s.end())
			}
			row("asked for 25 a second", o, 2*d)
		}
		if err := s.end(); err != nil {
			return err
		}
	}
	return nil
}
