// Package sandbox runs decoders that are WebAssembly, by wazero: whatever a file makes of them, they reach nothing but a memory of their
// own, of a size that is given.
package sandbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// MaxMemory is the most bytes that an instance may be given.
const MaxMemory = 2 << 30

// A Program is a decoder. It is compiled once, at its first use, which takes half a second.
type Program struct {
	compiled func() (*compiled, error)
}

type compiled struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// New makes a Program of gzipped WebAssembly, which is a reactor of WASI.
func New(gzipped []byte) *Program {
	return &Program{sync.OnceValues(func() (*compiled, error) {
		code, err := Unpacked(gzipped)
		if err != nil {
			return nil, err
		}
		ctx := context.Background()
		runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(MaxMemory>>16))
		module, err := runtime.CompileModule(ctx, code)
		if err != nil {
			return nil, err
		}
		_, err = wasi_snapshot_preview1.Instantiate(ctx, runtime)
		return &compiled{runtime, module}, err
	})}
}

// Unpacked is gzipped WebAssembly as it was.
func Unpacked(gzipped []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(gzipped))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Start makes an instance whose memory grows to so many bytes, and no further: then the program finds none. Each file has an instance of its
// own, so that none finds what another left. Close it.
func (p *Program) Start(ctx context.Context, memory int64) (*Instance, error) {
	c, err := p.compiled()
	if err != nil {
		return nil, err
	}
	limit := uint64(max(0, min(memory, MaxMemory)))
	bounded := experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(uint64, uint64) experimental.LinearMemory {
		return &linear{limit: limit}
	}))
	m, err := c.runtime.InstantiateModule(bounded, c.module, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return nil, err
	}
	return &Instance{ctx, m}, nil
}

// linear is a memory of limit bytes at most.
type linear struct {
	b     []byte
	limit uint64
}

// Reallocate makes it larger, and gives nil if that is too large. All that it may have is reserved at once, of which the system gives what is
// used: a copy beside what it had before would take nearly twice the limit.
func (l *linear) Reallocate(size uint64) []byte {
	if size > l.limit {
		return nil
	}
	if l.b == nil {
		l.b = make([]byte, 0, l.limit)
	}
	l.b = l.b[:size]
	return l.b
}

// Free has nothing to do: the memory is Go's.
func (l *linear) Free() { l.b = nil }
