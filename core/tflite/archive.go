package tflite

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Files that belong to a model stand in a zip archive at the end of the .tflite file, which other programs read as a zip archive too.
// They are stored there as they are: TensorFlow Lite's own readers refuse compressed ones. So the tab's program does without a
// decompressor, which would make it larger by 17 kB with brotli. What is read here is the archive's directory, the last thing in the file.

const maxLabelFile = 1 << 20 // bytes

const (
	zipLocal     = "PK\x03\x04"
	zipDirectory = "PK\x01\x02"
	zipEnd       = "PK\x05\x06"

	zipLocalSize     = 30
	zipDirectorySize = 46
	zipEndSize       = 22
)

var errArchive = fmt.Errorf("the archive with labels at the file's end: %w", ErrDamaged)

// archived is the content of the first file whose name is wanted; nil where there is no archive or no such file in it.
func archived(data []byte, wanted func(name string) bool) ([]byte, error) {
	tail := max(len(data)-zipEndSize-1<<16, 0) // a comment may follow, of less than 64 kB
	end := bytes.LastIndex(data[tail:], []byte(zipEnd))
	if end < 0 || tail+end+zipEndSize > len(data) {
		return nil, nil
	}
	end += tail
	// Nothing may reach beyond end, and so no number read below lies outside of data.
	u16, u32 := func(at int) int { return int(binary.LittleEndian.Uint16(data[at:])) }, func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	at := end - u32(end+12)
	// Offsets count from the file's first byte, or from the archive's own if it was put there whole.
	base := at - u32(end+16)
	for range u16(end + 10) {
		if at < 0 || at+zipDirectorySize > end || string(data[at:at+4]) != zipDirectory {
			return nil, errArchive
		}
		method, packed, size, local := u16(at+10), u32(at+20), u32(at+24), base+u32(at+42)
		start := at + zipDirectorySize
		at = start + u16(at+28) + u16(at+30) + u16(at+32)
		if at > end {
			return nil, errArchive
		}
		name := string(data[start : start+u16(start-zipDirectorySize+28)])
		if !wanted(name) {
			continue
		}
		if method != 0 || packed != size || size > maxLabelFile {
			return nil, fmt.Errorf("the file's labels, %q, have %d bytes, or %d compressed: at most %d are read, and none that are compressed",
				name[:min(len(name), maxName)], size, packed, maxLabelFile)
		}
		if local < 0 || local+zipLocalSize > end || string(data[local:local+4]) != zipLocal {
			return nil, errArchive
		}
		start = local + zipLocalSize + u16(local+26) + u16(local+28)
		if start+size > end {
			return nil, errArchive
		}
		return data[start : start+size : start+size], nil
	}
	return nil, nil
}
