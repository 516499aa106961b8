package checkpoint

import (
	"encoding/json"
	"fmt"
	"slices"

	"mobilenet/core/mobilenet"
)

// A kerasLayer is a layer of a configuration, or a model.
type kerasLayer struct {
	Class  string          `json:"class_name"`
	Config json.RawMessage `json:"config"`
}

// A kerasConfig is what layers of all classes are configured with. Some names mean one thing in one class and another in the next: those
// are taken apart when the class is known.
type kerasConfig struct {
	Name       string          `json:"name"`
	Layers     []kerasLayer    `json:"layers"`
	BatchInput []*int          `json:"batch_input_shape"` // Keras 2's
	BatchShape []*int          `json:"batch_shape"`       // Keras 3's
	Kernel     whole           `json:"kernel_size"`
	Strides    whole           `json:"strides"`
	Dilation   whole           `json:"dilation_rate"`
	Groups     whole           `json:"groups"`
	Multiplier whole           `json:"depth_multiplier"`
	Pool       whole           `json:"pool_size"`
	Axis       whole           `json:"axis"`
	Format     string          `json:"data_format"`
	Padding    json.RawMessage `json:"padding"`
	Activation json.RawMessage `json:"activation"`
	Epsilon    *float64        `json:"epsilon"`
	MaxValue   *float64        `json:"max_value"`
	Slope      json.RawMessage `json:"negative_slope"`
	Alpha      json.RawMessage `json:"alpha"`
	Threshold  *float64        `json:"threshold"`
	Scale      json.RawMessage `json:"scale"`  // of a rescaling; whether a batch normalisation has γ
	Center     *bool           `json:"center"` // whether it has β
	Offset     json.RawMessage `json:"offset"`
}

// whole is one or more whole numbers, written as a number or a list.
type whole []int

func (w *whole) UnmarshalJSON(data []byte) error {
	var one int
	if json.Unmarshal(data, &one) == nil {
		if string(data) != "null" {
			*w = whole{one}
		}
		return nil
	}
	return json.Unmarshal(data, (*[]int)(w))
}

// all tells that each number is n; so is none.
func (w whole) all(n int) bool { return !slices.ContainsFunc(w, func(v int) bool { return v != n }) }

// maxNested bounds models inside models.
const maxNested = 4

// configured makes modules of a configuration's layers, with their weights from s.
func configured(config []byte, s source) (*contents, error) {
	var model kerasLayer
	if err := json.Unmarshal(config, &model); err != nil {
		return nil, fmt.Errorf("the model's configuration is no JSON that can be read: %w", err)
	}
	w := walker{contents: &contents{layout: unknownKeras}, scale: [3]float64{1, 1, 1}}
	w.file.configured = true
	if err := w.model(&model, s, 0); err != nil {
		return nil, err
	}
	if w.rescaled {
		var n Normalization
		for c := range 3 {
			n.Mean[c], n.Std[c] = -w.offset[c]/w.scale[c], 1/w.scale[c]
		}
		w.file.normalization = &n
	}
	var names []string
	for i := range w.modules {
		m := &w.modules[i]
		names = append(names, m.name)
		if m.activation == nil {
			none := linear
			m.activation = &none
		}
	}
	for _, l := range kerasLayouts {
		if l.keys(names) != nil {
			w.layout = l
		}
	}
	return w.contents, nil
}

// A walker follows the layers of a configuration in their order. But for the additions of MobileNetV2 they are a chain.
type walker struct {
	*contents
	pad           *mobilenet.Padding // of a ZeroPadding2D that the next convolution takes up
	plain         bool               // the last layer was a module or an activation: another activation may follow
	scale, offset [3]float64         // what rescalings have made of a pixel
	rescaled      bool
}

// model follows the layers of a model.
func (w *walker) model(m *kerasLayer, s source, depth int) error {
	if depth > maxNested {
		return fmt.Errorf("the configuration has models inside models, more than %d deep", maxNested)
	}
	var config kerasConfig
	if err := json.Unmarshal(m.Config, &config); err != nil {
		// Keras before 2.2.3 wrote a Sequential's layers without more.
		if listed := json.Unmarshal(m.Config, &config.Layers); listed != nil {
			return fmt.Errorf("the configuration of the model, a %s, cannot be read: %w", m.Class, err)
		}
	}
	for i := range config.Layers {
		l := &config.Layers[i]
		switch l.Class {
		case "Functional", "Model", "Sequential":
			var inner kerasConfig
			_ = json.Unmarshal(l.Config, &inner) // what is wrong with it, model says
			within, err := s.inside(l.Class, inner.Name)
			if err != nil {
				return err
			}
			if err := w.model(l, within, depth+1); err != nil {
				return err
			}
			continue
		}
		var c kerasConfig
		if err := json.Unmarshal(l.Config, &c); err != nil {
			return fmt.Errorf("the configuration of a %s, layer %d, cannot be read: %w", l.Class, i, err)
		}
		saved, err := s.layer(l.Class, c.Name)
		if err != nil {
			return err
		}
		if err := w.layer(l.Class, &c, saved); err != nil {
			return fmt.Errorf("layer %s, a %s: %w", c.Name, l.Class, err)
		}
	}
	return nil
}

// layer takes one layer.
func (w *walker) layer(class string, c *kerasConfig, saved *savedLayer) error {
	if err := w.input(c); err != nil {
		return err
	}
	if c.Format != "" && c.Format != "channels_last" {
		return fmt.Errorf("its data are %q; channels_last is read", c.Format)
	}
	switch class {
	case "Conv2D", "DepthwiseConv2D", "Dense", "BatchNormalization":
		if saved == nil {
			return fmt.Errorf("the file has no weights of it")
		}
		if err := w.weights(class, c, saved); err != nil {
			return err
		}
		w.plain = true
		return w.activate(c.Activation)
	}
	if saved != nil {
		return fmt.Errorf("it has weights; those of convolutions, depthwise convolutions, batch normalisations and dense layers are read")
	}
	if w.pad != nil {
		return fmt.Errorf("it comes after padding; a convolution does in MobileNet")
	}
	switch class {
	case "InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "ActivityRegularization", "Flatten", "Reshape",
		"RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast", "RandomBrightness", "RandomTranslation": // these do nothing, or only while training
	case "ZeroPadding2D":
		return w.padding(c)
	case "Rescaling":
		return w.rescale(c)
	case "Add":
		w.file.additions++
		w.plain = false
	case "GlobalAveragePooling2D", "AveragePooling2D":
		return w.average(class, c)
	case "Activation":
		return w.activate(c.Activation)
	case "ReLU", "LeakyReLU":
		return w.rectify(class, c)
	case "Softmax":
		if !c.Axis.all(-1) && !c.Axis.all(1) {
			return fmt.Errorf("it is over axis %v; a classifier's is over the last", c.Axis)
		}
		return w.activate(json.RawMessage(`"softmax"`))
	default:
		return fmt.Errorf("MobileNet has no such layer")
	}
	return nil
}

// input takes the input's shape from the layer that has it.
func (w *walker) input(c *kerasConfig) error {
	shape := c.BatchInput
	if shape == nil {
		shape = c.BatchShape
	}
	if len(shape) != 4 || len(w.modules) > 0 {
		return nil
	}
	for i, side := range []*int{&w.file.height, &w.file.width} {
		if d := shape[1+i]; d != nil {
			if *d < 1 || *d > mobilenet.MaxResolution {
				return fmt.Errorf("its input is %d pixels high or wide; 1 to %d are read", *d, mobilenet.MaxResolution)
			}
			*side = *d
		}
	}
	return nil
}

// weights adds a module.
func (w *walker) weights(class string, c *kerasConfig, saved *savedLayer) error {
	if w.file.softmax || w.file.logistic {
		return fmt.Errorf("it comes after the %s, which is the end", map[bool]string{true: "softmax", false: "sigmoid"}[w.file.softmax])
	}
	if class == "BatchNormalization" {
		c.name(saved)
	}
	m, err := saved.module()
	if err != nil {
		return err
	}
	m.pooled = w.file.pool != nil
	switch class {
	case "BatchNormalization":
		if c.Epsilon == nil || m.mean == nil || !c.Axis.all(-1) && !c.Axis.all(3) && !(m.pooled && c.Axis.all(1)) {
			return fmt.Errorf("it needs an epsilon, and normalises the last axis in MobileNet (axis %v)", c.Axis)
		}
		m.epsilon = c.Epsilon
	case "Conv2D", "DepthwiseConv2D":
		if err := w.convolution(c, m); err != nil {
			return err
		}
	}
	w.modules = append(w.modules, *m)
	return nil
}

// name gives γ its name in a batch normalisation without β whose weights are numbered: without it, the first would be β.
func (c *kerasConfig) name(saved *savedLayer) {
	if parts := saved.parts; string(c.Scale) != "false" && c.Center != nil && !*c.Center && parts["beta"] != nil && parts["gamma"] == nil {
		parts["gamma"] = parts["beta"]
		delete(parts, "beta")
	}
}

// convolution takes stride and padding.
func (w *walker) convolution(c *kerasConfig, m *module) error {
	if m.kernel == nil || len(m.kernel.shape) < 3 {
		return fmt.Errorf("it has no kernel")
	}
	if !c.Dilation.all(1) || !c.Groups.all(1) || !c.Multiplier.all(1) || len(c.Strides) == 0 || !c.Strides.all(c.Strides[0]) {
		return fmt.Errorf("it has dilation %v, groups %v, depth multiplier %v and strides %v; MobileNet's have 1, 1, 1, and the same stride down and across",
			c.Dilation, c.Groups, c.Multiplier, c.Strides)
	}
	m.stride = c.Strides[0]
	var padding string
	if err := json.Unmarshal(c.Padding, &padding); err != nil || padding != "same" && padding != "valid" {
		return fmt.Errorf("its padding is %s; same and valid are read", c.Padding)
	}
	m.padding = &rows{fixed: padding == "valid"}
	if w.pad != nil {
		if padding == "same" {
			return fmt.Errorf("it is padded twice: by the layer before it, and by padding same")
		}
		m.padding.pad, w.pad = *w.pad, nil
	}
	return nil
}

// padding takes a ZeroPadding2D: [[top, bottom], [left, right]].
func (w *walker) padding(c *kerasConfig) error {
	var sides [2][2]int
	if err := json.Unmarshal(c.Padding, &sides); err != nil {
		return fmt.Errorf("its padding is %s: %w", c.Padding, err)
	}
	p := mobilenet.Padding{Top: sides[0][0], Bottom: sides[0][1], Left: sides[1][0], Right: sides[1][1]}
	if least, most := min(p.Top, p.Bottom, p.Left, p.Right), max(p.Top, p.Bottom, p.Left, p.Right); least < 0 || most > 2 {
		return fmt.Errorf("its padding is %s; 0 to 2 rows and columns are read", c.Padding)
	}
	w.pad, w.plain = &p, false
	return nil
}

// average takes the average pool.
func (w *walker) average(class string, c *kerasConfig) error {
	if w.file.pool != nil {
		return fmt.Errorf("it is the second average pool; MobileNet has one")
	}
	w.plain = false
	w.file.pool = &pool{}
	if class == "AveragePooling2D" {
		if len(c.Pool) != 2 || c.Pool[0] < 1 || c.Pool[1] < 1 {
			return fmt.Errorf("it averages %v pixels", c.Pool)
		}
		w.file.pool = &pool{c.Pool[0], c.Pool[1]}
	}
	return nil
}

// rescale takes a Rescaling before the first convolution.
func (w *walker) rescale(c *kerasConfig) error {
	if len(w.modules) > 0 {
		return fmt.Errorf("it comes after a convolution; the input alone is rescaled")
	}
	scale, err := colours(c.Scale, 1)
	if err != nil {
		return fmt.Errorf("its scale is %s: %w", c.Scale, err)
	}
	offset, err := colours(c.Offset, 0)
	if err != nil {
		return fmt.Errorf("its offset is %s: %w", c.Offset, err)
	}
	for i := range 3 {
		w.scale[i] *= scale[i]
		w.offset[i] = float64(w.offset[i]*scale[i]) + offset[i]
	}
	w.rescaled = true
	return nil
}

// colours is a number for all colours, or one for each.
func colours(data json.RawMessage, usual float64) ([3]float64, error) {
	if len(data) == 0 || string(data) == "null" {
		return [3]float64{usual, usual, usual}, nil
	}
	var one float64
	if json.Unmarshal(data, &one) == nil {
		return [3]float64{one, one, one}, nil
	}
	var each []float64
	if err := json.Unmarshal(data, &each); err != nil || len(each) != 1 && len(each) != 3 {
		return [3]float64{}, fmt.Errorf("a number is read, or one for each colour")
	}
	return [3]float64{each[0], each[len(each)/2], each[len(each)-1]}, nil
}
