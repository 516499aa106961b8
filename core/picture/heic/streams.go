package heic

import (
	"encoding/binary"

	"mobilenet/core/picture/internal/heif"
)

// The decoder decodes whatever pictures there are in an item's stream, and gives the last one or the first; an item has one (ISO/IEC 23008-12,
// B.2.2), of a slice or a few. A picture of one colour is some bytes, so without these bounds a file of megabytes were work for hours.
const (
	maxSlices = 64 // of a tile
	// maxStreams bounds the bytes that tiles have together beside those of the file, for several may share them.
	maxStreams = 16 << 20
)

// checkStreams refuses a file if the pictures of its main item, or of its tiles, are more than that.
func checkStreams(file []byte, c *heif.Container) error {
	ids := []uint32{c.Primary}
	if c.Items[c.Primary].Kind == "grid" {
		ids = c.Items[c.Primary].Tiles
	}
	all, sum := c.AllData(file, ids...), 0
	for _, id := range ids {
		stream := all[id]
		if stream == nil {
			return broken("where the data of its item %d are is not said, or not within the file", id)
		}
		if sum += len(stream); sum > len(file)+maxStreams {
			return broken("its tiles have more bytes than the file")
		}
		pictures, slices := 0, 0
		for len(stream) > 4 { // the decoder takes lengths for 32 bits, whatever hvcC says
			n := int64(binary.BigEndian.Uint32(stream))
			unit := stream[4:]
			stream = unit[min(n, int64(len(unit))):]
			if unit = unit[:min(n, int64(len(unit)))]; len(unit) < 3 || !isSlice(unit) {
				continue
			}
			slices++
			if unit[2]&0x80 != 0 { // first_slice_segment_in_pic_flag
				pictures++
			}
		}
		if pictures > 1 || slices > maxSlices {
			return broken("an item of it has %d pictures in %d slices, where one picture of at most %d is allowed", pictures, slices, maxSlices)
		}
	}
	return nil
}

// isSlice reports whether a unit of a stream is coded samples (ITU-T H.265, 7.4.2.2) of the layer that the decoder decodes.
func isSlice(unit []byte) bool {
	kind, layer := unit[0]>>1&0x3f, unit[0]&1
	return kind < 32 && layer == 0 && (len(unit) < 2 || unit[1]>>3 == 0)
}
