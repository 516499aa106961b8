package mobilenet

import (
	"math"
	"testing"
)

// The worked example: 224×224×3 into 2 channels with 3×3 kernels.
func TestWorkedExample(t *testing.T) {
	p, ma := StandardCost(3, 3, 2, 224)
	if p != 54 || ma != 2_709_504 {
		t.Errorf("standard: %d parameters, %d multiply-adds; want 54, 2709504", p, ma)
	}
	sp, sma := SeparableCost(3, 3, 2, 224)
	if sp != 33 || sma != 1_655_808 {
		t.Errorf("separable: %d parameters, %d multiply-adds; want 33, 1655808", sp, sma)
	}
	if r := Reduction(3, 2); !near(r, 11.0/18, 1e-15) || !near(r, float64(sma)/float64(ma), 1e-15) {
		t.Errorf("reduction %v, want 11/18", r)
	}
}

func TestReduction(t *testing.T) {
	for _, dk := range []int{1, 3, 5, 7} {
		for _, m := range []int{1, 3, 32, 1024} {
			for _, n := range []int{1, 2, 64, 1000} {
				p, ma := StandardCost(dk, m, n, 14)
				sp, sma := SeparableCost(dk, m, n, 14)
				want := Reduction(dk, n)
				if !near(float64(sma)/float64(ma), want, 1e-12) || !near(float64(sp)/float64(p), want, 1e-12) {
					t.Errorf("Dk %d, M %d, N %d: parameters %d/%d, multiply-adds %d/%d; want 1/N + 1/Dk² = %v", dk, m, n, sp, p, sma, ma, want)
				}
			}
		}
	}
}

// A depthwise and a pointwise layer of the network cost what the formula says of the pair.
func TestLayersFollowTheFormula(t *testing.T) {
	layers := mustLayers(t, Network{Alpha: 1, Resolution: 224, Classes: 1000, MinChannels: MinChannels})
	pairs := 0
	for i := 1; i < len(layers); i++ {
		dw, pw := &layers[i-1], &layers[i]
		if pw.Kind != Pointwise {
			continue
		}
		pairs++
		p, ma := SeparableCost(3, pw.In.C, pw.Out.C, pw.Out.H)
		if dw.Parameters()+pw.Parameters() != p || dw.MultiplyAdds()+pw.MultiplyAdds() != ma {
			t.Errorf("%s+%s: %d parameters, %d multiply-adds; want %d, %d", dw.Name, pw.Name,
				dw.Parameters()+pw.Parameters(), dw.MultiplyAdds()+pw.MultiplyAdds(), p, ma)
		}
	}
	if pairs != 13 {
		t.Errorf("%d pairs, want 13", pairs)
	}
}

func TestScaling(t *testing.T) {
	body := func(alpha float64, resolution int) (pointwise, depthwise, multiplyAdds int) {
		for _, l := range mustLayers(t, Network{Alpha: alpha, Resolution: resolution, Classes: 1000, MinChannels: MinChannels}) {
			switch l.Kind {
			case Pointwise:
				pointwise += l.Parameters()
			case Depthwise:
				depthwise += l.Parameters()
			}
			if l.Kind != FullyConnected {
				multiplyAdds += l.MultiplyAdds()
			}
		}
		return
	}
	pw, dw, ma := body(1, 224)
	for _, alpha := range []float64{0.75, 0.5, 0.25} {
		// Exactly α² for the pointwise layers, α for the depthwise ones.
		p, d, _ := body(alpha, 224)
		if want, _ := Scaling(alpha, 1); float64(p) != want*float64(pw) || float64(d) != alpha*float64(dw) {
			t.Errorf("α %v: pointwise %d of %d, depthwise %d of %d", alpha, p, pw, d, dw)
		}
	}
	for _, resolution := range []int{192, 160, 128} {
		// Exactly ρ² for multiply-adds before the classifier, parameters unchanged.
		p, d, m := body(1, resolution)
		if _, want := Scaling(1, float64(resolution)/224); !near(float64(m), want*float64(ma), 1e-12) || p != pw || d != dw {
			t.Errorf("resolution %d: %d multiply-adds of %d", resolution, m, ma)
		}
	}
	if p, m := Scaling(0.5, 0.5); p != 0.25 || m != 0.0625 {
		t.Errorf("Scaling(0.5, 0.5) = %v, %v", p, m)
	}
}

// Table 4 of the paper: 4866 million multiply-adds, 29.3 million parameters. The exact count rounds to 4867.
func TestStandardNetwork(t *testing.T) {
	p, ma := StandardNetwork(mustLayers(t, Network{Alpha: 1, Resolution: 224, Classes: 1000, MinChannels: MinChannels}))
	if p != 29_281_120 || ma != 4_867_293_184 {
		t.Errorf("%d parameters, %d multiply-adds; want 29281120, 4867293184", p, ma)
	}
}

// Table 1 and 2 of the paper: where the work and the parameters are.
func TestShares(t *testing.T) {
	layers := mustLayers(t, Network{Alpha: 1, Resolution: 224, Classes: 1000, MinChannels: MinChannels})
	parameters, biases, multiplyAdds := Cost(layers)
	if parameters != 4_209_088 || biases != 11_944 || multiplyAdds != 568_740_352 {
		t.Errorf("cost %d, %d, %d; want 4209088, 11944, 568740352", parameters, biases, multiplyAdds)
	}
	var p, ma [5]int
	for i := range layers {
		p[layers[i].Kind] += layers[i].Parameters()
		ma[layers[i].Kind] += layers[i].MultiplyAdds()
	}
	for _, want := range []struct {
		kind                     Kind
		parameters, multiplyAdds float64
	}{
		{Pointwise, 74.59, 94.86}, {Depthwise, 1.06, 3.06}, {Conv, 0.02, 1.91}, {FullyConnected, 24.33, 0.18}, {AveragePool, 0, 0},
	} {
		gotP := 100 * float64(p[want.kind]) / float64(parameters)
		gotMA := 100 * float64(ma[want.kind]) / float64(multiplyAdds)
		if math.Abs(gotP-want.parameters) > 0.005 || math.Abs(gotMA-want.multiplyAdds) > 0.005 {
			t.Errorf("%v: %.3f%% of the parameters, %.3f%% of the multiply-adds; want %v, %v",
				want.kind, gotP, gotMA, want.parameters, want.multiplyAdds)
		}
	}
}

func mustLayers(t *testing.T, n Network) []Layer {
	t.Helper()
	layers, err := n.Layers()
	if err != nil {
		t.Fatal(err)
	}
	return layers
}

func near(a, b, relative float64) bool { return math.Abs(a-b) <= relative*math.Abs(b) }
