package mobilenet

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// Every layer of V2 at α=1 and 224: Table 2 of arXiv 1801.04381. The last two numbers are weights and multiply-adds; before them stand
// the stride and, for additions, the layer that is added.
func TestLayersV2Exact(t *testing.T) {
	want := []struct {
		name                     string
		kind                     Kind
		in, out                  Shape
		stride, addend           int
		parameters, multiplyAdds int
	}{
		{"conv", Conv, Shape{224, 224, 3}, Shape{112, 112, 32}, 2, 0, 864, 10838016},
		{"dw1", Depthwise, Shape{112, 112, 32}, Shape{112, 112, 32}, 1, 0, 288, 3612672},
		{"project1", Pointwise, Shape{112, 112, 32}, Shape{112, 112, 16}, 1, 0, 512, 6422528},
		{"expand2", Pointwise, Shape{112, 112, 16}, Shape{112, 112, 96}, 1, 0, 1536, 19267584},
		{"dw2", Depthwise, Shape{112, 112, 96}, Shape{56, 56, 96}, 2, 0, 864, 2709504},
		{"project2", Pointwise, Shape{56, 56, 96}, Shape{56, 56, 24}, 1, 0, 2304, 7225344},
		{"expand3", Pointwise, Shape{56, 56, 24}, Shape{56, 56, 144}, 1, 0, 3456, 10838016},
		{"dw3", Depthwise, Shape{56, 56, 144}, Shape{56, 56, 144}, 1, 0, 1296, 4064256},
		{"project3", Pointwise, Shape{56, 56, 144}, Shape{56, 56, 24}, 1, 0, 3456, 10838016},
		{"add3", Add, Shape{56, 56, 24}, Shape{56, 56, 24}, 1, 5, 0, 0},
		{"expand4", Pointwise, Shape{56, 56, 24}, Shape{56, 56, 144}, 1, 0, 3456, 10838016},
		{"dw4", Depthwise, Shape{56, 56, 144}, Shape{28, 28, 144}, 2, 0, 1296, 1016064},
		{"project4", Pointwise, Shape{28, 28, 144}, Shape{28, 28, 32}, 1, 0, 4608, 3612672},
		{"expand5", Pointwise, Shape{28, 28, 32}, Shape{28, 28, 192}, 1, 0, 6144, 4816896},
		{"dw5", Depthwise, Shape{28, 28, 192}, Shape{28, 28, 192}, 1, 0, 1728, 1354752},
		{"project5", Pointwise, Shape{28, 28, 192}, Shape{28, 28, 32}, 1, 0, 6144, 4816896},
		{"add5", Add, Shape{28, 28, 32}, Shape{28, 28, 32}, 1, 12, 0, 0},
		{"expand6", Pointwise, Shape{28, 28, 32}, Shape{28, 28, 192}, 1, 0, 6144, 4816896},
		{"dw6", Depthwise, Shape{28, 28, 192}, Shape{28, 28, 192}, 1, 0, 1728, 1354752},
		{"project6", Pointwise, Shape{28, 28, 192}, Shape{28, 28, 32}, 1, 0, 6144, 4816896},
		{"add6", Add, Shape{28, 28, 32}, Shape{28, 28, 32}, 1, 16, 0, 0},
		{"expand7", Pointwise, Shape{28, 28, 32}, Shape{28, 28, 192}, 1, 0, 6144, 4816896},
		{"dw7", Depthwise, Shape{28, 28, 192}, Shape{14, 14, 192}, 2, 0, 1728, 338688},
		{"project7", Pointwise, Shape{14, 14, 192}, Shape{14, 14, 64}, 1, 0, 12288, 2408448},
		{"expand8", Pointwise, Shape{14, 14, 64}, Shape{14, 14, 384}, 1, 0, 24576, 4816896},
		{"dw8", Depthwise, Shape{14, 14, 384}, Shape{14, 14, 384}, 1, 0, 3456, 677376},
		{"project8", Pointwise, Shape{14, 14, 384}, Shape{14, 14, 64}, 1, 0, 24576, 4816896},
		{"add8", Add, Shape{14, 14, 64}, Shape{14, 14, 64}, 1, 23, 0, 0},
		{"expand9", Pointwise, Shape{14, 14, 64}, Shape{14, 14, 384}, 1, 0, 24576, 4816896},
		{"dw9", Depthwise, Shape{14, 14, 384}, Shape{14, 14, 384}, 1, 0, 3456, 677376},
		{"project9", Pointwise, Shape{14, 14, 384}, Shape{14, 14, 64}, 1, 0, 24576, 4816896},
		{"add9", Add, Shape{14, 14, 64}, Shape{14, 14, 64}, 1, 27, 0, 0},
		{"expand10", Pointwise, Shape{14, 14, 64}, Shape{14, 14, 384}, 1, 0, 24576, 4816896},
		{"dw10", Depthwise, Shape{14, 14, 384}, Shape{14, 14, 384}, 1, 0, 3456, 677376},
		{"project10", Pointwise, Shape{14, 14, 384}, Shape{14, 14, 64}, 1, 0, 24576, 4816896},
		{"add10", Add, Shape{14, 14, 64}, Shape{14, 14, 64}, 1, 31, 0, 0},
		{"expand11", Pointwise, Shape{14, 14, 64}, Shape{14, 14, 384}, 1, 0, 24576, 4816896},
		{"dw11", Depthwise, Shape{14, 14, 384}, Shape{14, 14, 384}, 1, 0, 3456, 677376},
		{"project11", Pointwise, Shape{14, 14, 384}, Shape{14, 14, 96}, 1, 0, 36864, 7225344},
		{"expand12", Pointwise, Shape{14, 14, 96}, Shape{14, 14, 576}, 1, 0, 55296, 10838016},
		{"dw12", Depthwise, Shape{14, 14, 576}, Shape{14, 14, 576}, 1, 0, 5184, 1016064},
		{"project12", Pointwise, Shape{14, 14, 576}, Shape{14, 14, 96}, 1, 0, 55296, 10838016},
		{"add12", Add, Shape{14, 14, 96}, Shape{14, 14, 96}, 1, 38, 0, 0},
		{"expand13", Pointwise, Shape{14, 14, 96}, Shape{14, 14, 576}, 1, 0, 55296, 10838016},
		{"dw13", Depthwise, Shape{14, 14, 576}, Shape{14, 14, 576}, 1, 0, 5184, 1016064},
		{"project13", Pointwise, Shape{14, 14, 576}, Shape{14, 14, 96}, 1, 0, 55296, 10838016},
		{"add13", Add, Shape{14, 14, 96}, Shape{14, 14, 96}, 1, 42, 0, 0},
		{"expand14", Pointwise, Shape{14, 14, 96}, Shape{14, 14, 576}, 1, 0, 55296, 10838016},
		{"dw14", Depthwise, Shape{14, 14, 576}, Shape{7, 7, 576}, 2, 0, 5184, 254016},
		{"project14", Pointwise, Shape{7, 7, 576}, Shape{7, 7, 160}, 1, 0, 92160, 4515840},
		{"expand15", Pointwise, Shape{7, 7, 160}, Shape{7, 7, 960}, 1, 0, 153600, 7526400},
		{"dw15", Depthwise, Shape{7, 7, 960}, Shape{7, 7, 960}, 1, 0, 8640, 423360},
		{"project15", Pointwise, Shape{7, 7, 960}, Shape{7, 7, 160}, 1, 0, 153600, 7526400},
		{"add15", Add, Shape{7, 7, 160}, Shape{7, 7, 160}, 1, 49, 0, 0},
		{"expand16", Pointwise, Shape{7, 7, 160}, Shape{7, 7, 960}, 1, 0, 153600, 7526400},
		{"dw16", Depthwise, Shape{7, 7, 960}, Shape{7, 7, 960}, 1, 0, 8640, 423360},
		{"project16", Pointwise, Shape{7, 7, 960}, Shape{7, 7, 160}, 1, 0, 153600, 7526400},
		{"add16", Add, Shape{7, 7, 160}, Shape{7, 7, 160}, 1, 53, 0, 0},
		{"expand17", Pointwise, Shape{7, 7, 160}, Shape{7, 7, 960}, 1, 0, 153600, 7526400},
		{"dw17", Depthwise, Shape{7, 7, 960}, Shape{7, 7, 960}, 1, 0, 8640, 423360},
		{"project17", Pointwise, Shape{7, 7, 960}, Shape{7, 7, 320}, 1, 0, 307200, 15052800},
		{"head", Pointwise, Shape{7, 7, 320}, Shape{7, 7, 1280}, 1, 0, 409600, 20070400},
		{"pool", AveragePool, Shape{7, 7, 1280}, Shape{1, 1, 1280}, 1, 0, 0, 0},
		{"fc", FullyConnected, Shape{1, 1, 1280}, Shape{1, 1, 1000}, 1, 0, 1280000, 1280000},
	}
	layers := mustLayers(t, Network{Version: V2, Alpha: 1, Resolution: 224, Classes: 1000})
	if len(layers) != len(want) {
		t.Fatalf("%d layers, want %d", len(layers), len(want))
	}
	for i, w := range want {
		l := &layers[i]
		if l.Name != w.name || l.Kind != w.kind || l.In != w.in || l.Out != w.out || l.Stride != w.stride || l.Addend != w.addend {
			t.Errorf("layer %d: %s %v %v->%v stride %d adds %d\nwant %+v", i, l.Name, l.Kind, l.In, l.Out, l.Stride, l.Addend, w)
		}
		if l.Parameters() != w.parameters || l.MultiplyAdds() != w.multiplyAdds {
			t.Errorf("%s: %d parameters, %d multiply-adds; want %d, %d", l.Name, l.Parameters(), l.MultiplyAdds(), w.parameters, w.multiplyAdds)
		}
		if pad := (Padding{1, 1, 1, 1}); l.Kernel == 3 && l.Stride == 1 && l.Pad != pad || l.Kernel == 1 && l.Pad != (Padding{}) {
			t.Errorf("%s: padding %v", l.Name, l.Pad)
		}
	}
	// Table 4 of the paper, which cuts: 300M multiply-adds, 3.4M parameters.
	parameters, _, multiplyAdds := Cost(layers)
	if multiplyAdds/1e6 != 300 || parameters/1e5 != 34 {
		t.Errorf("%d multiply-adds and %d parameters; the paper has 300M and 3.4M", multiplyAdds, parameters)
	}
}

// Table 2 again, row by row: the input of each, its channels, and how many of its blocks add.
func TestLayersV2Table(t *testing.T) {
	layers := mustLayers(t, Network{Version: V2, Alpha: 1, Resolution: 224, Classes: 1000})
	byName := map[string]*Layer{}
	adds := 0
	for i := range layers {
		byName[layers[i].Name] = &layers[i]
		if layers[i].Kind == Add {
			adds++
		}
	}
	for _, row := range []struct {
		name string
		in   Shape
	}{
		{"conv", Shape{224, 224, 3}}, {"dw1", Shape{112, 112, 32}}, {"expand2", Shape{112, 112, 16}}, {"expand4", Shape{56, 56, 24}},
		{"expand7", Shape{28, 28, 32}}, {"expand11", Shape{14, 14, 64}}, {"expand14", Shape{14, 14, 96}}, {"expand17", Shape{7, 7, 160}},
		{"head", Shape{7, 7, 320}}, {"pool", Shape{7, 7, 1280}}, {"fc", Shape{1, 1, 1280}},
	} {
		if l := byName[row.name]; l == nil || l.In != row.in {
			t.Errorf("%s: %+v, want an input of %v", row.name, l, row.in)
		}
	}
	if adds != 10 { // one less than its n for each row with stride 2 or other channels: 1+2+3+2+2
		t.Errorf("%d additions, want 10", adds)
	}
}

// The channels that TF-slim and Keras give: https://arxiv.org/abs/1801.04381 rounds to 8, and never by more than a tenth down.
func TestChannelsV2(t *testing.T) {
	// First convolution, the seven rows, last convolution.
	for alpha, want := range map[float64][9]int{
		1:    {32, 16, 24, 32, 64, 96, 160, 320, 1280},
		1.4:  {48, 24, 32, 48, 88, 136, 224, 448, 1792},
		1.3:  {40, 24, 32, 40, 80, 128, 208, 416, 1664},
		0.75: {24, 16, 24, 24, 48, 72, 120, 240, 1280},
		0.5:  {16, 8, 16, 16, 32, 48, 80, 160, 1280},
		0.35: {16, 8, 8, 16, 24, 32, 56, 112, 1280},
		0.05: {8, 8, 8, 8, 8, 8, 8, 16, 1280},
		1e-9: {8, 8, 8, 8, 8, 8, 8, 8, 1280},
	} {
		widths := Network{Alpha: alpha}.widthsV2()
		rows := [9]int{widths[0], widths[1], widths[2], widths[4], widths[7], widths[11], widths[14], widths[17], widths[18]}
		if rows != want {
			t.Errorf("α %v: channels %v, want %v", alpha, rows, want)
		}
	}
	for _, c := range []struct {
		channels float64
		least    int
		want     int
	}{{11.2, 8, 16}, {12, 8, 16}, {8.8, 8, 8}, {8.9, 8, 16}, {20, 8, 24}, {19.9, 8, 24}, {17.7, 8, 16}, {5, 16, 16}} {
		if got := divisible(c.channels, c.least); got != c.want {
			t.Errorf("divisible(%v, %d) = %d, want %d", c.channels, c.least, got, c.want)
		}
	}
}

// At any α, resolution and class count each layer reads what the one before it made, and additions add maps of one shape.
func TestLayersV2Sweep(t *testing.T) {
	for _, alpha := range []float64{MaxAlphaV2, 1.4, 1.3, 1.01, 1, 0.75, 0.5, 0.35, 0.1, 0.05, 1e-9} {
		for _, resolution := range []int{1, 2, 31, 32, 33, 96, 160, 224, 225, MaxResolution} {
			for _, classes := range []int{0, 1, 1001} {
				n := Network{Version: V2, Alpha: alpha, Resolution: resolution, Classes: classes}
				layers := mustLayers(t, n)
				in := Shape{resolution, resolution, 3}
				for i, l := range layers {
					if l.In != in || l.Out.Len() < 1 {
						t.Errorf("%+v: layer %s reads %v and makes %v, but gets %v", n, l.Name, l.In, l.Out, in)
					}
					if err := checkAddend(layers, i); err != nil {
						t.Errorf("%+v: %v", n, err)
					}
					in = l.Out
				}
				if classes > 0 && in != (Shape{1, 1, classes}) {
					t.Errorf("%+v: gives %v", n, in)
				}
			}
		}
	}
}

// At narrow widths the channels of neighbouring rows are equal, and more blocks add than in the paper's table.
func TestNarrowBlocksAdd(t *testing.T) {
	added := map[string]string{}
	layers := mustLayers(t, Network{Version: V2, Alpha: 0.05, Resolution: 96})
	for _, l := range layers {
		if l.Kind == Add {
			added[l.Name] = layers[l.Addend].Name
		}
	}
	for name, want := range map[string]string{"add1": "conv", "add3": "project2", "add11": "add10", "add12": "add11", "add17": ""} {
		if added[name] != want {
			t.Errorf("%s adds %q, want %q", name, added[name], want)
		}
	}
}

func TestLayersV2Refused(t *testing.T) {
	for says, n := range map[string]Network{
		"width multiplier 0 is not in (0,4]":       {Version: V2, Resolution: 224},
		"width multiplier 4.01 is not in (0,4]":    {Version: V2, Alpha: 4.01, Resolution: 224},
		"width multiplier 1.6 is not in (0,1.5]":   {Alpha: 1.6, Resolution: 224},
		"there is no Version(2): V1 is 0 and V2 1": {Version: 2, Alpha: 1, Resolution: 224},
		"resolution 1025 is not in 1..1024":        {Version: V2, Alpha: 1, Resolution: 1025},
		"width multiplier NaN is not in (0,4]":     {Version: V2, Alpha: math.NaN(), Resolution: 224},
		"width multiplier +Inf is not in (0,4]":    {Version: V2, Alpha: math.Inf(1), Resolution: 224},
	} {
		if _, err := n.Layers(); err == nil || err.Error() != says {
			t.Errorf("%+v: error %v, want %q", n, err, says)
		}
	}
	if got := V1.String() + " " + V2.String(); got != "MobileNetV1 MobileNetV2" {
		t.Errorf("names %s", got)
	}
}

func TestResizeV2(t *testing.T) {
	n := Network{Version: V2, Alpha: 0.35, Resolution: 224, Classes: 10}
	layers := mustLayers(t, n)
	for _, r := range []int{32, 96, 160, 225} {
		if err := Resize(layers, Shape{r, r, 3}); err != nil {
			t.Fatal(err)
		}
		n.Resolution = r
		if got, want := fmt.Sprint(layers), fmt.Sprint(mustLayers(t, n)); got != want {
			t.Errorf("resized to %d:\n%s\nwant\n%s", r, got, want)
		}
	}
	i := slices.IndexFunc(layers, func(l Layer) bool { return l.Kind == Add })
	for addend, says := range map[int]string{-1: "adds layer -1", i - 1: "adds layer 8", i: "adds layer 9", i + 9: "adds layer", 1: "it adds layer dw1"} {
		damaged := slices.Clone(layers)
		damaged[i].Addend = addend
		if err := Resize(damaged, Shape{224, 224, 3}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("an addition of layer %d: error %v, want one that says %q", addend, err, says)
		}
	}
}

// The map before the pool is the features' in both networks, and the pool gives the embedding.
func TestFeaturesV2(t *testing.T) {
	n := Network{Version: V2, Alpha: 1.4, Resolution: 224, Classes: 5}
	m := &Model{Network: n, Layers: mustLayers(t, n)}
	if l := m.Layers[m.Features()]; l.Name != "head" || l.Out != (Shape{7, 7, 1792}) {
		t.Errorf("features are those of %s, %v", l.Name, l.Out)
	}
	if l := m.Layers[m.Embedding()]; l.Name != "pool" || l.Out != (Shape{1, 1, 1792}) {
		t.Errorf("the embedding is that of %s, %v", l.Name, l.Out)
	}
}

func TestAlphaOfV2(t *testing.T) {
	for _, alpha := range publishedAlphasV2 {
		if got, ok := AlphaOfV2(Network{Alpha: alpha}.widthsV2()); !ok || got != alpha {
			t.Errorf("α %v is taken for %v, %v", alpha, got, ok)
		}
	}
	for _, alpha := range []float64{0.05, 0.1, 0.2, 0.25, 0.45} {
		if got, ok := AlphaOfV2(Network{Alpha: alpha}.widthsV2()); !ok || got != alpha {
			t.Errorf("α %v is taken for %v, %v", alpha, got, ok)
		}
	}
	// Every network of two decimals is found again, all its layers.
	for i := 1; i <= 100*MaxAlphaV2; i++ {
		n := Network{Version: V2, Alpha: float64(i) / 100, Resolution: 32}
		layers := mustLayers(t, n)
		alpha, ok := AlphaOfV2(n.widthsV2())
		n.Alpha = alpha
		if !ok || fmt.Sprint(mustLayers(t, n)) != fmt.Sprint(layers) {
			t.Errorf("α %v is taken for %v, %v", float64(i)/100, alpha, ok)
		}
	}
	for _, channels := range [][]int{nil, {32}, append(Network{Alpha: 1}.widthsV2(), 8), slices.Repeat([]int{1}, 19)} {
		if alpha, ok := AlphaOfV2(channels); ok {
			t.Errorf("channels %v are taken for α %v", channels, alpha)
		}
	}
}

// The cost of the blocks at stride 1 is the paper's formula.
func TestBottleneckCost(t *testing.T) {
	layers := mustLayers(t, Network{Version: V2, Alpha: 1, Resolution: 224})
	for _, c := range []struct {
		first, last string
		t           int
	}{{"dw1", "project1", 1}, {"expand3", "add3", 6}, {"expand17", "project17", 6}} {
		index := func(name string) int { return slices.IndexFunc(layers, func(l Layer) bool { return l.Name == name }) }
		block := layers[index(c.first) : index(c.last)+1]
		parameters, _, multiplyAdds := Cost(block)
		last := block[len(block)-1]
		p, ma := BottleneckCost(3, c.t, block[0].In.C, last.Out.C, last.Out.H)
		if p != parameters || ma != multiplyAdds {
			t.Errorf("%s: %d, %d; its layers cost %d, %d", block[0].Name, p, ma, parameters, multiplyAdds)
		}
	}
}

func TestPublishedV2Results(t *testing.T) {
	table := PublishedV2Results()
	if len(table) != 22 {
		t.Fatalf("%d rows, want 22", len(table))
	}
	seen := map[string]bool{}
	for _, row := range table {
		name := fmt.Sprintf("α %v at %d", row.Alpha, row.Resolution)
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
		parameters, _, multiplyAdds := Cost(mustLayers(t, Network{Version: V2, Alpha: row.Alpha, Resolution: row.Resolution, Classes: 1001}))
		if cut := float64(multiplyAdds / 1e6); cut != row.MultiplyAdds {
			t.Errorf("%s: %d multiply-adds, published %v million", name, multiplyAdds, row.MultiplyAdds)
		}
		if differs := math.Round(float64(multiplyAdds)/1e6) != row.MultiplyAdds; differs != row.MultiplyAddsDiffer {
			t.Errorf("%s: %d multiply-adds, published %v million, marked %v", name, multiplyAdds, row.MultiplyAdds, row.MultiplyAddsDiffer)
		}
		if p := hundredths(parameters); p != row.Parameters || row.ParametersDiffer {
			t.Errorf("%s: %v million parameters, published %v, marked %v", name, p, row.Parameters, row.ParametersDiffer)
		}
		if row.Float.Top1 >= row.Float.Top5 || row.Quantized != (Accuracy{}) {
			t.Errorf("%s: float %v, quantised %v", name, row.Float, row.Quantized)
		}
	}
	if !slices.IsSortedFunc(table, func(a, b Published) int { return cmp.Compare(b.Alpha, a.Alpha) }) {
		t.Error("the table does not begin with the widest network")
	}
}
