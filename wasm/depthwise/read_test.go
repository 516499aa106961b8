package main

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"mobilenet/core/picture"
)

// Pictures that fill more than half of the memory are there one at a time, small ones beside them, and none waits for ever.
func TestReadersShareMemory(t *testing.T) {
	b := newBench(t)
	file := pngOf(t, 1)
	b.write("one.png", file)
	header, err := picture.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	each := int64(len(file)) + header.Memory()
	for _, tt := range []struct{ all, most int64 }{{each*3/2 - 1, 1}, {each*5/2 - 1, 2}, {each / 2, 1}} {
		r := newReader(tt.all)
		var there, most atomic.Int64
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for range 50 {
					p, err := r.read(context.Background(), item{path: filepath.Join(b.dir, "one.png")})
					if err != nil {
						t.Error(err)
						return
					}
					n := there.Add(1)
					for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
					}
					there.Add(-1)
					p.release()
				}
			})
		}
		wait.Wait()
		if most.Load() > tt.most || !r.memory.TryAcquire(tt.all) {
			t.Errorf("%d bytes for pictures of %d: %d at the same time, want %d at most, and all given back", tt.all, each, most.Load(), tt.most)
		}
	}
}
