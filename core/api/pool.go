package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"mobilenet/core/classify"
)

// A Pool lends classifiers to requests that come at the same time, and bounds how many of them wait.
type Pool interface {
	// Ready says why no classifier can be had; nil if one can.
	Ready() error
	// Admit takes in a request before its body is read, which has at most so many bytes, and leave lets go of them. What wraps ErrBusy is
	// answered by 429.
	Admit(bytes int) (leave func(), err error)
	// Lend waits for a classifier, which is given back by the function: unsound if it is not known in which state it is. What wraps ErrBusy
	// is answered by 429, an error of ctx as a request that was given up, and any other by 503.
	Lend(ctx context.Context) (c *classify.Classifier, back func(sound bool), err error)
	// Observe is told where the time of an answer went.
	Observe(Stages)
}

// ErrBusy tells that there are more requests than can be answered soon.
var ErrBusy = errors.New("as many requests as this server takes are waiting already")

// Stages are how many images were classified, and where the time went.
type Stages struct {
	Images                  int
	Decode, Resize, Network time.Duration
}

// single is the pool of a server whose requests come one by one: it has no bound, and its classifier is sound as long as it can be opened.
type single struct {
	open func() (*classify.Classifier, error)
}

func (p *single) Ready() error {
	_, err := p.open()
	return err
}

func (*single) Admit(int) (func(), error) { return nothing, nil }

func (p *single) Lend(context.Context) (*classify.Classifier, func(bool), error) {
	c, err := p.open()
	return c, func(bool) {}, err
}

func (*single) Observe(Stages) {}

func nothing() {}

// admit asks the pool to take in a request.
func (s *server) admit(r *http.Request) (leave func(), err error) {
	bytes := s.Limits.Bytes
	if n := r.ContentLength; n >= 0 && n < int64(bytes) {
		bytes = int(n)
	}
	return s.Pool.Admit(bytes)
}

// lend has use work with a classifier.
func (s *server) lend(ctx context.Context, took *Stages, use func(*classify.Classifier) error) error {
	c, back, err := s.Pool.Lend(ctx)
	if err != nil {
		if errors.Is(err, ErrBusy) || ctx.Err() != nil {
			return err
		}
		return unavailable.because("%v", err)
	}
	sound := false // unless use returns, and with an error of its request, if any: problemOf panics for others
	defer func() { back(sound) }()
	if err = use(c); err != nil {
		err = problemOf(err)
	}
	sound = true
	s.Pool.Observe(*took)
	return err
}
