package tflite

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite/internal/schema"
)

// softmaxOf takes SOFTMAX after the classifier.
func (g *graph) softmaxOf(o operator, out *tensor) error {
	switch beta := o.options.float32(schema.SoftmaxBeta); {
	case g.err != nil:
		return g.err
	case !g.classified():
		return g.misplaced()
	case !(beta > 0) || math.IsInf(float64(beta), 0):
		return fmt.Errorf("its β is %v; a positive number is needed", beta)
	case !slices.Equal(out.shape, g.at.shape) || len(out.shape) == 0 || product(out.shape[:len(out.shape)-1]) != 1:
		return fmt.Errorf("it makes shape %v from %v; %s has one row of classes", out.shape, g.at.shape, g.name())
	default:
		g.softmax = &mobilenet.Softmax{Beta: beta}
	}
	if g.kind == schema.Float32 {
		return nil
	}
	var err error
	g.softmax.Quant, err = probability(out)
	return err
}

// classified tells that the last layer was a classifier, and what is made of it is still open.
func (g *graph) classified() bool {
	n := len(g.top)
	return !g.ended && !g.activated() && n > 0 && g.top[n-1].Kind == mobilenet.FullyConnected
}

// activated tells that the network's answers have become probabilities.
func (g *graph) activated() bool { return g.softmax != nil || g.logistic != nil }

func (g *graph) misplaced() error {
	return fmt.Errorf("it stands at layer %d; %s has it once, after the classifier, before the output is converted", len(g.steps), g.name())
}

// probability is the quantisation of probabilities. TFLite's kernels take nothing else: the bytes stand for 0 to 255/256.
func probability(out *tensor) (mobilenet.Quant, error) {
	q, err := out.quant()
	if err == nil && (q.Zero != 0 || math.Abs(float64(q.Scale)*256-1) > 0.001) {
		err = fmt.Errorf("it makes %v of scale %v and zero point %d; probabilities have 1/256 and %d", out, q.Scale, int64(q.Zero)-out.offset(), -out.offset())
	}
	return q, err
}

// logisticOf takes LOGISTIC after the classifier, a probability of each class by itself.
func (g *graph) logisticOf(out *tensor) error {
	if !g.classified() {
		return g.misplaced()
	}
	if !slices.Equal(out.shape, g.at.shape) {
		return fmt.Errorf("it makes shape %v from %v", out.shape, g.at.shape)
	}
	g.logistic = &mobilenet.Logistic{}
	if g.kind == schema.Float32 {
		return nil
	}
	var err error
	g.logistic.Quant, err = probability(out)
	return err
}

// writtenSoftmax takes a softmax of float32 that the converter wrote out, of which o is the first operator and the others follow:
//
//	d = logits − REDUCE_MAX(logits), or the logits themselves
//	EXP(d) / SUM(EXP(d))
//
// It reports whether o is one of these.
func (g *graph) writtenSoftmax(o operator) (bool, error) {
	if o.code != schema.ReduceMax && o.code != schema.Exp {
		return false, nil
	}
	if !g.classified() || g.kind != schema.Float32 {
		return true, fmt.Errorf("%v: %w", o, g.misplaced())
	}
	logits := int32(g.at.index)
	difference := logits
	var peak, exp, sum, answer int32
	written := []struct {
		code  schema.Builtin
		reads []*int32
		makes *int32
	}{
		{schema.ReduceMax, []*int32{&logits}, &peak},
		{schema.Sub, []*int32{&logits, &peak}, &difference},
		{schema.Exp, []*int32{&difference}, &exp},
		{schema.Sum, []*int32{&exp}, &sum},
		{schema.Div, []*int32{&exp, &sum}, &answer},
	}
	if o.code == schema.Exp {
		written = written[2:]
	}
	row := g.at.shape
	for i, w := range written {
		if i > 0 {
			var err error
			if o, err = g.read(); err != nil {
				return true, err
			}
		}
		if o.code != w.code {
			return true, fmt.Errorf("%v stands where a softmax that is written out has %v", o, w.code)
		}
		for k, tensor := range w.reads {
			if o.operand(k) != *tensor {
				return true, fmt.Errorf("%v reads tensor %d; in a softmax that is written out it reads %d", o, o.operand(k), *tensor)
			}
		}
		out, err := g.made(o)
		if err != nil {
			return true, err
		}
		makes := product(row)
		if o.code == schema.ReduceMax || o.code == schema.Sum {
			makes = product(row) / last(row)
			_, axes, err := g.integers(o.operand(1))
			if err != nil {
				return true, fmt.Errorf("%v: %w", o, err)
			}
			if len(axes) != 1 || axes[0] != -1 && axes[0] != len(row)-1 {
				return true, fmt.Errorf("%v goes over axes %v; a softmax goes over the classes", o, axes)
			}
		}
		if n, err := out.len(); err != nil || out.kind != schema.Float32 || n != makes || makes > last(row) {
			return true, fmt.Errorf("%v makes %v of type %v and shape %v from a row of %d", o, out, out.kind, out.shape, last(row))
		}
		g.at, *w.makes = out, o.made
	}
	g.softmax = &mobilenet.Softmax{Beta: 1}
	return true, nil
}

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}
