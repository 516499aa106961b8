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

// No layer of MobileNetV2 overwrites what it or a later one reads, and the maps take little more than those of its widest block.
func TestPlanOfBlocks(t *testing.T) {
	for _, relaxed := range []bool{false, true} {
		layers, err := mobilenet.Network{Version: mobilenet.V2, Alpha: 1, Resolution: 224, Classes: 1001}.Layers()
		if err != nil {
			t.Fatal(err)
		}
		for i := range layers {
			layers[i].Quantized = &mobilenet.Quantized{Max: 255, Weights: make([]uint8, layers[i].Parameters())}
		}
		c := newCompiler(&mobilenet.Model{Layers: layers}, Capabilities{Threads: 1, Relaxed: relaxed})
		c.planMaps()
		maps := append([]Map{c.program.Input}, c.program.Layers...)
		read := make([]int, len(maps)) // the last layer that reads each
		for i := range layers {
			read[i] = i // map i is layer i's input
			if layers[i].Kind == mobilenet.Add {
				read[1+layers[i].Addend] = i
			}
		}
		largest := 0
		for i := range layers { // writes map i+1
			out := &maps[i+1]
			largest = max(largest, maps[i].bytes()+out.bytes())
			for j := range maps[:i+1] {
				if m := &maps[j]; read[j] >= i && m.Offset < out.Offset+out.bytes() && out.Offset < m.Offset+m.bytes() {
					t.Errorf("relaxed %v: layer %s overwrites map %d, which layer %s reads", relaxed, layers[i].Name, j, layers[read[j]].Name)
				}
			}
		}
		if used := c.top - c.scratchBytes; used > largest+largest/10 {
			t.Errorf("relaxed %v: the maps take %d bytes, the largest two neighbours %d", relaxed, used, largest)
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
