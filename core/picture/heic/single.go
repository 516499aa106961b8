package heic

import (
	"encoding/binary"

	"mobilenet/core/picture/internal/heif"
)

// single makes of a file with one image another with a grid of one tile: of an image that is no grid the decoder makes 4:4:4 and 4:2:0 again,
// which smoothes its chroma. The rest it leaves as it is.
func single(file []byte, c *heif.Container) []byte {
	it := c.Items[c.Primary]
	stream := c.Data(file, c.Primary)
	if it.Kind != "hvc1" || stream == nil {
		return file
	}
	// ISO/IEC 14496-15, 8.3.3.1: of no chroma none is smoothed, and of grey tiles the decoder makes no grid.
	if hvcC := heif.Find(it.Properties, "hvcC"); len(hvcC) <= 16 || hvcC[16]&3 == 0 {
		return file
	}
	size := 0
	for _, p := range it.Properties {
		size += len(p.Content)
	}
	// A place has seven bits; and if one box is an image's property a hundred times, copies of it are no file.
	if len(it.Properties) > 0x7f || size > len(file) {
		return file
	}
	w, h := it.Extent()
	const tile, grid = 1, 2
	var properties []byte
	of := map[byte][]byte{} // the places of each item's properties, from 1 on
	for i, p := range it.Properties {
		at := byte(i + 1)
		properties = append(properties, heif.Make(p.Name, p.Content)...)
		if p.Name == "hvcC" || p.Name == "ispe" || p.Name == "pixi" {
			of[tile] = append(of[tile], at)
		}
		if p.Name != "hvcC" {
			of[grid] = append(of[grid], at)
		}
	}
	full := func(version byte, content ...byte) []byte { return append([]byte{version, 0, 0, 0}, content...) }
	entry := func(id byte, kind string) []byte {
		return heif.Make("infe", full(2, 0, id, 0, 0), []byte(kind), []byte{0})
	}
	owned := full(0, 0, 0, 0, 2)
	for id := byte(tile); id <= grid; id++ {
		owned = append(append(owned, 0, id, byte(len(of[id]))), of[id]...)
	}
	arrangement := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(make([]byte, 4, 8), uint16(w)), uint16(h))
	meta := func(start int) []byte {
		places := full(0, 0x44, 0, 0, 2) // offsets and lengths of 32 bits
		for id, size := range []int{tile: len(stream), grid: len(arrangement)} {
			if id == 0 {
				continue
			}
			places = append(places, 0, byte(id), 0, 0, 0, 1)
			places = binary.BigEndian.AppendUint32(places, uint32(start))
			places = binary.BigEndian.AppendUint32(places, uint32(size))
			start += size
		}
		return heif.Make("meta", full(0),
			heif.Make("hdlr", full(0), make([]byte, 4), []byte("pict"), make([]byte, 13)),
			heif.Make("pitm", full(0, 0, grid)),
			heif.Make("iloc", places),
			heif.Make("iinf", full(0, 0, 2), entry(tile, "hvc1"), entry(grid, "grid")),
			heif.Make("iref", full(0), heif.Make("dimg", []byte{0, grid, 0, 1, 0, tile})),
			heif.Make("iprp", heif.Make("ipco", properties), heif.Make("ipma", owned)))
	}
	head := heif.Make("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	start := len(head) + len(meta(0)) + 8
	return append(append(head, meta(start)...), heif.Make("mdat", stream, arrangement)...)
}
