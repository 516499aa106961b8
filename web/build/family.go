package main

import (
	"encoding/json"

	"mobilenet/core/mobilenet"
)

// A family is what the page knows of the networks there can be, so that core/mobilenet is the one place that counts.
type family struct {
	Classes     int   `json:"classes"`
	Resolutions []int `json:"resolutions"`
	// Kinds of layers, in the order of the counts below.
	Kinds     []string              `json:"kinds"`
	Widths    []width               `json:"widths"`
	Published []mobilenet.Published `json:"published"`
}

// A width is the networks of one width multiplier.
type width struct {
	Alpha      float64 `json:"alpha"`
	Parameters []int   `json:"parameters"` // by kind, without biases
	// MultiplyAdds is by resolution and kind.
	MultiplyAdds [][]int `json:"multiplyAdds"`
	// Standard is what the layers would cost with standard convolutions: parameters, then multiply-adds by resolution.
	Standard []int `json:"standard"`
}

// newFamily counts what the page's sliders can reach: α in twentieths, and the resolutions that the weights can be tried at.
func newFamily() (*family, error) {
	f := &family{
		Classes:     1001,
		Resolutions: []int{128, 160, 192, 224, 256, 288, 320},
		Published:   mobilenet.PublishedResults(),
	}
	kinds := []mobilenet.Kind{mobilenet.Conv, mobilenet.Depthwise, mobilenet.Pointwise, mobilenet.FullyConnected}
	for _, kind := range kinds {
		f.Kinds = append(f.Kinds, kind.String())
	}
	for i := 5; i <= 20; i++ {
		w := width{Alpha: float64(i) / 20}
		for _, resolution := range f.Resolutions {
			network := mobilenet.Network{
				Alpha: w.Alpha, Resolution: resolution, Classes: f.Classes, MinChannels: mobilenet.MinChannels,
			}
			layers, err := network.Layers()
			if err != nil {
				return nil, err
			}
			w.Parameters = make([]int, len(kinds))
			multiplyAdds := make([]int, len(kinds))
			for _, l := range layers {
				for k, kind := range kinds {
					if l.Kind == kind {
						w.Parameters[k] += l.Parameters()
						multiplyAdds[k] += l.MultiplyAdds()
					}
				}
			}
			w.MultiplyAdds = append(w.MultiplyAdds, multiplyAdds)
			parameters, standard := mobilenet.StandardNetwork(layers)
			if len(w.Standard) == 0 {
				w.Standard = append(w.Standard, parameters)
			}
			w.Standard = append(w.Standard, standard)
		}
		f.Widths = append(f.Widths, w)
	}
	return f, nil
}

// familyModule is the family as the module that the page imports; web/app/cost/family-module.d.ts describes it.
func familyModule() (string, error) {
	f, err := newFamily()
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(f)
	return "export default " + string(data), err
}
