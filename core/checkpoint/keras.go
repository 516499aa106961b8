package checkpoint

import (
	"archive/zip"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mobilenet/core/checkpoint/internal/hdf5"
)

// maxConfig bounds the JSON of a model's configuration: that of MobileNetV2 takes some 100 kB.
const maxConfig = 2 << 20

// readKerasHDF5 reads Keras' .h5 files: model.save's, with the configuration, and save_weights', without.
func readKerasHDF5(data []byte) (*contents, error) {
	file, err := hdf5.Open(data)
	if err != nil {
		return nil, err
	}
	root, err := file.Root()
	if err != nil {
		return nil, err
	}
	weights, err := root.Lookup("model_weights")
	if errors.Is(err, hdf5.ErrNotThere) {
		weights, err = root, nil
	}
	if err != nil {
		return nil, err
	}
	layers, err := savedLayers(weights)
	if errors.Is(err, hdf5.ErrNotThere) {
		layers, err = unorderedLayers(root)
	}
	if err != nil {
		return nil, err
	}
	config, err := root.Strings("model_config")
	if err == nil && len(config) == 1 && len(config[0]) > maxConfig {
		return nil, fmt.Errorf("the model's configuration has %d bytes; at most %d are read", len(config[0]), maxConfig)
	}
	if err == nil && len(config) == 1 {
		return configured([]byte(config[0]), &savedByName{layers})
	}
	if err != nil && !errors.Is(err, hdf5.ErrNotThere) {
		return nil, err
	}
	return weightsOnly(layers)
}

// readKerasZip reads the .keras files of Keras 3: the configuration, and weights in HDF5.
func readKerasZip(archive *zip.Reader, data []byte) (*contents, error) {
	var config, weights []byte
	for _, e := range archive.File {
		var err error
		switch e.Name {
		case "config.json":
			config, err = unzip(e, data, maxConfig)
		case "model.weights.h5":
			weights, err = unzip(e, data, 8*len(data)) // zip archives of floats are not much smaller than these
		}
		if err != nil {
			return nil, err
		}
	}
	if weights == nil {
		return nil, fmt.Errorf("the .keras file has no model.weights.h5: it is damaged")
	}
	file, err := hdf5.Open(weights)
	if err != nil {
		return nil, err
	}
	root, err := file.Root()
	if err != nil {
		return nil, err
	}
	return configured(config, &savedByClass{group: root})
}

// A savedLayer is a layer's weights in an .h5 file.
type savedLayer struct {
	name  string
	parts map[string]*tensor // by what Keras calls them: kernel, depthwise_kernel, bias, gamma, ...
}

// savedLayers lists the layers with weights in the order in which they are listed in the file's attributes. Those of a model inside the model
// stand together. ErrNotThere is wrapped where no layers are listed.
func savedLayers(weights *hdf5.Object) ([]savedLayer, error) {
	names, err := attribute(weights, "layer_names")
	if err != nil {
		return nil, err
	}
	var layers []savedLayer
	for _, name := range names {
		group, err := weights.Lookup(name)
		if err != nil {
			return nil, err
		}
		paths, err := attribute(group, "weight_names")
		if err != nil {
			return nil, err
		}
		inner := map[string]int{} // where in layers
		for _, path := range paths {
			if err := addWeight(&layers, inner, group, path); err != nil {
				return nil, err
			}
		}
		if len(inner) == 1 {
			layers[len(layers)-1].name = name // what the configuration calls it
		}
	}
	return layers, nil
}

// addWeight adds the array at a path of a group to its layer, which the path names last but one.
func addWeight(layers *[]savedLayer, inner map[string]int, group *hdf5.Object, path string) error {
	at := strings.LastIndexByte(path, '/')
	layer := path[:max(at, 0)]
	layer = layer[strings.LastIndexByte(layer, '/')+1:]
	part, _, _ := strings.Cut(path[at+1:], ":")
	object, err := group.Lookup(path)
	if err != nil {
		return err
	}
	t, err := arrayTensor(path, object)
	if err != nil {
		return err
	}
	i, ok := inner[layer]
	if !ok {
		i = len(*layers)
		inner[layer] = i
		*layers = append(*layers, savedLayer{layer, map[string]*tensor{}})
	}
	(*layers)[i].parts[part] = t
	return nil
}

// attribute reads strings that Keras splits over name0, name1 and so on where they are many.
func attribute(o *hdf5.Object, name string) ([]string, error) {
	texts, err := o.Strings(name)
	if !errors.Is(err, hdf5.ErrNotThere) {
		return texts, err
	}
	for i := 0; ; i++ {
		more, e := o.Strings(fmt.Sprintf("%s%d", name, i))
		if errors.Is(e, hdf5.ErrNotThere) && i > 0 {
			return texts, nil
		}
		if e != nil {
			return nil, err
		}
		texts = append(texts, more...)
	}
}

// arrayTensor is an array of an HDF5 file as a tensor.
func arrayTensor(name string, object *hdf5.Object) (*tensor, error) {
	d, err := object.Dataset()
	if err != nil {
		return nil, err
	}
	kind := otherNumber
	if d.Type.Class == hdf5.Float {
		switch {
		case d.Type.Size == 8:
			kind = float64Number
		case d.Type.Size == 4:
			kind = float32Number
		case d.Type.Brain:
			kind = bfloat16Number
		default:
			kind = float16Number
		}
	}
	return dense(name, kind, d.Shape, d.Bytes), nil
}

// weightsOnly makes modules of layers whose file has no configuration.
func weightsOnly(layers []savedLayer) (*contents, error) {
	c := &contents{layout: unknownKeras}
	var names []string
	for i := range layers {
		m, err := layers[i].module()
		if err != nil {
			return nil, err
		}
		c.modules = append(c.modules, *m)
		names = append(names, m.name)
	}
	for _, l := range kerasLayouts {
		if l.keys(names) != nil {
			c.layout = l
		}
	}
	return c, nil
}

// module makes a module of a layer's weights.
func (l *savedLayer) module() (*module, error) {
	m := &module{name: l.name}
	for _, part := range slices.Sorted(maps.Keys(l.parts)) {
		t := l.parts[part]
		switch rank := len(t.shape); {
		case part == "kernel" && rank == 4:
			m.kernel = t.transposed(3, 0, 1, 2)
		case part == "kernel" && rank == 2:
			m.kernel = t.transposed(1, 0)
		case part == "depthwise_kernel" && rank == 4 && t.shape[3] == 1:
			m.kernel, m.depthwise = t.transposed(0, 1, 2), true
		case part == "bias":
			m.bias = t
		case part == "gamma":
			m.gamma = t
		case part == "beta":
			m.beta = t
		case part == "moving_mean":
			m.mean = t
		case part == "moving_variance":
			m.variance = t
		default:
			return nil, fmt.Errorf("layer %s has weights %s of shape %v; MobileNet has convolutions, depthwise ones with one kernel a channel, batch normalisation and dense layers", l.name, part, t.shape)
		}
	}
	if m.kernel == nil && (m.mean == nil || m.variance == nil) || m.kernel != nil && (m.gamma != nil || m.mean != nil || m.variance != nil) {
		return nil, fmt.Errorf("layer %s has neither the weights of a convolution nor those of a batch normalisation", l.name)
	}
	if m.kernel != nil && m.depthwise && (m.kernel.shape[0] != 3 || m.kernel.shape[1] != 3) {
		return nil, fmt.Errorf("tensor %s: layer %s has depthwise kernels of %d×%d; MobileNet's are 3×3", m.kernel.name, l.name, m.kernel.shape[0], m.kernel.shape[1])
	}
	return m, nil
}
