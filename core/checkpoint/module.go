package checkpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mobilenet/core/mobilenet"
)

// contents is what a checkpoint holds, whatever its format.
type contents struct {
	modules []module // in the network's order
	layout  layout
	file    stated
}

// stated is what the file itself says of the network, where it has a configuration.
type stated struct {
	configured    bool
	height, width int // of the input; 0: open
	normalization *Normalization
	additions     int
	softmax       bool
	logistic      bool
	pool          *pool
}

// A pool is the average pool that a configuration has.
type pool struct{ height, width int } // zeros: over the whole map

// A module is a layer with weights: a convolution, a fully connected layer, or a batch normalisation.
type module struct {
	name string
	// kernel is [Cout,H,W,Cin] of a convolution, [H,W,C] of a depthwise one, [Cout,Cin] of a fully connected layer; nil for a batch
	// normalisation.
	kernel    *tensor
	depthwise bool
	bias      *tensor
	// A batch normalisation's; gamma and beta may be missing.
	gamma, beta, mean, variance *tensor

	// What the file's configuration says.
	epsilon    *float64 // of a batch normalisation
	stride     int
	padding    *rows
	activation *Activation // after it
	pooled     bool        // the average pool is before it
}

// rows is the padding of one layer.
type rows struct {
	pad   mobilenet.Padding
	fixed bool // else SAME
}

// torchContents puts the tensors of a state_dict into modules, and these in order.
func torchContents(tensors []*tensor, err error) (*contents, error) {
	if err != nil {
		return nil, err
	}
	modules, err := torchModules(tensors)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(modules))
	for i := range modules {
		names[i] = modules[i].name
	}
	l, keys := recognize(names)
	if keys == nil {
		return &contents{modules: modules, layout: l}, nil
	}
	order := make([]int, len(modules))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(keys[a], keys[b]) })
	sorted := make([]module, len(modules))
	for i, from := range order {
		sorted[i] = modules[from]
	}
	return &contents{modules: sorted, layout: l}, nil
}

// torchModules groups tensors by what is before the last point of their names, in the order of the first of each.
func torchModules(tensors []*tensor) ([]module, error) {
	var names []string
	parts := map[string]map[string]*tensor{}
	for _, t := range tensors {
		at := strings.LastIndexByte(t.name, '.')
		if at < 0 {
			return nil, fmt.Errorf("tensor %s of shape %v belongs to no layer; MobileNet's are named layer.weight and the like", t.name, t.shape)
		}
		name, part := t.name[:at], t.name[at+1:]
		if part == "num_batches_tracked" {
			continue
		}
		if parts[name] == nil {
			parts[name] = map[string]*tensor{}
			names = append(names, name)
		}
		parts[name][part] = t
	}
	modules := make([]module, 0, len(names))
	for _, name := range names {
		m, err := torchModule(name, parts[name])
		if err != nil {
			return nil, err
		}
		modules = append(modules, m)
	}
	return modules, nil
}

// torchModule makes a module of its tensors, which PyTorch names so.
func torchModule(name string, parts map[string]*tensor) (module, error) {
	m := module{name: name}
	weight := parts["weight"]
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		switch t := parts[part]; part {
		case "weight", "bias", "running_mean", "running_var":
		default:
			return m, fmt.Errorf("tensor %s of shape %v is none of a convolution's, a batch normalisation's or a fully connected layer's", t.name, t.shape)
		}
	}
	if parts["running_var"] != nil || weight == nil || len(weight.shape) == 1 {
		m.gamma, m.beta, m.mean, m.variance = weight, parts["bias"], parts["running_mean"], parts["running_var"]
		if m.mean == nil || m.variance == nil {
			return m, fmt.Errorf("layer %s has no running_mean and running_var: MobileNet's batch normalisations have them", name)
		}
		return m, nil
	}
	m.bias = parts["bias"]
	switch s := weight.shape; {
	case len(s) == 2:
		m.kernel = weight
	case len(s) == 4 && s[1] == 1 && s[2] == 3 && s[3] == 3: // the first convolution of grey pictures, too: see the network
		m.kernel, m.depthwise = weight.transposed(2, 3, 0), true
	case len(s) == 4:
		m.kernel = weight.transposed(0, 2, 3, 1)
	default:
		return m, fmt.Errorf("tensor %s has shape %v: MobileNet's weights have 2 or 4 axes", weight.name, s)
	}
	return m, nil
}
