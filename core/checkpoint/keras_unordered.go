package checkpoint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mobilenet/core/checkpoint/internal/hdf5"
)

// unorderedLayers reads what Keras 3's save_weights writes: layers that are named by their class and counted, without the order of the
// classes among each other. MobileNet has but one: each depthwise convolution is followed by a 1×1, in V2 one comes before it too, and
// batch normalisation comes after each.
func unorderedLayers(root *hdf5.Object) ([]savedLayer, error) {
	classes, err := countedLayers(root)
	if err != nil {
		return nil, err
	}
	convolutions, depthwise, norms, dense := classes["Conv2D"], classes["DepthwiseConv2D"], classes["BatchNormalization"], classes["Dense"]
	if len(depthwise) == 0 || len(convolutions) <= len(depthwise) {
		return nil, fmt.Errorf("the HDF5 file has no model of Keras in it, or one that is no MobileNet: %d convolutions, %d depthwise ones; if its layers have names of "+
			"their own, save the whole model: model.save(\"model.keras\")", len(convolutions), len(depthwise))
	}
	expands := len(convolutions) >= 2*len(depthwise)
	var layers []savedLayer
	add := func(list *[]savedLayer) {
		if len(*list) > 0 {
			layers, *list = append(layers, (*list)[0]), (*list)[1:]
			if len(norms) > 0 && list != &dense {
				layers, norms = append(layers, norms[0]), norms[1:]
			}
		}
	}
	add(&convolutions)
	for i := 0; len(depthwise) > 0; i++ {
		if expands && i > 0 {
			add(&convolutions)
		}
		add(&depthwise)
		add(&convolutions)
	}
	for len(convolutions) > 0 {
		add(&convolutions)
	}
	for len(dense) > 0 {
		add(&dense)
	}
	if len(norms) > 0 {
		return nil, fmt.Errorf("layer %s normalises, and is one more than the convolutions", norms[0].name)
	}
	return layers, nil
}

// countedLayers lists the layers with weights by their class, each class in its order.
func countedLayers(root *hdf5.Object) (map[string][]savedLayer, error) {
	var container *hdf5.Object
	err := hdf5.ErrNotThere
	for i := 0; i < len(containers) && errors.Is(err, hdf5.ErrNotThere); i++ {
		container, err = root.Lookup(containers[i])
	}
	if err != nil {
		return nil, fmt.Errorf("the HDF5 file has neither Keras' list of layers nor its layers: %w", err)
	}
	names, err := container.Names()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, compareNatural)
	classes := map[string][]savedLayer{}
	for class := range variables {
		for _, name := range names {
			rest, ok := strings.CutPrefix(name, snake(class))
			if _, err := strconv.Atoi(strings.TrimPrefix(rest, "_")); !ok || rest != "" && err != nil {
				continue
			}
			group, err := container.Lookup(name)
			if err != nil {
				return nil, err
			}
			l, err := numbered(group, class, name)
			if err != nil {
				return nil, err
			}
			if l != nil {
				classes[class] = append(classes[class], *l)
			}
		}
	}
	return classes, nil
}
