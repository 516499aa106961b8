package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"mobilenet/core/api"
	"mobilenet/core/classify"
)

// A pool is the api.Pool of a server: so many engines, each with one request at a time, which holds it while its picture is decoded too, so that
// there are no more pictures in memory than engines; and a queue before them. An engine is taken and given back by one channel, which serves
// those who wait in their order, and there is no other lock.
type pool struct {
	open  func() (*classify.Classifier, error)
	slots chan *classify.Classifier // nil: one that is to be made anew
	queue int64                     // so many may wait
	most  int64                     // bytes of bodies at the same time
	log   *slog.Logger
	stats *stats

	waiting, bytes atomic.Int64
	closing        atomic.Bool
}

// newPool makes the engines, all of them: what fails is to be known before anybody asks.
func newPool(engines, queue, bodyLimit int, open func() (*classify.Classifier, error), log *slog.Logger, stats *stats) (*pool, error) {
	p := &pool{
		open: open, slots: make(chan *classify.Classifier, engines), queue: int64(queue),
		most: int64(engines+queue) * int64(bodyLimit), log: log, stats: stats,
	}
	for range engines {
		c, err := open()
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		p.slots <- c
	}
	return p, nil
}

// busy is how many engines work.
func (p *pool) busy() int { return cap(p.slots) - len(p.slots) }

// Ready implements api.Pool. A server that shuts down says that it is not, so that no more is sent to it.
func (p *pool) Ready() error {
	if p.closing.Load() {
		return errors.New("the server is shutting down")
	}
	return nil
}

// Admit implements api.Pool. Who is turned away here has not sent a body in vain. A slow sender takes memory, which is counted here, but no place
// in the queue.
func (p *pool) Admit(bytes int) (leave func(), err error) {
	if p.waiting.Load() >= p.queue && len(p.slots) == 0 {
		p.stats.refused("queue")
		return nil, api.ErrBusy
	}
	if n := p.bytes.Add(int64(bytes)); n > p.most {
		p.bytes.Add(-int64(bytes))
		p.stats.refused("memory")
		return nil, fmt.Errorf("%w: %d MB are being sent at the same time", api.ErrBusy, p.most>>20)
	}
	return func() { p.bytes.Add(-int64(bytes)) }, nil
}

// Lend implements api.Pool.
func (p *pool) Lend(ctx context.Context) (*classify.Classifier, func(sound bool), error) {
	start := time.Now()
	c, err := p.take(ctx)
	if err != nil {
		return nil, nil, err
	}
	p.stats.waited(time.Since(start))
	if c == nil {
		if c, err = p.open(); err != nil {
			p.slots <- nil // the next one tries again
			p.log.Error("no engine can be made", "error", err)
			return nil, nil, err
		}
	}
	return c, func(sound bool) {
		if !sound {
			p.replace(c)
			c = nil
		}
		p.slots <- c
	}, nil
}

// take waits for a slot, in the order of those who wait: a slot that is given back goes to the first of them, and never to the buffer.
func (p *pool) take(ctx context.Context) (*classify.Classifier, error) {
	select {
	case c := <-p.slots:
		return c, nil
	default:
	}
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > p.queue {
		p.stats.refused("queue")
		return nil, api.ErrBusy
	}
	select {
	case c := <-p.slots:
		return c, nil
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			p.stats.refused("time")
			return nil, fmt.Errorf("%w, and its time is over", api.ErrBusy)
		}
		return nil, ctx.Err()
	}
}

// replace closes an engine that is in an unknown state. Its successor is made for the next request.
func (p *pool) replace(c *classify.Classifier) {
	p.stats.replaced.Inc()
	defer func() {
		if reason := recover(); reason != nil {
			p.log.Error("an engine could not be closed", "panic", reason)
		}
	}()
	if err := c.Engine().Close(); err != nil {
		p.log.Error("an engine could not be closed", "error", err)
	}
}

// Observe implements api.Pool.
func (p *pool) Observe(s api.Stages) { p.stats.observe(s) }

// Close closes the engines that nobody holds, and says if there are others.
func (p *pool) Close() error {
	var errs []error
	for range cap(p.slots) {
		select {
		case c := <-p.slots:
			if c != nil {
				errs = append(errs, c.Engine().Close())
			}
		default:
			return errors.Join(append(errs, errInUse)...)
		}
	}
	return errors.Join(errs...)
}

var errInUse = errors.New("an engine is still in use")
