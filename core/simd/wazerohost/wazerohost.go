// Package wazerohost runs compiled models natively, by wazero: SIMD on amd64 and arm64, threads, no relaxed SIMD. Where wazero has no
// compiler it interprets, which takes longer than core/scalar does: Compiles tells.
package wazerohost

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"mobilenet/core/simd"
	"mobilenet/core/wasmasm"
)

// Host implements simd.Host. Its zero value is ready, and compiles a program for each instance.
type Host struct{ cache wazero.CompilationCache }

// Shared returns a host whose instances of one program share its machine code. It is compiled for the first of them: make that one
// before others are made at the same time.
func Shared() Host { return Host{wazero.NewCompilationCache()} }

// Close gives a Shared host's code back, once all instances are closed.
func (h Host) Close() error {
	if h.cache == nil {
		return nil
	}
	return h.cache.Close(context.Background())
}

// Compiles says why wazero makes no machine code on this system; nil where it does.
var Compiles = sync.OnceValue(func() (err error) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		return fmt.Errorf("wazero has no compiler for %s", runtime.GOARCH)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("wazero cannot compile on this system: %v", r)
		}
	}()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	defer r.Close(ctx)
	m := wasmasm.NewModule()
	m.Func("f")
	code, err := m.Encode()
	if err != nil {
		return err
	}
	if _, err := r.Instantiate(ctx, code); err != nil { // where memory must not be written and run
		return fmt.Errorf("wazero cannot compile on this system: %w", err)
	}
	return nil
})

// Instantiate implements simd.Host: a runtime for each instance, with a goroutine for each thread but the first.
func (h Host) Instantiate(p *simd.Program) (simd.Instance, error) {
	if p.Capabilities.Relaxed {
		return nil, errors.New("wazerohost: wazero has no relaxed SIMD")
	}
	ctx := context.Background()
	features := api.CoreFeaturesV2
	if p.Capabilities.Shared { // only then, for an Arm without atomic instructions, such as a Raspberry Pi 4, would interpret for it
		features |= experimental.CoreFeaturesThreads
	}
	config := wazero.NewRuntimeConfig().WithCoreFeatures(features)
	if h.cache != nil {
		config = config.WithCompilationCache(h.cache)
	}
	i := &instance{runtime: wazero.NewRuntimeWithConfig(ctx, config)}
	if err := i.start(ctx, p); err != nil {
		return nil, errors.Join(fmt.Errorf("wazerohost: %w", err), i.Close())
	}
	return i, nil
}

type instance struct {
	runtime   wazero.Runtime
	memory    api.Memory
	run, stop api.Function
	workers   sync.WaitGroup
}

func (i *instance) start(ctx context.Context, p *simd.Program) error {
	// wazero gives a memory only by way of a module that exports it.
	owner := wasmasm.NewModule()
	pages := uint32(p.Pages)
	owner.DefineMemory("memory", wasmasm.Memory{Min: pages, Max: pages, Shared: p.Capabilities.Shared})
	code, err := owner.Encode()
	if err != nil {
		return err
	}
	env, err := i.runtime.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig().WithName("env"))
	if err != nil {
		return err
	}
	i.memory = env.ExportedMemory("memory")
	module, err := i.runtime.CompileModule(ctx, p.Module)
	if err != nil {
		return err
	}
	for t := range p.Capabilities.Threads {
		m, err := i.runtime.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName(fmt.Sprint("thread ", t)))
		if err != nil {
			return err
		}
		if t == 0 {
			i.run, i.stop = m.ExportedFunction("run"), m.ExportedFunction("stop")
			continue
		}
		i.workers.Go(func() {
			// A worker that fails does not come to the next barrier: run notices.
			_, _ = m.ExportedFunction("worker").Call(ctx, uint64(t))
		})
	}
	return nil
}

func (i *instance) Write(offset int, data []byte) error {
	if !i.memory.Write(uint32(offset), data) {
		return fmt.Errorf("wazerohost: %d bytes at %d lie outside the memory", len(data), offset)
	}
	return nil
}

func (i *instance) Read(offset int, data []byte) error {
	b, ok := i.memory.Read(uint32(offset), uint32(len(data)))
	if !ok {
		return fmt.Errorf("wazerohost: %d bytes at %d lie outside the memory", len(data), offset)
	}
	copy(data, b)
	return nil
}

func (i *instance) Run(first, last int) error {
	result, err := i.run.Call(context.Background(), uint64(first), uint64(last))
	if err != nil {
		return fmt.Errorf("wazerohost: %w", err)
	}
	if result[0] != 0 {
		return simd.ErrStuck
	}
	return nil
}

func (i *instance) Close() error {
	ctx := context.Background()
	if i.stop == nil {
		return i.runtime.Close(ctx)
	}
	_, err := i.stop.Call(ctx)
	if err == nil {
		i.workers.Wait()
	}
	return errors.Join(err, i.runtime.Close(ctx))
}
