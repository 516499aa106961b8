package mobilenet

import (
	"fmt"
	"math"
	"slices"
)

// Unknown tells pictures of none of the classes that a classifier was taught. An embedding's score is its largest logit, that of
// counter-examples aside, divided by how far the embedding lies from the centre of all that was taught: which way it lies from there, and not
// how far. Below the threshold it is none of these. Package teach finds it; it travels with the model, and who runs that applies it.
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
	// Centre is the mean of the embeddings that were taught; nil where there is no threshold. It is all that has to travel beside the
	// threshold: four bytes for each number of an embedding.
	Centre    []float32
	Threshold float64
	// Counter says that the last class is that of counter-examples: a picture for which it is the most probable is none of these.
	Counter bool
}

// IsNone says whether a picture shows none of the classes, of which best is the most probable: because that is the class of counter-examples, or
// by the threshold, of the logits of all classes and the embedding. Of several views best is by the mean of their probabilities, and logits and
// embedding are means.
func (u *Unknown) IsNone(best int, logits, embedding []float32) bool {
	if u.Counter && best > 0 && best == len(logits)-1 {
		return true
	}
	return u.Centre != nil && !(u.Score(logits, embedding) >= u.Threshold)
}

// Score is compared with the threshold. It is −∞ where there are no logits or lengths do not fit.
func (u *Unknown) Score(logits, embedding []float32) float64 {
	if u.Counter && len(logits) > 0 {
		logits = logits[:len(logits)-1]
	}
	if len(logits) == 0 || len(embedding) != len(u.Centre) {
		return math.Inf(-1)
	}
	square := 0.0
	for i, v := range embedding {
		d := float64(v) - float64(u.Centre[i])
		square += float64(d * d)
	}
	return ScoreAt(float64(slices.Max(logits)), math.Sqrt(square))
}

// ScoreAt is the score of an embedding by its largest logit and its distance from the centre. At the centre itself nothing is known of the
// direction.
func ScoreAt(logit, distance float64) float64 {
	if distance < 1e-20 {
		return math.Inf(-1)
	}
	return logit / distance
}

// Check says what is wrong with u for a classifier of so many classes on embeddings of the given size. nil, which tells nothing, is good.
func (u *Unknown) Check(classes, size int) error {
	switch {
	case u == nil:
		return nil
	case u.Centre == nil && !u.Counter:
		return fmt.Errorf("what tells none of these has neither a threshold nor a class of counter-examples")
	case u.Counter && classes < 2:
		return fmt.Errorf("counter-examples are the last class, and there is no other")
	case u.Centre == nil:
		return nil
	case len(u.Centre) != size:
		return fmt.Errorf("the centre of what was taught has %d numbers, and the model's embeddings have %d", len(u.Centre), size)
	case math.IsNaN(u.Threshold) || math.IsInf(u.Threshold, 0):
		return fmt.Errorf("the threshold for none of these is %v", u.Threshold)
	}
	if i := notFinite(u.Centre); i >= 0 {
		return fmt.Errorf("number %d of the centre of what was taught is %v", i, u.Centre[i])
	}
	return nil
}
