// Package protocol explores the orders in which the steps of wasm/edge/bulk may follow each other: every order where there are few
// steps, random ones where there are many. Its models know no pictures and no SQL, only who may write when.
package protocol

import "math/rand/v2"

// A model is a state of a protocol, by value: two equal ones are the same.
type model[S comparable] interface {
	comparable
	// next are the states that one step leads to. There are none where all has come to rest.
	next() []S
	// wrong says what is not as it must be in a state of rest, or "".
	wrong() string
}

// exhaust visits all states that can be reached from start, and returns their number, and what is wrong in the first state of rest that
// is not as it must be.
func exhaust[S model[S]](start S) (states int, wrong string) {
	seen := map[S]bool{start: true}
	for queue := []S{start}; len(queue) > 0; {
		s := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		next := s.next()
		if len(next) == 0 {
			if w := s.wrong(); w != "" {
				return len(seen), w
			}
		}
		for _, n := range next {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return len(seen), ""
}

// walk goes from start to a state of rest by steps at random, and says what is wrong there.
func walk[S model[S]](start S, random *rand.Rand) (steps int, wrong string) {
	for s := start; ; steps++ {
		next := s.next()
		if len(next) == 0 {
			return steps, s.wrong()
		}
		s = next[random.IntN(len(next))]
	}
}
