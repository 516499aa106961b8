//go:build js && wasm

package main

import (
	"context"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
)

// warmRuns is after how many runs a browser has replaced the code of its baseline compiler by optimised code; the first few
// take several times as long as the later ones.
const warmRuns = 20

// warmDelay leaves the first moments to a call that waits already: its picture warms up as well.
const warmDelay = 100 * time.Millisecond

// warmUp runs a blank picture until the code is fast, while nobody calls: a call that comes in ends it, and waits for one run at
// most.
func warmUp(c *classify.Classifier, size int) {
	var result mobilenet.Result
	blank := make([]byte, size)
	before := calls
	time.Sleep(warmDelay)
	for range warmRuns {
		turn()
		if calls != before || c.Run(context.Background(), blank, mobilenet.Want{}, &result) != nil {
			return
		}
	}
}
