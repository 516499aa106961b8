package teach

import (
	"math/rand/v2"
)

// pictures makes examples much like a network's embeddings: not negative, many of them 0, led by fewer causes than they have numbers. apart is
// how far classes lie from each other.
func pictures(seed uint64, classes, each, size int, apart float64) []Example {
	random := rand.New(rand.NewPCG(seed, 11))
	const causes = 60
	mixing, centres := make([]float64, causes*size), make([]float64, classes*causes)
	for i := range mixing {
		mixing[i] = random.NormFloat64() / 8
	}
	for i := range centres {
		centres[i] = apart * random.NormFloat64()
	}
	var all []Example
	for i := range classes * each {
		class := i % classes
		var cause [causes]float64
		for k := range cause {
			cause[k] = centres[class*causes+k] + random.NormFloat64()
		}
		e := Example{Class: class}
		for range 2 {
			view := make([]float32, size)
			for j := range view {
				v := -0.3 + 0.3*random.NormFloat64()
				for k, c := range cause {
					v += float64(c * mixing[j*causes+k])
				}
				view[j] = float32(max(0, v))
			}
			e.Views = append(e.Views, view)
		}
		all = append(all, e)
	}
	return all
}
