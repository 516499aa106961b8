package mobilenet

import (
	"fmt"
	"math"
)

// Check says what is wrong with a model that no engine could run without leaving its slices: shapes and quantisations that do not
// follow from each other, weights that do not fit their shapes. Engines begin with it and may refuse more.
func (m *Model) Check() error {
	if len(m.Layers) == 0 {
		return fmt.Errorf("the model has no layers")
	}
	pools := 0
	for i := range m.Layers {
		l := &m.Layers[i]
		if err := m.checkInput(i); err != nil {
			return fmt.Errorf("layer %s %w", l.Name, err)
		}
		if err := l.checkGeometry(); err != nil {
			return fmt.Errorf("layer %s: %w", l.Name, err)
		}
		if err := l.checkWeights(m.Type); err != nil {
			return fmt.Errorf("layer %s: %w", l.Name, err)
		}
		if err := m.checkAddition(i); err != nil {
			return err
		}
		if l.Kind == AveragePool {
			pools++
		}
	}
	if want := map[bool]int{false: 1, true: 0}[m.Top.Flat]; pools != want {
		return fmt.Errorf("the model has %d average pools, not %d; the last layer is %v", pools, want, m.Layers[len(m.Layers)-1].Kind)
	}
	if m.Output.Softmax != nil && m.Output.Logistic != nil {
		return fmt.Errorf("the output is both a softmax and a logistic function")
	}
	if err := m.CheckUnknown(m.Unknown); err != nil {
		return err
	}
	return m.Input.check(m.Type, m.InputShape().C)
}

// CheckUnknown says what is wrong with u, which may be nil, for the model.
func (m *Model) CheckUnknown(u *Unknown) error {
	if u == nil {
		return nil
	}
	if e := m.Embedding(); e != len(m.Layers)-2 || m.Answers() != m.Classes {
		return fmt.Errorf("none of these is told by a classifier that reads the embedding, and the model has another end")
	}
	return u.Check(m.Classes, m.Layers[m.Embedding()].Out.Len())
}

// CheckRun says what is wrong with the arguments of an Engine's Run.
func (m *Model) CheckRun(input []byte, want Want) error {
	if in := m.Layers[0].In; len(input) != in.Len() {
		return fmt.Errorf("input of %d bytes: the model reads %v, %d bytes", len(input), in, in.Len())
	}
	if want.Activations && (want.Layer < 0 || want.Layer >= len(m.Layers)) {
		return fmt.Errorf("there is no layer %d: the model's are 0 to %d", want.Layer, len(m.Layers)-1)
	}
	return nil
}

// checkInput compares what layer i reads with what the layer before it gives.
func (m *Model) checkInput(i int) error {
	l := &m.Layers[i]
	if i == 0 {
		if picture := m.InputShape(); l.In != picture {
			return fmt.Errorf("reads %v, but the model's input is %v", l.In, picture)
		}
		return nil
	}
	before := &m.Layers[i-1]
	if l.In != before.Out {
		return fmt.Errorf("reads %v, but the layer before it gives %v", l.In, before.Out)
	}
	if m.Type != Float32 && l.Quantized != nil && l.Quantized.In != before.Quantized.Out {
		return fmt.Errorf("reads values quantised as %+v, but the layer before it gives %+v", l.Quantized.In, before.Quantized.Out)
	}
	return nil
}

// checkGeometry compares the layer's output with what its kind makes of its input.
func (l *Layer) checkGeometry() error {
	if l.Out.H < 1 || l.Out.W < 1 || l.Out.C < 1 || l.Out.H > MaxResolution || l.Out.W > MaxResolution {
		return fmt.Errorf("an output of %v: height and width must be 1 to %d", l.Out, MaxResolution)
	}
	switch l.Kind {
	case Conv, Depthwise:
		// The last pixel's kernel may reach at most to the end of the padding.
		height, width := l.In.H+l.Pad.Top+l.Pad.Bottom, l.In.W+l.Pad.Left+l.Pad.Right
		if l.Kernel < 1 || l.Stride < 1 || min(l.Pad.Top, l.Pad.Left, l.Pad.Bottom, l.Pad.Right) < 0 ||
			l.Kernel > min(height, width) || (height-l.Kernel)/l.Stride < l.Out.H-1 || (width-l.Kernel)/l.Stride < l.Out.W-1 {
			return fmt.Errorf("kernel %d, stride %d and padding %+v do not make %v of %v", l.Kernel, l.Stride, l.Pad, l.Out, l.In)
		}
	case Pointwise:
		if l.Kernel != 1 || l.Out.H != l.In.H || l.Out.W != l.In.W {
			return fmt.Errorf("a %v layer has kernel 1 and keeps height and width, not kernel %d and %v to %v", l.Kind, l.Kernel, l.In, l.Out)
		}
	case FullyConnected:
		if l.Kernel != 1 || l.Out.H != 1 || l.Out.W != 1 {
			return fmt.Errorf("a %v layer gives one pixel, not %v, with kernel 1, not %d", l.Kind, l.Out, l.Kernel)
		}
	case AveragePool:
		if l.Out.H != 1 || l.Out.W != 1 {
			return fmt.Errorf("an average pool gives one pixel, not %v", l.Out)
		}
	case Add:
		if l.Out != l.In {
			return fmt.Errorf("an addition keeps the shape, not %v to %v", l.In, l.Out)
		}
	default:
		return fmt.Errorf("unknown kind %v", l.Kind)
	}
	if (l.Kind == Depthwise || l.Kind == AveragePool) && l.Out.C != l.In.C {
		return fmt.Errorf("a %v layer keeps the channels, not %v to %v", l.Kind, l.In, l.Out)
	}
	return nil
}

// checkWeights compares the numbers of weights, biases and scales with the layer's shapes. t is the model's type.
func (l *Layer) checkWeights(t DType) error {
	var weights, biases, scales int
	switch {
	case t == Float32 && l.Float != nil:
		weights, biases, scales = len(l.Float.Weights), len(l.Float.Bias), 1
	case t != Float32 && l.Quantized != nil:
		weights, biases, scales = len(l.Quantized.Weights), len(l.Quantized.Bias), len(l.Quantized.WeightScales)
	default:
		return fmt.Errorf("no %v weights", t)
	}
	if f := l.Float; t == Float32 && f.Leak != 0 && !(f.Leak > 0 && f.Leak < 1 && f.Max-f.Min > math.MaxFloat32) {
		return fmt.Errorf("a LeakyReLU of slope %v, or with bounds; it has a slope from 0 to 1 and none", f.Leak)
	}
	if l.Kind == AveragePool {
		if q := l.Quantized; t != Float32 && q.In != q.Out && !q.Mean {
			return fmt.Errorf("an average pool from %+v to %+v; only a mean changes the quantisation", q.In, q.Out)
		}
		return nil
	}
	if l.Kind == Add {
		return nil // without weights; checkAddition looks at its quantisations
	}
	if weights != l.Parameters() || biases != l.Biases() || (scales != 1 && scales != l.Out.C) {
		return fmt.Errorf("%d weights, %d biases and %d scales do not fit %v to %v", weights, biases, scales, l.In, l.Out)
	}
	return nil
}

// checkAddition compares the two feature maps that layer i adds, if it is an addition, and sees that their scales are in the range that
// its arithmetic has.
func (m *Model) checkAddition(i int) error {
	if err := checkAddend(m.Layers, i); err != nil {
		return err
	}
	l := &m.Layers[i]
	if l.Kind != Add || m.Type == Float32 {
		return nil
	}
	q, addend := l.Quantized, &m.Layers[l.Addend]
	if q.Addend != addend.Quantized.Out {
		return fmt.Errorf("layer %s: it adds values quantised as %+v, but layer %s gives %+v", l.Name, q.Addend, addend.Name, addend.Quantized.Out)
	}
	if err := q.checkAdd(); err != nil {
		return fmt.Errorf("layer %s: %w", l.Name, err)
	}
	return nil
}
