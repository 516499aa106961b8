package teach

import (
	"context"
	"math"
)

// A problem is softmax regression on rows of numbers: find the weights w [classes,dims] for which
//
//	Σ weight·−log softmax(x·w)[class] + strength/2 · |w|²
//
// is least. The weights add up to 1. The last column of x is 1, its weight is the bias, and that costs no strength.
type problem struct {
	dims, classes int
	x             []float32 // [rows,dims]
	class         []int     // [rows]
	weight        []float64 // [rows]
	strength      float64
	progress      func(done float64) // is told after each step how far the gradient has fallen, from 0 to 1; nil: nobody asks
}

// A fit is what the optimiser has found, and what it needs to go on.
type fit struct {
	w      []float64 // [classes,dims]
	logits []float64 // [rows,classes], x·w
	steps  int
}

const (
	memory   = 10   // how many steps L-BFGS remembers
	maxSteps = 1000 // more than any problem has taken: it ends in any case
)

// solve minimises by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4) from w, which it changes. It stops where the
// largest component of the gradient is at most tolerance times what it is for no weights, after the least number of steps. Along a direction all logits change in proportion, so a step's length costs no
// product: it is found by Newton's method, nearly exactly.
func (p *problem) solve(ctx context.Context, w []float64, tolerance float64, least int) (*fit, error) {
	rows, n := len(p.class), len(w)
	f := &fit{w: w, logits: make([]float64, rows*p.classes)}
	forward(f.logits, p.x, w, p.dims, p.classes)
	residual, along := make([]float64, rows*p.classes), make([]float64, rows*p.classes)
	gradient, before := make([]float64, n), make([]float64, n)
	direction := make([]float64, n)
	tolerance *= p.atNothing()
	var history []step
	p.gradient(gradient, residual, f)
	first, done := largest(gradient), 0.0
	for f.steps < maxSteps && (f.steps < least || largest(gradient) > tolerance) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		descend(direction, gradient, history)
		forward(along, p.x, direction, p.dims, p.classes)
		t := p.length(f, direction, along)
		if t == 0 {
			break // rounding is larger than what is left to gain
		}
		axpy(f.w, t, direction)
		axpy(f.logits, t, along)
		copy(before, gradient)
		p.gradient(gradient, residual, f)
		f.steps++
		if now := largest(gradient); p.progress != nil && now > tolerance && now < first {
			// Each step takes about the same share off the gradient.
			done = max(done, math.Log(first/now)/math.Log(first/tolerance))
			p.progress(done)
		}

		var s step
		if len(history) < memory {
			s = step{make([]float64, n), make([]float64, n), 0}
		} else {
			s = history[0]
			history = append(history[:0], history[1:]...)
		}
		for i := range n {
			s.moved[i] = float64(t * direction[i])
			s.changed[i] = gradient[i] - before[i]
		}
		if curvature := dot(s.moved, s.changed); curvature > 0 {
			s.curvature = curvature
			history = append(history, s)
		}
	}
	return f, nil
}

// atNothing is the largest component of the gradient where all weights are 0 and all classes equally probable: of class c it is the sum of
// weight·x over all rows, divided by the classes, less that over the rows of c.
func (p *problem) atNothing() float64 {
	sums, all := make([]float64, p.classes*p.dims), make([]float64, p.dims)
	for i, class := range p.class {
		if weight := p.weight[i]; weight != 0 {
			sum := sums[class*p.dims:][:p.dims]
			for j, v := range p.x[i*p.dims:][:len(sum)] {
				sum[j] += float64(weight * float64(v))
			}
		}
	}
	for c := range p.classes {
		axpy(all, 1/float64(p.classes), sums[c*p.dims:][:p.dims])
	}
	most := 0.0
	for i, sum := range sums {
		most = max(most, math.Abs(all[i%p.dims]-sum))
	}
	return most
}

// A step is one that L-BFGS remembers: how the weights moved, how the gradient changed, and the product of both.
type step struct {
	moved, changed []float64
	curvature      float64
}

// descend sets direction to minus the gradient times the inverse Hessian that the steps tell of.
func descend(direction, gradient []float64, history []step) {
	for i, g := range gradient {
		direction[i] = -g
	}
	var alpha [memory]float64
	for k := len(history) - 1; k >= 0; k-- {
		s := &history[k]
		alpha[k] = dot(s.moved, direction) / s.curvature
		axpy(direction, -alpha[k], s.changed)
	}
	if n := len(history); n > 0 {
		s := &history[n-1]
		scale := s.curvature / dot(s.changed, s.changed)
		for i := range direction {
			direction[i] *= scale
		}
	}
	for k := range history {
		s := &history[k]
		axpy(direction, alpha[k]-dot(s.changed, direction)/s.curvature, s.moved)
	}
}

// gradient computes the gradient at f, by way of residual [rows,classes], weight·(probability − 1 where it is the row's class).
func (p *problem) gradient(gradient, residual []float64, f *fit) {
	for i, class := range p.class {
		r := residual[i*p.classes:][:p.classes]
		if p.weight[i] == 0 {
			clear(r)
			continue
		}
		softmax(r, f.logits[i*p.classes:][:p.classes])
		r[class]--
		for c := range r {
			r[c] *= p.weight[i]
		}
	}
	for i, w := range f.w {
		gradient[i] = float64(p.strength * w)
	}
	for c := range p.classes {
		gradient[(c+1)*p.dims-1] = 0 // the bias
	}
	backward(gradient, residual, p.x, p.dims, p.classes)
}

// softmax writes the probabilities of logits into out, and gives the logarithm of the sum of e^logit.
func softmax(out, logits []float64) float64 {
	peak := math.Inf(-1)
	for _, v := range logits {
		peak = max(peak, v)
	}
	sum := 0.0
	for c, v := range logits {
		e := exp(v - peak)
		out[c] = e
		sum += e
	}
	for c := range out {
		out[c] /= sum
	}
	return peak + log(sum)
}

// length is how far to go from f in a direction in which the logits grow by along: where the loss is least. It is 0 where the direction
// does not lead down.
func (p *problem) length(f *fit, direction, along []float64) float64 {
	// Of the strength's part, a parabola: its slope at 0, and its curvature.
	var slope0, curvature float64
	for c := range p.classes {
		w, d := f.w[c*p.dims:][:p.dims-1], direction[c*p.dims:][:p.dims-1]
		slope0 += dot(w, d)
		curvature += dot(d, d)
	}
	slope0, curvature = float64(slope0*p.strength), float64(curvature*p.strength)
	probabilities := make([]float64, p.classes)
	at := func(t float64) (slope, second float64) {
		slope, second = slope0+float64(t*curvature), curvature
		moved := make([]float64, p.classes)
		for i, class := range p.class {
			if p.weight[i] == 0 {
				continue
			}
			d := along[i*p.classes:][:p.classes]
			for c, v := range f.logits[i*p.classes:][:p.classes] {
				moved[c] = v + float64(t*d[c])
			}
			softmax(probabilities, moved)
			var mean, square float64
			for c, q := range probabilities {
				mean += float64(q * d[c])
				square += float64(float64(q*d[c]) * d[c])
			}
			slope += float64(p.weight[i] * (mean - d[class]))
			second += float64(p.weight[i] * max(0, square-float64(mean*mean)))
		}
		return slope, second
	}
	first, second := at(0)
	if !(first < 0) {
		return 0
	}
	// Newton's method on the slope, which grows with t, kept between the ends of where it changes its sign.
	low, high, t := 0.0, math.Inf(1), -first/second
	for range maxTries {
		slope, second := at(t)
		if math.Abs(slope) <= lineTolerance*-first {
			break
		}
		if slope < 0 {
			low = t
		} else {
			high = t
		}
		next := t - slope/second
		if !(next > low && next < high) {
			if next = 2 * t; !math.IsInf(high, 1) {
				next = (low + high) / 2
			}
		}
		t = next
	}
	return t
}

// A step's length is exact enough where the slope is this share of what it was, and that takes a few tries.
const (
	lineTolerance = 0.05
	maxTries      = 20
)

func largest(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}
