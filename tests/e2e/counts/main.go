// Command counts prints in JSON what core/mobilenet counts, for the browser's tests to compare the page with.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"

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

// A block is one of MobileNetV2's.
type block struct {
	Side      int    `json:"side"`
	Input     int    `json:"input"`
	Output    int    `json:"output"`
	Expansion int    `json:"expansion"`
	Kernel    int    `json:"kernel"`
	Stride    int    `json:"stride"`
	Cost      [2]int `json:"cost"` // parameters, multiply-adds
	Wide      [2]int `json:"wide"` // of a separable layer as wide as the block is inside
	Adds      bool   `json:"adds"`
}

func main() {
	var out struct {
		Layers    []layer               `json:"layers"`
		LayersV2  []layer               `json:"layersV2"`
		Members   []member              `json:"members"`
		Singles   []single              `json:"singles"`
		Blocks    []block               `json:"blocks"`
		Published []mobilenet.Published `json:"published"`
	}
	out.Layers, out.LayersV2 = named(layers(1, 224)), named(layersV2())
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
	out.Blocks = blocks()
	for _, b := range []block{
		{Side: 1, Input: 1, Output: 1, Expansion: 1, Kernel: 1}, {Side: 13, Input: 7, Output: 11, Expansion: 4, Kernel: 5},
		{Side: 1024, Input: 4096, Output: 4096, Expansion: 16, Kernel: 15}, {Side: 56, Input: 24, Output: 24, Expansion: 1, Kernel: 3},
	} {
		b.Stride, b.Adds = 1, b.Input == b.Output
		b.Cost[0], b.Cost[1] = mobilenet.BottleneckCost(b.Kernel, b.Expansion, b.Input, b.Output, b.Side)
		out.Blocks = append(out.Blocks, b.withWide())
	}
	out.Published = mobilenet.PublishedResults()
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		log.Fatal(err)
	}
}

// blocks adds up the layers of MobileNetV2 1.0 224, block by block.
func blocks() (blocks []block) {
	list := layersV2()
	begin := 1 // behind the first convolution
	for i, l := range list {
		if l.Kind != mobilenet.Pointwise || !strings.HasPrefix(l.Name, "project") {
			continue
		}
		first, dw := list[begin], list[i-1]
		b := block{Side: first.In.H, Input: first.In.C, Output: l.Out.C, Expansion: dw.In.C / first.In.C, Kernel: dw.Kernel, Stride: dw.Stride}
		for _, l := range list[begin : i+1] {
			b.Cost[0] += l.Parameters()
			b.Cost[1] += l.MultiplyAdds()
		}
		begin = i + 1
		if b.Adds = list[begin].Kind == mobilenet.Add; b.Adds {
			begin++
		}
		blocks = append(blocks, b.withWide())
	}
	return blocks
}

// withWide counts the separable layer of an even map.
func (b block) withWide() block {
	inside := b.Expansion * b.Input
	b.Wide[0], b.Wide[1] = mobilenet.SeparableCost(b.Kernel, inside, inside, b.Side/b.Stride)
	return b
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

func layersV2() []mobilenet.Layer {
	list, err := mobilenet.Network{Version: mobilenet.V2, Alpha: 1, Resolution: 224, Classes: 1001}.Layers()
	if err != nil {
		log.Fatal(err)
	}
	return list
}

func named(list []mobilenet.Layer) (layers []layer) {
	for _, l := range list {
		layers = append(layers, layer{
			l.Name, l.Kind.String(), [3]int{l.Out.H, l.Out.W, l.Out.C}, l.Kernel, l.Stride, l.Parameters(), l.MultiplyAdds(),
		})
	}
	return layers
}
