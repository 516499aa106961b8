package main

import (
	"fmt"
	"os"
	"time"
)

// announce says on the terminal what is being done, if that takes longer than a second. The caller calls done when it is.
func announce(what string) (done func()) {
	timer := time.AfterFunc(time.Second, func() { fmt.Fprintln(os.Stderr, what+" ...") })
	return func() { timer.Stop() }
}
