package main

import (
	"testing"

	"mobilenet/core/mobilenet"
)

// TestFamily adds the counts up again: kinds together are the whole network.
func TestFamily(t *testing.T) {
	f, err := newFamily()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.Widths); n != 16 || f.Widths[0].Alpha != 0.25 || f.Widths[n-1].Alpha != 1 {
		t.Fatalf("%d widths from %v", n, f.Widths[0].Alpha)
	}
	sum := func(counts []int) (total int) {
		for _, n := range counts {
			total += n
		}
		return total
	}
	reached := map[[2]float64]bool{}
	for _, w := range f.Widths {
		for i, resolution := range f.Resolutions {
			reached[[2]float64{w.Alpha, float64(resolution)}] = true
			layers, err := mobilenet.Network{
				Alpha: w.Alpha, Resolution: resolution, Classes: f.Classes, MinChannels: mobilenet.MinChannels,
			}.Layers()
			if err != nil {
				t.Fatal(err)
			}
			parameters, _, multiplyAdds := mobilenet.Cost(layers)
			if sum(w.Parameters) != parameters || sum(w.MultiplyAdds[i]) != multiplyAdds {
				t.Errorf("α %v at %d: %d parameters, %d multiply-adds; want %d, %d", w.Alpha, resolution,
					sum(w.Parameters), sum(w.MultiplyAdds[i]), parameters, multiplyAdds)
			}
			parameters, multiplyAdds = mobilenet.StandardNetwork(layers)
			if w.Standard[0] != parameters || w.Standard[1+i] != multiplyAdds {
				t.Errorf("α %v at %d with standard convolutions: %d, %d; want %d, %d", w.Alpha, resolution,
					w.Standard[0], w.Standard[1+i], parameters, multiplyAdds)
			}
		}
	}
	for _, row := range f.Published {
		if !reached[[2]float64{row.Alpha, float64(row.Resolution)}] {
			t.Errorf("the sliders do not reach the published α %v at %d", row.Alpha, row.Resolution)
		}
	}
}
