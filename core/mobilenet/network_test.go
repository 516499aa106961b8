package mobilenet

import (
	"fmt"
	"strings"
	"testing"
)

// Every layer at α=1 and 224: Table 1 of the paper.
func TestLayersExact(t *testing.T) {
	want := []struct {
		name                     string
		kind                     Kind
		in, out                  Shape
		stride                   int
		pad                      Padding
		parameters, multiplyAdds int
	}{
		{"conv", Conv, Shape{224, 224, 3}, Shape{112, 112, 32}, 2, Padding{0, 0, 1, 1}, 864, 10_838_016},
		{"dw1", Depthwise, Shape{112, 112, 32}, Shape{112, 112, 32}, 1, Padding{1, 1, 1, 1}, 288, 3_612_672},
		{"pw1", Pointwise, Shape{112, 112, 32}, Shape{112, 112, 64}, 1, Padding{}, 2_048, 25_690_112},
		{"dw2", Depthwise, Shape{112, 112, 64}, Shape{56, 56, 64}, 2, Padding{0, 0, 1, 1}, 576, 1_806_336},
		{"pw2", Pointwise, Shape{56, 56, 64}, Shape{56, 56, 128}, 1, Padding{}, 8_192, 25_690_112},
		{"dw3", Depthwise, Shape{56, 56, 128}, Shape{56, 56, 128}, 1, Padding{1, 1, 1, 1}, 1_152, 3_612_672},
		{"pw3", Pointwise, Shape{56, 56, 128}, Shape{56, 56, 128}, 1, Padding{}, 16_384, 51_380_224},
		{"dw4", Depthwise, Shape{56, 56, 128}, Shape{28, 28, 128}, 2, Padding{0, 0, 1, 1}, 1_152, 903_168},
		{"pw4", Pointwise, Shape{28, 28, 128}, Shape{28, 28, 256}, 1, Padding{}, 32_768, 25_690_112},
		{"dw5", Depthwise, Shape{28, 28, 256}, Shape{28, 28, 256}, 1, Padding{1, 1, 1, 1}, 2_304, 1_806_336},
		{"pw5", Pointwise, Shape{28, 28, 256}, Shape{28, 28, 256}, 1, Padding{}, 65_536, 51_380_224},
		{"dw6", Depthwise, Shape{28, 28, 256}, Shape{14, 14, 256}, 2, Padding{0, 0, 1, 1}, 2_304, 451_584},
		{"pw6", Pointwise, Shape{14, 14, 256}, Shape{14, 14, 512}, 1, Padding{}, 131_072, 25_690_112},
		{"dw7", Depthwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{1, 1, 1, 1}, 4_608, 903_168},
		{"pw7", Pointwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{}, 262_144, 51_380_224},
		{"dw8", Depthwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{1, 1, 1, 1}, 4_608, 903_168},
		{"pw8", Pointwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{}, 262_144, 51_380_224},
		{"dw9", Depthwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{1, 1, 1, 1}, 4_608, 903_168},
		{"pw9", Pointwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{}, 262_144, 51_380_224},
		{"dw10", Depthwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{1, 1, 1, 1}, 4_608, 903_168},
		{"pw10", Pointwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{}, 262_144, 51_380_224},
		{"dw11", Depthwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{1, 1, 1, 1}, 4_608, 903_168},
		{"pw11", Pointwise, Shape{14, 14, 512}, Shape{14, 14, 512}, 1, Padding{}, 262_144, 51_380_224},
		{"dw12", Depthwise, Shape{14, 14, 512}, Shape{7, 7, 512}, 2, Padding{0, 0, 1, 1}, 4_608, 225_792},
		{"pw12", Pointwise, Shape{7, 7, 512}, Shape{7, 7, 1024}, 1, Padding{}, 524_288, 25_690_112},
		{"dw13", Depthwise, Shape{7, 7, 1024}, Shape{7, 7, 1024}, 1, Padding{1, 1, 1, 1}, 9_216, 451_584},
		{"pw13", Pointwise, Shape{7, 7, 1024}, Shape{7, 7, 1024}, 1, Padding{}, 1_048_576, 51_380_224},
		{"pool", AveragePool, Shape{7, 7, 1024}, Shape{1, 1, 1024}, 1, Padding{}, 0, 0},
		{"fc", FullyConnected, Shape{1, 1, 1024}, Shape{1, 1, 1000}, 1, Padding{}, 1_024_000, 1_024_000},
	}
	layers := mustLayers(t, Network{Alpha: 1, Resolution: 224, Classes: 1000, MinChannels: MinChannels})
	if len(layers) != len(want) {
		t.Fatalf("%d layers, want %d", len(layers), len(want))
	}
	for i, w := range want {
		l := &layers[i]
		if l.Name != w.name || l.Kind != w.kind || l.In != w.in || l.Out != w.out || l.Stride != w.stride || l.Pad != w.pad {
			t.Errorf("layer %d: %s %v %v->%v stride %d pad %v\nwant %+v", i, l.Name, l.Kind, l.In, l.Out, l.Stride, l.Pad, w)
		}
		if l.Parameters() != w.parameters || l.MultiplyAdds() != w.multiplyAdds {
			t.Errorf("%s: %d parameters, %d multiply-adds; want %d, %d", l.Name, l.Parameters(), l.MultiplyAdds(),
				w.parameters, w.multiplyAdds)
		}
	}
}

// At any α, resolution and class count each layer reads what the one before it made, and α follows from the last channels.
func TestLayersSweep(t *testing.T) {
	for _, alpha := range []float64{1, 0.75, 0.5, 0.35, 0.25, 0.1, 0.01, 1e-9} {
		for _, resolution := range []int{1, 2, 31, 32, 33, 97, 128, 160, 192, 224, 225, MaxResolution} {
			for _, classes := range []int{0, 1, 5, 1000, 1001} {
				n := Network{Alpha: alpha, Resolution: resolution, Classes: classes, MinChannels: MinChannels}
				layers := mustLayers(t, n)
				if want := 28 + min(classes, 1); len(layers) != want {
					t.Fatalf("%+v: %d layers, want %d", n, len(layers), want)
				}
				in := Shape{resolution, resolution, 3}
				for _, l := range layers {
					if l.In != in {
						t.Errorf("%+v: layer %s reads %v, but gets %v", n, l.Name, l.In, in)
					}
					if l.Out.C < min(MinChannels, max(classes, 1)) {
						t.Errorf("%+v: layer %s has %d channels", n, l.Name, l.Out.C)
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

func TestMinChannels(t *testing.T) {
	for _, c := range []struct{ min, want int }{{MinChannels, 8}, {0, 3}, {1, 3}, {-5, 3}, {16, 16}} {
		layers := mustLayers(t, Network{Alpha: 0.1, Resolution: 32, MinChannels: c.min})
		if got := layers[0].Out.C; got != c.want {
			t.Errorf("α 0.1 with at least %d channels: %d in the first layer, want %d", c.min, got, c.want)
		}
	}
}

func TestLayersRefused(t *testing.T) {
	ok := Network{Alpha: 1, Resolution: 224, Classes: 1001, MinChannels: MinChannels}
	nan := 0.0
	nan /= nan
	for _, c := range []struct {
		change func(*Network)
		says   string
	}{
		{func(n *Network) { n.Alpha = 0 }, "width multiplier 0"},
		{func(n *Network) { n.Alpha = -1 }, "width multiplier -1"},
		{func(n *Network) { n.Alpha = 1.51 }, "width multiplier 1.51"},
		{func(n *Network) { n.Alpha = nan }, "width multiplier NaN"},
		{func(n *Network) { n.Resolution = 0 }, "resolution 0"},
		{func(n *Network) { n.Resolution = -224 }, "resolution -224"},
		{func(n *Network) { n.Resolution = MaxResolution + 1 }, "resolution 1025"},
		{func(n *Network) { n.Classes = -1 }, "-1 outputs"},
		{func(n *Network) { n.Width = -1 }, "width -1"},
		{func(n *Network) { n.Width = MaxResolution + 1 }, "width 1025"},
		{func(n *Network) { n.Top.EachPixel = -2 }, "-2 outputs"},
		{func(n *Network) { n.Top.Dense[1] = -3 }, "-3 outputs"},
		{func(n *Network) { n.Top.Dense[0], n.Classes = 5, 0 }, "without a classifier"},
	} {
		n := ok
		c.change(&n)
		if _, err := n.Layers(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: error %v, want one that says %q", n, err, c.says)
		}
	}
}

func TestResize(t *testing.T) {
	n := Network{Alpha: 0.5, Resolution: 224, Classes: 10, MinChannels: MinChannels}
	layers := mustLayers(t, n)
	for _, r := range []int{32, 96, 128, 160, 192, 224, 225, 480} {
		if err := Resize(layers, Shape{r, r, 3}); err != nil {
			t.Fatal(err)
		}
		n.Resolution = r
		if got, want := fmt.Sprint(layers), fmt.Sprint(mustLayers(t, n)); got != want {
			t.Errorf("resized to %d:\n%s\nwant\n%s", r, got, want)
		}
	}
	if err := Resize(layers, Shape{0, 0, 3}); err == nil {
		t.Error("resized to 0 without an error")
	}
}

func TestAtResolution(t *testing.T) {
	n := Network{Alpha: 1, Resolution: 224, Classes: 1001, MinChannels: MinChannels}
	m := &Model{Network: n, Layers: mustLayers(t, n)}
	small, err := m.AtResolution(96)
	if err != nil {
		t.Fatal(err)
	}
	if small.Resolution != 96 || small.Layers[0].In.H != 96 || small.Layers[small.Features()].Out.H != 3 {
		t.Errorf("at 96: resolution %d, input %v, features %v", small.Resolution, small.Layers[0].In, small.Layers[small.Features()].Out)
	}
	if m.Resolution != 224 || m.Layers[0].In.H != 224 {
		t.Error("the model changed with its copy")
	}
	m.Width = 224 // as its height
	if again, err := m.AtResolution(96); err != nil || again.InputShape() != (Shape{96, 96, 3}) {
		t.Errorf("at 96: input %v, error %v", again.InputShape(), err)
	}
	for _, r := range []int{-32, 0, 31, 33, 1056} {
		if _, err := m.AtResolution(r); err == nil || !strings.Contains(err.Error(), fmt.Sprint(r)) {
			t.Errorf("at %d: error %v", r, err)
		}
	}
}

func TestAlphaOf(t *testing.T) {
	for channels, want := range map[int]float64{
		1024: 1, 768: 0.75, 512: 0.5, 358: 0.35, 256: 0.25, 102: 0.1, 10: 0.01, 1: 1.0 / 1024, 1000: 1000.0 / 1024,
	} {
		if got := AlphaOf(channels); got != want {
			t.Errorf("AlphaOf(%d) = %v, want %v", channels, got, want)
		}
	}
	// Whatever it gives makes a network with that many channels.
	for channels := 1; channels <= 1024; channels++ {
		layers := mustLayers(t, Network{Alpha: AlphaOf(channels), Resolution: 32})
		if got := layers[len(layers)-1].Out.C; got != channels {
			t.Errorf("AlphaOf(%d) = %v, which gives %d channels", channels, AlphaOf(channels), got)
		}
	}
	// Every network of two decimals is found again, all its layers.
	for i := 1; i <= 100; i++ {
		n := Network{Alpha: float64(i) / 100, Resolution: 32}
		layers := mustLayers(t, n)
		n.Alpha = AlphaOf(layers[len(layers)-1].Out.C)
		if got, want := fmt.Sprint(mustLayers(t, n)), fmt.Sprint(layers); got != want {
			t.Errorf("α %v is taken for %v, which is another network", float64(i)/100, n.Alpha)
		}
	}
}
