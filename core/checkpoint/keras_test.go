package checkpoint_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"

	"mobilenet/core/checkpoint"
	"mobilenet/core/checkpoint/internal/hdf5/hdf5test"
	"mobilenet/core/mobilenet"
)

// kerasNames are those of keras.applications' layers.
var kerasNames = map[mobilenet.Version]naming{
	mobilenet.V1: func(l *mobilenet.Layer) (string, string) {
		switch {
		case l.Name == "conv":
			return "conv1", "conv1_bn"
		case l.Kind == mobilenet.Depthwise:
			return fmt.Sprintf("conv_dw_%d", number(l, "dw")), fmt.Sprintf("conv_dw_%d_bn", number(l, "dw"))
		case l.Kind == mobilenet.Pointwise:
			return fmt.Sprintf("conv_pw_%d", number(l, "pw")), fmt.Sprintf("conv_pw_%d_bn", number(l, "pw"))
		}
		return "conv_preds", ""
	},
	mobilenet.V2: func(l *mobilenet.Layer) (string, string) {
		block := func(n int, what string) (string, string) {
			name := fmt.Sprintf("block_%d_%s", n-1, what)
			if n == 1 {
				name = "expanded_conv_" + what
			}
			return name, name + "_BN"
		}
		switch {
		case l.Name == "conv":
			return "Conv1", "bn_Conv1"
		case l.Name == "head":
			return "Conv_1", "Conv_1_bn"
		case l.Kind == mobilenet.Depthwise:
			return block(number(l, "dw"), "depthwise")
		case l.Kind == mobilenet.FullyConnected:
			return "predictions", ""
		case l.Name[0] == 'e':
			return block(number(l, "expand"), "expand")
		}
		return block(number(l, "project"), "project")
	},
}

// A kerasFile is a model as Keras writes it: its layers with their weights, and its configuration.
type kerasFile struct {
	names   []string // of the layers with weights
	classes []string
	weights map[string][]array // by their layers, named as in the file: kernel
	config  []map[string]any
}

func (k *kerasFile) layer(class, name string, config map[string]any) {
	if config == nil {
		config = map[string]any{}
	}
	config["name"] = name
	k.config = append(k.config, map[string]any{"class_name": class, "config": config})
}

func (k *kerasFile) weighted(class, name string, config map[string]any, weights ...array) {
	k.layer(class, name, config)
	k.names, k.classes = append(k.names, name), append(k.classes, class)
	k.weights[name] = weights
}

// kerasOf takes a model apart into layers as keras.applications has them. version is that of Keras, which changed how it writes things.
func kerasOf(m *mobilenet.Model, version int, biased bool, rng *rand.Rand) *kerasFile {
	k := &kerasFile{weights: map[string][]array{}}
	shape := []any{nil, m.Resolution, m.Resolution, 3}
	k.layer("InputLayer", "input_1", map[string]any{map[int]string{2: "batch_input_shape", 3: "batch_shape"}[version]: shape})
	parts := unfold(m, 1e-3, biased, rng)
	next := 0
	for i := range m.Layers {
		l := &m.Layers[i]
		switch l.Kind {
		case mobilenet.Add:
			k.layer("Add", l.Name, nil)
			continue
		case mobilenet.AveragePool:
			k.layer("GlobalAveragePooling2D", "pool", map[string]any{"data_format": "channels_last"})
			continue
		}
		p := &parts[next]
		next++
		k.part(p, m.Version, version)
		switch f := l.Float; {
		case l.Kind == mobilenet.FullyConnected:
		case f.Leak != 0:
			k.layer("LeakyReLU", l.Name+"_leaky", map[string]any{map[int]string{2: "alpha", 3: "negative_slope"}[version]: f.Leak})
		case f.Max == 6:
			k.layer("ReLU", l.Name+"_relu", map[string]any{"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0})
		case f.Min == 0:
			k.layer("Activation", l.Name+"_relu", map[string]any{"activation": "relu"})
		}
	}
	if m.Output.Softmax != nil {
		k.layer("Activation", "act_softmax", map[string]any{"activation": "softmax"})
	}
	return k
}

// part adds a convolution with its padding and batch normalisation, or the classifier.
func (k *kerasFile) part(p *part, network mobilenet.Version, version int) {
	l := p.layer
	name, norm := kerasNames[network](l)
	weights := []array{{name: "kernel", values: p.weights}}
	if p.bias != nil {
		weights = append(weights, array{name: "bias", shape: []int{l.Out.C}, values: p.bias})
	}
	class, w := "Conv2D", &weights[0]
	config := map[string]any{"strides": []int{l.Stride, l.Stride}, "padding": "same", "activation": "linear", "use_bias": p.bias != nil}
	if l.FixedPad {
		pad := l.Pad
		k.layer("ZeroPadding2D", name+"_pad", map[string]any{"padding": [][]int{{pad.Top, pad.Bottom}, {pad.Left, pad.Right}}})
		config["padding"] = "valid"
	}
	switch l.Kind {
	case mobilenet.Conv:
		w.shape = []int{3, 3, l.In.C, l.Out.C}
		w.values = reordered(p.weights, l.WeightShape(), 1, 2, 3, 0)
	case mobilenet.Depthwise:
		class, w.shape = "DepthwiseConv2D", []int{3, 3, l.Out.C, 1}
		w.name = "depthwise_kernel"
		config["depth_multiplier"] = 1
	case mobilenet.Pointwise:
		w.shape, w.values = []int{1, 1, l.In.C, l.Out.C}, reordered(p.weights, l.WeightShape(), 1, 0)
	case mobilenet.FullyConnected:
		w.shape, w.values = []int{1, 1, l.In.C, l.Out.C}, reordered(p.weights, l.WeightShape(), 1, 0)
		if network == mobilenet.V2 {
			class, w.shape = "Dense", w.shape[2:]
			config = map[string]any{"activation": "linear"}
		}
	}
	k.weighted(class, name, config, weights...)
	if !p.norm {
		return
	}
	channels := []int{l.Out.C}
	axis := any([]int{3})
	if version == 3 {
		axis = -1
	}
	k.weighted("BatchNormalization", norm, map[string]any{"epsilon": 1e-3, "axis": axis, "scale": true, "center": true},
		array{"gamma", channels, p.gamma, true}, array{"beta", channels, p.beta, true},
		array{"moving_mean", channels, p.mean, false}, array{"moving_variance", channels, p.variance, true})
}

func (a *array) hdf5() hdf5test.Array {
	return hdf5test.Array{Shape: a.shape, Values: a.values, Double: a.double}
}

// saved puts the weights below g as Keras 2 does.
func (k *kerasFile) saved(g *hdf5test.Group) {
	g.Attributes = map[string][]string{"layer_names0": append([]string{"input_1"}, k.names[:5]...), "layer_names1": k.names[5:]} // in parts, as if there were many
	g.At("input_1").Attributes = map[string][]string{"weight_names": nil}
	for _, name := range k.names {
		var paths []string
		for _, a := range k.weights[name] {
			paths = append(paths, name+"/"+a.name+":0")
			g.Put([]string{name, name, a.name + ":0"}, a.hdf5())
		}
		g.At(name).Attributes = map[string][]string{"weight_names": paths}
	}
}

func (k *kerasFile) json(class string) string {
	text, err := json.Marshal(map[string]any{"class_name": class, "config": map[string]any{"name": "mobilenet", "layers": k.config}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// weightsOnly is what save_weights writes.
func (k *kerasFile) weightsOnly() []byte {
	g := &hdf5test.Group{}
	k.saved(g)
	return hdf5test.Write(g)
}

// h5 is what model.save writes into an .h5 file.
func (k *kerasFile) h5(newStyle bool) []byte {
	g := &hdf5test.Group{New: newStyle}
	k.saved(g.At("model_weights"))
	g.Texts = map[string]string{"model_config": k.json("Functional")}
	return hdf5test.Write(g)
}

// counted is what Keras 3's save_weights writes.
func (k *kerasFile) counted() []byte {
	g := &hdf5test.Group{}
	used := map[string]int{}
	for i, name := range k.names {
		group := map[string]string{"Conv2D": "conv2d", "DepthwiseConv2D": "depthwise_conv2d", "Dense": "dense", "BatchNormalization": "batch_normalization"}[k.classes[i]]
		used[group]++
		if n := used[group]; n > 1 {
			group = fmt.Sprintf("%s_%d", group, n-1)
		}
		for j, a := range k.weights[name] {
			g.Put([]string{"layers", group, "vars", fmt.Sprint(j)}, a.hdf5())
		}
	}
	return hdf5test.Write(g)
}

// keras is a .keras file.
func (k *kerasFile) keras() []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, entry := range []struct {
		name string
		data []byte
	}{{"metadata.json", []byte("{}")}, {"config.json", []byte(k.json("Functional"))}, {"model.weights.h5", k.counted()}} {
		w, err := z.Create(entry.name)
		if err == nil {
			_, err = w.Write(entry.data)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// kerasForm is keras.applications' network.
func kerasForm(version mobilenet.Version) form {
	f := form{version: version, alpha: 0.25, max: 6, pad: after, fixed: true, softmax: true}
	f.mean, f.scale = mobilenet.DefaultNormalization()
	if version == mobilenet.V2 {
		f.alpha = 0.35
	}
	return f
}

// A model that is written as each kind of Keras file is the same when it is read.
func TestKerasRoundTrip(t *testing.T) {
	for _, version := range []mobilenet.Version{mobilenet.V1, mobilenet.V2} {
		six := kerasForm(version)
		leaky, plain, bare := six, six, six
		leaky.leak, leaky.fixed = 0.3, false
		plain.max = infinity
		bare.noLabels, bare.softmax = true, false
		for i, f := range []form{six, leaky, plain, bare} {
			m := f.model(uint64(i))
			layout := map[mobilenet.Version]string{mobilenet.V1: "keras.applications.MobileNet", mobilenet.V2: "keras.applications.MobileNetV2"}[version]
			two := kerasOf(m, 2, i == 1, rand.New(rand.NewPCG(3, uint64(i))))
			files := map[string][]byte{
				"h5": two.h5(false), "new style": two.h5(true),
				".keras": kerasOf(m, 3, i == 1, rand.New(rand.NewPCG(3, uint64(i)))).keras(),
			}
			if f == bare {
				files["weights only"] = two.weightsOnly()
				files["counted"] = kerasOf(m, 3, false, rand.New(rand.NewPCG(3, uint64(i)))).counted()
			}
			for kind, data := range files {
				layout := layout
				r, err := checkpoint.Read(data, checkpoint.Options{})
				if err != nil {
					t.Errorf("%v, network %d, %s: %v", version, i, kind, err)
					continue
				}
				want := m
				if kind == "counted" { // nothing tells which program's the network is: the activation is assumed to be another, and the padding
					other := f
					other.max, other.fixed = infinity, false
					if version == mobilenet.V2 {
						other.max = 6
					}
					want, layout = other.model(uint64(i)), ""
				}
				if d := different(want, r.Model); d != "" || r.Layout != layout || (r.Activation.From == checkpoint.FromFile) != (kind != "weights only" && kind != "counted") {
					t.Errorf("%v, network %d, %s: read as %s of %s with %v; %s", version, i, kind, r.Format, r.Layout, r.Activation, d)
				}
			}
		}
	}
}

// What a configuration says that MobileNet is not is refused, and named.
func TestKerasRefuses(t *testing.T) {
	m := kerasForm(mobilenet.V1).model(1)
	k := kerasOf(m, 2, false, rand.New(rand.NewPCG(3, 1)))
	for _, c := range []struct {
		change func(layers []map[string]any)
		want   string
	}{
		{func(l []map[string]any) { find(l, "conv_dw_3").set("strides", []int{2, 2}) }, `layer conv_dw_3 has stride 2; in MobileNetV1 it has 1`},
		{func(l []map[string]any) { find(l, "conv_pw_3").set("data_format", "channels_first") }, `conv_pw_3, a Conv2D: its data are "channels_first"`},
		{func(l []map[string]any) { find(l, "conv_pw_3").set("dilation_rate", []int{2, 2}) }, `dilation \[2 2\]`},
		{func(l []map[string]any) { find(l, "conv_pw_3").set("padding", "causal") }, `its padding is "causal"`},
		{func(l []map[string]any) { find(l, "pw3_relu").class("Lambda") }, `pw3_relu, a Lambda: MobileNet has no such layer`},
		{func(l []map[string]any) { find(l, "pool").class("GlobalMaxPooling2D") }, `a GlobalMaxPooling2D: MobileNet has no such layer`},
		{func(l []map[string]any) { find(l, "pool").class("AveragePooling2D").set("pool_size", []int{2, 2}) }, `takes 2×2 pixels of a last feature map of 7×7`},
		{func(l []map[string]any) { find(l, "pw3_relu").class("Add") }, `1 additions; a MobileNetV1`},
		{func(l []map[string]any) { find(l, "pw3_relu").class("Activation").set("activation", "tanh") }, `its activation is tanh`},
		{func(l []map[string]any) { find(l, "pw3_relu").set("threshold", 1.5) }, `threshold 1.5`},
		{func(l []map[string]any) { find(l, "pw3_relu").set("max_value", 5.0) }, `a largest value of 5`},
		{func(l []map[string]any) { find(l, "conv1_bn").set("axis", 1) }, `axis \[1\]`},
		{func(l []map[string]any) { find(l, "conv1_bn").set("name", "another") }, `another, a BatchNormalization: the file has no weights of it`},
		{func(l []map[string]any) { find(l, "conv_pw_3").set("activation", "relu") }, `normalises after the activation ReLU of layer conv_pw_3`},
		{func(l []map[string]any) { find(l, "pw3_relu").class("Softmax") }, `it comes after the softmax`},
		{func(l []map[string]any) { find(l, "input_1").set("batch_input_shape", []any{nil, 9999, 9999, 3}) }, `9999 pixels`},
	} {
		changed := *k
		text, err := json.Marshal(k.config)
		if err != nil {
			t.Fatal(err)
		}
		changed.config = nil
		if err := json.Unmarshal(text, &changed.config); err != nil {
			t.Fatal(err)
		}
		c.change(changed.config)
		_, err = checkpoint.Read(changed.h5(false), checkpoint.Options{})
		if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

// A kerasLayer is one of a configuration that is to be changed.
type kerasLayer map[string]any

func find(layers []map[string]any, name string) kerasLayer {
	for _, l := range layers {
		if l["config"].(map[string]any)["name"] == name {
			return l
		}
	}
	panic(name)
}

func (l kerasLayer) set(key string, value any) kerasLayer {
	l["config"].(map[string]any)[key] = value
	return l
}

func (l kerasLayer) class(name string) kerasLayer {
	l["class_name"] = name
	return l
}
