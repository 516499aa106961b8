package teach

import (
	"math"
	"slices"
)

// Unknown tells pictures of none of the classes. An embedding's score is its largest logit, that of counter-examples aside, divided by how
// far the embedding lies from the centre of all that was taught: which way it lies from there, and not how far. Below the threshold it is
// none of these.
//
// Measured by make teach, as the share of strangers refused where 90% of the known are kept, this, the largest probability, and energy, which
// is the logarithm of the sum of e^logit:
//
//	8 species of flowers, 40 pictures each    91  92  91%
//	8 species, 10 pictures each               84  77  78%
//	2 species, 20 pictures each               95  94  94%
//	20 things of one's own, 10 views each    100 100 100%
//
// Two classes are what most people begin with, and there logits alone know nothing of all directions but one. Further scores were tried on the 8
// species of 40: the cosine to the nearest class mean 84%, to the three nearest examples 85%, Mahalanobis distance to the nearest class mean, with
// a covariance shrunk by a half, 58%, relative to that of all classes together 73%, and the cosine in its space 85%.
type Unknown struct {
	// Centre is the mean of the embeddings that were taught. It is all that has to travel beside the threshold: four bytes for each number of
	// an embedding.
	Centre    []float32
	Threshold float64
}

// IsNone says whether a picture with these logits and this embedding shows none of the classes. The logits are those of the classifier, in the
// order of classes, without a last one that is of counter-examples.
func (u *Unknown) IsNone(logits, embedding []float32) bool {
	return !(u.Score(logits, embedding) >= u.Threshold)
}

// Score is compared with the threshold. It is −∞ where there are no logits or lengths do not fit.
func (u *Unknown) Score(logits, embedding []float32) float64 {
	if len(logits) == 0 || len(embedding) != len(u.Centre) {
		return math.Inf(-1)
	}
	square := 0.0
	for i, v := range embedding {
		d := float64(v) - float64(u.Centre[i])
		square += float64(d * d)
	}
	return score(float64(slices.Max(logits)), math.Sqrt(square))
}

// score divides a logit by a distance from the centre. At the centre itself nothing is known of the direction.
func score(logit, distance float64) float64 {
	if distance < 1e-20 {
		return math.Inf(-1)
	}
	return logit / distance
}

func (s *set) unknown(threshold float64) *Unknown {
	u := &Unknown{Threshold: threshold}
	for _, v := range s.centre {
		u.Centre = append(u.Centre, float32(v))
	}
	return u
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
		scores = append(scores, score(slices.Max(logits[:len(logits)-s.counters()]), math.Sqrt(square)))
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
