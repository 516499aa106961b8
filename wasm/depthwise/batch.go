package main

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
)

// A result is what became of one item.
type result[T any] struct {
	item  item
	value T
	err   error
}

// took is where the time of all workers went.
type took struct {
	mutex                   sync.Mutex
	pictures                int
	decode, resize, network time.Duration
}

func (t *took) add(decode time.Duration, by classify.Timings) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.pictures++
	t.decode += decode
	t.resize += by.Resize
	t.network += by.Network
}

// window is how many items a worker may be ahead of the first whose result is not there yet.
const window = 16

// A batch looks at many pictures with one network, on several cores.
type batch[T any] struct {
	network *network
	workers int
	options classify.Options
	// make turns what the network saw into what is kept of it.
	make func(item, *photo, *classify.Classification) (T, error)
	took took
}

// run calls each with the result of every item, in the items' order, by one goroutine. It ends early where ctx is done, where no engine can be made, or
// with each's own error.
func (b *batch[T]) run(ctx context.Context, items iter.Seq[item], each func(result[T]) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type job struct {
		item item
		done chan result[T]
	}
	jobs, order := make(chan job), make(chan chan result[T], window*b.workers)
	reader := newReader(memoryForAll)
	worker := func(first job) {
		eye, err := b.network.classifier()
		if err != nil {
			cancel(err)
			return
		}
		defer eye.Engine().Close()
		look := func(j job) {
			r := result[T]{item: j.item}
			r.value, r.err = b.look(ctx, reader, eye, j.item)
			j.done <- r
		}
		look(first)
		for {
			select {
			case j, more := <-jobs:
				if !more {
					return
				}
				look(j)
			case <-ctx.Done():
				return
			}
		}
	}
	// The workers have to end before the program's code is given back. What lists the items need not: it may wait for standard input.
	var running sync.WaitGroup
	var starting sync.Mutex
	var over bool
	start := func(j job) {
		starting.Lock()
		defer starting.Unlock()
		if !over {
			running.Go(func() { worker(j) })
		}
	}
	go func() { // lists the items, and starts a worker where all are busy
		defer close(order)
		defer close(jobs)
		started := 0
		for i := range items {
			j := job{i, make(chan result[T], 1)}
			select {
			case order <- j.done:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
				continue
			default:
			}
			if started < b.workers {
				started++
				start(j)
				continue
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	}()
	err := b.collect(ctx, order, each)
	cancel(err)
	starting.Lock()
	over = true
	starting.Unlock()
	running.Wait()
	return err
}

// collect hands on the results in their order.
func (b *batch[T]) collect(ctx context.Context, order <-chan chan result[T], each func(result[T]) error) error {
	for {
		var done chan result[T]
		var more bool
		select {
		case done, more = <-order:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !more {
			return nil
		}
		select {
		case r := <-done:
			if r.err != nil && ctx.Err() != nil { // it was broken off
				return context.Cause(ctx)
			}
			if err := each(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// look has one picture seen. A fault of a decoder is that picture's, and no end of a long run.
func (b *batch[T]) look(ctx context.Context, reader *reader, eye *classify.Classifier, i item) (value T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a fault of this program, please report it with the picture: %v\n%s", r, debug.Stack())
		}
	}()
	start := time.Now()
	p, err := reader.read(ctx, i)
	if err != nil {
		return value, err
	}
	defer p.release()
	decoded := time.Since(start)
	seen, err := eye.Classify(ctx, p.Image, b.options)
	if err != nil {
		return value, err
	}
	b.took.add(decoded, seen.Timings)
	return b.make(i, &p, seen)
}

// classifier makes one more classifier, with an engine of its own.
func (n *network) classifier() (*classify.Classifier, error) {
	engine, err := n.program.Engine()
	if err != nil {
		return nil, err
	}
	return newClassifier(n, engine)
}

func newClassifier(n *network, engine mobilenet.Engine) (*classify.Classifier, error) {
	c, err := classify.New(n.model, engine, n.labels)
	if err != nil {
		engine.Close()
	}
	return c, err
}
