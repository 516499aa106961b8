package simd

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Threads compute each block of each row once.
func TestSplit(t *testing.T) {
	for _, along := range []axis{byRows, byBlocks} {
		for threads := 1; threads <= MaxThreads; threads++ {
			for _, g := range []grid{{1, 1}, {1, 40}, {28, 3}, {7, 16}, {112, 8}} {
				times := make([]int, g.rows*g.blocks)
				for thread, p := range g.split(threads, along) {
					if thread < 0 || thread >= threads || p.rows.length() <= 0 || p.blocks.length() <= 0 {
						t.Errorf("%+v: thread %d of %d computes %+v", g, thread, threads, p)
					}
					for row := p.rows.from; row < p.rows.to; row++ {
						for block := p.blocks.from; block < p.blocks.to; block++ {
							times[row*g.blocks+block]++
						}
					}
				}
				if slices.Max(times) != 1 || slices.Min(times) != 1 {
					t.Errorf("%+v: %d threads compute its blocks %v times", g, threads, times)
				}
			}
		}
	}
}

// Runs are split into parts that make them up, in order, and cost about the same.
func TestPartitionBlocks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	blockBytes := func(class channelClass) int { return 100 * class.weightBytes() }
	for range 200 {
		var ranges []blockRange
		blocks, offset, total, dearest := 0, 0, 0.0, 0.0
		for class := range channelClasses {
			if n := random.IntN(60); n > 0 {
				ranges = append(ranges, blockRange{class, blocks, n, offset})
				blocks, offset = blocks+n*class.eights(), offset+n*blockBytes(class)
				total += float64(n) * class.cost()
				dearest = max(dearest, class.cost())
			}
		}
		threads := 1 + random.IntN(MaxThreads)
		next, at := 0, 0
		for thread, part := range partitionBlocks(ranges, threads, blockBytes) {
			cost := 0.0
			for _, r := range part {
				if r.first != next || r.offset != at || r.blocks < 1 {
					t.Fatalf("thread %d computes %+v, where block %d at %d comes next", thread, r, next, at)
				}
				next, at = next+r.blocks*r.class.eights(), at+r.blocks*blockBytes(r.class)
				cost += float64(r.blocks) * r.class.cost()
			}
			if even := total / float64(threads); cost > even+2*dearest {
				t.Errorf("thread %d of %d has work of %v, where %v are even", thread, threads, cost, even)
			}
		}
		if next != blocks || at != offset {
			t.Errorf("%d blocks were given to threads, of %d", next, blocks)
		}
	}
}
