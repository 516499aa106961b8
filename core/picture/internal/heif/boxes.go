// Package heif reads the boxes of HEIF files (ISO/IEC 23008-12), in which HEIC and AVIF images are: what items there are, and what is said
// of them. Nothing of the pictures is decoded.
package heif

import (
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
)

// An Item is one of the pictures or pieces of data in a file (ISO/IEC 14496-12, 8.11).
type Item struct {
	Kind       string // "hvc1" is a picture of HEVC, "grid" one made of others
	Properties []Box  // in the order in which they apply
	Tiles      []uint32
	AlphaOf    []uint32 // the items whose auxiliary picture this is
}

// A Container is what the boxes of a file say of its items.
type Container struct {
	Primary uint32
	Items   map[uint32]*Item

	places, own []byte // the boxes iloc, where the items' data are, and idat, where they may be
}

// A Box is a part of a file with a name of four letters.
type Box struct {
	Name    string
	Content []byte
}

// maxItems bounds what is made of a header: the photos of phones have some fifty tiles.
const maxItems = 1 << 14

// Parts gives the boxes that follow each other in b. One that is cut short is an error.
func Parts(b []byte) (all []Box, err error) {
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
		if all = append(all, Box{name, b[head:size]}); len(all) > 4*maxItems {
			return nil, fmt.Errorf("it has more than %d boxes", 4*maxItems)
		}
		b = b[size:]
	}
	return all, nil
}

// Find returns the content of the first box of that name; nil: there is none.
func Find(boxes []Box, name string) []byte {
	for _, b := range boxes {
		if b.Name == name {
			return b.Content
		}
	}
	return nil
}

// Read reads the box meta. Nothing of the pictures is looked at.
func Read(file []byte) (*Container, error) {
	top, err := Parts(file)
	if err != nil {
		return nil, err
	}
	meta := Find(top, "meta")
	if len(meta) < 4 {
		return nil, fmt.Errorf("it has no box \"meta\"")
	}
	boxes, err := Parts(meta[4:])
	if err != nil {
		return nil, err
	}
	c := &Container{Items: map[uint32]*Item{}, places: Find(boxes, "iloc"), own: Find(boxes, "idat")}
	for _, step := range []struct {
		name string
		read func(r *Reader)
	}{{"pitm", c.readPrimary}, {"iinf", c.readItems}, {"iref", c.readReferences}, {"iprp", c.readProperties}} {
		content := Find(boxes, step.name)
		if content == nil {
			if step.name == "iref" {
				continue
			}
			return nil, fmt.Errorf("it has no box %q", step.name)
		}
		r := &Reader{B: content}
		step.read(r)
		if r.Failed {
			return nil, fmt.Errorf("its box %q is cut short or contradicts itself", step.name)
		}
	}
	if c.Items[c.Primary] == nil {
		return nil, fmt.Errorf("its main picture, number %d, is missing", c.Primary)
	}
	return c, nil
}

func (c *Container) readPrimary(r *Reader) {
	version, _ := r.Full()
	c.Primary = r.ID(version > 0)
}

func (c *Container) readItems(r *Reader) {
	version, _ := r.Full()
	r.ID(version > 0) // how many
	entries, err := Parts(r.B)
	r.Failed = r.Failed || err != nil || len(entries) > maxItems
	for _, e := range entries {
		if r.Failed {
			return
		}
		in := &Reader{B: e.Content}
		version, _ := in.Full()
		if e.Name != "infe" || version < 2 {
			continue
		}
		id := in.ID(version > 2)
		in.Take(2) // protection
		kind := string(in.Take(4))
		if !in.Failed {
			c.Items[id] = &Item{Kind: kind}
		}
	}
}

func (c *Container) readReferences(r *Reader) {
	version, _ := r.Full()
	entries, err := Parts(r.B)
	r.Failed = r.Failed || err != nil
	references := 0
	for _, e := range entries {
		in := &Reader{B: e.Content}
		from := in.ID(version > 0)
		to := make([]uint32, 0, 8)
		for range in.Number(2) {
			if to = append(to, in.ID(version > 0)); in.Failed {
				break
			}
		}
		if references += len(to); in.Failed || references > 8*maxItems {
			r.Failed = true
			return
		}
		switch it := c.Items[from]; {
		case it == nil:
		case e.Name == "dimg":
			it.Tiles = append(it.Tiles, to...)
		case e.Name == "auxl":
			it.AlphaOf = append(it.AlphaOf, to...)
		}
	}
}

func (c *Container) readProperties(r *Reader) {
	boxes, err := Parts(r.B)
	if err != nil {
		r.Failed = true
		return
	}
	all, err := Parts(Find(boxes, "ipco"))
	if err != nil {
		r.Failed = true
		return
	}
	held := 0
	for _, b := range boxes {
		if b.Name != "ipma" {
			continue
		}
		in := &Reader{B: b.Content}
		version, flags := in.Full()
		for range in.Number(4) {
			it := c.Items[in.ID(version > 0)]
			for range in.Number(1) {
				index := in.Number(1) & 0x7f
				if flags&1 != 0 {
					index = index<<8 | in.Number(1)
				}
				if held++; in.Failed || index > len(all) || held > 16*maxItems {
					r.Failed = true
					return
				}
				if it != nil && index > 0 { // 0 is none
					it.Properties = append(it.Properties, all[index-1])
				}
			}
			if in.Failed {
				r.Failed = true
				return
			}
		}
	}
}

// HasAlpha reports whether the main picture has another one that says how transparent it is.
func (c *Container) HasAlpha() bool {
	for _, it := range c.Items {
		if !slices.Contains(it.AlphaOf, c.Primary) {
			continue
		}
		content := Find(it.Properties, "auxC")
		kind := string(content[:min(len(content), 200)]) // a name: a hostile file's is as long as the file, in each of its items
		if strings.Contains(kind, "alpha") || strings.Contains(kind, "hevc:2015:auxid:1\x00") {
			return true
		}
	}
	return false
}

// Extent is an item's width and height as its property ispe has them.
func (it *Item) Extent() (w, h int) {
	r := &Reader{B: Find(it.Properties, "ispe")}
	r.Full()
	w, h = r.Number(4), r.Number(4)
	if r.Failed {
		return 0, 0
	}
	return w, h
}

// Upright is the size after the turns and cuts among an item's properties, which apply in their order (ISO/IEC 23008-12, 6.5).
func (it *Item) Upright() (w, h int) {
	w, h = it.Extent()
	for _, p := range it.Properties {
		switch {
		case p.Name == "irot" && len(p.Content) > 0 && p.Content[0]&1 != 0:
			w, h = h, w
		case p.Name == "clap" && len(p.Content) >= 16:
			w, h = min(w, quotient(p.Content)), min(h, quotient(p.Content[8:]))
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

// A Reader takes numbers from the front of bytes; once there are too few it has failed, and gives 0.
type Reader struct {
	B      []byte
	Failed bool
}

func (r *Reader) Take(n int) []byte {
	if n > len(r.B) {
		r.Failed, r.B = true, nil
		return nil
	}
	taken := r.B[:n]
	r.B = r.B[n:]
	return taken
}

// Number reads n bytes, 4 at most.
func (r *Reader) Number(n int) (v int) {
	for _, b := range r.Take(n) {
		v = v<<8 | int(b)
	}
	return v
}

// Full reads the version and the flags with which most boxes begin.
func (r *Reader) Full() (version, flags int) {
	v := r.Number(4)
	return v >> 24, v & 0xffffff
}

// ID reads an item's number, of 32 bits if long.
func (r *Reader) ID(long bool) uint32 {
	if long {
		return uint32(r.Number(4))
	}
	return uint32(r.Number(2))
}

// CleanAperture is the part of a picture of w×h that the property clap leaves (ISO/IEC 14496-12, 12.1.4): a width, a height, and how far its
// middle is from the picture's, each a fraction. It is not ok where its edges are not between whole pixels.
func CleanAperture(clap []byte, w, h int) (image.Rectangle, bool) {
	if len(clap) < 32 {
		return image.Rectangle{}, false
	}
	side := func(at, whole int) (from, to int, ok bool) {
		number := func(i int) int64 { return int64(int32(binary.BigEndian.Uint32(clap[at+i:]))) }
		size, sizeOver, off, offOver := number(0), number(4), number(16), number(20)
		if sizeOver <= 0 || offOver <= 0 || size <= 0 || size%sizeOver != 0 || size/sizeOver > int64(whole) {
			return 0, 0, false
		}
		size /= sizeOver
		twice := int64(whole) - size // of the distance from the edge, where the middles are the same
		if 2*off%offOver != 0 {
			return 0, 0, false
		}
		twice += 2 * off / offOver
		return int(twice / 2), int(twice/2 + size), twice%2 == 0 && twice >= 0 && twice/2+size <= int64(whole)
	}
	left, right, across := side(0, w)
	top, bottom, down := side(8, h)
	return image.Rect(left, top, right, bottom), across && down
}
