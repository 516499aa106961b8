package main

import (
	"errors"

	"mobilenet/core/mobilenet"
)

// WebAssembly within WebAssembly would be interpreted.
func emitted(*mobilenet.Model) (mobilenet.Engine, error) {
	return nil, errors.New("there is no wazero here")
}
