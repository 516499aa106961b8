package checkpoint

import (
	"encoding/json"
	"fmt"
	"math"
)

// activate takes an activation by its name, which newer files wrap.
func (w *walker) activate(data json.RawMessage) error {
	var name string
	if len(data) > 0 && json.Unmarshal(data, &name) != nil {
		var object struct {
			Class  string          `json:"class_name"`
			Config json.RawMessage `json:"config"`
		}
		if err := json.Unmarshal(data, &object); err != nil {
			return fmt.Errorf("its activation is %s", data)
		}
		if json.Unmarshal(object.Config, &name) != nil { // the configuration of a layer
			var c kerasConfig
			if err := json.Unmarshal(object.Config, &c); err != nil {
				return fmt.Errorf("its activation is %s", data)
			}
			return w.rectify(object.Class, &c)
		}
	}
	switch name {
	case "", "linear":
		return nil
	case "relu":
		return w.after(ReLU)
	case "relu6":
		return w.after(ReLU6)
	case "leaky_relu": // the function's usual slope
		return w.after(LeakyReLU(0.2))
	case "softmax", "sigmoid":
		if !w.plain {
			return fmt.Errorf("its activation %s comes after no layer with weights", name)
		}
		w.file.softmax, w.file.logistic = name == "softmax", name == "sigmoid"
		w.plain = false
		return nil
	}
	return fmt.Errorf("its activation is %s; MobileNet's are relu, relu6 and leaky_relu, and softmax or sigmoid at the end", name)
}

// rectify takes a ReLU or LeakyReLU layer.
func (w *walker) rectify(class string, c *kerasConfig) error {
	if c.Threshold != nil && *c.Threshold != 0 {
		return fmt.Errorf("it has threshold %v; 0 is read", *c.Threshold)
	}
	slope, usual := c.Slope, 0.0
	if class == "LeakyReLU" {
		usual = 0.3
		if c.Alpha != nil {
			slope = c.Alpha
		}
	}
	below, err := colours(slope, usual)
	if err != nil {
		return fmt.Errorf("its slope below zero is %s", slope)
	}
	a := Activation{Slope: float32(below[0]), Max: float32(math.Inf(1))}
	if c.MaxValue != nil {
		a.Max = float32(*c.MaxValue)
	}
	if err := a.check(); err != nil {
		return err
	}
	return w.after(a)
}

// after gives the last module an activation.
func (w *walker) after(a Activation) error {
	if !w.plain || w.file.softmax || w.file.logistic {
		return fmt.Errorf("its activation %v comes after no convolution, batch normalisation or dense layer", a)
	}
	w.modules[len(w.modules)-1].activation = &a
	w.plain = false
	return nil
}
