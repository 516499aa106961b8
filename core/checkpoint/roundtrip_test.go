package checkpoint_test

import (
	"archive/zip"
	"math"
	"math/rand/v2"
	"testing"

	"mobilenet/core/checkpoint"
	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
)

var (
	infinity = float32(math.Inf(1))
	one      = mobilenet.Padding{Top: 1, Left: 1, Bottom: 1, Right: 1}
	after    = mobilenet.Padding{Bottom: 1, Right: 1}
)

// normalized is x/std of pixels less their mean, both as parts of 255.
func normalized(mean, std [3]float64) (m, s [3]float32) {
	for c := range 3 {
		m[c], s[c] = float32(mean[c]*255), float32(1/(std[c]*255))
	}
	return m, s
}

// torchForms are the networks that each PyTorch layout is known to be.
func torchForms() map[string][]form {
	imagenet := form{max: infinity, pad: one, fixed: true, epsilon: 1e-5, alpha: 0.25}
	imagenet.mean, imagenet.scale = normalized([3]float64{0.485, 0.456, 0.406}, [3]float64{0.229, 0.224, 0.225})
	leaky, six, timm := imagenet, imagenet, imagenet
	leaky.leak = 0.1
	six.max, six.version, six.alpha = 6, mobilenet.V2, 0.35
	timm.max = 6
	timm.mean, timm.scale = mobilenet.DefaultNormalization()
	head, wide, wideV2, bare := timm, timm, six, imagenet
	head.dense = 1024
	wide.alpha, wideV2.alpha, bare.noLabels = 1.25, 1.4, true
	short, four := imagenet, imagenet
	for i := range short.omitted { // the first pairs of 128, 256 and so on stay: the strides are those that one takes them for
		short.omitted[i], four.omitted[i] = i == 4 || i > 5 && i < 11, i > 5
	}
	return map[string][]form{
		"marvis/pytorch-mobilenet": {imagenet, bare, short}, "timm": {timm, head, wide}, "RetinaFace": {leaky}, "torchvision": {six, wideV2}, "": {imagenet, four},
	}
}

// A model that is written as a checkpoint of each PyTorch layout, in each kind of file, is the same when it is read.
func TestTorchRoundTrip(t *testing.T) {
	for layout, forms := range torchForms() {
		for i, f := range forms {
			m := f.model(uint64(i))
			var arrays []array
			for _, p := range unfold(m, f.epsilon, layout == "", rand.New(rand.NewPCG(7, uint64(i)))) {
				arrays = append(arrays, p.torchArrays(torchNames[layout](p.layer))...)
			}
			files := map[string][]byte{
				"PyTorch":                     torchZip(arrays, zip.Store, func(p *pickler) { p.training(arrays) }),
				"PyTorch, before version 1.6": torchLegacy(arrays, func(p *pickler) { p.stateDict("", arrays) }),
			}
			if layout != "" { // an order that is nobody's is not that of the names
				files["safetensors"] = safetensorsFile(arrays)
			}
			if f.alpha < 1 {
				files["packed"] = torchZip(arrays, zip.Deflate, func(p *pickler) { p.stateDict("", arrays) })
			}
			for format, data := range files {
				r, err := checkpoint.Read(data, checkpoint.Options{})
				if err != nil {
					t.Errorf("%s, network %d, %s: %v", layout, i, format, err)
					continue
				}
				if d := different(m, r.Model); d != "" || r.Layout != layout || format != "packed" && r.Format != format {
					t.Errorf("%s, network %d, %s: read as %s of %s; %s", layout, i, format, r.Format, r.Layout, d)
				}
			}
		}
	}
}

// What is assumed of a state_dict can be changed, and shows.
func TestOptions(t *testing.T) {
	f := torchForms()["timm"][0]
	m := f.model(1)
	var arrays []array
	for _, p := range unfold(m, 1e-3, false, rand.New(rand.NewPCG(1, 2))) {
		arrays = append(arrays, p.torchArrays(torchNames["timm"](p.layer))...)
	}
	data := safetensorsFile(arrays)
	r, err := checkpoint.Read(data, checkpoint.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Epsilon != (checkpoint.Setting[float64]{Value: 1e-5}) || r.Activation.Value != checkpoint.ReLU6 || r.Activation.From != checkpoint.FromLayout {
		t.Errorf("assumed: %+v", r)
	}
	leaky, same, epsilon, zeroToOne := checkpoint.LeakyReLU(0.25), checkpoint.Same, 1e-3, checkpoint.ZeroToOne
	r, err = checkpoint.Read(data, checkpoint.Options{Resolution: 96, Activation: &leaky, Padding: &same, Epsilon: &epsilon, Normalization: &zeroToOne})
	if err != nil {
		t.Fatal(err)
	}
	if r.Epsilon.From != checkpoint.FromOption || r.Resolution != (checkpoint.Setting[int]{Value: 96, From: checkpoint.FromOption}) {
		t.Errorf("with options: %+v", r)
	}
	f.leak, f.fixed, f.mean = 0.25, false, [3]float32{}
	f.scale = [3]float32{1. / 255, 1. / 255, 1. / 255}
	want, err := f.model(1).AtResolution(96)
	if err != nil {
		t.Fatal(err)
	}
	if d := different(want, r.Model); d != "" {
		t.Error(d)
	}
	if _, err := tflite.Write(r.Model, &tflite.Metadata{}); err != nil {
		t.Error(err)
	}
	for _, wrong := range []checkpoint.Options{
		{Resolution: 5000}, {Activation: &checkpoint.Activation{Slope: -1}}, {Epsilon: new(float64(2))}, {Normalization: &checkpoint.Normalization{}},
		{Padding: new(checkpoint.Padding(9))}, {Epsilon: new(math.NaN())},
	} {
		if r, err := checkpoint.Read(data, wrong); err == nil {
			t.Errorf("%+v is taken: %+v", wrong, r)
		}
	}
}
