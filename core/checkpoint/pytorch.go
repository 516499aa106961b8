package checkpoint

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// legacyMagic is the pickled number that files of torch.save began with before they were zip archives.
var legacyMagic = []byte("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.")

// isLegacy tells that data begin as such a file, of any protocol.
func isLegacy(data []byte) bool {
	return len(data) > 2 && data[0] == 0x80 && bytes.HasPrefix(data[2:], legacyMagic)
}

// A storage is what one or more tensors have their elements in.
type storage struct {
	kind    number
	element int // bytes an element
	count   int // elements
	data    func() ([]byte, error)
}

// storageKinds are the classes of storages, with the size of their elements where it is not the kind's.
var storageKinds = map[global]storage{
	"torch.DoubleStorage": {kind: float64Number, element: 8}, "torch.FloatStorage": {kind: float32Number, element: 4},
	"torch.HalfStorage": {kind: float16Number, element: 2}, "torch.BFloat16Storage": {kind: bfloat16Number, element: 2},
	"torch.LongStorage": {kind: otherNumber, element: 8}, "torch.IntStorage": {kind: otherNumber, element: 4},
	"torch.ShortStorage": {kind: otherNumber, element: 2}, "torch.CharStorage": {kind: otherNumber, element: 1},
	"torch.ByteStorage": {kind: otherNumber, element: 1}, "torch.BoolStorage": {kind: otherNumber, element: 1},
	"torch.ComplexFloatStorage": {kind: otherNumber, element: 8}, "torch.ComplexDoubleStorage": {kind: otherNumber, element: 16},
	"torch.QInt8Storage": {kind: otherNumber, element: 1}, "torch.QUInt8Storage": {kind: otherNumber, element: 1},
	"torch.QInt32Storage": {kind: otherNumber, element: 4},
}

// A torchFile is a file of torch.save.
type torchFile struct {
	storages map[string]*storage // by their keys
	classes  []global            // those whose objects are in the file, and are not made
}

// readTorchZip reads the files of today's torch.save.
func readTorchZip(archive *zip.Reader, data []byte) ([]*tensor, error) {
	var program *zip.File
	entries := map[string]*zip.File{}
	for _, e := range archive.File {
		_, name, _ := strings.Cut(e.Name, "/") // all stand in one folder, which has any name
		entries[name] = e
		if name == "data.pkl" {
			program = e
		}
	}
	switch {
	case program == nil:
		return nil, fmt.Errorf("the zip file has no data.pkl, as PyTorch's have, and no config.json, as Keras' have: it is no checkpoint")
	case entries["constants.pkl"] != nil:
		return nil, fmt.Errorf("the file is a TorchScript program; load it in Python with torch.jit.load and save its weights: torch.save(model.state_dict(), \"weights.pth\")")
	}
	if order := entries["byteorder"]; order != nil {
		if text, err := unzip(order, data, 16); err != nil || strings.TrimSpace(string(text)) != "little" {
			return nil, fmt.Errorf("the file's numbers are %q-endian; little-endian ones are read", text)
		}
	}
	pickled, err := unzip(program, data, maxPickle)
	if err != nil {
		return nil, err
	}
	f := &torchFile{storages: map[string]*storage{}}
	root, _, err := unpickle(pickled, f.build)
	if err != nil {
		return nil, err
	}
	for key, s := range f.storages {
		e := entries["data/"+key]
		s.data = func() ([]byte, error) {
			if e == nil {
				return nil, fmt.Errorf("the zip file has no entry data/%s, which holds its numbers", key)
			}
			return unzip(e, data, s.element*s.count)
		}
	}
	return f.stateDict(root)
}

// Entries of more than smallEntry bytes may be packed to 1/maxPacked of their size. Trained weights keep nine tenths.
const (
	smallEntry = 1 << 20
	maxPacked  = 20
)

// unzip is what a zip file's entry holds, an error if it is more than limit. It aliases the file where the entry is not packed.
func unzip(e *zip.File, data []byte, limit int) ([]byte, error) {
	size := e.UncompressedSize64
	if size > uint64(limit) {
		return nil, fmt.Errorf("the zip file's entry %s has %d bytes, more than the %d that belong there", e.Name, size, limit)
	}
	if at, err := e.DataOffset(); err != nil {
		return nil, fmt.Errorf("the zip file's entry %s: %w", e.Name, err)
	} else if e.Method == zip.Store && at >= 0 && uint64(at) <= uint64(len(data)) && size <= uint64(len(data))-uint64(at) {
		return data[at:][:size:size], nil
	}
	if size > smallEntry && size/maxPacked > e.CompressedSize64 {
		return nil, fmt.Errorf("the zip file's entry %s unpacks from %d bytes to %d; no weights can be packed so much", e.Name, e.CompressedSize64, size)
	}
	r, err := e.Open()
	if err != nil {
		return nil, fmt.Errorf("the zip file's entry %s: %w", e.Name, err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err == nil && uint64(len(content)) != size {
		err = errors.New("it has another size than the archive says")
	}
	if err != nil {
		return nil, fmt.Errorf("the zip file's entry %s: %w", e.Name, err)
	}
	return content, nil
}

// readTorchLegacy reads the files of torch.save before version 1.6: a magic number, a version and what machine wrote them, then the object
// and the keys of its storages, each a pickle; then the storages.
func readTorchLegacy(data []byte) ([]*tensor, error) {
	f := &torchFile{storages: map[string]*storage{}}
	var parts [5]any
	for i := range parts {
		value, n, err := unpickle(data, f.build)
		if err != nil {
			return nil, err
		}
		parts[i], data = value, data[n:]
	}
	if machine, ok := parts[2].(*dict); ok {
		if little, ok := machine.lookup("little_endian"); ok && little == false {
			return nil, fmt.Errorf("the file's numbers are big-endian; little-endian ones are read")
		}
	}
	keys, ok := parts[4].(*list)
	if !ok {
		return nil, fmt.Errorf("the file does not list its storages: it is damaged")
	}
	for _, k := range keys.items {
		key, _ := k.(string)
		s := f.storages[key]
		if s == nil {
			return nil, fmt.Errorf("the file lists the storage %v, which no tensor of it has: it is damaged", k)
		}
		if len(data) < 8 {
			return nil, fmt.Errorf("the file ends before storage %s: it is cut off", key)
		}
		count := binary.LittleEndian.Uint64(data)
		data = data[8:]
		if count != uint64(s.count) || count > uint64(len(data)/s.element) {
			return nil, fmt.Errorf("storage %s has %d numbers, and %d bytes of the file are left; tensors say %d: the file is cut off or damaged", key, count, len(data), s.count)
		}
		size := s.count * s.element
		content := data[:size:size]
		s.data = func() ([]byte, error) { return content, nil }
		data = data[size:]
	}
	return f.stateDict(parts[3])
}

// build makes what a state_dict needs: ordered dictionaries, shapes, parameters and tensors.
func (f *torchFile) build(name global, args tuple) (any, error) {
	switch name {
	case "collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict":
		d := &dict{}
		if len(args) > 0 {
			if pairs, ok := args[0].(*list); ok {
				for _, pair := range pairs.items {
					if p, ok := pair.(*list); ok {
						pair = tuple(p.items)
					}
					if p, ok := pair.(tuple); ok && len(p) == 2 {
						if err := d.set(p); err != nil {
							return nil, err
						}
					}
				}
			}
		}
		return d, nil
	case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
		if len(args) > 0 {
			if t, ok := args[0].(*tensor); ok {
				return t, nil
			}
		}
	case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3":
		return f.tensor(args)
	case "torch.Size", "torch.device", "torch.dtype":
		return &opaque{string(name)}, nil
	}
	f.classes = append(f.classes, name)
	return nil, nil
}

// tensor makes one of its storage, offset, shape and strides.
func (f *torchFile) tensor(args tuple) (any, error) {
	if len(args) < 4 {
		return nil, fmt.Errorf("a tensor is described by %d things; PyTorch's are by 4 and more: the file is damaged", len(args))
	}
	p, ok := args[0].(*persistent)
	if !ok {
		return nil, fmt.Errorf("a tensor has no storage but %T: the file is damaged", args[0])
	}
	s, err := f.storage(p.id)
	if err != nil {
		return nil, err
	}
	t := &tensor{kind: s.kind}
	var whole bool
	if t.offset, whole = integer(args[1]); !whole {
		return nil, fmt.Errorf("a tensor begins at %v of its storage: the file is damaged", args[1])
	}
	for i, axis := range []*[]int{&t.shape, &t.strides} {
		items, ok := args[2+i].(tuple)
		for _, item := range items {
			n, whole := integer(item)
			ok = ok && whole && n >= 0
			*axis = append(*axis, n)
		}
		if !ok || len(items) > 8 {
			return nil, fmt.Errorf("a tensor has shape or strides %v: the file is damaged", args[2+i])
		}
	}
	t.load = func() ([]byte, error) {
		if s.data == nil {
			return nil, fmt.Errorf("its numbers are not in the file: it is cut off or damaged")
		}
		data, err := s.data()
		if err == nil && len(data) < s.count*s.element {
			err = fmt.Errorf("%d bytes of its numbers are in the file, and it has %d: it is cut off or damaged", len(data), s.count*s.element)
		}
		return data, err
	}
	return t, nil
}

// integer is a whole number that an int holds with room to calculate.
func integer(v any) (int, bool) {
	n, ok := v.(int64)
	return int(n), ok && n >= -maxElements && n <= 1<<40
}

// storage is the one that a persistent id describes: ("storage", class, key, device, elements), and in legacy files a view.
func (f *torchFile) storage(id tuple) (*storage, error) {
	if len(id) < 5 || id[0] != "storage" || len(id) > 5 && id[5] != nil {
		return nil, fmt.Errorf("a tensor's storage is described in a way that is not read (%d parts)", len(id))
	}
	class, ok := id[1].(global)
	key, named := id[2].(string)
	count, whole := integer(id[4])
	s, known := storageKinds[class]
	switch {
	case !ok || !named || !whole || count < 0:
		return nil, fmt.Errorf("a tensor's storage is described by class %v, key %v, size %v: the file is damaged", id[1], id[2], id[4])
	case !known:
		return nil, fmt.Errorf("a tensor's numbers are in a %s; save the model's state_dict in float32: "+
			"torch.save({k: v.float() for k, v in model.state_dict().items()}, \"weights.pth\")", class)
	}
	if old := f.storages[key]; old != nil {
		if old.kind != s.kind || old.element != s.element || old.count != count {
			return nil, fmt.Errorf("storage %s is described in two ways: the file is damaged", key)
		}
		return old, nil
	}
	s.count = count
	f.storages[key] = &s
	return &s, nil
}

// stateKeys are the names under which people save a state_dict among other things, the one to prefer first: a moving average of the weights
// is the better network.
var stateKeys = []string{"state_dict_ema", "model_ema", "ema_state_dict", "state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights", "params"}

// stateDict finds the network's tensors in what was saved.
func (f *torchFile) stateDict(root any) ([]*tensor, error) {
	d, ok := root.(*dict)
	if ok {
		if found := findState(d, 3); found != nil {
			return found, nil
		}
	}
	if len(f.classes) > 0 {
		return nil, fmt.Errorf("the file holds an object of the class %s, which only the Python program that made it can load; save its weights there: "+
			"torch.save(model.state_dict(), \"weights.pth\")", f.classes[len(f.classes)-1])
	}
	return nil, fmt.Errorf("the file holds no state_dict, which is what a PyTorch network's weights are saved as: torch.save(model.state_dict(), \"weights.pth\")")
}

// findState lists the tensors of d, or else of the dictionary under one of stateKeys, down to a depth.
func findState(d *dict, depth int) []*tensor {
	var tensors []*tensor
	seen := map[string]int{}
	for i, k := range d.keys {
		name, named := k.(string)
		t, ok := d.values[i].(*tensor)
		if !named || !ok {
			continue
		}
		n := *t
		n.name = name
		if at, again := seen[name]; again {
			tensors[at] = &n
			continue
		}
		seen[name] = len(tensors)
		tensors = append(tensors, &n)
	}
	if slices.ContainsFunc(tensors, func(t *tensor) bool { return len(t.shape) == 4 }) {
		return tensors
	}
	if depth > 0 {
		for _, key := range stateKeys {
			if v, ok := d.lookup(key); ok {
				if inner, ok := v.(*dict); ok {
					if found := findState(inner, depth-1); found != nil {
						return found
					}
				}
			}
		}
	}
	return nil
}
