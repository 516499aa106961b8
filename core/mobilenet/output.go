package mobilenet

import (
	"encoding/binary"
	"math"
)

// Output says how the network's last layer becomes the file's output tensor.
type Output struct {
	Type    DType
	Quant   Quant // of the file's output tensor, unless it is float32
	Softmax *Softmax
	// Logistic is in place of a Softmax where each output is a probability by itself; a single one is that of the second of two answers.
	Logistic *Logistic
}

// Finish turns last, the quantised output of the last layer, into out.Logits (dequantised; none without a classifier) and
// out.Output, the bytes that LiteRT gives for the file's output tensor. Both slices are reused.
func (m *Model) Finish(last []uint8, out *Result) {
	quant := m.Layers[len(m.Layers)-1].Quantized.Out
	out.Logits = m.firstLogit(out.Logits[:0])
	if m.Classes > 0 {
		for _, q := range last {
			out.Logits = append(out.Logits, quant.Real(q))
		}
	}
	out.Output = append(out.Output[:0], last...)
	if s := m.Output.Softmax; s != nil {
		s.apply(out.Output, quant.Scale)
		quant = s.Quant
	}
	if l := m.Output.Logistic; l != nil {
		l.apply(out.Output, quant)
		quant = l.Quant
	}
	switch {
	case m.Output.Type == Float32: // DEQUANTIZE
		n := len(out.Output)
		for range 3 * n {
			out.Output = append(out.Output, 0)
		}
		for i := n - 1; i >= 0; i-- { // from the end, for the floats grow over the bytes they come from
			putFloat(out.Output, i, quant.Real(out.Output[i]))
		}
	case m.Output.Type != m.Type || m.Output.Quant != quant: // QUANTIZE
		for i, q := range out.Output {
			out.Output[i] = rescale(q, quant, m.Output.Quant, m.Output.Type == m.Type)
		}
	}
	m.signed(out.Output)
}

// FinishFloat is Finish for a float32 model. Its softmax is exact where XNNPACK's is an approximation: the last bits differ.
func (m *Model) FinishFloat(last []float32, out *Result) {
	out.Logits = m.firstLogit(out.Logits[:0])
	if m.Classes > 0 {
		out.Logits = append(out.Logits, last...)
	}
	s := m.Output.Softmax
	var peak float32
	var sum float64
	if s != nil {
		peak, sum = s.sum(last)
	}
	out.Output = out.Output[:0]
	for _, v := range last {
		if s != nil {
			v = float32(s.exp(v, peak) / sum)
		}
		if m.Output.Logistic != nil {
			v = float32(logistic(float64(v)))
		}
		if m.Output.Type == Float32 {
			out.Output = binary.LittleEndian.AppendUint32(out.Output, math.Float32bits(v))
		} else {
			out.Output = append(out.Output, m.Output.Quant.Quantize(v))
		}
	}
	m.signed(out.Output)
}

// firstLogit adds to logits the one of the first of two answers, where the file computes the second's alone: 0, for then
// the softmax of both is the logistic function of the second.
func (m *Model) firstLogit(logits []float32) []float32 {
	if m.Answers() != m.Classes {
		return append(logits, 0)
	}
	return logits
}

// signed takes uint8 back to int8 where that is the output tensor's type: the same numbers less 128.
func (m *Model) signed(output []byte) {
	if m.Output.Type == Int8 {
		for i := range output {
			output[i] ^= 128
		}
	}
}

func putFloat(dst []byte, i int, v float32) {
	binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(v))
}
