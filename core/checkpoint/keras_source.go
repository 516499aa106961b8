package checkpoint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mobilenet/core/checkpoint/internal/hdf5"
)

// A source finds the weights of the layers of a configuration, asked for in its order.
type source interface {
	// layer is the next layer of this class; nil if it has no weights.
	layer(class, name string) (*savedLayer, error)
	// inside is where the layers of a model inside the model are.
	inside(class, name string) (source, error)
}

// savedByName finds layers by their names, as .h5 files have them.
type savedByName struct{ layers []savedLayer }

func (s *savedByName) layer(_, name string) (*savedLayer, error) {
	i := slices.IndexFunc(s.layers, func(l savedLayer) bool { return l.name == name })
	if i < 0 {
		return nil, nil
	}
	return &s.layers[i], nil
}

func (s *savedByName) inside(string, string) (source, error) { return s, nil }

// savedByClass finds layers in the group of a .keras file: their names there are the class and how many of it came before,
// layers/conv2d, layers/conv2d_1, and their weights are numbered.
type savedByClass struct {
	group *hdf5.Object
	used  map[string]int
}

// containers are the groups in which Keras keeps a model's layers, the newest version's first.
var containers = []string{"layers", "_layer_checkpoint_dependencies"}

// find is the group of the next layer of a class; nil if there is none.
func (s *savedByClass) find(class, name string) (*hdf5.Object, error) {
	if s.used == nil {
		s.used = map[string]int{}
	}
	counted := snake(class)
	s.used[counted]++
	if n := s.used[counted]; n > 1 {
		counted += "_" + strconv.Itoa(n-1)
	}
	for _, container := range containers {
		for _, n := range []string{counted, name} {
			o, err := s.group.Lookup(container + "/" + n)
			if err == nil || !errors.Is(err, hdf5.ErrNotThere) {
				return o, err
			}
		}
	}
	return nil, nil
}

func (s *savedByClass) inside(class, name string) (source, error) {
	group, err := s.find(class, name)
	if err == nil && group == nil {
		err = fmt.Errorf("the model %s inside the model has no weights in the file", name)
	}
	return &savedByClass{group: group}, err
}

// variables are what the numbers of a class's weights mean.
var variables = map[string][]string{
	"Conv2D": {"kernel", "bias"}, "DepthwiseConv2D": {"depthwise_kernel", "bias"}, "Dense": {"kernel", "bias"},
	"BatchNormalization": {"gamma", "beta", "moving_mean", "moving_variance"},
}

func (s *savedByClass) layer(class, name string) (*savedLayer, error) {
	group, err := s.find(class, name)
	if err != nil || group == nil {
		return nil, err
	}
	return numbered(group, class, name)
}

// numbered are the weights of a layer that has numbers for their names; nil if there are none.
func numbered(group *hdf5.Object, class, name string) (*savedLayer, error) {
	vars, err := group.Lookup("vars")
	if errors.Is(err, hdf5.ErrNotThere) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	numbers, err := vars.Names()
	if err != nil || len(numbers) == 0 {
		return nil, err
	}
	parts := variables[class]
	if class == "BatchNormalization" && len(numbers) < len(parts) {
		// Without scale or center the first ones are missing; which, the configuration says, and is asked for in batchNormalization.
		parts = parts[len(parts)-len(numbers):]
	}
	l := &savedLayer{name, map[string]*tensor{}}
	for _, number := range numbers {
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(parts) {
			return nil, fmt.Errorf("layer %s, a %s, has a weight %s in the file, and is known to have %d", name, class, number, len(parts))
		}
		o, err := vars.Lookup(number)
		if err != nil {
			return nil, err
		}
		if l.parts[parts[i]], err = arrayTensor(name+"/"+parts[i], o); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// snake is a class's name as Keras writes it in files: DepthwiseConv2D becomes depthwise_conv2d.
func snake(class string) string {
	var b strings.Builder
	for i := range len(class) {
		if upper(class, i) && i > 0 && (lower(class, i+1) || lower(class, i-1)) {
			b.WriteByte('_')
		}
		b.WriteByte(class[i])
	}
	return strings.ToLower(b.String())
}

func upper(s string, i int) bool { return s[i] >= 'A' && s[i] <= 'Z' }
func lower(s string, i int) bool { return i < len(s) && s[i] >= 'a' && s[i] <= 'z' }
