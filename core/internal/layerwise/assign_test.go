package layerwise

import (
	"slices"
	"testing"

	"mobilenet/core/mobilenet"
)

func layers(t *testing.T, n mobilenet.Network) []mobilenet.Layer {
	t.Helper()
	list, err := n.Layers()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// No layer overwrites a map that it or a later layer reads, and the buffers are as few and as long as they must be.
func TestAssign(t *testing.T) {
	for _, test := range []struct {
		network mobilenet.Network
		lengths []int
	}{
		{mobilenet.Network{Alpha: 1, Resolution: 224, Classes: 1001}, []int{112 * 112 * 32, 112 * 112 * 64}},
		{mobilenet.Network{Version: mobilenet.V2, Alpha: 1, Resolution: 224, Classes: 1001}, []int{112 * 112 * 96, 56 * 56 * 144, 56 * 56 * 144}},
		{mobilenet.Network{Version: mobilenet.V2, Alpha: 0.05, Resolution: 224}, nil},
	} {
		list := layers(t, test.network)
		at, lengths := assign(list)
		if test.lengths != nil && !slices.Equal(lengths, test.lengths) {
			t.Errorf("%+v: buffers of %v values, want %v", test.network, lengths, test.lengths)
		}
		if len(lengths) > 3 {
			t.Errorf("%+v: %d buffers", test.network, len(lengths))
		}
		holds := make([]int, len(lengths)) // the map in each buffer; 0 is the picture's
		for i := range list {
			if holds[at[i]] != i {
				t.Errorf("%+v: layer %s reads map %d where %d is", test.network, list[i].Name, i, holds[at[i]])
			}
			if at[i+1] == at[i] {
				t.Errorf("%+v: layer %s overwrites its input", test.network, list[i].Name)
			}
			if a := list[i].Addend + 1; list[i].Kind == mobilenet.Add && (holds[at[a]] != a || at[i+1] == at[a]) {
				t.Errorf("%+v: layer %s adds map %d where %d is", test.network, list[i].Name, a, holds[at[a]])
			}
			if lengths[at[i+1]] < list[i].Out.Len() {
				t.Errorf("%+v: layer %s writes %v into %d values", test.network, list[i].Name, list[i].Out, lengths[at[i+1]])
			}
			holds[at[i+1]] = i + 1
		}
	}
}
