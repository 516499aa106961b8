//go:build !wasm

package main

import (
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
)

func emitted(model *mobilenet.Model) (mobilenet.Engine, error) {
	return simd.New(model, simd.Capabilities{Threads: 1}, wazerohost.Host{})
}
