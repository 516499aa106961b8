package avif

import (
	"maps"
	"slices"

	"mobilenet/core/picture/internal/heif"
)

// The decoder decodes whatever frames there are in an item's stream and gives one; an item has one, or one for each of at most four layers
// (AV1 Image File Format, 2.1). A frame of one colour is some bytes, so without these bounds a file of megabytes were work for hours.
const (
	maxFrames = 8 // of an item
	// maxStreams bounds the bytes that items have together beside those of the file, for several may share them.
	maxStreams = 16 << 20
)

// checkStreams refuses a file if the frames of an item are more than that. Those of a track are never decoded: see run.
func checkStreams(file []byte, c *heif.Container) error {
	var ids []uint32
	for _, id := range slices.Sorted(maps.Keys(c.Items)) {
		if c.Items[id].Kind == "av01" {
			ids = append(ids, id)
		}
	}
	all, sum := c.AllData(file, ids...), 0
	for _, id := range ids {
		stream := all[id]
		if stream == nil {
			return broken("where the data of its item %d are is not said, or not within the file", id)
		}
		if sum += len(stream); sum > len(file)+maxStreams {
			return broken("its items have more bytes than the file")
		}
		if n := frames(stream); n > maxFrames {
			return broken("its item %d has %d frames, where %d are allowed", id, n, maxFrames)
		}
	}
	return nil
}

// frames counts the frame headers of a stream (AV1 Bitstream & Decoding Process Specification, 5.3), up to where it is damaged.
func frames(stream []byte) (count int) {
	const frameHeader, frame = 3, 6
	for len(stream) > 0 {
		head := stream[0]
		stream = stream[1:]
		if head == 0 { // the decoder skips zeros between frames
			continue
		}
		if head&4 != 0 && len(stream) > 0 { // the extension
			stream = stream[1:]
		}
		if kind := head >> 3 & 15; kind == frameHeader || kind == frame {
			count++
		}
		if head&2 == 0 { // it has no size: the decoder ends here
			return count
		}
		size, more := uint64(0), true
		for i := 0; i < 8 && more && len(stream) > 0; i++ { // leb128, 4.10.5
			size |= uint64(stream[0]&0x7f) << (7 * i)
			more = stream[0]&0x80 != 0
			stream = stream[1:]
		}
		if more || size > uint64(len(stream)) {
			return count
		}
		stream = stream[size:]
	}
	return count
}
