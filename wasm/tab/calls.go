//go:build js && wasm

package main

import (
	"context"
	"syscall/js"
	"time"
)

// calls are those that the worker makes, one at a time.
type calls struct {
	count int                // how many have begun
	abort context.CancelFunc // cancels the running one
	turn  func()             // waits until the event loop has been round
	every time.Duration      // how long an abort may have to wait for a turn, if no single layer takes longer
}

func newCalls() calls { return calls{abort: func() {}, turn: newTurn(), every: 30 * time.Millisecond} }

// begin returns the context of a new call.
func (c *calls) begin() context.Context {
	c.count++
	ctx, cancel := context.WithCancel(context.Background())
	c.abort = cancel
	return &turns{Context: ctx, turn: c.turn, every: c.every, last: time.Now()}
}

// turns is a context that gives the worker's event loop a turn from time to time, so that the message which aborts a call can
// arrive while the call runs. Engines ask Err between two layers; the fast ones are done before the first turn is due.
type turns struct {
	context.Context
	turn  func()
	every time.Duration
	last  time.Time
}

func (t *turns) Err() error {
	if time.Since(t.last) >= t.every {
		t.turn()
		t.last = time.Now()
	}
	return t.Context.Err()
}

// newTurn makes a function that waits until the event loop has been round. A message to oneself takes some 20 µs; a timer would
// take 4 ms.
func newTurn() func() {
	arrived := make(chan struct{}, 1)
	channel := js.Global().Get("MessageChannel").New()
	channel.Get("port1").Set("onmessage", js.FuncOf(func(js.Value, []js.Value) any {
		arrived <- struct{}{}
		return nil
	}))
	port := channel.Get("port2")
	return func() {
		port.Call("postMessage", 0)
		<-arrived
	}
}
