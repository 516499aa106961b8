package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNotThere is for a path that leads nowhere.
var ErrNotThere = errors.New("it is not there")

// A link is a name in a group and the address of what it names.
type link struct {
	name    string
	address uint64
}

// IsGroup tells that the object holds others.
func (o *Object) IsGroup() bool {
	return o.find(symbolTableMessage) != nil || o.find(linkInfoMessage) != nil || o.find(linkMessage) != nil
}

// Names lists what the group holds, in the order of the file: for groups of the old style that of the alphabet.
func (o *Object) Names() ([]string, error) {
	links, err := o.links()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = l.name
	}
	return names, nil
}

// Lookup follows a path of names with slashes between them. ErrNotThere is wrapped where there is no such object.
func (o *Object) Lookup(path string) (*Object, error) {
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		links, err := o.links()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(links, func(l link) bool { return l.name == name })
		if i < 0 {
			return nil, fmt.Errorf("%s: %s: %w", o.name, name, ErrNotThere)
		}
		if o, err = o.file.object(links[i].address, strings.TrimSuffix(o.name, "/")+"/"+name); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// links lists the group's hard links. Soft and external ones lead to other places of the file, or to other files, and are passed over.
func (o *Object) links() ([]link, error) {
	var links []link
	if table := o.find(symbolTableMessage); table != nil {
		c := table.cursor()
		tree, heap := c.u64(), c.u64()
		if c.err != nil {
			return nil, c.err
		}
		names, err := o.file.localHeap(heap)
		if err == nil {
			links, err = o.file.groupNode(links, tree, names, 256)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.name, err)
		}
		return links, nil
	}
	if info := o.find(linkInfoMessage); info != nil {
		c := info.cursor()
		c.skip(1)
		if flags := c.u8(); flags&1 != 0 {
			c.skip(8)
		}
		if heap := c.u64(); c.err == nil && heap != undefined {
			return nil, fmt.Errorf("%s: the group keeps its many names in a fractal heap, as libraries do that are told to write for their latest version alone; "+
				"save the file without that setting (h5py's libver)", o.name)
		}
	}
	for i := range o.messages {
		if m := &o.messages[i]; m.kind == linkMessage {
			if l, ok, err := m.link(); err != nil {
				return nil, fmt.Errorf("%s: %w", o.name, err)
			} else if ok {
				links = append(links, l)
			}
		}
	}
	return links, o.file.spend(len(links))
}

// link reads a link message (section IV.A.2.g). ok is false for links that are not hard.
func (m *message) link() (l link, ok bool, err error) {
	c := m.cursor()
	c.skip(1)
	flags := c.u8()
	kind := 0
	if flags&(1<<3) != 0 {
		kind = c.u8()
	}
	if flags&(1<<2) != 0 {
		c.skip(8) // the order of making
	}
	if flags&(1<<4) != 0 {
		c.skip(1) // the character set
	}
	n := c.number(1 << (flags & 3))
	if c.err == nil && n > uint64(len(m.data)) {
		return l, false, fmt.Errorf("the HDF5 file has a name of %d bytes: it is damaged", n)
	}
	l.name = string(c.bytes(int(n)))
	if kind != 0 {
		return l, false, c.err
	}
	l.address = c.u64()
	return l, true, c.err
}

// localHeap is the data of the heap at an address, which holds the names of a group of the old style (section III.D).
func (f *File) localHeap(address uint64) ([]byte, error) {
	c := f.cursor(address)
	c.expect("HEAP")
	c.skip(4)
	size := c.length()
	c.skip(8)
	at := c.u64()
	if c.err != nil {
		return nil, c.err
	}
	d := f.cursor(at)
	return d.bytes(size), d.err
}

// groupNode adds the links below a node of a group's B-tree (section III.A.1), which stands lower than level.
func (f *File) groupNode(links []link, address uint64, names []byte, level int) ([]link, error) {
	c := f.cursor(address)
	c.expect("TREE")
	kind, at, n := c.u8(), c.u8(), c.u16()
	c.skip(8 + 8) // its neighbours
	if c.err == nil && (kind != 0 || at >= level) {
		return nil, fmt.Errorf("the HDF5 file has a B-tree node of kind %d and level %d below level %d: it is damaged", kind, at, level)
	}
	for range n {
		if err := f.spend(1); err != nil {
			return nil, err
		}
		c.skip(8) // the key, a name
		child := c.u64()
		if c.err != nil {
			return nil, c.err
		}
		var err error
		if at > 0 {
			links, err = f.groupNode(links, child, names, at)
		} else {
			links, err = f.symbols(links, child, names)
		}
		if err != nil {
			return nil, err
		}
	}
	return links, c.err
}

// symbols adds the links of a symbol table node (section III.B).
func (f *File) symbols(links []link, address uint64, names []byte) ([]link, error) {
	c := f.cursor(address)
	c.expect("SNOD")
	c.skip(2)
	n := c.u16()
	for range n {
		if err := f.spend(1); err != nil {
			return nil, err
		}
		name, header := c.u64(), c.u64()
		kind := c.u32()
		c.skip(4 + 16)
		if c.err != nil {
			return nil, c.err
		}
		if name > uint64(len(names)) {
			return nil, fmt.Errorf("the HDF5 file has a name at byte %d of %d: it is damaged", name, len(names))
		}
		text, _, ended := bytes.Cut(names[name:], []byte{0})
		if !ended {
			return nil, fmt.Errorf("the HDF5 file has a name without an end: it is damaged")
		}
		if kind != 2 { // 2 is a soft link
			links = append(links, link{string(text), header})
		}
	}
	return links, c.err
}
