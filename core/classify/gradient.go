package classify

import (
	"fmt"

	"mobilenet/core/mobilenet"
)

// classGradient says by how much the logit of class grows with each value of the embedding that the layers after it read: the classifier's
// weights for the class, or their product with those of the dense layers before it, of which the embedding given decides what their
// activation lets pass. It is exact, for between the bends of the activations the logit is linear.
func classGradient(m *mobilenet.Model, embedding []float32, class int) ([]float32, error) {
	dense := m.Layers[m.Embedding()+1:]
	sign := float32(1)
	if m.Answers() != m.Classes { // the first of two answers is probable where the second, which the file computes, is not
		sign, class = float32(2*class-1), 0
	}
	last := &dense[len(dense)-1]
	gradient, err := classWeights(last, class)
	if err != nil {
		return nil, err
	}
	for i := range gradient {
		gradient[i] *= sign
	}
	dense = dense[:len(dense)-1]
	slopes := make([][]float32, len(dense)) // the slope of the activation at the sum, for each output of each layer
	for i := range dense {
		embedding, slopes[i] = forward(&dense[i], embedding)
	}
	for i := len(dense) - 1; i >= 0; i-- {
		gradient = backward(&dense[i], gradient, slopes[i])
	}
	return gradient, nil
}

// classWeights is the row of a fully connected layer's weights [N,M] for output n, dequantised.
func classWeights(l *mobilenet.Layer, n int) ([]float32, error) {
	size := l.In.Len()
	if first := n * size; l.Float != nil && len(l.Float.Weights) >= first+size {
		return append([]float32(nil), l.Float.Weights[first:][:size]...), nil
	} else if q := l.Quantized; q != nil && len(q.Weights) >= first+size && len(q.WeightScales) > 0 {
		scale := q.WeightScale(n)
		row := make([]float32, size)
		for i, w := range q.Weights[first:][:size] {
			row[i] = scale * float32(int32(w)-int32(q.WeightZero))
		}
		return row, nil
	}
	return nil, fmt.Errorf("layer %s has no weights for class %d", l.Name, n)
}

// forward computes a fully connected layer on real numbers, and gives the slope of its activation at each of its sums: 1 between its bends.
func forward(l *mobilenet.Layer, in []float32) (out, slopes []float32) {
	out, slopes = make([]float32, l.Out.C), make([]float32, l.Out.C)
	weights := l.Weights(nil)
	for n := range out {
		sum, least, most := bias(l, n)
		for i, w := range weights[n*len(in):][:len(in)] {
			sum += float32(w * in[i])
		}
		out[n] = min(max(sum, least), most)
		if sum > least && sum < most {
			slopes[n] = 1
		}
		if f := l.Float; f != nil && f.Leak != 0 && sum < 0 {
			out[n], slopes[n] = f.Activate(sum), f.Leak
		}
	}
	return out, slopes
}

// bias is the bias of output n of a fully connected layer, and between what its activation leaves its sums.
func bias(l *mobilenet.Layer, n int) (v, least, most float32) {
	if f := l.Float; f != nil {
		return f.Bias[n], f.Min, f.Max
	}
	q := l.Quantized
	return float32(q.Bias[n]) * (q.In.Scale * q.WeightScale(n)), q.Out.Real(q.Min), q.Out.Real(q.Max)
}

// backward takes a gradient by a fully connected layer's outputs to one by its inputs.
func backward(l *mobilenet.Layer, gradient, slopes []float32) []float32 {
	out := make([]float32, l.In.Len())
	weights := l.Weights(nil)
	for n, g := range gradient {
		if slopes[n] == 0 {
			continue
		}
		g *= slopes[n]
		for i, w := range weights[n*len(out):][:len(out)] {
			out[i] += float32(g * w)
		}
	}
	return out
}
