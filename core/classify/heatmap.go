package classify

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// A Heatmap says how much each part of a view adds to the logit of a class: a class activation map (Zhou et al. 2016, arXiv 1512.04150).
type Heatmap struct {
	Class         int // its index in the model's output
	Width, Height int
	// Data [Height,Width] are shares of the class's logit: their mean is the logit without its bias. Some are negative.
	Data []float32
}

// Heatmap returns the class activation map of class, an index in the model's output: the last feature map [h,w,c], as
// Classification.Features has it, with its channels weighted as the classifier weights them for that class. Nothing is run.
func (c *Classifier) Heatmap(features []float32, class int) (*Heatmap, error) {
	if err := c.checkClass(class); err != nil {
		return nil, err
	}
	shape := c.model.Layers[c.model.Features()].Out
	if len(features) != shape.Len() {
		return nil, fmt.Errorf("%d features, where the model's are [%d,%d,%d], %d", len(features), shape.H, shape.W, shape.C, shape.Len())
	}
	weights, err := classWeights(c.model, class, shape.C)
	if err != nil {
		return nil, err
	}
	m := &Heatmap{Class: class, Width: shape.W, Height: shape.H, Data: make([]float32, shape.H*shape.W)}
	for i := range m.Data {
		var sum float32
		for j, v := range features[i*shape.C:][:shape.C] {
			sum += float32(weights[j] * v) // or an Arm would fuse both, and round once
		}
		m.Data[i] = sum
	}
	return m, nil
}

// checkClass refuses what is no class of the model.
func (c *Classifier) checkClass(class int) error {
	if c.model.Classes == 0 {
		return ErrNoClassifier
	}
	if class < 0 || class >= c.model.Classes {
		return fmt.Errorf("class %d is not in 0..%d", class, c.model.Classes-1)
	}
	return nil
}

// classWeights is the row of the classifier's weights [classes,channels] that belongs to class, dequantised.
func classWeights(m *mobilenet.Model, class, channels int) ([]float32, error) {
	fc := &m.Layers[m.Embedding()+1]
	first := class * channels
	if fc.Float != nil {
		if len(fc.Float.Weights) < first+channels {
			return nil, fmt.Errorf("layer %s has %d weights, too few for class %d", fc.Name, len(fc.Float.Weights), class)
		}
		return fc.Float.Weights[first:][:channels], nil
	}
	q := fc.Quantized
	if q == nil || len(q.Weights) < first+channels || len(q.WeightScales) == 0 {
		return nil, fmt.Errorf("layer %s has no weights for class %d", fc.Name, class)
	}
	scale := q.WeightScale(class)
	row := make([]float32, channels)
	for i, w := range q.Weights[first:][:channels] {
		row[i] = scale * float32(int32(w)-int32(q.WeightZero))
	}
	return row, nil
}
