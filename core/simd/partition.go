package simd

import "iter"

// How a layer's output is split among threads.

// byRowsFrom is the pixels from which on a map's rows are split: smaller maps have more channels.
const byRowsFrom = 28 * 28

// An interval is the units from ≤ u < to.
type interval struct{ from, to int }

func (i interval) length() int { return i.to - i.from }

// share is thread t's part of n units.
func share(n, t, threads int) interval { return interval{n * t / threads, n * (t + 1) / threads} }

// A grid is all rows of a layer's output and all blocks of its channels.
type grid struct{ rows, blocks int }

// A part is the rows and the blocks of channels that a thread computes.
type part struct{ rows, blocks interval }

// An axis is what threads split.
type axis bool

const (
	byRows   axis = false
	byBlocks axis = true
)

// split yields each thread that gets any, with its part.
func (g grid) split(threads int, along axis) iter.Seq2[int, part] {
	return func(yield func(int, part) bool) {
		for t := range threads {
			p := part{interval{0, g.rows}, interval{0, g.blocks}}
			if along == byRows {
				p.rows = share(g.rows, t, threads)
			} else {
				p.blocks = share(g.blocks, t, threads)
			}
			if p.rows.length() > 0 && p.blocks.length() > 0 && !yield(t, p) {
				return
			}
		}
	}
}

// axis is what threads split of the layer's output.
func (s *step) axis() axis {
	if s.out.pixels() >= byRowsFrom {
		return byRows
	}
	return byBlocks
}

// split is grid.split of the layer's output, in blocks of 8 channels.
func (s *step) split(along axis) iter.Seq2[int, part] {
	return grid{s.out.Shape.H, s.out.Stride / 8}.split(s.threads(), along)
}

// A blockRange is consecutive blocks of output channels that a kernel computes in one call.
type blockRange struct {
	class  channelClass
	first  int // of eight channels, counted from the layer's first
	blocks int // of the class
	offset int // of the first block's weights, in bytes
}

// partitionBlocks splits ranges into parts of about the same cost, one a thread. blockBytes is the size of a class's block.
func partitionBlocks(ranges []blockRange, threads int, blockBytes func(channelClass) int) [][]blockRange {
	total := 0.0
	for _, r := range ranges {
		total += r.class.cost() * float64(r.blocks)
	}
	parts := make([][]blockRange, threads)
	done := 0.0 // cost of the blocks before
	for _, r := range ranges {
		cost := r.class.cost()
		for i := 0; i < r.blocks; {
			// The block belongs to the part in which its middle lies, and with it all blocks up to that part's end.
			part := min(int((done+cost/2)/total*float64(threads)), threads-1)
			more := int((float64(part+1)/float64(threads)*total-done)/cost + 0.5)
			if part == threads-1 {
				more = r.blocks
			}
			blocks := min(max(more, 1), r.blocks-i)
			parts[part] = append(parts[part], blockRange{r.class, r.first + i*r.class.eights(), blocks, r.offset + i*blockBytes(r.class)})
			done += cost * float64(blocks)
			i += blocks
		}
	}
	return parts
}
