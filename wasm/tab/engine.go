//go:build js && wasm

package main

import (
	"fmt"

	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
)

// newEngine makes the best engine that name ("auto", "relaxed", "simd" or "go") and threads (0: as many as help) allow. Why
// says what keeps the network from running faster, and is empty where nothing does.
func newEngine(m *mobilenet.Model, name string, threads int) (e mobilenet.Engine, why string, err error) {
	switch name {
	case "auto", "relaxed", "simd":
		why = "this build has only the plain Go engine"
	case "go":
		why = `the engine "go" was asked for`
	default:
		return nil, "", coded("bad-argument", fmt.Errorf(`engine %q is not "auto", "relaxed", "simd" or "go"`, name))
	}
	if threads > 1 {
		why += ", which runs on one thread"
	}
	e, err = reference.New(m)
	return e, why, err
}
