package tflitetest

import (
	"math"
	"math/rand/v2"
	"strings"

	"mobilenet/core/mobilenet"
)

// calibrationPictures is how many made-up pictures set the weights' sizes and the activations' ranges. One is too few: at 32×32
// the last feature map is a single pixel.
const calibrationPictures = 6

// trained is a layer with real weights, in the layouts of mobilenet.Float, and the range of its output.
type trained struct {
	mobilenet.Layer
	linear        bool // without activation, whatever the Spec says: V2's projections and additions
	weights, bias []float32
	least, most   float32
}

// train makes weights for layers so that every channel of every layer is alive: it runs a few pictures through the network and
// scales each channel to a spread and a mean that an activation of 0..6 neither always cuts nor never.
//
// Products are converted to float32 before they are added: that forbids fused multiply-add, and so the file is the same on every
// processor.
func train(layers []mobilenet.Layer, spec Spec) []trained {
	rng := rand.New(rand.NewPCG(spec.Seed, 0))
	maps := make([][]float32, calibrationPictures)
	for i := range maps {
		maps[i] = picture(rng, layers[0].In)
	}
	out, made := make([]trained, len(layers)), make([][][]float32, len(layers))
	for i, l := range layers {
		t := &out[i]
		t.Layer = l
		t.linear = l.Kind == mobilenet.Add && !spec.AddRelu6 || strings.HasPrefix(l.Name, "project")
		t.weights = make([]float32, l.Parameters())
		for k := range t.weights {
			t.weights[k] = normal(rng)
		}
		before := maps
		maps = make([][]float32, len(before))
		for k, in := range before {
			if l.Kind == mobilenet.Add {
				maps[k] = sums(in, made[l.Addend][k])
			} else {
				maps[k] = convolve(&l, in, t.weights)
			}
		}
		if l.Kind != mobilenet.AveragePool && l.Kind != mobilenet.Add {
			t.normalize(rng, maps)
		}
		switch {
		case strings.HasPrefix(l.Name, "dense") && l.Kind == mobilenet.FullyConnected:
			activate(Spec{Activation: Relu}, maps)
		case l.Kind != mobilenet.AveragePool && l.Kind != mobilenet.FullyConnected && !t.linear && l.Name != "dense":
			activate(spec, maps)
		}
		made[i] = maps
		for _, m := range maps {
			for _, v := range m {
				t.least, t.most = min(t.least, v), max(t.most, v)
			}
		}
	}
	return out
}

func sums(a, b []float32) []float32 {
	out := make([]float32, len(a))
	for i := range out {
		out[i] = a[i] + b[i]
	}
	return out
}

// normalize scales the weights and sets the biases so that each channel of maps, the layer's output, gets a mean of -0.5 to 2.5 and
// a spread of 1 to 2.5. It changes maps likewise.
func (t *trained) normalize(rng *rand.Rand, maps [][]float32) {
	channels := t.Out.C
	t.bias = make([]float32, channels)
	scales := make([]float32, channels)
	for c := range channels {
		var n, sum, squares float64
		for _, m := range maps {
			for k := c; k < len(m); k += channels {
				n++
				sum += float64(m[k])
				squares += float64(float64(m[k]) * float64(m[k]))
			}
		}
		mean := sum / n
		spread := math.Sqrt(max(squares/n-float64(mean*mean), 0))
		factor := 1.0
		if spread > 1e-3 {
			factor = (1 + float64(1.5*rng.Float64())) / spread
		}
		scales[c] = float32(factor)
		t.bias[c] = float32(float64(3*rng.Float64()) - 0.5 - float64(mean*factor))
		for _, m := range maps {
			for k := c; k < len(m); k += channels {
				m[k] = float32(m[k]*scales[c]) + t.bias[c]
			}
		}
	}
	for k := range t.weights {
		t.weights[k] *= scales[t.channel(k)]
	}
}

// channel is the output channel of weight k.
func (t *trained) channel(k int) int {
	if t.Kind == mobilenet.Depthwise {
		return k % t.Out.C
	}
	return k / (len(t.weights) / t.Out.C)
}

// channelsInnermost takes the weights [C,3,3,1] of a first convolution to [3,3,C], as a depthwise one has them.
func (t *trained) channelsInnermost() {
	cells, weights := t.Kernel*t.Kernel, make([]float32, len(t.weights))
	for i, w := range t.weights {
		weights[i%cells*t.Out.C+i/cells] = w
	}
	t.Kind, t.weights = mobilenet.Depthwise, weights
}

func activate(spec Spec, maps [][]float32) {
	least, most := float32(0), float32(6)
	switch {
	case spec.Activation == Relu:
		most = math.MaxFloat32
	case spec.Activation == NoActivation && spec.Type == mobilenet.Float32:
		return
	}
	for _, m := range maps {
		for k, v := range m {
			m[k] = min(max(v, least), most)
		}
	}
}

// convolve runs a layer without bias and activation.
func convolve(l *mobilenet.Layer, in, weights []float32) []float32 {
	out := make([]float32, l.Out.Len())
	switch l.Kind {
	case mobilenet.FullyConnected:
		for n := range out {
			for i, v := range in {
				out[n] += float32(v * weights[n*len(in)+i])
			}
		}
		return out
	case mobilenet.AveragePool:
		for i, v := range in {
			out[i%l.In.C] += v / float32(l.In.H*l.In.W)
		}
		return out
	}
	for y := range l.Out.H {
		for x := range l.Out.W {
			sums := out[(y*l.Out.W+x)*l.Out.C:][:l.Out.C]
			for ky := range l.Kernel {
				for kx := range l.Kernel {
					iy, ix := y*l.Stride+ky-l.Pad.Top, x*l.Stride+kx-l.Pad.Left
					if iy < 0 || iy >= l.In.H || ix < 0 || ix >= l.In.W {
						continue
					}
					pixel := in[(iy*l.In.W+ix)*l.In.C:][:l.In.C]
					tap := ky*l.Kernel + kx
					for c := range sums {
						switch l.Kind {
						case mobilenet.Depthwise:
							sums[c] += float32(pixel[c] * weights[tap*l.Out.C+c])
						default:
							sum, row := sums[c], weights[(c*l.Kernel*l.Kernel+tap)*l.In.C:][:len(pixel)]
							for ci, v := range pixel {
								sum += float32(v * row[ci])
							}
							sums[c] = sum
						}
					}
				}
			}
		}
	}
	return out
}

// picture is a colour gradient with a little noise, in -1..1.
func picture(rng *rand.Rand, s mobilenet.Shape) []float32 {
	var base, dx, dy [3]float32
	for c := range s.C {
		base[c], dx[c], dy[c] = uniform(rng), uniform(rng), uniform(rng)
	}
	pix := make([]float32, 0, s.Len())
	for y := range s.H {
		for x := range s.W {
			for c := range s.C {
				v := base[c] + float32(dx[c]*float32(x)/float32(s.W)) + float32(dy[c]*float32(y)/float32(s.H)) + float32(0.3*uniform(rng))
				pix = append(pix, min(max(v, -1), 1))
			}
		}
	}
	return pix
}

// uniform is in -1..1.
func uniform(rng *rand.Rand) float32 { return float32(2*rng.Float64()) - 1 }

// normal is a bell with a spread of about 1, made without functions that differ between processors.
func normal(rng *rand.Rand) float32 {
	return uniform(rng) + uniform(rng) + uniform(rng)
}
