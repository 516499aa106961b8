package tflite

import (
	"encoding/binary"
	"fmt"
	"math"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// The buffer of the entry "DEPTHWISE_NONE_OF_THESE" in a file's list of metadata, all of it little-endian:
//
//	byte 0   uint32   1, the version of what follows
//	byte 4   uint32   1 where the last class is that of counter-examples, else 0
//	byte 8   float64  the threshold; 0 without a centre
//	byte 16  uint32   n, how many numbers the centre has: as many as an embedding, or 0 where there is no threshold
//	byte 20  float32  the centre, n times
const (
	unknownVersion = 1
	unknownCounter = 1
	unknownHeader  = 20
)

func unknownBytes(u *mobilenet.Unknown) []byte {
	var flags uint32
	if u.Counter {
		flags = unknownCounter
	}
	threshold := u.Threshold
	if u.Centre == nil {
		threshold = 0
	}
	b := binary.LittleEndian.AppendUint32(nil, unknownVersion)
	b = binary.LittleEndian.AppendUint32(b, flags)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(threshold))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(u.Centre)))
	for _, v := range u.Centre {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// ReadUnknown reads what a .tflite file says, beside its metadata, of telling "none of these", for the model that Read gives of it; nil where it
// says nothing. An error says what is damaged or does not fit the model: then the model was read without it.
func ReadUnknown(data []byte, m *mobilenet.Model) (*mobilenet.Unknown, error) {
	content, found, err := entryOf(data, schema.UnknownEntry)
	if !found {
		return nil, nil // damage that hides it is ReadMetadata's to tell
	}
	var u *mobilenet.Unknown
	if err == nil {
		u, err = parseUnknown(content)
	}
	if err == nil {
		err = m.CheckUnknown(u)
	}
	if err != nil {
		return nil, fmt.Errorf("the file's metadata for none of these: %w", err)
	}
	return u, nil
}

func parseUnknown(b []byte) (*mobilenet.Unknown, error) {
	if len(b) < unknownHeader {
		return nil, fmt.Errorf("they have %d bytes, and %d at least are needed", len(b), unknownHeader)
	}
	version, flags, n := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[16:])
	if version != unknownVersion || flags > unknownCounter {
		return nil, fmt.Errorf("they are of version %d.%d; version %d is read", version, flags, unknownVersion)
	}
	u := &mobilenet.Unknown{Threshold: math.Float64frombits(binary.LittleEndian.Uint64(b[8:])), Counter: flags == unknownCounter}
	if b = b[unknownHeader:]; int64(len(b)) != 4*int64(n) {
		return nil, fmt.Errorf("they have %d bytes for a centre of %d numbers", len(b), n)
	}
	for ; len(b) > 0; b = b[4:] {
		u.Centre = append(u.Centre, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return u, nil
}
