package simd

import (
	asm "mobilenet/core/wasmasm"
)

// The words that synchronise threads, at the beginning of the memory; each that is waited for has a cache line of its own.
const (
	syncJob      = 0   // counts the runs; workers wait for it to change
	syncFirst    = 64  // the layers of the run,
	syncLast     = 68  // first ≤ i < last
	syncStop     = 72  // not 0: workers end
	syncArrived  = 128 // threads that have reached the barrier
	syncPhase    = 192 // counts the barriers passed; threads wait for it to change
	syncSleepers = 256 // threads that must be woken from the barrier
	syncFailed   = 320 // not 0: a thread timed out, and the run has failed for all
	syncLength   = 384
)

// spins is how often a waiting thread polls before it sleeps: tens of microseconds, longer than most waits inside a run. On a busy
// machine, threads that only spin would take the processor from those they wait for.
const spins = 30000

// emitRun writes the functions of the module that call the kernels.
func (c *compiler) emitRun() {
	barrier := c.emitBarrier()
	layers := c.emitLayers(barrier)

	f := c.module.Func("run").Export()
	first, last := f.Param(asm.I32), f.Param(asm.I32)
	f.Result(asm.I32)
	if c.threads() == 1 {
		f.Get(first, last).I32Const(0).Call(layers)
		return
	}
	f.I32Const(0).I32AtomicLoad(syncFailed)
	f.If()
	f.I32Const(1).Return()
	f.End()
	f.Get(first, last).I32GeU() // without layers there is no barrier, so workers could mistake the next run for this one
	f.If()
	f.I32Const(0).Return()
	f.End()
	f.I32Const(0).Get(first).I32Store(syncFirst)
	f.I32Const(0).Get(last).I32Store(syncLast)
	c.next(f)
	f.Get(first, last).I32Const(0).Call(layers)

	c.emitWorker(layers)

	stop := c.module.Func("stop").Export()
	stop.I32Const(0).I32Const(1).I32Store(syncStop)
	c.next(stop)
}

// next wakes the workers for a run.
func (c *compiler) next(f *asm.Func) {
	f.I32Const(0).I32Const(1).I32AtomicRmwAdd(syncJob).Drop()
	f.I32Const(0).I32Const(-1).MemoryAtomicNotify(syncJob).Drop()
}

// emitWorker writes worker(thread): for each run it does the thread's part, until it is stopped or a run fails.
func (c *compiler) emitWorker(layers *asm.Func) {
	f := c.module.Func("worker").Export()
	thread := f.Param(asm.I32)
	seen, spin := f.Local(asm.I32), f.Local(asm.I32)
	again := f.Loop()
	{
		f.I32Const(spins).Set(spin)
		come := f.Block()
		{
			poll := f.Loop()
			{
				f.I32Const(0).I32AtomicLoad(syncJob).Get(seen).I32Ne().BrIf(come)
				f.Get(spin).I32Const(1).I32Sub().Tee(spin).BrIf(poll)
				f.I32Const(0).Get(seen).I64Const(-1).MemoryAtomicWait32(syncJob).Drop()
				f.I32Const(1).Set(spin)
				f.Br(poll)
			}
			f.End()
		}
		f.End()
		f.I32Const(0).I32Load(syncStop)
		f.If()
		f.Return()
		f.End()
		// One run at a time: the next begins after all threads have finished this one.
		f.Get(seen).I32Const(1).I32Add().Set(seen)
		f.I32Const(0).I32Load(syncFirst).I32Const(0).I32Load(syncLast).Get(thread).Call(layers)
		f.I32Eqz().BrIf(again)
	}
	f.End()
}

// emitBarrier writes barrier() i32, which returns when all threads have called it: 0, or 1 on a timeout.
func (c *compiler) emitBarrier() *asm.Func {
	if c.threads() == 1 {
		return nil
	}
	f := c.module.Func("barrier")
	f.Result(asm.I32)
	phase, spin := f.Local(asm.I32), f.Local(asm.I32)
	f.I32Const(0).I32AtomicLoad(syncPhase).Set(phase)
	f.I32Const(0).I32Const(1).I32AtomicRmwAdd(syncArrived).I32Const(c.threads() - 1).I32Eq()
	f.If()
	{ // the last one opens it
		f.I32Const(0).I32Const(0).I32AtomicStore(syncArrived)
		f.I32Const(0).I32Const(1).I32AtomicRmwAdd(syncPhase).Drop()
		f.I32Const(0).I32AtomicLoad(syncSleepers)
		f.If()
		f.I32Const(0).I32Const(-1).MemoryAtomicNotify(syncPhase).Drop()
		f.End()
		f.I32Const(0).I32AtomicLoad(syncFailed).Return()
	}
	f.End()
	f.I32Const(spins).Set(spin)
	open := f.Block()
	{
		poll := f.Loop()
		{
			f.I32Const(0).I32AtomicLoad(syncPhase).Get(phase).I32Ne().BrIf(open)
			f.Get(spin).I32Const(1).I32Sub().Tee(spin).BrIf(poll)
			f.I32Const(0).I32Const(1).I32AtomicRmwAdd(syncSleepers).Drop()
			f.I32Const(0).Get(phase).I64Const(c.program.Capabilities.Timeout.Nanoseconds()).MemoryAtomicWait32(syncPhase)
			f.I32Const(0).I32Const(1).I32AtomicRmwSub(syncSleepers).Drop()
			f.I32Const(2).I32Eq() // timed out
			f.If()
			f.I32Const(0).I32Const(1).I32AtomicStore(syncFailed)
			f.I32Const(1).Return()
			f.End()
			f.I32Const(1).Set(spin)
			f.Br(poll)
		}
		f.End()
	}
	f.End()
	f.I32Const(0).I32AtomicLoad(syncFailed)
	return f
}

// emitLayers writes layers(first, last, thread) i32: the thread's part of the layers first ≤ i < last, with a barrier after
// each. It returns 0, or 1 if a barrier failed.
func (c *compiler) emitLayers(barrier *asm.Func) *asm.Func {
	parts := make([]*asm.Func, len(c.steps))
	for i, s := range c.steps {
		parts[i] = s.emit()
	}
	f := c.module.Func("layers")
	i, last, thread := f.Param(asm.I32), f.Param(asm.I32), f.Param(asm.I32)
	f.Result(asm.I32)
	done := f.Block()
	again := f.Loop()
	{
		f.Get(i, last).I32GeU().BrIf(done)
		meet := f.Block()
		cases := make([]asm.Label, len(parts))
		for k := len(parts) - 1; k >= 0; k-- {
			cases[k] = f.Block()
		}
		f.Get(i).BrTable(done, cases...)
		for _, part := range parts {
			f.End()
			f.Get(thread).Call(part).Br(meet)
		}
		f.End()
		if barrier != nil {
			f.Call(barrier)
			f.If()
			f.I32Const(1).Return()
			f.End()
		}
		f.Get(i).I32Const(1).I32Add().Set(i)
		f.Br(again)
	}
	f.End()
	f.End()
	f.I32Const(0)
	return f
}

// emit writes the layer's function, with all threads' calls.
func (s *step) emit() *asm.Func {
	f := s.module.Func("layer " + s.layer.Name)
	thread := f.Param(asm.I32)
	for t, calls := range s.calls {
		if len(calls) == 0 {
			continue
		}
		f.Get(thread).I32Const(t).I32Eq()
		f.If()
		for _, call := range calls {
			for _, a := range call.args {
				f.I32Const(*a)
			}
			f.Call(call.function)
		}
		f.End()
	}
	return f
}
