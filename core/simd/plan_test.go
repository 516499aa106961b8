package simd

import (
	"math/rand/v2"
	"testing"

	"mobilenet/core/mobilenet"
)

// lifetimeOf is that of a map of n bytes.
func lifetimeOf(n, written, read int) lifetime {
	return lifetime{&Map{Shape: mobilenet.Shape{H: 1, W: n, C: 1}, Stride: 1}, written, read}
}

// checkPlaces fails if two maps that are alive in one layer overlap, or one leaves the area.
func checkPlaces(t *testing.T, lives []lifetime, size int) {
	t.Helper()
	for i, a := range lives {
		if a.m.Offset < 0 || a.m.Offset%cacheLine != 0 || a.m.Offset+a.m.bytes() > size {
			t.Errorf("map %d: %d bytes at %d in an area of %d", i, a.m.bytes(), a.m.Offset, size)
		}
		for j, b := range lives[:i] {
			alive := max(a.written, b.written) <= min(a.read, b.read)
			if alive && a.m.Offset < b.m.Offset+b.m.bytes() && b.m.Offset < a.m.Offset+a.m.bytes() {
				t.Errorf("maps %d and %d: %d bytes at %d and %d at %d", j, i, b.m.bytes(), b.m.Offset, a.m.bytes(), a.m.Offset)
			}
		}
	}
}

// A chain takes no more than its longest pair of neighbours.
func TestPlaceChain(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	for n := 1; n < 30; n++ {
		var lives []lifetime
		want := 0
		for i := range n {
			lives = append(lives, lifetimeOf(1+random.IntN(1000), i-1, i))
			if want = max(want, lives[i].bytes()); i > 0 {
				want = max(want, lives[i-1].bytes()+lives[i].bytes())
			}
		}
		size := place(lives)
		if size != want {
			t.Errorf("%d maps take %d bytes, want %d", n, size, want)
		}
		checkPlaces(t, lives, size)
	}
}

// Maps that several layers read, as a residual is, are not overwritten before.
func TestPlaceLongLives(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 0))
	for range 200 {
		var lives []lifetime
		for i := range 1 + random.IntN(30) {
			lives = append(lives, lifetimeOf(1+random.IntN(1000), i-1, i+random.IntN(4)))
		}
		checkPlaces(t, lives, place(lives))
	}
	// A block of MobileNetV2: its input is added to what the expansion, depthwise and projection layers make of it.
	block := []lifetime{lifetimeOf(64, -1, 3), lifetimeOf(640, 0, 1), lifetimeOf(640, 1, 2), lifetimeOf(64, 2, 3), lifetimeOf(64, 3, 4)}
	size := place(block)
	checkPlaces(t, block, size)
	if want := 64 + 640 + 640; size != want {
		t.Errorf("a block takes %d bytes, want %d", size, want)
	}
}
