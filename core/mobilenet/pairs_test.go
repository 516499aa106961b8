package mobilenet

import (
	"slices"
	"testing"
)

// pairsOf are the channels and strides of the network's pairs.
func pairsOf(t *testing.T, n Network) (first int, channels, strides []int) {
	t.Helper()
	n.Resolution = 224
	layers, err := n.Layers()
	if err != nil {
		t.Fatal(err)
	}
	for i := range layers {
		switch l := &layers[i]; l.Kind {
		case Depthwise:
			strides = append(strides, l.Stride)
		case Pointwise:
			channels = append(channels, l.Out.C)
		}
	}
	return layers[0].Out.C, channels, strides
}

// Each network that leaves pairs out is found again, or one with the same layers.
func TestMatchV1(t *testing.T) {
	for _, alpha := range []float64{0.25, 0.5, 0.75, 1, 1.25} {
		for leave := range 1<<Pairs - 1 {
			n := Network{Alpha: alpha, MinChannels: MinChannels}
			for i := range n.Omitted {
				n.Omitted[i] = leave>>i&1 != 0
			}
			first, channels, strides := pairsOf(t, n)
			a, least, omitted, ok := MatchV1(first, channels, strides)
			if !ok {
				t.Fatalf("α=%v without %b: %v of strides %v is not found", alpha, leave, channels, strides)
			}
			first2, channels2, strides2 := pairsOf(t, Network{Alpha: a, MinChannels: least, Omitted: omitted})
			if first2 != first || !slices.Equal(channels, channels2) || !slices.Equal(strides, strides2) {
				t.Fatalf("α=%v without %b: found as α=%v without %v", alpha, leave, a, omitted)
			}
		}
	}
	for _, c := range []struct {
		first             int
		channels, strides []int
	}{
		{32, []int{64, 128, 100}, nil}, {32, []int{128, 64}, nil}, {32, nil, nil}, {31, []int{64}, nil}, {32, []int{64}, []int{2}},
		{32, slices.Repeat([]int{64}, 14), nil},
	} {
		if alpha, _, omitted, ok := MatchV1(c.first, c.channels, c.strides); ok {
			t.Errorf("%+v is found as α=%v without %v", c, alpha, omitted)
		}
	}
}

// Without strides, the first pair that has the channels is meant: the one that makes the map smaller.
func TestMatchV1WithoutStrides(t *testing.T) {
	alpha, _, omitted, ok := MatchV1(16, []int{32, 64, 128, 256}, nil)
	if _, _, strides := pairsOf(t, Network{Alpha: alpha, MinChannels: MinChannels, Omitted: omitted}); !ok || alpha != 0.5 || !slices.Equal(strides, []int{1, 2, 2, 2}) {
		t.Errorf("four pairs: α=%v, strides %v", alpha, strides)
	}
}
