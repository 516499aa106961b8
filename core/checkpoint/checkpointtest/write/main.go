// Write writes a checkpoint of made-up weights: for tests and measurements that are not written in Go.
package main

import (
	"flag"
	"fmt"
	"os"

	"mobilenet/core/checkpoint/checkpointtest"
)

func main() {
	alpha := flag.Float64("alpha", 0.25, "MobileNetV1's width multiplier")
	classes := flag.Int("classes", 7, "how many classes it has")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "Usage: go run ./core/checkpoint/checkpointtest/write [--alpha 0.25] [--classes 7] FILE.safetensors")
		os.Exit(2)
	}
	if err := os.WriteFile(flag.Arg(0), checkpointtest.Safetensors(*alpha, *classes, 1), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}
