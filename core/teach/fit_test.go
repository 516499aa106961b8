package teach

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// randomProblem has rows in clouds around a centre for each class, of which wrong have another class's name.
func randomProblem(seed uint64, rows, dims, classes int, apart, strength float64, wrong int) *problem {
	random := rand.New(rand.NewPCG(seed, 1))
	centres := make([]float64, classes*dims)
	for i := range centres {
		centres[i] = apart * random.NormFloat64()
	}
	p := &problem{dims: dims, classes: classes, strength: strength}
	total := 0.0
	for i := range rows {
		class := i % classes
		for j := range dims - 1 {
			p.x = append(p.x, float32(centres[class*dims+j]+random.NormFloat64()))
		}
		p.x = append(p.x, 1)
		if i < wrong {
			class = (class + 1) % classes
		}
		p.class = append(p.class, class)
		p.weight = append(p.weight, 0.5+random.Float64())
		total += p.weight[i]
	}
	for i := range p.weight {
		p.weight[i] /= total
	}
	return p
}

// loss is what a problem minimises, in the plainest way.
func (p *problem) loss(w []float64) float64 {
	sum := 0.0
	for i, class := range p.class {
		logits := make([]float64, p.classes)
		total := 0.0
		for c := range logits {
			for j := range p.dims {
				logits[c] += float64(p.x[i*p.dims+j]) * w[c*p.dims+j]
			}
			total += math.Exp(logits[c])
		}
		sum += p.weight[i] * (math.Log(total) - logits[class])
	}
	for i, v := range w {
		if i%p.dims != p.dims-1 {
			sum += p.strength / 2 * v * v
		}
	}
	return sum
}

// newton minimises a problem by Newton's method with the whole Hessian: an independent computation. The biases' common part, which
// changes nothing, is held by a tiny strength.
func (p *problem) newton(t *testing.T) []float64 {
	t.Helper()
	n := p.classes * p.dims
	w := make([]float64, n)
	for range 100 {
		hessian, gradient := make([][]float64, n), make([]float64, n)
		for i := range hessian {
			hessian[i] = make([]float64, n)
			hessian[i][i] = p.strength
			gradient[i] = p.strength * w[i]
			if i%p.dims == p.dims-1 {
				hessian[i][i], gradient[i] = 1e-10, 0
			}
		}
		for i, class := range p.class {
			x := p.x[i*p.dims:][:p.dims]
			q := make([]float64, p.classes)
			total := 0.0
			for c := range q {
				for j, v := range x {
					q[c] += float64(v) * w[c*p.dims+j]
				}
				q[c] = math.Exp(q[c])
				total += q[c]
			}
			for c := range q {
				q[c] /= total
			}
			for c := range q {
				for j, v := range x {
					r := q[c]
					if c == class {
						r--
					}
					gradient[c*p.dims+j] += p.weight[i] * r * float64(v)
					for d := range q {
						h := -q[c] * q[d]
						if c == d {
							h += q[c]
						}
						for k, u := range x {
							hessian[c*p.dims+j][d*p.dims+k] += p.weight[i] * h * float64(v) * float64(u)
						}
					}
				}
			}
		}
		if largest(gradient) < 1e-13 {
			return w
		}
		for i, v := range gaussian(hessian, gradient) {
			w[i] -= v
		}
	}
	t.Fatal("Newton's method did not come to an end")
	return nil
}

// gaussian solves a system of equations by elimination with pivots.
func gaussian(a [][]float64, b []float64) []float64 {
	n := len(b)
	for i := range n {
		best := i
		for r := i; r < n; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[best][i]) {
				best = r
			}
		}
		a[i], a[best], b[i], b[best] = a[best], a[i], b[best], b[i]
		for r := i + 1; r < n; r++ {
			f := a[r][i] / a[i][i]
			for c := i; c < n; c++ {
				a[r][c] -= f * a[i][c]
			}
			b[r] -= f * b[i]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = b[i]
		for c := i + 1; c < n; c++ {
			x[i] -= a[i][c] * x[c]
		}
		x[i] /= a[i][i]
	}
	return x
}

func TestSolveAgainstNewton(t *testing.T) {
	for _, c := range []struct {
		rows, dims, classes int
		apart, strength     float64
		wrong               int
	}{
		{40, 6, 3, 1, 0.01, 0},
		{40, 6, 3, 5, 0.001, 0}, // separable
		{41, 5, 4, 0.2, 1e-4, 7},
		{7, 12, 2, 1, 0.1, 0}, // fewer rows than columns
		{30, 4, 7, 1, 1e-3, 10},
		{9, 3, 9, 1, 0.01, 0}, // one a class
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			p := randomProblem(3, c.rows, c.dims, c.classes, c.apart, c.strength, c.wrong)
			want := p.newton(t)
			f, err := p.solve(context.Background(), make([]float64, len(want)), 1e-11, 0)
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if math.Abs(f.w[i]-want[i]) > 1e-6*(1+math.Abs(want[i])) {
					t.Errorf("weight %d is %v, Newton's method gives %v", i, f.w[i], want[i])
				}
			}
			t.Logf("%d steps, loss %v", f.steps, p.loss(f.w))
			for i, class := range p.class { // the logits kept up to date are those of the weights
				sum := 0.0
				for j := range p.dims {
					sum += float64(p.x[i*p.dims+j]) * f.w[class*p.dims+j]
				}
				if got := f.logits[i*p.classes+class]; math.Abs(got-sum) > 1e-9*(1+math.Abs(sum)) {
					t.Errorf("row %d has logit %v, its weights give %v", i, got, sum)
				}
			}
		})
	}
}

func TestGradientAgainstFiniteDifferences(t *testing.T) {
	p := randomProblem(5, 23, 9, 5, 0.5, 0.03, 3)
	random := rand.New(rand.NewPCG(7, 7))
	f := &fit{w: make([]float64, p.classes*p.dims), logits: make([]float64, len(p.class)*p.classes)}
	for i := range f.w {
		f.w[i] = random.NormFloat64()
	}
	forward(f.logits, p.x, f.w, p.dims, p.classes)
	gradient := make([]float64, len(f.w))
	p.gradient(gradient, make([]float64, len(f.logits)), f)
	const h = 1e-5
	for i := range f.w {
		w := append([]float64(nil), f.w...)
		w[i] += h
		up := p.loss(w)
		w[i] -= 2 * h
		if want := (up - p.loss(w)) / (2 * h); math.Abs(gradient[i]-want) > 1e-8 {
			t.Errorf("component %d is %v, finite differences give %v", i, gradient[i], want)
		}
	}
}

func TestGradientAtNothing(t *testing.T) {
	p := randomProblem(5, 23, 9, 5, 0.5, 0.03, 3)
	p.weight[4] = 0
	f := &fit{w: make([]float64, p.classes*p.dims), logits: make([]float64, len(p.class)*p.classes)}
	gradient := make([]float64, len(f.w))
	p.gradient(gradient, make([]float64, len(f.logits)), f)
	if got, want := p.atNothing(), largest(gradient); math.Abs(got-want) > 1e-15 {
		t.Errorf("%v, the gradient's largest component is %v", got, want)
	}
}

func TestSolveStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := randomProblem(1, 20, 5, 3, 1, 0.01, 0)
	if _, err := p.solve(ctx, make([]float64, 15), 1e-9, 0); err != context.Canceled {
		t.Errorf("solve gave %v for a context that is done", err)
	}
}

func TestExpAndLog(t *testing.T) {
	for x := -750.0; x <= 0; x += 0.0371 {
		if got, want := exp(x), math.Exp(x); x > -700 && math.Abs(got-want) > 4e-16*want || x < -700 && got != 0 {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if exp(0) != 1 || exp(math.Inf(-1)) != 0 || exp(math.NaN()) != 0 {
		t.Errorf("exp of 0, −∞, NaN: %v, %v, %v", exp(0), exp(math.Inf(-1)), exp(math.NaN()))
	}
	for _, x := range []float64{1e-300, 1e-9, 0.3, 0.7071, 0.999999, 1, 1.0000001, 1.41, 1.42, 2, 3, 10, 200.5, 1e12, 1e300} {
		if got, want := log(x), math.Log(x); math.Abs(got-want) > 3e-16*math.Abs(want) {
			t.Errorf("log(%v) = %v, want %v", x, got, want)
		}
	}
}

// TestProducts compares the blocked products with plain loops for all rests of the blocks.
func TestProducts(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for rows := range 10 {
		for classes := 1; classes < 10; classes++ {
			dims := 1 + (rows*7+classes)%11
			x, w, r := make([]float32, rows*dims), make([]float64, classes*dims), make([]float64, rows*classes)
			for i := range x {
				x[i] = float32(random.NormFloat64())
			}
			for _, v := range [][]float64{w, r} {
				for i := range v {
					v[i] = random.NormFloat64()
				}
			}
			out, back := make([]float64, rows*classes), make([]float64, classes*dims)
			forward(out, x, w, dims, classes)
			backward(back, r, x, dims, classes)
			for c := range classes {
				for i := range rows {
					sum := 0.0
					for j := range dims {
						sum += float64(x[i*dims+j]) * w[c*dims+j]
					}
					if math.Abs(out[i*classes+c]-sum) > 1e-12 {
						t.Fatalf("%d rows, %d classes: logit %d of row %d is %v, not %v", rows, classes, c, i, out[i*classes+c], sum)
					}
				}
				for j := range dims {
					sum := 0.0
					for i := range rows {
						sum += r[i*classes+c] * float64(x[i*dims+j])
					}
					if math.Abs(back[c*dims+j]-sum) > 1e-12 {
						t.Fatalf("%d rows, %d classes: component %d of class %d is %v, not %v", rows, classes, j, c, back[c*dims+j], sum)
					}
				}
			}
		}
	}
}
