//go:build js && wasm

package main

import (
	"context"
	"runtime/debug"
	"time"

	"mobilenet/core/mobilenet"
)

// settleDelay leaves the first moments to a call that waits already: its picture warms up as well.
const settleDelay = 100 * time.Millisecond

// warmRuns is after how many runs a browser has replaced the code of its baseline compiler by optimised code; the first few
// take several times as long as the later ones.
const warmRuns = 20

// settle does what can wait until after the first classification: it lets Go collect its garbage and, while no call comes, runs an
// image of zeros until the code is fast. A call ends it, and waits for one run at most.
func (p *program) settle() {
	c, before := p.classifier, p.count
	time.Sleep(settleDelay)
	debug.SetGCPercent(gcPercent)
	if c.Engine().Info().Engine == "go" {
		return // it is no faster later, and slow
	}
	var result mobilenet.Result
	zeros := make([]byte, c.Model().Layers[0].In.Len())
	for range warmRuns {
		p.turn()
		if p.count != before || c.Run(context.Background(), zeros, mobilenet.Want{}, &result) != nil {
			return
		}
	}
}
