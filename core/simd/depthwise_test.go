package simd

import "testing"

// Spans of tiles make up a row, and the tiles of a shared loop read nothing outside the input.
func TestSpans(t *testing.T) {
	for width := 1; width < 60; width++ {
		for _, stride := range []int{1, 2} {
			for left := range 2 {
				s := sweep{step: stride}
				s.in.W, s.out.W, s.pad.Left = width, (width+stride-1)/stride, left
				next := 0
				for _, span := range s.spans() {
					if span.first != next || span.tiles < 1 || span.pixels < 1 || span.tiles > 1 && span.pixels != sweepTile {
						t.Fatalf("%+v: span %+v, where pixel %d comes next", s, span, next)
					}
					next = span.first + (span.tiles-1)*sweepTile + span.pixels
					first, last := tile{sweep: s, first: span.first, pixels: span.pixels}, tile{sweep: s, first: span.end() - sweepTile, pixels: span.pixels}
					if span.tiles > 1 && (first.outside(0) || last.outside(last.columns()-1)) {
						t.Errorf("%+v: span %+v reads outside the input", s, span)
					}
				}
				if next != s.out.W {
					t.Errorf("%+v: its spans end at pixel %d", s, next)
				}
			}
		}
	}
}
