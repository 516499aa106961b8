package scalar

// add computes ADD, as core/reference does, with all that does not depend on the picture in one number.
func (s *step) add(in, addend, out []uint8) {
	q := s.Quantized
	low, high := int32(q.Min), int32(q.Max)
	start := int32(1)<<(s.shift-1) - s.a*int32(q.In.Zero) - s.b*int32(q.Addend.Zero)
	in, addend = in[:len(out)], addend[:len(out)]
	for i := range out {
		v := (start+s.a*int32(in[i])+s.b*int32(addend[i]))>>s.shift + s.zero
		out[i] = uint8(min(max(v, low), high))
	}
}

// addFloat computes ADD of two feature maps of float32.
func addFloat(in, addend, out []float32) {
	in, addend = in[:len(out)], addend[:len(out)]
	for i := range out {
		out[i] = in[i] + addend[i]
	}
}
