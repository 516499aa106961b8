package heif

import "encoding/binary"

// Data is what an item of a file consists of; nil: that is not said, or not within the file (ISO/IEC 14496-12, 8.11.3).
func (c *Container) Data(file []byte, id uint32) []byte {
	r := &Reader{B: c.places}
	version, _ := r.Full()
	sizes := r.Number(2)
	offset, length, base, index := sizes>>12, sizes>>8&15, sizes>>4&15, sizes&15
	if version == 0 {
		index = 0
	}
	count := 2
	if version > 1 {
		count = 4
	}
	for range r.Number(count) {
		found := r.ID(version > 1) == id
		method := 0
		if version > 0 {
			method = r.Number(2) & 15
		}
		r.Number(2) // in which file
		start := r.Number(base)
		var data []byte
		for range r.Number(2) {
			r.Take(index)
			at, n := start+r.Number(offset), r.Number(length)
			if r.Failed {
				return nil
			}
			if !found {
				continue
			}
			from := file
			if method == 1 {
				from = c.own
			}
			if length == 0 {
				n = len(from) - at
			}
			if method > 1 || at < 0 || n < 0 || at > len(from) || n > len(from)-at || len(data)+n > len(file) {
				return nil
			}
			data = append(data, from[at:at+n]...)
		}
		if found || r.Failed {
			return data
		}
	}
	return nil
}

// Make is a box of that name and content.
func Make(name string, content ...[]byte) []byte {
	size := 8
	for _, c := range content {
		size += len(c)
	}
	b := append(binary.BigEndian.AppendUint32(make([]byte, 0, size), uint32(size)), name...)
	for _, c := range content {
		b = append(b, c...)
	}
	return b
}
