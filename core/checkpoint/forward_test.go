package checkpoint_test

import (
	"archive/zip"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/checkpoint"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
)

// What follows is marvis/pytorch-mobilenet in float64, as plainly as it is written there: nothing is folded.

type image struct {
	channels, size int
	values         []float64 // [C,H,W]
}

func (m image) at(c, y, x int) float64 {
	if y < 0 || x < 0 || y >= m.size || x >= m.size {
		return 0
	}
	return m.values[(c*m.size+y)*m.size+x]
}

type state map[string]array

// conv2d is nn.Conv2d(..., bias=False) with one group, or as many as there are channels.
func (s state) conv2d(in image, name string, stride, padding int, depthwise bool) image {
	w := s[name+".weight"]
	kernel := w.shape[2]
	out := image{w.shape[0], (in.size+2*padding-kernel)/stride + 1, nil}
	for o := range w.shape[0] {
		for y := range out.size {
			for x := range out.size {
				sum := 0.0
				for i := range w.shape[1] {
					from := i
					if depthwise {
						from = o
					}
					for ky := range kernel {
						for kx := range kernel {
							sum += w.values[((o*w.shape[1]+i)*kernel+ky)*kernel+kx] * in.at(from, y*stride+ky-padding, x*stride+kx-padding)
						}
					}
				}
				out.values = append(out.values, sum)
			}
		}
	}
	return out
}

// batchNorm2d is nn.BatchNorm2d in evaluation.
func (s state) batchNorm2d(in image, name string) image {
	out := image{in.channels, in.size, nil}
	for i, v := range in.values {
		c := i / (in.size * in.size)
		normal := (v - s[name+".running_mean"].values[c]) / math.Sqrt(s[name+".running_var"].values[c]+1e-5)
		out.values = append(out.values, normal*s[name+".weight"].values[c]+s[name+".bias"].values[c])
	}
	return out
}

func activated(in image, activation func(float64) float64) image {
	out := image{in.channels, in.size, nil}
	for _, v := range in.values {
		out.values = append(out.values, activation(v))
	}
	return out
}

// forward is the network's logits for a picture [C,H,W].
func (s state) forward(x image, activation func(float64) float64) (logits []float64) {
	strides := []int{2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1}
	for n, stride := range strides {
		name := fmt.Sprintf("model.%d.", n)
		x = activated(s.batchNorm2d(s.conv2d(x, name+"0", stride, 1, n > 0), name+"1"), activation)
		if n > 0 {
			x = activated(s.batchNorm2d(s.conv2d(x, name+"3", 1, 0, false), name+"4"), activation)
		}
	}
	pool := make([]float64, x.channels)
	for i, v := range x.values {
		pool[i/(x.size*x.size)] += v / float64(x.size*x.size)
	}
	fc := s["fc.weight"]
	for c := range fc.shape[0] {
		sum := s["fc.bias"].values[c]
		for i, v := range pool {
			sum += fc.values[c*len(pool)+i] * v
		}
		logits = append(logits, sum)
	}
	return logits
}

// randomState is a network of width 0.25 with made-up numbers, those of batch normalisation far from 0 and 1.
func randomState(rng *rand.Rand) (arrays []array) {
	random := func(name string, spread, centre float64, shape ...int) {
		a := array{name: name, shape: shape}
		n := 1
		for _, d := range shape {
			n *= d
		}
		for range n {
			a.values = append(a.values, float64(float32(centre+spread*rng.NormFloat64())))
		}
		arrays = append(arrays, a)
	}
	norm := func(name string, channels int) {
		random(name+".weight", 0.2, 1, channels)
		random(name+".bias", 0.3, 0.2, channels)
		random(name+".running_mean", 0.3, 0, channels)
		random(name+".running_var", 0.05, 0.8, channels)
	}
	channels := []int{8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256}
	for n, out := range channels {
		name := fmt.Sprintf("model.%d.", n)
		if n == 0 {
			random(name+"0.weight", 0.25, 0, out, 3, 3, 3)
			norm(name+"1", out)
			continue
		}
		in := channels[n-1]
		random(name+"0.weight", 0.4, 0, in, 1, 3, 3)
		norm(name+"1", in)
		random(name+"3.weight", 1/math.Sqrt(float64(in)), 0, out, in, 1, 1)
		norm(name+"4", out)
	}
	random("fc.weight", 0.1, 0, 9, 256)
	random("fc.bias", 0.1, 0, 9)
	return arrays
}

// A folded network gives the logits of the same network that is not folded, with each activation.
func TestForward(t *testing.T) {
	const size = 64
	rng := rand.New(rand.NewPCG(5, 6))
	arrays := randomState(rng)
	s := state{}
	for _, a := range arrays {
		s[a.name] = a
	}
	pixels := make([]byte, size*size*3)
	for i := range pixels {
		pixels[i] = byte(rng.Uint32())
	}
	x := image{3, size, make([]float64, len(pixels))}
	for i, b := range pixels {
		c := i % 3
		mean, std := []float64{0.485, 0.456, 0.406}[c], []float64{0.229, 0.224, 0.225}[c]
		x.values[c*size*size+i/3] = (float64(b)/255 - mean) / std
	}
	data := torchZip(arrays, zip.Store, func(p *pickler) { p.stateDict("", arrays) })
	for name, c := range map[string]struct {
		is    checkpoint.Activation
		plain func(v float64) float64
	}{
		"ReLU":      {checkpoint.ReLU, func(v float64) float64 { return max(v, 0) }},
		"ReLU6":     {checkpoint.ReLU6, func(v float64) float64 { return min(max(v, 0), 6) }},
		"LeakyReLU": {checkpoint.LeakyReLU(0.1), func(v float64) float64 { return max(v, 0.1*v) }},
	} {
		r, err := checkpoint.Read(data, checkpoint.Options{Resolution: size, Activation: &c.is})
		if err != nil {
			t.Fatal(err)
		}
		e, err := reference.New(r.Model)
		if err != nil {
			t.Fatal(err)
		}
		var out mobilenet.Result
		if err := e.Run(context.Background(), pixels, mobilenet.Want{}, &out); err != nil {
			t.Fatal(err)
		}
		want := s.forward(x, c.plain)
		worst, largest := 0.0, 0.0
		for i, v := range out.Logits {
			worst, largest = max(worst, math.Abs(float64(v)-want[i])), max(largest, math.Abs(want[i]))
		}
		t.Logf("%s: logits up to %.3g, differences up to %.3g", name, largest, worst)
		if len(want) != len(out.Logits) || largest < 0.1 || worst > 1e-5*largest {
			t.Errorf("%s: logits %v, want %v", name, out.Logits, want)
		}
	}
}
