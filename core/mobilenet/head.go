package mobilenet

import (
	"fmt"
	"math"
	"slices"
)

// A Head is a classifier that reads a model's embedding. Class c has the logit
//
//	Bias[c] + Σ Weights[c,i] · embedding[i]
//
// and the softmax of the logits are the probabilities.
type Head struct {
	Weights []float32 // [classes,embedding]
	Bias    []float32 // [classes]
	// Examples are embeddings like those that the head will read, each [embedding], as an Engine gives them: best those that it was learned
	// from. A quantised model's last layer is fitted to them: bytes are many or few for what lies between the least and the largest logit,
	// and the rounding of the weights is made up for in the biases. Without examples the layer fits whatever an embedding may be, coarsely.
	Examples [][]float32
	// Unknown tells pictures of none of the classes; nil where that was not learned.
	Unknown *Unknown
	// Model is the Fingerprint of the model whose embeddings it was learned on. Empty: that is not known, and nobody asks.
	Model string
}

// CheckModel says what is wrong with a head for the model of a fingerprint: it was learned on another one's embeddings. They may be of one size,
// and the head's answers would mean nothing.
func (h *Head) CheckModel(fingerprint string) error {
	if h.Model == "" || h.Model == fingerprint {
		return nil
	}
	return fmt.Errorf("the head was taught on another model (%s; this one is %s), or on this one at another resolution or normalisation: "+
		"load the model as it was then, or teach the examples again", h.Model, fingerprint)
}

// Check says what is wrong with a head for embeddings of the given size.
func (h *Head) Check(size int) error {
	classes := len(h.Bias)
	if classes < 1 || len(h.Weights) != classes*size {
		return fmt.Errorf("a head of %d weights and %d biases; for embeddings of %d numbers each class has %d weights and a bias", len(h.Weights), classes, size, size)
	}
	for i, e := range h.Examples {
		if len(e) != size {
			return fmt.Errorf("example %d is an embedding of %d numbers; the model's have %d", i, len(e), size)
		}
		if k := notFinite(e); k >= 0 {
			return fmt.Errorf("number %d of example %d is %v", k, i, e[k])
		}
	}
	if i := notFinite(h.Weights); i >= 0 {
		return fmt.Errorf("weight %d of class %d is %v", i%size, i/size, h.Weights[i])
	}
	if c := notFinite(h.Bias); c >= 0 {
		return fmt.Errorf("the bias of class %d is %v", c, h.Bias[c])
	}
	return h.Unknown.Check(classes, size)
}

// notFinite is the index of the first value that is not finite, or −1.
func notFinite(values []float32) int {
	for i, v := range values {
		if !finite(v) {
			return i
		}
	}
	return -1
}

// Logits computes the head on an embedding, in float64. dst is reused where it is long enough.
func (h *Head) Logits(dst []float64, embedding []float32) []float64 {
	dst = dst[:0]
	for c, bias := range h.Bias {
		sum := float64(bias)
		for i, w := range h.Weights[c*len(embedding):][:len(embedding)] {
			sum += float64(float64(w) * float64(embedding[i])) // or an Arm would fuse both, and round once
		}
		dst = append(dst, sum)
	}
	return dst
}

// Head is the classifier of a model in real numbers, those of a quantised one dequantised; nil where it does not read the embedding itself. Its
// logits are not rounded, nor cut to the range of the model's bytes.
func (m *Model) Head() *Head {
	if m.Classes == 0 || m.Embedding() != len(m.Layers)-2 {
		return nil
	}
	fc := &m.Layers[len(m.Layers)-1]
	h := &Head{Weights: fc.Weights(nil), Unknown: m.Unknown}
	if fc.Float != nil {
		h.Bias = fc.Float.Bias
		return h
	}
	q := fc.Quantized
	for c, b := range q.Bias {
		h.Bias = append(h.Bias, float32(float64(b)*float64(q.In.Scale)*float64(q.WeightScale(c))))
	}
	return h
}

// WithClassifier is the same network with head in place of all that comes after the embedding: a classifier that the model has, and dense
// layers before it. Its output are the probabilities, in the type that the model's output has. The two models share their other weights, and
// the new one shares the head's Unknown.
func (m *Model) WithClassifier(head *Head) (*Model, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	embedding := &m.Layers[m.Embedding()]
	if err := head.Check(embedding.Out.Len()); err != nil {
		return nil, err
	}
	if head.Model != "" {
		if err := head.CheckModel(m.Fingerprint()); err != nil {
			return nil, err
		}
	}
	n := *m
	n.Classes, n.Top.Dense, n.Unknown = len(head.Bias), [MaxDense]int{}, head.Unknown
	n.Layers = append(make([]Layer, 0, m.Embedding()+2), m.Layers[:m.Embedding()+1]...)
	fc := Layer{Name: "fc", Kind: FullyConnected, Kernel: 1, Stride: 1, In: embedding.Out, Out: Shape{1, 1, n.Classes}}
	softmax := &Softmax{Beta: 1}
	if m.Type == Float32 {
		infinity := float32(math.Inf(1))
		fc.Float = &Float{Weights: slices.Clone(head.Weights), Bias: slices.Clone(head.Bias), Min: -infinity, Max: infinity}
	} else {
		softmax.Quant = probabilities
		var err error
		if fc.Quantized, err = head.quantize(embedding.Quantized.Out, m.Type); err != nil {
			return nil, err
		}
	}
	n.Layers = append(n.Layers, fc)
	n.Output = Output{Type: m.Output.Type, Softmax: softmax}
	if m.Output.Type != Float32 {
		n.Output.Quant = probabilities
	}
	return &n, n.Check()
}

// probabilities is the quantisation that TFLite's softmax gives: bytes stand for 0 to 255/256. In an int8 tensor the zero point is −128.
var probabilities = Quant{Scale: 1.0 / 256}
