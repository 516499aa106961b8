// Package quantize makes a model of bytes out of a float32 one, with some pictures of the kind that it will see and no training:
//
//   - observe: the float model runs on the pictures, and each layer's values are counted;
//   - copies: channels that say nothing become copies of those whose rounding does the most harm;
//   - equalize: channels that use little of their layer's range are scaled up, and the next layer's weights down (Nagel et al. 2019,
//     arXiv 1906.04721, section 4.1, with the bounds that ReLU6 sets);
//   - ranges: a layer's bytes stand for the range that rounds and cuts with the least mean squared error, not for all it ever gave;
//   - weights: one scale a channel for int8, one scale and zero point a layer for uint8, rounded so that the errors of a sum make up for each
//     other (arXiv 2210.17323), and the mean of what the rounding changes taken out of the biases (section 4.2 of 1906.04721);
//   - report: how much noise each layer has, and how often the best answer is the float model's.
//
// The result is what TensorFlow Lite's converter makes: weights of int8 symmetric around 0, biases of int32 with the scale of input times
// weights, activations with a zero point, probabilities of scale 1/256. tflite.Write writes it and every engine runs it.
//
// The same model, pictures and engine give the same bytes. Engines add floats in different orders, so that between two of them a weight may
// be one off.
package quantize

import (
	"context"
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/scalar"
)

// A Scheme is how weights and activations become bytes.
type Scheme uint8

const (
	// PerChannel is int8 with a scale for each output channel of a layer's weights: what TensorFlow 2 makes, and the better one.
	PerChannel Scheme = iota
	// PerTensor is uint8 with one scale and zero point for all weights of a layer: what TensorFlow 1 made.
	PerTensor
)

func (s Scheme) String() string {
	switch s {
	case PerChannel:
		return "int8, a scale per channel"
	case PerTensor:
		return "uint8, a scale per layer"
	}
	return fmt.Sprintf("Scheme(%d)", uint8(s))
}

// dtype is the type of the scheme's tensors.
func (s Scheme) dtype() mobilenet.DType {
	if s == PerTensor {
		return mobilenet.Uint8
	}
	return mobilenet.Int8
}

// Options change how Quantize works. The zero value is int8 with equalisation and bias correction.
type Options struct {
	Scheme Scheme
	// Percentile cuts a layer's range so that this percentage of its values other than 0 lies inside, over 50 and at most 100, which is
	// their extremes. 0: the range is the one of least mean squared error.
	Percentile float64
	// KeepScales leaves the channels as they are, uncopied too; KeepBiases leaves the biases, and KeepRounding rounds each weight to the nearest,
	// without a look at what the errors of a sum add up to. They are for measuring what each brings.
	KeepScales, KeepBiases, KeepRounding bool
	// Engine runs the float model and the quantised one; nil: core/scalar, which runs everywhere and is slow. They are closed after use.
	Engine func(*mobilenet.Model) (mobilenet.Engine, error)
	// Progress, if it is not nil, is told after each run of a network how many of all are done.
	Progress func(done, all int)
}

// Quantize makes a quantised model of m, a float32 model, calibrated with pictures as its engines read them: bytes [H,W,C] of
// Network.InputShape. A hundred of them are usual, of the kind that the model will see; labels are not needed. m is not changed.
//
// The input becomes bytes of pixels where that is exact enough, and stays float32 with its normalisation where colours have means or scales of
// their own. A logistic output and a softmax stay, as bytes. Features and embedding keep their scale, so that what was taught on the
// embedding, m.Unknown too, still fits.
//
// A model with a LeakyReLU is an error, for bytes have no such layer. So are pictures of another size, none at all, and a network that gives
// numbers which are not finite.
func Quantize(ctx context.Context, m *mobilenet.Model, pictures [][]byte, o Options) (*mobilenet.Model, *Report, error) {
	if err := check(m, pictures, &o); err != nil {
		return nil, nil, err
	}
	q := &quantizer{ctx: ctx, Options: o, pictures: pictures, dither: map[int][]float64{}}
	q.all = 2*len(pictures) + min(len(pictures), noisePictures) // observe and report
	if !o.KeepScales {
		q.all += len(pictures) // observe again
	}
	if fitted(m) {
		q.all += len(pictures) // embeddings
	}
	float := copyOf(m)
	seen, err := q.observe(float, o.KeepScales)
	if err != nil {
		return nil, nil, err
	}
	if !o.KeepScales {
		sensitivity := sensitivities(float, seen)
		for _, u := range units(float) {
			q.copies(float, u, seen, sensitivity)
		}
		q.equalize(float, seen)
		if seen, err = q.observe(float, true); err != nil {
			return nil, nil, err
		}
	}
	quantized, err := q.build(float, seen)
	if err != nil {
		return nil, nil, err
	}
	report, err := q.report(float, quantized, seen)
	if err != nil {
		return nil, nil, err
	}
	return quantized, report, nil
}

// A quantizer is one call of Quantize.
type quantizer struct {
	Options
	ctx       context.Context
	pictures  [][]byte
	done, all int
	dither    map[int][]float64 // of a layer's channels, in steps of its output: what is added to its bias
}

// ran counts a run of a network.
func (q *quantizer) ran() {
	q.done++
	if q.Progress != nil {
		q.Progress(q.done, q.all)
	}
}

// run runs a model on the first n pictures, and hands each result to use. It is overwritten by the next.
func (q *quantizer) run(m *mobilenet.Model, n int, want mobilenet.Want, use func(picture int, r *mobilenet.Result) error) (err error) {
	engine, err := q.Engine(m)
	if err != nil {
		return err
	}
	defer func() {
		if closed := engine.Close(); err == nil {
			err = closed
		}
	}()
	var out mobilenet.Result
	for i, picture := range q.pictures[:n] {
		if err := q.ctx.Err(); err != nil {
			return err
		}
		if err := engine.Run(q.ctx, picture, want, &out); err != nil {
			return err
		}
		if err := use(i, &out); err != nil {
			return err
		}
		q.ran()
	}
	return nil
}

// check says what is wrong with the arguments of Quantize, and fills in what o leaves open.
func check(m *mobilenet.Model, pictures [][]byte, o *Options) error {
	if m.Type != mobilenet.Float32 {
		return fmt.Errorf("the model's numbers are %v already: a float32 model can be quantised", m.Type)
	}
	if err := m.Check(); err != nil {
		return err
	}
	for i := range m.Layers {
		if err := checkActivation(&m.Layers[i]); err != nil {
			return err
		}
	}
	if o.Scheme > PerTensor {
		return fmt.Errorf("there is no quantisation %v", o.Scheme)
	}
	if p := o.Percentile; p != 0 && !(p > 50 && p <= 100) {
		return fmt.Errorf("a percentile of %v; over 50 and at most 100 make sense, and 0 for the least error", p)
	}
	if len(pictures) == 0 {
		return fmt.Errorf("there are no pictures to calibrate with: a hundred of the kind that the model will see are good, ten are few")
	}
	for i, p := range pictures {
		if in := m.InputShape(); len(p) != in.Len() {
			return fmt.Errorf("picture %d has %d bytes: the model reads %v, %d bytes", i, len(p), in, in.Len())
		}
	}
	if o.Engine == nil {
		o.Engine = scalar.New
	}
	return nil
}

// checkActivation refuses what a quantised layer cannot compute.
func checkActivation(l *mobilenet.Layer) error {
	f := l.Float
	if f.Leak != 0 {
		return fmt.Errorf("layer %s has a LeakyReLU of slope %v, which networks of bytes do not have: it runs as float32; to quantise it, train the network with ReLU or ReLU6",
			l.Name, f.Leak)
	}
	if l.Kind == mobilenet.AveragePool {
		return nil
	}
	relu, none := f.Min == 0 && f.Max > 0, math.IsInf(float64(f.Min), -1) && math.IsInf(float64(f.Max), 1)
	if !relu && !none {
		return fmt.Errorf("layer %s cuts its output to %v..%v; ReLU, ReLU6 and no activation can be quantised", l.Name, f.Min, f.Max)
	}
	return nil
}

// copyOf is a model whose weights may be changed.
func copyOf(m *mobilenet.Model) *mobilenet.Model {
	n := *m
	n.Layers = slices.Clone(m.Layers)
	for i := range n.Layers {
		f := *n.Layers[i].Float
		f.Weights, f.Bias = slices.Clone(f.Weights), slices.Clone(f.Bias)
		n.Layers[i].Float = &f
	}
	return &n
}
