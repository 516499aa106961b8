package sandbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"
)

// An Instance is the running program, with a memory of its own.
type Instance struct {
	ctx context.Context
	m   api.Module
}

// Memory is what the program has.
func (in *Instance) Memory() api.Memory { return in.m.Memory() }

// Close gives the memory back.
func (in *Instance) Close() { in.m.Close(in.ctx) }

// Call calls a function of the program, all of whose values are of 32 bits. What the program does wrong ends it, and is an error.
func (in *Instance) Call(name string, arguments ...uint32) (uint32, error) {
	f := in.m.ExportedFunction(name)
	if f == nil {
		return 0, fmt.Errorf("the decoder has no function %s", name)
	}
	wide := make([]uint64, len(arguments))
	for i, a := range arguments {
		wide[i] = uint64(a)
	}
	results, err := f.Call(in.ctx, wide...)
	switch {
	case err != nil:
		return 0, err
	case len(results) != 1:
		return 0, errors.New("the decoder gave no answer")
	}
	return uint32(results[0]), nil
}

// Allocate takes n bytes of the program's memory; it is not ok where there is no room.
func (in *Instance) Allocate(n int) (at uint32, ok bool) {
	if n < 1 || int64(n) > MaxMemory {
		return 0, false
	}
	at, err := in.Call("malloc", uint32(n))
	return at, err == nil && at != 0
}
