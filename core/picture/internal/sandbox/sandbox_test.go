package sandbox

import "testing"

// A memory grows up to its limit, where it is, and no further.
func TestLinear(t *testing.T) {
	const page, most = 1 << 16, 40 << 16
	l := &linear{limit: most + 100}
	first := l.Reallocate(page)
	first[0], first[page-1] = 1, 2
	for size := uint64(2 * page); size <= most; size += page {
		if b := l.Reallocate(size); uint64(len(b)) != size || &b[0] != &first[0] || b[page-1] != 2 || b[size-1] != 0 {
			t.Fatalf("of %d bytes: there are %d, or it has moved, or it has lost what was in it", size, len(b))
		}
	}
	if b := l.Reallocate(most + page); b != nil {
		t.Errorf("it grows to %d bytes, where %d are the limit", len(b), l.limit)
	}
}
