//go:build !wasm

package quantize_test

import (
	"context"
	"math"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/quantize"
	"mobilenet/core/tflite"
)

// forward computes a V1 network in float32, written down, and lets round change what each layer gives.
func forward(m *mobilenet.Model, picture []byte, round func(layer int, values []float32)) []float32 {
	table := m.FloatInputTable()
	in := make([]float32, len(picture))
	for i, b := range picture {
		in[i] = table[i%3][b]
	}
	for n := range m.Layers {
		l := &m.Layers[n]
		out := make([]float32, l.Out.Len())
		for p := range l.Out.H * l.Out.W {
			pixel := out[p*l.Out.C:][:l.Out.C]
			if l.Kind != mobilenet.AveragePool {
				copy(pixel, l.Float.Bias)
			}
			kernel := max(l.Kernel, 1)
			for t := range kernel * kernel {
				y, x := p/l.Out.W*l.Stride-l.Pad.Top+t/kernel, p%l.Out.W*l.Stride-l.Pad.Left+t%kernel
				if y < 0 || x < 0 || y >= l.In.H || x >= l.In.W {
					continue
				}
				cell := in[(y*l.In.W+x)*l.In.C:][:l.In.C]
				switch l.Kind {
				case mobilenet.AveragePool:
					for c, v := range cell {
						pixel[c] += v / float32(kernel*kernel)
					}
				case mobilenet.Depthwise:
					for c, v := range cell {
						pixel[c] += v * l.Float.Weights[t*l.Out.C+c]
					}
				default:
					for c := range pixel {
						sum := float32(0)
						for i, w := range l.Float.Weights[(c*kernel*kernel+t)*l.In.C:][:l.In.C] {
							sum += cell[i] * w
						}
						pixel[c] += sum
					}
				}
			}
			for c, v := range pixel {
				pixel[c] = l.Float.Activate(v)
			}
		}
		round(n, out)
		in = out
	}
	return in
}

// TestLimits asks what is lost at best: with weights of real numbers and nothing rounded but the logits, or but what the other layers give, to
// bytes of the ranges that Quantize chose. Weights alone make nothing better than that; copies of a channel, which lower the noise of a map, may.
func TestLimits(t *testing.T) {
	if !*whole {
		t.Skip("skipped: minutes; make quantize runs it")
	}
	for _, c := range realCases()[:2] {
		t.Run(c.name, func(t *testing.T) {
			m := c.model(t)
			_, photos := inputs(t, m, testmodel.Shared(t, "photos")+"/*.JPEG")
			_, flowers := inputs(t, m, testmodel.Shared(t, "flowers")+"/test/*/*.jpg")
			_, report, err := quantize.Quantize(context.Background(), m, photos, quantize.Options{Engine: start, KeepScales: true})
			if err != nil {
				t.Fatal(err)
			}
			last := len(m.Layers) - 1
			for _, set := range []struct {
				name     string
				pictures [][]byte
			}{{"photos", photos}, {"flowers", flowers}} {
				var float, logits, others []int
				for _, p := range set.pictures {
					top := func(when func(layer int) bool) int {
						z := forward(m, p, func(layer int, values []float32) {
							if !when(layer) {
								return
							}
							r := report.Layers[layer]
							step := float64(r.Most-r.Least) / 255
							for i, v := range values {
								values[i] = float32(math.RoundToEven(math.Min(math.Max(float64(v), float64(r.Least)), float64(r.Most))/step) * step)
							}
						})
						most := 0
						for i, v := range z {
							if v > z[most] {
								most = i
							}
						}
						return most
					}
					float = append(float, top(func(int) bool { return false }))
					logits = append(logits, top(func(l int) bool { return l == last }))
					others = append(others, top(func(l int) bool { return l != last }))
				}
				same := func(a []int) (n int) {
					for i := range a {
						if a[i] == float[i] {
							n++
						}
					}
					return n
				}
				t.Logf("of %d %s the best answer stays with only the logits rounded on %d, with only the other layers' outputs on %d", len(float), set.name, same(logits), same(others))
				if same(logits) < len(float)/2 {
					t.Error("the forward pass here is not the network's")
				}
			}
		})
	}
}

// TestBesideConverter compares with what TensorFlow's converter made of the same float network.
func TestBesideConverter(t *testing.T) {
	read := func(name string) *mobilenet.Model {
		m, err := tflite.Read(readFile(t, testmodel.Shared(t, "cases/checkpoints/keras_0.25_96_vww."+name+"_twin.tflite")))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	float, theirs := read("float"), read("int8")
	// The file says nothing of its pixels' range; it was trained on 0..1, as the int8 twin's input shows.
	for c := range 3 {
		float.Input.Mean[c], float.Input.Scale[c] = float32(theirs.Input.Quant.Zero), theirs.Input.Quant.Scale
	}
	_, photos := inputs(t, float, testmodel.Shared(t, "photos")+"/*.JPEG")
	_, flowers := inputs(t, float, testmodel.Shared(t, "flowers")+"/test/*/*.jpg")
	for _, scheme := range []quantize.Scheme{quantize.PerChannel, quantize.PerTensor} {
		ours, _, err := quantize.Quantize(context.Background(), float, photos, quantize.Options{Scheme: scheme, Engine: start})
		if err != nil {
			t.Fatal(err)
		}
		var lost [2]*quantize.Agreement
		for i, m := range []*mobilenet.Model{theirs, ours} {
			if lost[i], err = quantize.Compare(context.Background(), float, m, flowers, start); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%v: of %d pictures the converter's int8 keeps the answer on %d (largest difference %.3f), ours on %d (%.3f)", scheme,
			lost[0].Pictures, lost[0].Same, lost[0].Difference, lost[1].Same, lost[1].Difference)
		if scheme == quantize.PerChannel && (lost[1].Same < lost[0].Same || lost[1].Difference > lost[0].Difference) {
			t.Errorf("ours loses more")
		}
	}
}
