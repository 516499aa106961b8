package layerwise

import "mobilenet/core/mobilenet"

// assign gives each map a buffer, so that a map that will still be read is not overwritten: at are their indices, for the picture and
// then for the output of each layer, lengths how many values each buffer holds. A chain takes two; while a block is computed whose input
// will be added, three.
func assign(layers []mobilenet.Layer) (at, lengths []int) {
	// Map i is read by layer i, and by the additions that name layer i-1. read is the last layer that does.
	read := make([]int, len(layers)+1)
	for i := range read {
		read[i] = i
	}
	for i := range layers {
		if layers[i].Kind == mobilenet.Add {
			read[layers[i].Addend+1] = i
		}
	}
	var busy []int // for each buffer the last layer that reads what it holds
	for i, last := range read {
		length := layers[0].In.Len()
		if i > 0 {
			length = layers[i-1].Out.Len()
		}
		b := 0
		for b < len(busy) && busy[b] >= i-1 { // layer i-1 writes map i
			b++
		}
		if b == len(busy) {
			busy, lengths = append(busy, 0), append(lengths, 0)
		}
		busy[b], lengths[b] = last, max(lengths[b], length)
		at = append(at, b)
	}
	return at, lengths
}
