package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/picture"
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

// ready says why there is no classifier.
func (s *server) ready() error {
	if s.Pool == nil {
		_, err := s.open()
		return err
	}
	if err := s.Pool.Ready(); err != nil {
		return unavailable.because("%v", err)
	}
	return nil
}

func (s *server) open() (*classify.Classifier, error) {
	c, err := s.Open()
	if err != nil {
		return nil, unavailable.because("%v", err)
	}
	return c, nil
}

// admit asks the pool, if there is one, to take in a request.
func (s *server) admit(r *http.Request) (leave func(), err error) {
	if s.Pool == nil {
		return func() {}, nil
	}
	bytes := s.Limits.Bytes
	if n := r.ContentLength; n >= 0 && n < int64(bytes) {
		bytes = int(n)
	}
	return s.Pool.Admit(bytes)
}

// lend has use work with a classifier.
func (s *server) lend(ctx context.Context, took *Stages, use func(*classify.Classifier) error) error {
	if s.Pool == nil {
		c, err := s.open()
		if err != nil {
			return err
		}
		return use(c)
	}
	c, back, err := s.Pool.Lend(ctx)
	if err != nil {
		if errors.Is(err, ErrBusy) || ctx.Err() != nil {
			return err
		}
		return unavailable.because("%v", err)
	}
	sound := false // unless use returns, and with an error of its request, if any
	defer func() { back(sound) }()
	err = use(c)
	sound = err == nil || ofRequest(err)
	s.Pool.Observe(*took)
	return err
}

// ofRequest reports whether an error is the request's, and no fault of the classifier.
func ofRequest(err error) bool {
	var p *Problem
	return errors.As(err, &p) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, picture.ErrBroken) || errors.Is(err, picture.ErrTooLarge) || errors.Is(err, picture.ErrUnsupported)
}
