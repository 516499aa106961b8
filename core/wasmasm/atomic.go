package wasmasm

// prefixAtomic begins the instructions of the threads proposal.
const prefixAtomic = 0xfe

// Atomic memory access, sequentially consistent. Addresses must be aligned to the access, or it traps.

func (f *Func) MemoryAtomicNotify(offset int) *Func {
	return f.access("memory.atomic.notify", sig.ii, sig.i, 4, offset, prefixAtomic, 0x00)
}
func (f *Func) MemoryAtomicWait32(offset int) *Func {
	return f.access("memory.atomic.wait32", sig.iil, sig.i, 4, offset, prefixAtomic, 0x01)
}
func (f *Func) I32AtomicLoad(offset int) *Func {
	return f.access("i32.atomic.load", sig.i, sig.i, 4, offset, prefixAtomic, 0x10)
}
func (f *Func) I64AtomicLoad(offset int) *Func {
	return f.access("i64.atomic.load", sig.i, sig.l, 8, offset, prefixAtomic, 0x11)
}
func (f *Func) I32AtomicStore(offset int) *Func {
	return f.access("i32.atomic.store", sig.ii, nil, 4, offset, prefixAtomic, 0x17)
}
func (f *Func) I64AtomicStore(offset int) *Func {
	return f.access("i64.atomic.store", sig.il, nil, 8, offset, prefixAtomic, 0x18)
}
func (f *Func) I32AtomicRmwAdd(offset int) *Func {
	return f.access("i32.atomic.rmw.add", sig.ii, sig.i, 4, offset, prefixAtomic, 0x1e)
}
func (f *Func) I32AtomicRmwSub(offset int) *Func {
	return f.access("i32.atomic.rmw.sub", sig.ii, sig.i, 4, offset, prefixAtomic, 0x25)
}
func (f *Func) I32AtomicRmwAnd(offset int) *Func {
	return f.access("i32.atomic.rmw.and", sig.ii, sig.i, 4, offset, prefixAtomic, 0x2c)
}
func (f *Func) I32AtomicRmwOr(offset int) *Func {
	return f.access("i32.atomic.rmw.or", sig.ii, sig.i, 4, offset, prefixAtomic, 0x33)
}
func (f *Func) I32AtomicRmwXor(offset int) *Func {
	return f.access("i32.atomic.rmw.xor", sig.ii, sig.i, 4, offset, prefixAtomic, 0x3a)
}
func (f *Func) I32AtomicRmwXchg(offset int) *Func {
	return f.access("i32.atomic.rmw.xchg", sig.ii, sig.i, 4, offset, prefixAtomic, 0x41)
}
func (f *Func) I32AtomicRmwCmpxchg(offset int) *Func {
	return f.access("i32.atomic.rmw.cmpxchg", sig.iii, sig.i, 4, offset, prefixAtomic, 0x48)
}

// AtomicFence orders all accesses before it before all after it.
func (f *Func) AtomicFence() *Func { return f.emit("atomic.fence", nil, nil, prefixAtomic, 0x03, 0) }
