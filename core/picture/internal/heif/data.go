package heif

import "encoding/binary"

// Data is what an item of a file consists of; nil: that is not said, or not within the file (ISO/IEC 14496-12, 8.11.3).
func (c *Container) Data(file []byte, id uint32) []byte { return c.AllData(file, id)[id] }

// AllData is Data of several items, read at once. It may share the file's memory: what is copied together, of items in several pieces, has no
// more bytes than the file, and an item after these is missing.
func (c *Container) AllData(file []byte, ids ...uint32) map[uint32][]byte {
	wanted, all, copied := map[uint32]bool{}, map[uint32][]byte{}, 0
	for _, id := range ids {
		wanted[id] = true
	}
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
		id := r.ID(version > 1)
		method := 0
		if version > 0 {
			method = r.Number(2) & 15
		}
		r.Number(2) // in which file
		start := r.Number(base)
		from, within := file, wanted[id] && method < 2
		if method == 1 {
			from = c.own
		}
		var data []byte
		for i := range r.Number(2) {
			r.Take(index)
			at, n := start+r.Number(offset), r.Number(length)
			if r.Failed {
				return all
			}
			if !within {
				continue
			}
			if length == 0 {
				n = len(from) - at
			}
			switch {
			case at < 0 || n < 0 || at > len(from) || n > len(from)-at:
				within = false
			case i == 0:
				data = from[at : at+n : at+n]
			default:
				if i == 1 {
					copied += len(data)
				}
				if copied += n; copied > len(file) {
					within = false
					continue
				}
				data = append(data, from[at:at+n]...)
			}
		}
		if r.Failed {
			return all
		}
		if within && data != nil {
			all[id] = data
		}
		if delete(wanted, id); len(wanted) == 0 { // of two entries for an item, the first counts
			return all
		}
	}
	return all
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
