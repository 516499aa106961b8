package teach

import (
	"math"
	"slices"

	"mobilenet/core/mobilenet"
)

// unknown is what a threshold tells of none of these, beside counter-examples.
func (s *set) unknown(threshold float64) *mobilenet.Unknown {
	u := &mobilenet.Unknown{Threshold: threshold, Counter: s.counters() > 0}
	for _, v := range s.centre {
		u.Centre = append(u.Centre, float32(v))
	}
	return u
}

// counterAlone is what counter-examples tell without a threshold; nil where there are none.
func (s *set) counterAlone() *mobilenet.Unknown {
	if s.counters() == 0 {
		return nil
	}
	return &mobilenet.Unknown{Counter: true}
}

// counters is how many of the set's classes, the last, are of counter-examples: 0 or 1.
func (s *set) counters() int {
	if s.classes[len(s.classes)-1] == Counter {
		return 1
	}
	return 0
}

// scores are those of example i's views by weights [classes,size+1].
func (s *set) scores(i int, w []float64) []float64 {
	var scores []float64
	x, logits := make([]float32, s.size+1), make([]float64, len(s.classes))
	for _, view := range s.examples[i].Views {
		square := 0.0
		for j, v := range view {
			d := float64(v) - s.centre[j]
			square += float64(d * d)
			x[j] = float32(d * s.scale)
		}
		x[s.size] = 1
		forward(logits, x, w, s.size+1, len(s.classes))
		scores = append(scores, mobilenet.ScoreAt(slices.Max(logits[:len(logits)-s.counters()]), math.Sqrt(square)))
	}
	return scores
}

// quantile is the value below which a share of values lies, between two of them in proportion.
func quantile(values []float64, share float64) float64 {
	v := slices.Sorted(slices.Values(values))
	at := share * float64(len(v)-1)
	i := int(at)
	if i+1 >= len(v) {
		return v[len(v)-1]
	}
	return v[i] + float64((at-float64(i))*(v[i+1]-v[i]))
}
