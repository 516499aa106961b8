// Command counts prints in JSON what core/mobilenet counts, for the browser's tests to compare the page with.
package main

import (
	"encoding/json"
	"log"
	"os"

	"mobilenet/core/mobilenet"
)

// A layer is one of the whole network's.
type layer struct {
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Shape        [3]int `json:"shape"`
	Kernel       int    `json:"kernel"`
	Stride       int    `json:"stride"`
	Parameters   int    `json:"parameters"`
	MultiplyAdds int    `json:"multiplyAdds"`
}

// A member is a network of the family, and what it would be with standard convolutions.
type member struct {
	Alpha                float64 `json:"alpha"`
	Resolution           int     `json:"resolution"`
	Parameters           int     `json:"parameters"`
	MultiplyAdds         int     `json:"multiplyAdds"`
	ScaledParameters     float64 `json:"scaledParameters"`
	ScaledMultiplyAdds   float64 `json:"scaledMultiplyAdds"`
	StandardParameters   int     `json:"standardParameters"`
	StandardMultiplyAdds int     `json:"standardMultiplyAdds"`
}

// A single layer is the calculator's.
type single struct {
	Dk        int     `json:"dk"`
	M         int     `json:"m"`
	N         int     `json:"n"`
	DF        int     `json:"df"`
	Standard  [2]int  `json:"standard"`  // parameters, multiply-adds
	Separable [2]int  `json:"separable"` // parameters, multiply-adds
	Reduction float64 `json:"reduction"`
}

func main() {
	var out struct {
		Layers    []layer               `json:"layers"`
		Members   []member              `json:"members"`
		Singles   []single              `json:"singles"`
		Published []mobilenet.Published `json:"published"`
	}
	for _, l := range layers(1, 224) {
		out.Layers = append(out.Layers, layer{
			l.Name, l.Kind.String(), [3]int{l.Out.H, l.Out.W, l.Out.C}, l.Kernel, l.Stride, l.Parameters(), l.MultiplyAdds(),
		})
	}
	for twentieths := 5; twentieths <= 20; twentieths++ {
		for resolution := 128; resolution <= 320; resolution += 32 {
			m := member{Alpha: float64(twentieths) / 20, Resolution: resolution}
			list := layers(m.Alpha, resolution)
			m.Parameters, _, m.MultiplyAdds = mobilenet.Cost(list)
			m.ScaledParameters, m.ScaledMultiplyAdds = mobilenet.Scaling(m.Alpha, float64(resolution)/224)
			m.StandardParameters, m.StandardMultiplyAdds = mobilenet.StandardNetwork(list)
			out.Members = append(out.Members, m)
		}
	}
	for _, s := range []single{
		{Dk: 3, M: 3, N: 2, DF: 224}, {Dk: 3, M: 512, N: 512, DF: 14}, {Dk: 1, M: 1, N: 1, DF: 1}, {Dk: 5, M: 7, N: 11, DF: 13},
		{Dk: 15, M: 4096, N: 4096, DF: 1024}, {Dk: 3, M: 32, N: 1, DF: 112}, {Dk: 7, M: 1, N: 4096, DF: 2},
	} {
		s.Standard[0], s.Standard[1] = mobilenet.StandardCost(s.Dk, s.M, s.N, s.DF)
		s.Separable[0], s.Separable[1] = mobilenet.SeparableCost(s.Dk, s.M, s.N, s.DF)
		s.Reduction = mobilenet.Reduction(s.Dk, s.N)
		out.Singles = append(out.Singles, s)
	}
	out.Published = mobilenet.PublishedResults()
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		log.Fatal(err)
	}
}

func layers(alpha float64, resolution int) []mobilenet.Layer {
	list, err := mobilenet.Network{
		Alpha: alpha, Resolution: resolution, Classes: 1001, MinChannels: mobilenet.MinChannels,
	}.Layers()
	if err != nil {
		log.Fatal(err)
	}
	return list
}
