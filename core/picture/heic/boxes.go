package heic

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// An item is one of the pictures or pieces of data in a file (ISO/IEC 14496-12, 8.11).
type item struct {
	kind       string // "hvc1" is a picture of HEVC, "grid" one made of others
	properties []box  // in the order in which they apply
	tiles      []uint32
	alphaOf    []uint32 // the items whose auxiliary picture this is
}

// A container is what the boxes of a file say of its items.
type container struct {
	primary uint32
	items   map[uint32]*item
}

// A box is a part of a file with a name of four letters.
type box struct {
	name    string
	content []byte
}

// maxItems bounds what is made of a header: the photos of phones have some fifty tiles.
const maxItems = 1 << 14

// parts gives the boxes that follow each other in b. One that is cut short ends the list unless it is the media data.
func parts(b []byte) (all []box, err error) {
	for len(b) >= 8 {
		size, head := uint64(binary.BigEndian.Uint32(b)), 8
		name := string(b[4:8])
		switch {
		case size == 0:
			size = uint64(len(b))
		case size == 1 && len(b) >= 16:
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size < uint64(head) || size > uint64(len(b)) {
			return nil, fmt.Errorf("its box %q has %d bytes, and %d are left", name, size, len(b))
		}
		if all = append(all, box{name, b[head:size]}); len(all) > 4*maxItems {
			return nil, fmt.Errorf("it has more than %d boxes", 4*maxItems)
		}
		b = b[size:]
	}
	return all, nil
}

// find returns the content of the first box of that name; nil: there is none.
func find(boxes []box, name string) []byte {
	for _, b := range boxes {
		if b.name == name {
			return b.content
		}
	}
	return nil
}

// readContainer reads the box meta. Nothing of the pictures is looked at.
func readContainer(file []byte) (*container, error) {
	top, err := parts(file)
	if err != nil {
		return nil, err
	}
	meta := find(top, "meta")
	if len(meta) < 4 {
		return nil, fmt.Errorf("it has no box \"meta\"")
	}
	boxes, err := parts(meta[4:])
	if err != nil {
		return nil, err
	}
	c := &container{items: map[uint32]*item{}}
	for _, step := range []struct {
		name string
		read func(r *reader)
	}{{"pitm", c.readPrimary}, {"iinf", c.readItems}, {"iref", c.readReferences}, {"iprp", c.readProperties}} {
		content := find(boxes, step.name)
		if content == nil {
			if step.name == "iref" {
				continue
			}
			return nil, fmt.Errorf("it has no box %q", step.name)
		}
		r := &reader{b: content}
		step.read(r)
		if r.failed {
			return nil, fmt.Errorf("its box %q is cut short or contradicts itself", step.name)
		}
	}
	if c.items[c.primary] == nil {
		return nil, fmt.Errorf("its main picture, number %d, is missing", c.primary)
	}
	return c, nil
}

func (c *container) readPrimary(r *reader) {
	version, _ := r.full()
	c.primary = r.id(version > 0)
}

func (c *container) readItems(r *reader) {
	version, _ := r.full()
	r.id(version > 0) // how many
	entries, err := parts(r.b)
	r.failed = r.failed || err != nil || len(entries) > maxItems
	for _, e := range entries {
		if r.failed {
			return
		}
		in := &reader{b: e.content}
		version, _ := in.full()
		if e.name != "infe" || version < 2 {
			continue
		}
		id := in.id(version > 2)
		in.take(2) // protection
		kind := string(in.take(4))
		if !in.failed {
			c.items[id] = &item{kind: kind}
		}
	}
}

func (c *container) readReferences(r *reader) {
	version, _ := r.full()
	entries, err := parts(r.b)
	r.failed = r.failed || err != nil
	references := 0
	for _, e := range entries {
		in := &reader{b: e.content}
		from := in.id(version > 0)
		to := make([]uint32, 0, 8)
		for range in.number(2) {
			if to = append(to, in.id(version > 0)); in.failed {
				break
			}
		}
		if references += len(to); in.failed || references > 8*maxItems {
			r.failed = true
			return
		}
		switch it := c.items[from]; {
		case it == nil:
		case e.name == "dimg":
			it.tiles = append(it.tiles, to...)
		case e.name == "auxl":
			it.alphaOf = append(it.alphaOf, to...)
		}
	}
}

func (c *container) readProperties(r *reader) {
	boxes, err := parts(r.b)
	if err != nil {
		r.failed = true
		return
	}
	all, err := parts(find(boxes, "ipco"))
	if err != nil {
		r.failed = true
		return
	}
	held := 0
	for _, b := range boxes {
		if b.name != "ipma" {
			continue
		}
		in := &reader{b: b.content}
		version, flags := in.full()
		for range in.number(4) {
			it := c.items[in.id(version > 0)]
			for range in.number(1) {
				index := in.number(1) & 0x7f
				if flags&1 != 0 {
					index = index<<8 | in.number(1)
				}
				if held++; in.failed || index > len(all) || held > 16*maxItems {
					r.failed = true
					return
				}
				if it != nil && index > 0 { // 0 is none
					it.properties = append(it.properties, all[index-1])
				}
			}
			if in.failed {
				r.failed = true
				return
			}
		}
	}
}

// hasAlpha reports whether the main picture has another one that says how transparent it is.
func (c *container) hasAlpha() bool {
	for _, it := range c.items {
		for _, of := range it.alphaOf {
			if kind := string(find(it.properties, "auxC")); of == c.primary && (strings.Contains(kind, "alpha") || strings.Contains(kind, "hevc:2015:auxid:1\x00")) {
				return true
			}
		}
	}
	return false
}

// extent is an item's width and height as its property ispe has them.
func (it *item) extent() (w, h int) {
	r := &reader{b: find(it.properties, "ispe")}
	r.full()
	w, h = r.number(4), r.number(4)
	if r.failed {
		return 0, 0
	}
	return w, h
}

// upright is the size after the turns and cuts among an item's properties, which apply in their order (ISO/IEC 23008-12, 6.5).
func (it *item) upright() (w, h int) {
	w, h = it.extent()
	for _, p := range it.properties {
		switch {
		case p.name == "irot" && len(p.content) > 0 && p.content[0]&1 != 0:
			w, h = h, w
		case p.name == "clap" && len(p.content) >= 16:
			w, h = min(w, quotient(p.content)), min(h, quotient(p.content[8:]))
		}
	}
	return w, h
}

// quotient is a fraction of two 32-bit numbers, rounded.
func quotient(b []byte) int {
	over := binary.BigEndian.Uint32(b[4:])
	if over == 0 {
		return 0
	}
	return int(min(math.MaxInt32, math.Round(float64(binary.BigEndian.Uint32(b))/float64(over))))
}

// A reader takes numbers from the front of bytes; once there are too few it has failed, and gives 0.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.failed, r.b = true, nil
		return nil
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

// number reads n bytes, 4 at most.
func (r *reader) number(n int) (v int) {
	for _, b := range r.take(n) {
		v = v<<8 | int(b)
	}
	return v
}

// full reads the version and the flags with which most boxes begin.
func (r *reader) full() (version, flags int) {
	v := r.number(4)
	return v >> 24, v & 0xffffff
}

// id reads an item's number, of 32 bits if long.
func (r *reader) id(long bool) uint32 {
	if long {
		return uint32(r.number(4))
	}
	return uint32(r.number(2))
}
