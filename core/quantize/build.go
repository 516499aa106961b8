package quantize

import (
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// build quantises the layers of a float model that gave what was seen.
func (q *quantizer) build(float *mobilenet.Model, seen *observation) (*mobilenet.Model, error) {
	n := *float
	n.Type = q.Scheme.dtype()
	n.Stored = n.Type
	n.Layers = slices.Clone(float.Layers)
	in, offset := q.input(float, &n)
	means := seen.input
	for i := range n.Layers {
		l, o := &n.Layers[i], &seen.layers[i]
		out := q.outputRange(l, o)
		switch l.Kind {
		case mobilenet.AveragePool:
			l.Quantized = &mobilenet.Quantized{In: in, Out: out, Max: 255, Mean: true}
		case mobilenet.Add:
			l.Quantized = &mobilenet.Quantized{In: in, Addend: n.Layers[l.Addend].Quantized.Out, Out: out, Max: 255}
		default:
			var err error
			if l.Quantized, err = q.quantizeLayer(l, in, out, means, offset, o.moments, q.dither[i]); err != nil {
				return nil, err
			}
		}
		l.Float = nil
		in, means, offset = l.Quantized.Out, o.mean, nil
	}
	output(&n, float)
	if fitted(float) {
		return q.classifier(&n, float, float.Head(), seen)
	}
	return &n, n.Check()
}

// fitted tells that the model ends with a classifier of several classes which reads the embedding.
func fitted(m *mobilenet.Model) bool {
	return m.Classes > 1 && m.Embedding() == len(m.Layers)-2 && m.Output.Logistic == nil
}

// outputRange is the quantisation of what a layer gave.
func (q *quantizer) outputRange(l *mobilenet.Layer, o *observed) mobilenet.Quant {
	limit := math.Inf(1)
	if l.Kind != mobilenet.AveragePool {
		limit = float64(l.Float.Max)
	}
	if q.Percentile != 0 {
		return quantOf(o.histogram.percentile(q.Percentile, limit))
	}
	return quantOf(o.histogram.leastError(limit))
}

// output gives n, of bytes, the end that a float model has, without a float32 tensor.
func output(n, float *mobilenet.Model) {
	last := n.Layers[len(n.Layers)-1].Quantized.Out
	n.Output = mobilenet.Output{Type: n.Type, Quant: last}
	if s := float.Output.Softmax; s != nil {
		n.Output.Softmax = &mobilenet.Softmax{Beta: s.Beta, Quant: probabilities}
		n.Output.Quant = probabilities
	}
	if float.Output.Logistic != nil {
		n.Output.Logistic = &mobilenet.Logistic{Quant: probabilities}
		n.Output.Quant = probabilities
	}
}

// probabilities is the quantisation that TFLite's softmax and logistic function give: bytes stand for 0 to 255/256.
var probabilities = mobilenet.Quant{Scale: 1.0 / 256}

// classifier gives n the float model's classifier, which reads the embedding, fitted to the embeddings that the quantised layers before it
// give: what they are off in the mean goes into the biases, and logits are rounded so that probabilities change least.
func (q *quantizer) classifier(n, float *mobilenet.Model, head *mobilenet.Head, seen *observation) (*mobilenet.Model, error) {
	at := float.Embedding()
	body := *n
	body.Layers, body.Classes, body.Unknown = n.Layers[:at+1], 0, nil
	body.Output = mobilenet.Output{Type: n.Type, Quant: body.Layers[at].Quantized.Out}
	size := body.Layers[at].Out.Len()
	mean := make([]float64, size)
	err := q.run(&body, len(q.pictures), mobilenet.Want{Embedding: true}, func(_ int, r *mobilenet.Result) error {
		head.Examples = append(head.Examples, slices.Clone(r.Embedding))
		for i, v := range r.Embedding {
			mean[i] += float64(v) / float64(len(q.pictures))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if channels := len(seen.layers[at].mean); !q.KeepBiases && channels == size {
		head.Bias = slices.Clone(head.Bias)
		for c := range head.Bias {
			sum := float64(head.Bias[c])
			for i, w := range head.Weights[c*size:][:size] {
				sum += float64(float64(w) * (seen.layers[at].mean[i] - mean[i]))
			}
			head.Bias[c] = float32(sum)
		}
	}
	whole, err := body.WithClassifier(head)
	if err != nil {
		return nil, err
	}
	output(whole, float)
	return whole, whole.Check()
}
